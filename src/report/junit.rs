//! JUnit XML for test reports: a suite for each file, a case for each finding.
//!
//! A finding at or above the gate is a failure, an accepted one is skipped, any other passes with its text beside
//! it. A file without findings is one case that passes, so that a clean run is not an empty report.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape::xml;
use super::placed::{Board, Placed};
use super::{Report, ending, words};
use crate::error::{Error, Kind};

/// Renders the report as one `testsuites` element.
pub(super) fn render(report: &Report) -> String {
    let board = Board::of(report);
    let mut suites: BTreeMap<String, Suite> = BTreeMap::new();
    for summary in &report.matrices {
        suites.entry(report.at_top(&summary.file)).or_default();
    }
    for placed in board.placed(report) {
        suites.entry(report.at_top(&placed.finding.file)).or_default().add(&placed, report);
    }
    let mut problems = Suite::default();
    let found = report.problems();
    found.iter().for_each(|error| problems.problem(error));
    if !found.is_empty() {
        suites.insert("countersign".to_owned(), problems);
    }
    let verdict = xml(&ending::verdict(report));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(out, "<testsuites name=\"countersign: {verdict}\"{}>", total(suites.values()));
    for (file, suite) in suites {
        suite.write(&file, &mut out);
    }
    out + "</testsuites>\n"
}

/// The cases of one file, written as they come.
#[derive(Default)]
struct Suite {
    cases: String,
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Suite {
    fn add(&mut self, placed: &Placed, report: &Report) {
        let Placed { finding, at } = placed;
        self.tests += 1;
        let row = finding.row.as_ref().map(|row| format!(" ({row})")).unwrap_or_default();
        let name = xml(&format!("{}{row}", finding.rule));
        let file = report.at_top(&finding.file);
        let place = xml(&format!("{file}:{}:{}", at.line, at.column));
        let message = xml(&words::about(finding));
        let help = finding.help.as_deref().map(|help| format!("\nhelp: {}", xml(help))).unwrap_or_default();
        let _ = writeln!(self.cases, "    <testcase classname=\"{}\" name=\"{name}\">", xml(&file));
        if let Some(waived) = &finding.waived {
            self.skipped += 1;
            let reason = xml(&waived.reason);
            let _ = writeln!(
                self.cases,
                "      <skipped message=\"accepted finding; it changes no requirement: {reason}\"/>"
            );
        } else if finding.severity <= report.fail_on {
            self.failures += 1;
            let kind = finding.severity.word();
            let _ = writeln!(
                self.cases,
                "      <failure type=\"{kind}\" message=\"{message}\">{place}\n{message}{help}</failure>"
            );
        } else {
            let kind = finding.severity.word();
            let _ = writeln!(self.cases, "      <system-out>{kind}: {place}\n{message}{help}</system-out>");
        }
        self.cases.push_str("    </testcase>\n");
    }

    fn problem(&mut self, error: &Error) {
        self.tests += 1;
        self.errors += 1;
        let message = xml(&error.message);
        let name = if error.kind == Kind::NotInForce { "is in force" } else { "could judge" };
        let causes: String = error.causes.iter().map(|cause| format!("\nbecause {}", xml(cause))).collect();
        let help = error.hint.as_deref().map(|hint| format!("\nhelp: {}", xml(hint))).unwrap_or_default();
        let _ = writeln!(
            self.cases,
            "    <testcase classname=\"countersign\" name=\"{name}\">\n      \
             <error message=\"{message}\">{message}{causes}{help}</error>\n    </testcase>"
        );
    }

    fn write(mut self, file: &str, out: &mut String) {
        if self.tests == 0 {
            self.tests = 1;
            let file = xml(file);
            let _ = writeln!(self.cases, "    <testcase classname=\"{file}\" name=\"no findings\"/>");
        }
        let _ = writeln!(out, "  <testsuite name=\"{}\"{}>", xml(file), total([&self].into_iter()));
        out.push_str(&self.cases);
        out.push_str("  </testsuite>\n");
    }
}

/// Returns the counts of suites as attributes.
fn total<'a>(suites: impl Iterator<Item = &'a Suite>) -> String {
    let (mut tests, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
    for suite in suites {
        tests += suite.tests.max(1);
        failures += suite.failures;
        errors += suite.errors;
        skipped += suite.skipped;
    }
    format!(" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"0\"")
}
