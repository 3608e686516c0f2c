//! The report as one JSON object, `countersign/report/1`, for programs.
//!
//! The shape is public: `schema/report.schema.json` describes it, and a field once there stays.

use serde::Serialize;

use super::placed::{Board, Placed};
use super::{NotInForce, Report, Summary, escape};
use crate::finding::{Severity, Waived};

/// Renders the report as JSON with two-space indent and a final newline.
pub(super) fn render(report: &Report) -> String {
    let board = Board::of(report);
    let document = Document {
        format: "countersign/report/1",
        tool: env!("CARGO_PKG_VERSION"),
        at: &report.at,
        today: report.today.to_string(),
        fail_on: report.fail_on.word(),
        findings: board.placed(report).iter().map(|placed| Item::of(placed, &board)).collect(),
        matrices: &report.matrices,
        not_in_force: &report.not_in_force,
        errors: report.errors.iter().map(Problem::of).collect(),
        summary: Counts::of(report),
        next: report.next.as_deref(),
        exit_code: report.exit_code(),
    };
    pretty(&document)
}

/// Writes a value of ours as JSON that is safe in a build log.
pub(super) fn pretty(value: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(value).expect("a report has text keys and finite numbers");
    escape::json(&text) + "\n"
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    tool: &'static str,
    at: &'a str,
    today: String,
    fail_on: &'static str,
    findings: Vec<Item<'a>>,
    matrices: &'a [Summary],
    #[serde(skip_serializing_if = "<[NotInForce]>::is_empty")]
    not_in_force: &'a [NotInForce],
    errors: Vec<Problem<'a>>,
    summary: Counts,
    next: Option<&'a str>,
    exit_code: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Item<'a> {
    rule: &'a str,
    severity: &'static str,
    stage: &'static str,
    message: &'a str,
    help: Option<&'a str>,
    matrix: Option<&'a str>,
    row: Option<&'a str>,
    file: &'a str,
    pointer: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    related: Option<Related<'a>>,
    waived: Option<&'a Waived>,
}

impl<'a> Item<'a> {
    fn of(placed: &Placed<'a>, board: &Board<'a>) -> Self {
        let finding = placed.finding;
        let related = finding.related.as_deref().map(|(place, label)| {
            let at = board.places(finding).locate(place);
            Related {
                file: &finding.file,
                pointer: place.pointer(),
                label,
                line: at.line,
                column: at.column,
                end_line: at.end_line,
                end_column: at.end_column,
            }
        });
        Self {
            rule: &finding.rule,
            severity: finding.severity.word(),
            stage: finding.stage.word(),
            message: &finding.message,
            help: finding.help.as_deref(),
            matrix: finding.matrix.as_deref(),
            row: finding.row.as_deref(),
            file: &finding.file,
            pointer: finding.place.pointer(),
            line: placed.at.line,
            column: placed.at.column,
            end_line: placed.at.end_line,
            end_column: placed.at.end_column,
            related,
            waived: finding.waived.as_deref(),
        }
    }
}

/// A second place of a finding, in the same file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Related<'a> {
    file: &'a str,
    pointer: &'a str,
    label: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// What could not be looked at.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Problem<'a> {
    message: &'a str,
    causes: &'a [String],
    help: Option<&'a str>,
    exit_code: u8,
}

impl<'a> Problem<'a> {
    fn of(error: &'a crate::error::Error) -> Self {
        Self {
            message: &error.message,
            causes: &error.causes,
            help: error.hint.as_deref(),
            exit_code: error.kind.exit_code(),
        }
    }
}

#[derive(Serialize)]
struct Counts {
    error: usize,
    warning: usize,
    note: usize,
    waived: usize,
}

impl Counts {
    fn of(report: &Report) -> Self {
        Self {
            error: report.count(Severity::Error),
            warning: report.count(Severity::Warning),
            note: report.count(Severity::Note),
            waived: report.findings.iter().filter(|finding| finding.waived.is_some()).count(),
        }
    }
}
