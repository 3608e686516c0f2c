//! Who owned something, when, in words: a heading for each stretch of days, then who agreed and what changed.

use super::super::agreed::{Agreed, Signature};
use super::super::history::{Changed, History, Stretch};
use super::super::row::RowAnswer;
use super::super::standing::Standing;
use crate::document::Block;
use crate::report::words::{count, list};

const NOBODY: &str = "nobody has agreed to anything yet";

/// Says everything, matrix by matrix.
pub(super) fn lines(history: &History) -> Vec<Block> {
    let asked = history.asked.as_deref().unwrap_or("all matrices");
    let mut lines = vec![Block::title(format!("{asked}: what was in force, from when until when"))];
    for one in &history.meant {
        lines.push(Block::sentence(format!("{}: {}", one.control, one.title)));
    }
    let mut matrix = "";
    for one in &history.stretches {
        if one.matrix != matrix {
            lines.push(Block::part(format!("{} ({})", one.title, one.matrix)));
            matrix = &one.matrix;
        }
        stretch(&mut lines, one);
    }
    if history.stretches.is_empty() {
        let why = if history.asked.is_some() { "no version in force ever had it" } else { NOBODY };
        lines.push(Block::alarm(format!("nothing: {why}")));
    }
    for one in &history.reviews {
        lines.push(Block::part(format!("{}, as it lies here", one.matrix)));
        lines.push(Block::sentence(one.says.clone()));
    }
    if let Some(commits) = &history.commits {
        super::blame::commits(&mut lines, commits);
    }
    let more = if history.commits.is_some() { "" } else { "; `--commits` adds the drafts" };
    let rule = format!("What was in force is what all parties signed{more}.");
    lines.push(Block::part(format!("Known at: {}. {rule} Days are in UTC.", history.known_at)));
    lines
}

fn stretch(lines: &mut Vec<Block>, one: &Stretch) {
    let from = one.from.as_deref().unwrap_or_default();
    let until = one.until.as_ref().map(|day| format!(", no longer on {day}")).unwrap_or_default();
    lines.push(Block::heading(format!("from {from}{until}: {}", what(one))));
    if one.standing != Standing::InForce {
        lines.push(Block::alarm(one.says.clone()));
    }
    one.rows.iter().for_each(|one| row(lines, one));
    agreements(lines, one);
    if !one.changes.is_empty() {
        let is_certain = one.standing != Standing::InDoubt;
        let term = if is_certain { "What changed" } else { "What changes if the first of them stands" };
        lines.push(Block::fact(term, String::new()));
        lines.extend(one.changes.iter().map(|change| Block::item(changed(change))));
    }
}

fn what(one: &Stretch) -> String {
    let mut sides: Vec<&str> = one.rows.iter().map(|row| row.side.as_str()).collect();
    sides.dedup();
    match one.standing {
        Standing::InForce if sides.is_empty() => {
            one.versions.first().map(|agreed| format!("version {}", agreed.version)).unwrap_or_default()
        }
        Standing::InForce => match sides[..] {
            [only] => only.to_owned(),
            _ => count(one.rows.len(), "row"),
        },
        Standing::InDoubt => "in doubt".to_owned(),
        Standing::Absent | Standing::Ended | Standing::NotYet | Standing::Nothing => "nobody".to_owned(),
    }
}

fn row(lines: &mut Vec<Block>, row: &RowAnswer) {
    lines.push(Block::sentence(format!("{} [{}]: {}", row.title, row.id, row.side)));
    let own = row.duties.iter().filter(|duty| !duty.default);
    lines.extend(own.map(|duty| Block::item(duty.says.clone())));
    lines.extend(row.remarks.iter().map(|(term, text)| Block::item(format!("{term}: {text}"))));
}

fn agreements(lines: &mut Vec<Block>, one: &Stretch) {
    let Some((first, rest)) = one.versions.split_first() else { return };
    if one.standing == Standing::InDoubt {
        lines.extend(one.versions.iter().map(agreed));
        return;
    }
    lines.push(agreed(first));
    if let (Some(reason), Some(day)) = (&first.retroactive, &first.agreed_on) {
        lines.push(Block::fact("Retroactive", format!("agreed on {day}, after its first day: {reason}")));
    }
    if !rest.is_empty() {
        let rest: Vec<String> =
            rest.iter().map(|one| format!("{} (from {})", one.version, one.effective_from)).collect();
        lines.push(Block::fact("Left alone by", list(&rest)));
    }
}

fn agreed(agreed: &Agreed) -> Block {
    let who: Vec<String> = agreed.signatures.iter().map(Signature::says).collect();
    Block::sentence(format!("Version {}, agreed by {}", agreed.version, list(&who)))
}

/// Says what changed: the row, the change, and the words before and after.
pub(super) fn changed(change: &Changed) -> String {
    let title = change.title.as_ref().map(|title| format!("{title}: ")).unwrap_or_default();
    let mut said = format!("{title}{}", change.says);
    for (term, text) in [("Before", &change.before), ("Now", &change.after)] {
        if !text.is_empty() {
            said.push_str(&format!(". {term}: {}", text.trim_end_matches('.')));
        }
    }
    for note in &change.notes {
        said.push_str(&format!(" ({note})"));
    }
    said
}
