//! Who owned something on a day, in words: whom to call comes first, the proof last.

use super::super::agreed::{Agreed, Signature};
use super::super::note::Contest;
use super::super::reading::Reading;
use super::super::row::{Call, Clock, RowAnswer};
use super::super::standing::Standing;
use super::super::who::{Answer, Who};
use crate::document::Block;
use crate::report::words::list;

/// Says everything in the order in which somebody needs it at three in the morning.
pub(super) fn lines(who: &Who) -> Vec<Block> {
    let mut lines = vec![Block::title(format!("{}: who owned it on {}", who.asked, who.as_of))];
    for one in &who.meant {
        lines.push(Block::sentence(format!("{}: {}", one.control, one.title)));
    }
    if who.answers.is_empty() {
        let what = match &who.drafts[..] {
            [] => "no matrix here has a row for it",
            drafts if drafts.iter().all(|draft| draft.standard) => "only a standard has it",
            _ => "only drafts have it",
        };
        lines.push(Block::alarm(format!("nobody: {what}")));
    }
    for one in &who.answers {
        answer(&mut lines, one);
    }
    for draft in &who.drafts {
        lines.push(Block::part(format!("{} ({})", draft.title, draft.matrix)));
        if draft.standard {
            let said = format!("The standard, version {}, which nobody signs, says:", draft.version);
            lines.push(Block::sentence(said));
            draft.rows.iter().for_each(|one| row(&mut lines, one));
            continue;
        }
        lines.push(Block::sentence(format!("The working text, to be version {}, says:", draft.version)));
        for row in &draft.rows {
            heading(&mut lines, row);
            lines.extend(remarks(row));
        }
    }
    lines.push(Block::part(format!("Known at: {}. Days are in UTC.", who.known_at)));
    lines
}

fn answer(lines: &mut Vec<Block>, answer: &Answer) {
    lines.push(Block::part(format!("{} ({})", answer.title, answer.matrix)));
    if answer.standing != Standing::InForce {
        lines.push(Block::alarm(answer.says.clone()));
    }
    for coming in &answer.coming {
        lines.push(Block::sentence(format!(
            "version {} was agreed on {} and is in force from {}",
            coming.version, coming.agreed_on, coming.from
        )));
    }
    for one in answer.readings.iter().filter(|_| answer.standing != Standing::Absent) {
        reading(lines, one, answer);
    }
    lines.extend(answer.contests.iter().map(contest));
    lines.extend(answer.notes.iter().map(|note| Block::fact("Note", note.clone())));
}

fn reading(lines: &mut Vec<Block>, reading: &Reading, answer: &Answer) {
    if let Some(condition) = &reading.condition {
        lines.push(Block::heading(condition.clone()));
        match &reading.version {
            None => lines.push(Block::alarm("nobody: by this reading nothing is in force".to_owned())),
            Some(_) if reading.rows.is_empty() => {
                lines.push(Block::alarm("nobody: this version has no row for it".to_owned()));
            }
            Some(_) => {}
        }
    }
    reading.rows.iter().for_each(|one| row(lines, one));
    if let Some(agreed) = &reading.agreed {
        in_force(lines, reading);
        proof(lines, agreed, &answer.matrix);
    }
}

/// Says what a row says, whom to call first.
pub(super) fn row(lines: &mut Vec<Block>, row: &RowAnswer) {
    heading(lines, row);
    many(lines, "Call", row.call.iter().map(call));
    many(lines, "By when", row.clocks.iter().map(clock));
    many(lines, "Who does what", row.duties.iter().map(|one| one.says.clone()).chain(row.reports.clone()));
    lines.extend(remarks(row));
    lines.extend(row.activity.clone().map(|text| Block::fact("What is done", text)));
    let answers: Vec<String> = row.controls.iter().chain(&row.references).cloned().collect();
    if !answers.is_empty() {
        lines.push(Block::fact("Answers", answers.join(", ")));
    }
    lines.extend(row.scope.clone().map(|text| Block::fact("Where", text)));
    lines.extend(row.inherits.iter().map(|text| Block::fact("Inherited", text.clone())));
    lines.extend(row.evidence.iter().map(|text| Block::fact("Evidence", text.clone())));
    lines.extend(row.keeper.clone().map(|text| Block::fact("Kept by", text)));
}

fn heading(lines: &mut Vec<Block>, row: &RowAnswer) {
    lines.push(Block::heading(format!("{} [{}]: {}", row.title, row.id, row.side)));
}

fn remarks(row: &RowAnswer) -> impl Iterator<Item = Block> + '_ {
    row.remarks.iter().map(|(term, text)| Block::fact(*term, text.clone()))
}

fn many(lines: &mut Vec<Block>, term: &'static str, items: impl Iterator<Item = String>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        lines.push(Block::fact(term, String::new()));
        lines.extend(items.map(Block::item));
    }
}

/// Says whom to call: "Harbor MSP, Security desk: +1 555 0100 (24x7)".
fn call(call: &Call) -> String {
    let who = match (&call.role, &call.name) {
        (Some(role), Some(name)) => format!("{role}, {name}"),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => call.id.clone(),
    };
    let channel = call.channel.as_deref().unwrap_or("no channel is given");
    let hours = call.hours.as_ref().map(|hours| format!(" ({hours})")).unwrap_or_default();
    let now = call.now.as_ref().map(|now| {
        let parts = [&now.role, &now.name, &now.channel, &now.hours].into_iter().flatten().cloned();
        format!("; current, not signed: {}", parts.collect::<Vec<_>>().join(", "))
    });
    format!("{}, {who}: {channel}{hours}{}", call.party_name, now.unwrap_or_default())
}

fn clock(clock: &Clock) -> String {
    clock.says.clone()
}

fn in_force(lines: &mut Vec<Block>, reading: &Reading) {
    let (Some(version), Some(from)) = (&reading.version, &reading.from) else { return };
    let until = reading.until.as_ref().map(|day| format!(", no longer on {day}")).unwrap_or_default();
    let term = if reading.condition.is_some() { "Version" } else { "In force" };
    let said = if reading.condition.is_some() { String::new() } else { "version ".to_owned() };
    lines.push(Block::fact(term, format!("{said}{version}, from {from}{until}")));
}

/// Says who agreed to a version and how to check it.
pub(super) fn proof(lines: &mut Vec<Block>, agreed: &Agreed, matrix: &str) {
    let who: Vec<String> = agreed.signatures.iter().map(Signature::says).collect();
    let roster = agreed.roster.map(|number| format!("; by list {number} of who may sign"));
    lines.push(Block::fact("Agreed by", format!("{}{}", list(&who), roster.unwrap_or_default())));
    if let (Some(reason), Some(day)) = (&agreed.retroactive, &agreed.agreed_on) {
        let said = format!("agreed on {day}, after its first day {}: {reason}", agreed.effective_from);
        lines.push(Block::fact("Retroactive", said));
    }
    let sha256 = agreed.sha256.as_deref().unwrap_or("unknown");
    let proof = format!("{}/matrix.json, SHA-256 {sha256}", agreed.folder);
    lines.push(Block::fact("Proof", proof));
    lines.push(Block::fact("Check it", format!("countersign evidence {matrix}@{}", agreed.version)));
}

fn contest(contest: &Contest) -> Block {
    let by = &contest.by;
    let reason = contest.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    let on = by.day();
    Block::fact(
        "Disputed",
        format!(
            "version {} by {} for {} on {on}, which changes nothing{reason}",
            contest.version, by.name, by.party_name
        ),
    )
}
