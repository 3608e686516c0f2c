//! What is left to do once a diff is read: signatures, services that end, reasons that are missing, owners.

use std::collections::BTreeSet;

use super::Presence;
use crate::diff::phrase::Speaker;
use crate::diff::{Bump, Change, Class, Diff, RowId};
use crate::report::words::{count, list, short_name, some};

/// Labels that one sentence lists before it only counts.
const MOST: usize = 12;

/// Returns what is left to do, a sentence each; nothing where nothing changed or the matrix is gone.
pub(super) fn remaining(speaker: &Speaker<'_>, presence: Presence) -> Vec<String> {
    let diff = speaker.diff;
    if diff.is_empty() || presence == Presence::Removed {
        return Vec::new();
    }
    let mut left: Vec<String> = signatures(diff).into_iter().collect();
    left.extend(services(diff));
    left.extend(unjustified(speaker, presence));
    left.push(unowned(speaker));
    left
}

fn signatures(diff: &Diff) -> Option<String> {
    let signers = diff.frame.signers.iter().map(|party| short_name(diff.name(party)).to_owned());
    let signers: Vec<String> = signers.collect();
    let version = diff.version_due().unwrap_or_else(|| diff.version.after.clone());
    let sign = match signers.len() {
        0 => return None,
        1 => "signs",
        2 => "both sign",
        _ => "all sign",
    };
    (diff.bump != Bump::None).then(|| format!("{} {sign} version {version}", list(&signers)))
}

/// Returns the services that end or are gone, with the day where one is stated.
fn services(diff: &Diff) -> Vec<String> {
    let name = |id: &str| diff.title("services", id).to_owned();
    let gone = diff.frame.ended().map(|service| match service.ends_on {
        Some(day) => format!("the service {} is no longer in the matrix; its stated end was {day}", name(&service.id)),
        None => format!(
            "the service {} is no longer in the matrix, and the matrix stated no day on which it ends: agree on one",
            name(&service.id)
        ),
    });
    let ending = diff.frame.services.after.iter().filter_map(|service| {
        let day = service.ends_on?;
        Some(format!("the service {} ends: {day} is the first day without it", name(&service.id)))
    });
    gone.chain(ending).collect()
}

/// Returns the rows that changed hands and give no reason.
fn unjustified(speaker: &Speaker<'_>, presence: Presence) -> Option<String> {
    let moved: BTreeSet<&RowId> =
        speaker.diff.changes.iter().filter(|it| changes_hands(it)).filter_map(|it| it.row.as_ref()).collect();
    let silent = speaker.diff.rows.iter().filter(|facts| moved.contains(&facts.row) && !facts.justified);
    let labels: Vec<String> = silent.map(|facts| speaker.row(&facts.row)).collect();
    if presence == Presence::Added || moved.is_empty() {
        return None;
    }
    Some(match labels.len() {
        0 => "every row that changed hands states why".to_owned(),
        rows => format!(
            "{} changed hands without a stated justification: {}",
            count(rows, "row"),
            labels.join("; ")
        ),
    })
}

/// Returns whether work or proof went from one party to another.
fn changes_hands(change: &Change) -> bool {
    let class = match change.class {
        Class::TakenOn | Class::GivenUp if change.field == "reports" => false,
        Class::OwnedByNobody | Class::TakenOn | Class::GivenUp | Class::BecomesShared => true,
        Class::DutyMoved => !change.takes_on.is_empty(),
        _ => false,
    };
    class && change.row.as_ref().is_some_and(|row| row.before.is_some() && row.after.is_some())
}

fn unowned(speaker: &Speaker<'_>) -> String {
    let now: Vec<String> = speaker.diff.nobody.iter().map(|row| speaker.row(row)).collect();
    let known: BTreeSet<&str> =
        speaker.diff.nobody.iter().filter_map(|row| Some(speaker.facts(row)?.title.as_str())).collect();
    let older = speaker.diff.frame.unowned.iter().filter(|label| !known.contains(label.as_str()));
    let older: Vec<String> = older.cloned().collect();
    let mut said = Vec::new();
    if !now.is_empty() {
        said.push(format!("nobody owns {} any more: {}", count(now.len(), "row"), now.join("; ")));
    }
    if !older.is_empty() {
        let lead = if now.is_empty() { "nobody owns" } else { "nor, as before," };
        said.push(format!("{lead} {}: {}", count(older.len(), "row"), some(&older, MOST)));
    }
    if said.is_empty() { "nothing is left without an owner".to_owned() } else { said.join("; ") }
}
