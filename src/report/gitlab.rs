//! A code quality report of GitLab: a JSON array, a finding an element.

use serde::Serialize;

use super::fingerprint::Fingerprints;
use super::placed::{Board, Placed};
use super::{Report, json, words};
use crate::error::{Error, Kind};
use crate::finding::Severity;

/// Renders the counting findings, and as blockers what could not be looked at.
pub(super) fn render(report: &Report) -> String {
    let board = Board::of(report);
    let mut fingerprints = Fingerprints::of(report);
    let problem = |one: (usize, &Error)| problem(report, one);
    let mut issues: Vec<Issue> = report.problems().iter().enumerate().map(problem).collect();
    for finding in report.counting() {
        issues.push(issue(report, &board.place(finding), fingerprints.next(finding)));
    }
    json::pretty(&issues)
}

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

fn issue(report: &Report, placed: &Placed, fingerprint: String) -> Issue {
    let finding = placed.finding;
    Issue {
        description: words::about(finding),
        check_name: finding.rule.to_string(),
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Note | Severity::Off => "info",
        },
        location: Location {
            path: report.at_top(&finding.file),
            lines: Lines { begin: placed.at.line, end: placed.at.end_line },
        },
    }
}

/// An empty report would read as clean, so what could not be judged is an issue too.
fn problem(report: &Report, (index, error): (usize, &Error)) -> Issue {
    let help = error.hint.as_ref().map(|hint| format!("; help: {hint}")).unwrap_or_default();
    let (what, name) = match error.kind {
        Kind::NotInForce => (error.message.clone(), "not-in-force"),
        _ => (format!("could not judge: {}", error.message), "could-not-judge"),
    };
    Issue {
        description: format!("{what}{help}"),
        check_name: name.to_owned(),
        fingerprint: format!("{name}:{}", index + 1),
        severity: "blocker",
        location: Location { path: report.at_top("countersign.json"), lines: Lines { begin: 1, end: 1 } },
    }
}
