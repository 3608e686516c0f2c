//! What a matrix's changes come to: the summary in one line, what it means for each party, why, and the version due.

use std::collections::BTreeSet;

use super::page::Meaning;
use crate::diff::phrase::Speaker;
use crate::diff::{Change, Class, Diff, Effect, RowId};
use crate::report::words::{count, list, short_name};

/// Returns the one line that hides nothing.
pub(super) fn lead(diff: &Diff) -> String {
    if diff.is_empty() {
        return "no change of responsibility, wording or terms".to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    if !diff.nobody.is_empty() {
        parts.push(format!("{} owned by nobody", count(diff.nobody.len(), "row")));
    }
    let speaker = Speaker::of(diff);
    let came = diff.changes.iter().filter(is_newcomer).filter_map(|change| change.after.as_object());
    parts.extend(came.map(|party| speaker.newcomer(party)));
    for effect in &diff.effects {
        let sum = sum(effect, |rows| rows.to_string());
        if !sum.is_empty() {
            parts.push(format!("{} {sum}", short_name(&effect.name)));
        }
    }
    let of = |class: Class| diff.of_class(class).count();
    let mut push = |number: usize, noun: &str, tail: &str| {
        if number > 0 {
            parts.push(format!("{}{tail}", count(number, noun)));
        }
    };
    push(of(Class::RowAdded), "row", " added");
    push(of(Class::RowRemoved), "row", " removed");
    for (class, noun, tail) in OTHERS {
        push(diff.of_class(class).filter(|change| !is_newcomer(change)).count(), noun, tail);
    }
    let comma =
        if parts.iter().any(|part| part.contains([',']) || part.contains(" and ")) { "; " } else { ", " };
    if parts.is_empty() { count(diff.changes.len(), "change") } else { parts.join(comma) }
}

/// How the summary counts what moves no work.
const OTHERS: [(Class, &str, &str); 9] = [
    (Class::DeadlineTightened, "deadline", " tightened"),
    (Class::DeadlineLoosened, "deadline", " loosened"),
    (Class::DeadlineChanged, "deadline", " changed"),
    (Class::ScopeChanged, "change", " of scope or services"),
    (Class::EvidenceChanged, "change", " of evidence"),
    (Class::InheritanceChanged, "change", " of inheritance"),
    (Class::PartiesChanged, "change", " of parties"),
    (Class::TermsChanged, "change", " of terms"),
    (Class::WordingOnly, "rewording", ""),
];

/// Returns in how many rows a party has more, less or something else.
fn figures(effect: &Effect) -> Vec<(&'static str, usize)> {
    let new = [&effect.takes_on, &effect.must_approve, &effect.must_prove];
    let more: BTreeSet<&RowId> = new.into_iter().flatten().collect();
    let figures = vec![
        ("takes on", more.len()),
        ("is now alone with", effect.alone.len()),
        ("gives up", effect.gives_up.len()),
        ("has another or a smaller part in", effect.otherwise.len()),
    ];
    figures.into_iter().filter(|(_, rows)| *rows > 0).collect()
}

/// Returns the figures of a party in words; `unit` says what the first one counts.
fn sum(effect: &Effect, unit: impl Fn(usize) -> String) -> String {
    let figures = figures(effect).into_iter().enumerate();
    let said = figures.map(|(at, (does, rows))| match at {
        0 => format!("{does} {}", unit(rows)),
        _ => format!("{does} {rows}"),
    });
    list(&said.collect::<Vec<_>>())
}

/// Returns why rows changed, where their justification is new.
pub(super) fn reasons(diff: &Diff, speaker: &Speaker<'_>) -> Vec<String> {
    let said = diff.changes.iter().filter_map(|change| {
        let row = change.row.as_ref()?;
        let own = change.edits.iter().find(|edit| edit.field == "justification").map(|edit| &edit.after);
        let whole = (change.field == "rows").then(|| change.after.get("justification")).flatten();
        let why = own.or(whole)?.as_str()?;
        Some(format!("{}: {why}", speaker.row(row)))
    });
    said.collect()
}

/// Returns whether a party is new.
pub(super) fn is_newcomer(change: &&Change) -> bool {
    change.field == "parties" && change.before.is_null()
}

pub(super) fn bump(diff: &Diff) -> String {
    let Some(why) = diff.bump.why() else { return "no new version is due".to_owned() };
    let kind = diff.bump.word().to_uppercase();
    let after = &diff.version.after;
    let due = match (diff.version_due(), diff.rise()) {
        (Some(due), _) => format!("a {kind} version is due, {due} at least"),
        (None, Some(rise)) if rise > diff.bump => format!("version {after} is more than the {kind} one due"),
        (None, _) => format!("version {after} is the {kind} one due"),
    };
    format!("{due}, because {why}; both parties sign it")
}

pub(super) fn meaning(speaker: &Speaker<'_>, effect: &Effect) -> Meaning {
    let rows = |rows: &[RowId]| rows.iter().map(|row| speaker.row(row)).collect::<Vec<_>>();
    let number = |rows: &[RowId]| count(rows.len(), "row");
    let points = [
        ("takes on work in", &effect.takes_on),
        ("is now alone with", &effect.alone),
        ("gives up all its work in", &effect.gives_up),
        ("has another or a smaller part in", &effect.otherwise),
        ("must newly approve, decide or define in", &effect.must_approve),
        ("must newly keep or collect evidence for", &effect.must_prove),
    ];
    let points = points.into_iter().filter(|(_, list)| !list.is_empty());
    let mut points: Vec<(String, Vec<String>)> =
        points.map(|(said, list)| (format!("{said} {}", number(list)), rows(list))).collect();
    let faster: Vec<String> = effect.faster.iter().map(|row| faster(speaker, effect, row)).collect();
    if !faster.is_empty() {
        points.push((format!("has a shorter deadline or rhythm in {}", count(faster.len(), "row")), faster));
    }
    let deadlines = new_deadlines(speaker, effect);
    if !deadlines.is_empty() {
        points.push((format!("new deadlines in {}", count(deadlines.len(), "row")), deadlines));
    }
    Meaning { name: effect.name.clone(), sum: sum(effect, |rows| count(rows, "row")), points }
}

/// Returns a row with what a party has to do sooner or more often in it.
fn faster(speaker: &Speaker<'_>, effect: &Effect, row: &RowId) -> String {
    let tighter = speaker
        .diff
        .of_class(Class::DeadlineTightened)
        .filter(|change| change.row.as_ref() == Some(row) && change.party.as_ref() == Some(&effect.party));
    let said: Vec<String> = tighter.map(|change| speaker.faster(change)).collect();
    format!("{}: {}", speaker.row(row), list(&said))
}

/// Returns the new deadlines of a party, those of one row together.
fn new_deadlines(speaker: &Speaker<'_>, effect: &Effect) -> Vec<String> {
    let of_rows = effect.new_deadlines.chunk_by(|one, other| one.row == other.row).map(|deadlines| {
        let said: Vec<String> = deadlines.iter().map(|it| speaker.new_deadline(it)).collect();
        format!("{}: {}", speaker.row(&deadlines[0].row), list(&said))
    });
    of_rows.collect()
}
