//! What a report ends with, for people: each matrix in a few lines, then the verdict.
//!
//! The last lines are the ones that people read. They are plain text here; each format escapes and lays them out.

use super::tally::{Tallies, Tally};
use super::words;
use super::{Report, Summary};

/// With more matrices than this, only the worst are described.
const MANY: usize = 5;
/// How many files are named at most.
const NAMED: usize = 3;

/// One matrix in a few lines.
pub(super) struct Block {
    /// What people call it.
    pub(super) title: String,
    /// Its id, version and standing.
    pub(super) version: String,
    /// What it amounts to, most general first.
    pub(super) lines: Vec<String>,
}

/// Returns the matrices to describe: all of them, or the worst of many.
pub(super) fn blocks(report: &Report) -> Vec<Block> {
    let tallies = Tallies::of(report);
    let total = tallies.total(report);
    let mut summaries: Vec<&Summary> = report.matrices.iter().collect();
    if summaries.len() > MANY {
        let rank = |summary: &&Summary| {
            let tally = tallies.of_matrix(summary);
            let lost: i64 = summary.points.values().map(|points| points.lost).sum();
            std::cmp::Reverse((tally.errors, tally.unsettled, lost, tally.warnings))
        };
        summaries.sort_by_cached_key(rank);
        summaries.truncate(MANY);
    }
    let block = |summary| {
        let tally = tallies.of_matrix(summary);
        let repeats = report.matrices.len() == 1 && tally == total;
        block(summary, Some(tally).filter(|_| !repeats))
    };
    summaries.into_iter().map(block).collect()
}

/// Describes one matrix; its tally is left out where the verdict says the same.
fn block(summary: &Summary, tally: Option<Tally>) -> Block {
    let parties: Vec<(&str, &str)> =
        summary.parties.iter().map(|party| (party.side.as_str(), party.name.as_str())).collect();
    let mut lines = vec![words::allocations(summary.rows, &summary.allocations, &parties)];
    lines.extend(words::nobody(summary));
    for (id, cover) in &summary.coverage {
        let title = if cover.title.is_empty() { id } else { &cover.title };
        lines.push(format!("{title}: {}", words::coverage(cover, summary.points.get(id))));
    }
    let then = if is_standard(summary) { "an engagement is made of it" } else { "it can be signed" };
    lines.extend(tally.map(|tally| tally.words_until(then)));
    lines.push(signable(summary));
    let standing = summary.standing_words.as_ref().unwrap_or(&summary.standing);
    if let Some(other) = summary.in_force.as_ref().filter(|one| one.version != summary.version) {
        lines.insert(0, format!("in force is version {}, since {}", other.version, other.since));
    }
    Block {
        title: summary.title.clone(),
        version: format!("{} {}, {standing}", summary.id, summary.version),
        lines,
    }
}

/// Returns the matrices that should be in force and are not, one line each.
pub(super) fn not_in_force(report: &Report) -> Vec<String> {
    report.not_in_force.iter().map(|one| format!("{}: {}", one.matrix, one.why)).collect()
}

/// Returns what is to be settled before: a signature, or that engagements are made of a standard.
fn settled_before(report: &Report) -> &'static str {
    match &report.matrices[..] {
        [_, ..] if report.matrices.iter().all(is_standard) => "an engagement is made of it",
        [_, _, ..] => "they can be signed",
        _ => "it can be signed",
    }
}

fn is_standard(summary: &Summary) -> bool {
    summary.standing == "standard"
}

/// Returns how far a matrix is from a signature.
fn signable(summary: &Summary) -> String {
    if is_standard(summary) {
        return match summary.blocking {
            0 => "a standard: nobody reviews or signs it".to_owned(),
            some => format!(
                "a standard: nobody reviews or signs it; {} to settle before an engagement is made of it",
                words::count(some, "finding")
            ),
        };
    }
    let walked = words::reviewed(summary.reviewed, summary.rows);
    match summary.blocking {
        0 if summary.standing != "draft" => walked,
        0 => format!("{walked}; nothing stands before a signature"),
        1 => format!("{walked}; 1 finding stands before a signature"),
        many => format!("{walked}; {many} findings stand before a signature"),
    }
}

/// Returns what is said of the matrices that have no block of their own.
pub(super) fn unlisted(report: &Report) -> Option<String> {
    let more = report.matrices.len().checked_sub(MANY).filter(|more| *more > 0)?;
    let rows: usize = report.matrices.iter().map(|summary| summary.rows).sum();
    let nobody: usize = report.matrices.iter().map(|summary| summary.nobody.len()).sum();
    let owned =
        if nobody == 0 { "every row has an owner".to_owned() } else { format!("{nobody} of them nobody's") };
    Some(format!(
        "{} with {}, {owned}; the worst {MANY} are shown, {more} more are not",
        words::count(report.matrices.len(), "matrix"),
        words::count(rows, "row"),
    ))
}

/// Returns what is said of matrices that no rule has judged.
pub(super) fn unread(report: &Report) -> Option<String> {
    let (it, them) = match report.unread.len() {
        0 => return None,
        1 => ("its form has", "it"),
        _ => ("their form has", "them"),
    };
    let paths = words::some(&report.unread, NAMED);
    Some(format!(
        "no rule has judged {paths} yet: {it} to be mended first, then the rules say what else there is in {them}"
    ))
}

/// Returns the one line that says how it ended.
pub(super) fn verdict(report: &Report) -> String {
    let tally = Tally::total(report);
    let looked = looked_at(report);
    let is_clean = tally.is_clean();
    let tally = tally.words_until(settled_before(report));
    let nothing = report.matrices.is_empty() && is_clean;
    let matrices = words::count(report.not_in_force.len(), "matrix");
    match report.errors.len() {
        0 if nothing => format!("nothing was looked at ({looked})"),
        0 if is_clean && report.not_in_force.is_empty() => {
            let rows = report.matrices.iter().map(|summary| summary.rows).sum();
            format!("no findings in {} ({looked})", words::count(rows, "row"))
        }
        0 if report.fails() && !report.not_in_force.is_empty() => {
            format!("failed, and not in force: {matrices}; {tally} ({looked})")
        }
        0 if report.fails() => format!("failed: {tally} ({looked})"),
        0 if !report.not_in_force.is_empty() => {
            format!("not in force: {matrices}; otherwise {tally} ({looked})")
        }
        0 => format!("passed: {tally} ({looked})"),
        _ if nothing => format!("nothing could be judged ({looked})"),
        errors => {
            let errors = words::count(errors, "problem");
            format!("not everything could be judged, {errors}; otherwise {tally} ({looked})")
        }
    }
}

fn looked_at(report: &Report) -> String {
    let matrices = match report.matrices.len() {
        0 => String::new(),
        some => format!("{}, ", words::count(some, "matrix")),
    };
    format!("{matrices}{}, judged as of {}", report.at, report.today)
}

/// Returns the accepted findings, one line each; they are shown every time.
pub(super) fn accepted(report: &Report) -> Vec<String> {
    let waived = report.findings.iter().filter_map(|finding| Some((finding, finding.waived.as_ref()?)));
    waived
        .map(|(finding, waived)| {
            let row = finding.row.as_ref().map(|row| format!(" in row {row}")).unwrap_or_default();
            let by = match (waived.owner.is_empty(), waived.approved_by.is_empty()) {
                (true, true) => "signed with the matrix".to_owned(),
                (false, true) => format!("owned by {}", waived.owner),
                (true, false) => format!("approved by {}", waived.approved_by),
                (false, false) => format!("owned by {}, approved by {}", waived.owner, waived.approved_by),
            };
            let until = waived.expires.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
            format!("{}{row}: {} ({by}{until})", finding.rule, waived.reason)
        })
        .collect()
}
