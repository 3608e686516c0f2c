//! What is left to do once a diff is read: signatures, services that end, reasons that are missing, owners.

use std::collections::BTreeSet;

use super::phrase::Speaker;
use super::{Compared, Presence};
use crate::diff::told::Told;
use crate::diff::{Bump, Change, Class, Diff, RowFacts, RowId};
use crate::report::words::{count, list, short_name, some};

/// Labels that one sentence lists before it only counts.
const MOST: usize = 12;

/// Returns what is left to do, a sentence each; nothing where nothing changed or the matrix is gone.
pub(super) fn remaining(speaker: &Speaker<'_>, compared: &Compared) -> Vec<String> {
    let (diff, presence) = (speaker.diff, compared.presence);
    if diff.is_empty() || presence == Presence::Removed {
        return Vec::new();
    }
    let mut left: Vec<String> = signatures(compared).into_iter().collect();
    left.extend(services(diff));
    left.extend(unjustified(speaker, presence));
    left.push(unowned(speaker));
    left
}

fn signatures(compared: &Compared) -> Option<String> {
    let diff = &compared.diff;
    let signers = diff.frame.signers.iter().map(|party| short_name(diff.name(party)).to_owned());
    let signers: Vec<String> = signers.collect();
    let due = diff.version_due().filter(|_| compared.bump() != Bump::None);
    let version = due.unwrap_or_else(|| diff.version.after.clone());
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
    let handed: BTreeSet<&RowId> =
        speaker.diff.changes.iter().filter(|it| is_handed(it)).filter_map(|it| it.row.as_ref()).collect();
    let went = |row: &RowId| handed.contains(row) || speaker.told(row).is_some_and(Told::changes_hands);
    let stays = |row: &RowId| row.before.is_some() && row.after.is_some();
    let moved: Vec<&RowFacts> =
        speaker.diff.rows.iter().filter(|facts| stays(&facts.row) && went(&facts.row)).collect();
    let silent = moved.iter().filter(|facts| !facts.newly_justified);
    let labels: Vec<String> = silent.map(|facts| speaker.row(&facts.row)).collect();
    if presence == Presence::Added || moved.is_empty() {
        return None;
    }
    Some(match labels.len() {
        0 => "every row that changed hands states a new reason".to_owned(),
        rows => {
            let rows = count(rows, "row");
            format!("{rows} changed hands without a new justification: {}", labels.join("; "))
        }
    })
}

/// Returns whether a row has another owner by this change, or none.
fn is_handed(change: &Change) -> bool {
    let moves = !change.takes_on.is_empty() || !change.relieved.is_empty();
    change.class == Class::OwnedByNobody || change.field == "allocation" && moves
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
