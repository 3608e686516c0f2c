//! One row in sentences, for pages that show more of it than its changes.

use crate::matrix::{Allocation, Deed, Duty, Evidence, Matrix, Row};
use crate::report::words::{holder, list};

use super::{page, sentence};

/// Returns everything that a row says beside its own title and activity, a sentence each: who does what,
/// which proof is kept by whom, where and on which source it rests.
pub(crate) fn whole(matrix: &Matrix, row: &Row) -> Vec<String> {
    let duties = matrix.duties(row).filter(|duty| !page::only_keeps(duty));
    let mut said: Vec<String> = duties.map(|duty| in_full(matrix, row, duty)).collect();
    said.extend(row.reports.iter().map(|report| {
        let said = sentence::report(matrix, report);
        format!("{} {}", said.who, said.does)
    }));
    for (term, fact) in page::facts(matrix, row) {
        let tail = by_default(term == "Kept by" && keeping(matrix, row).all(|duty| is_default(row, duty)));
        said.push(format!("{}: {fact}{tail}", term.to_lowercase()));
    }
    if !row.controls.is_empty() {
        let controls = row.controls.iter().map(|id| sentence::control(matrix, id).to_owned());
        said.push(format!("answers for: {}", list(&controls.collect::<Vec<_>>())));
    }
    said.extend(row.references.iter().map(|source| format!("source: {source}")));
    said
}

/// Returns the state of a row: who does it, who decides, who keeps which proof, who is accountable.
pub(crate) fn state(matrix: &Matrix, row: &Row) -> String {
    let mut parts = work(matrix, row);
    let says_when = matrix.duties(row).any(|duty| duty.cadence.is_some());
    parts.extend(
        matrix
            .cadence(row)
            .filter(|_| !says_when)
            .map(|cadence| format!("all of it {}", sentence::cadence(cadence))),
    );
    parts.extend(proof(matrix, row));
    let answering: Vec<String> =
        of(matrix, row, |deed| deed == Deed::Accountable).map(|duty| brief(matrix, row, duty)).collect();
    if answering.is_empty() && row.allocation.is_work() {
        parts.push("nobody is named as accountable".to_owned());
    }
    parts.extend(answering);
    parts.join("; ")
}

/// Returns who keeps the proof of a row, with roles; nothing where nobody is named.
pub(crate) fn keepers(matrix: &Matrix, row: &Row) -> Option<String> {
    sentence::keepers(matrix, row)
}

/// Returns how often: "quarterly", "every 30 days".
pub(crate) fn cadence(cadence: &str) -> String {
    sentence::cadence(cadence)
}

fn keeping<'a>(matrix: &'a Matrix, row: &'a Row) -> impl Iterator<Item = &'a Duty> {
    of(matrix, row, |deed| deed == Deed::RetainEvidence)
}

fn of<'a>(
    matrix: &'a Matrix,
    row: &'a Row,
    is_meant: impl Fn(Deed) -> bool + 'a,
) -> impl Iterator<Item = &'a Duty> {
    matrix.duties(row).filter(move |duty| is_meant(duty.deed))
}

fn is_default(row: &Row, duty: &Duty) -> bool {
    !row.duties.iter().any(|own| std::ptr::eq(own, duty))
}

fn in_full(matrix: &Matrix, row: &Row, duty: &Duty) -> String {
    let said = sentence::duty(matrix, duty);
    format!("{} {}{}", said.who, said.does, by_default(is_default(row, duty)))
}

/// Returns a duty without its words: "MSP (SOC analyst) performs, weekly".
fn brief(matrix: &Matrix, row: &Row, duty: &Duty) -> String {
    let said = sentence::duty(matrix, &Duty { text: None, escalate: Vec::new(), ..duty.clone() });
    format!("{} {}{}", said.who, said.does, by_default(is_default(row, duty)))
}

fn by_default(holds: bool) -> &'static str {
    if holds { ", by default" } else { "" }
}

/// Returns who does the work and who decides, those who act first.
fn work(matrix: &Matrix, row: &Row) -> Vec<String> {
    let is_work = |deed| !matches!(deed, Deed::RetainEvidence | Deed::Accountable);
    let mut duties: Vec<&Duty> = of(matrix, row, is_work).collect();
    duties.sort_by_key(|duty| match duty.deed.counts() {
        Deed::Perform => 0,
        Deed::Approve => 1,
        _ => 2,
    });
    let mut parts: Vec<String> = Vec::new();
    for said in duties.iter().map(|duty| brief(matrix, row, duty)) {
        if !parts.contains(&said) {
            parts.push(said);
        }
    }
    if parts.is_empty() {
        parts.push(match row.allocation {
            Allocation::Unassigned => "nobody has this".to_owned(),
            Allocation::NotApplicable => "not applicable".to_owned(),
            Allocation::Inherited => "inherited".to_owned(),
            other => format!("{}, but no duty says who does what", holder(other, &matrix.sides())),
        });
    }
    let edges = row.inherits.iter().map(|edge| sentence::inheritance(matrix, edge));
    parts.extend(edges);
    parts
}

/// Returns who keeps which proof, and who collects it.
fn proof(matrix: &Matrix, row: &Row) -> Option<String> {
    let pieces: Vec<String> = row.evidence.iter().map(|piece| named(matrix, piece)).collect();
    let tail = by_default(keeping(matrix, row).all(|duty| is_default(row, duty)));
    let keeps = if keeping(matrix, row).count() == 1 { "keeps" } else { "keep" };
    match (keepers(matrix, row), pieces.is_empty()) {
        (Some(who), false) => Some(format!("{who} {keeps} {}{tail}", list(&pieces))),
        (Some(who), true) if row.allocation.is_work() => {
            Some(format!("{who} {keeps} the evidence{tail}, but the row names none"))
        }
        (None, false) => Some(format!("nobody is named to keep {}", list(&pieces))),
        (None, true) if row.allocation.is_work() => Some("no proof is named".to_owned()),
        (_, true) => None,
    }
}

/// Returns a piece of evidence with who brings it and how long it is kept.
fn named(matrix: &Matrix, piece: &Evidence) -> String {
    let collector = piece.collector.as_ref().map(|by| format!("collected by {}", sentence::name(matrix, by)));
    let retention = piece.retention.as_ref().or(matrix.defaults.retention.as_ref());
    let details = [collector, retention.map(|time| format!("kept {}", time.words()))];
    let details: Vec<String> = details.into_iter().flatten().collect();
    let details = if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) };
    format!("“{}”{details}", piece.artifact)
}
