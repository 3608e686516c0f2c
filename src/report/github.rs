//! Annotations of GitHub Actions.
//!
//! A step shows ten of each level and drops the rest in silence, so the tenth counts what is not shown.
//! Every line is a command of ours; text of a matrix stands only behind its second `::`, escaped.

use std::fmt::Write as _;

use super::placed::{Board, Placed};
use super::tally::Tally;
use super::{Report, ending, escape, words};
use crate::error::Error;
use crate::finding::{Finding, Severity};

/// How many annotations of one level a step shows.
const MOST: usize = 10;

/// Renders the worst findings of each level as workflow commands.
pub(super) fn render(report: &Report) -> String {
    let board = Board::of(report);
    let mut out = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let findings = report.counting().filter(|finding| finding.severity == severity);
        let is_first = severity == Severity::Error;
        let errors = if is_first { report.errors.as_slice() } else { &[] };
        let lacking = if is_first { ending::not_in_force(report) } else { Vec::new() };
        let placed = findings.map(|finding| annotation(report, &board.place(finding)));
        level(
            &mut out,
            severity,
            errors
                .iter()
                .map(problem)
                .chain(lacking.iter().map(|line| not_in_force(line)))
                .chain(placed)
                .collect(),
        );
    }
    let words = Tally::total(report).words("it");
    let _ = writeln!(out, "countersign: {words}; exit code {}", report.exit_code());
    out
}

fn level(out: &mut String, severity: Severity, annotations: Vec<String>) {
    let shown = if annotations.len() > MOST { MOST - 1 } else { annotations.len() };
    for annotation in &annotations[..shown] {
        let _ = writeln!(out, "::{} {annotation}", command(severity));
    }
    if annotations.len() > shown {
        let more = words::count(annotations.len() - shown, severity.word());
        let rest =
            format!("title=and more::{more} not shown here: see the job summary or run countersign check");
        let _ = writeln!(out, "::{} {rest}", command(severity));
    }
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note | Severity::Off => "notice",
    }
}

fn annotation(report: &Report, placed: &Placed) -> String {
    let Placed { finding, at } = placed;
    let mut out = format!("file={},line={}", escape::github_property(&report.at_top(&finding.file)), at.line);
    let _ = write!(out, ",endLine={}", at.end_line);
    if at.line == at.end_line && at.column < at.end_column {
        let _ = write!(out, ",col={},endColumn={}", at.column, at.end_column);
    }
    let _ = write!(out, ",title={}", escape::github_property(&finding.rule));
    let _ = write!(out, "::{}", escape::github_message(&message(finding)));
    out
}

fn message(finding: &Finding) -> String {
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    format!("{}{help}", words::about(finding))
}

fn problem(error: &Error) -> String {
    let causes: String = error.causes.iter().map(|cause| format!("\nbecause {cause}")).collect();
    let help = error.hint.as_ref().map(|hint| format!("\nhelp: {hint}")).unwrap_or_default();
    let message = format!("{}{causes}{help}", error.message);
    format!("title=could not judge::{}", escape::github_message(&message))
}

fn not_in_force(line: &str) -> String {
    format!("title=not in force::{}", escape::github_message(line))
}
