//! The report for people at a terminal: findings with their source, then the lines that matter most.

use std::fmt::Write as _;

use super::ending::{self, Block};
use super::fold::{self, Fold};
use super::placed::Board;
use super::snippet::{self, wrapped};
use super::{Report, Style, View, escape, words};
use crate::error::Error;
use crate::finding::Finding;

/// How many folded findings are named.
const NAMED: usize = 5;

/// Renders the report as text, worst first, the verdict last.
pub(super) fn render(report: &Report, view: &View) -> String {
    let page = Page { style: &view.style };
    let mut out = String::new();
    let board = Board::of(report);
    for fold in fold::fold(report.counting(), view.all) {
        page.finding(&mut out, &fold, &board);
    }
    page.section(&mut out, "accepted findings; they change no requirement", &ending::accepted(report));
    page.section(&mut out, "not in force", &ending::not_in_force(report));
    for error in &report.errors {
        page.error(&mut out, error);
    }
    for block in ending::blocks(report) {
        page.block(&mut out, &block);
    }
    if let Some(unlisted) = ending::unlisted(report) {
        page.indented(&mut out, "", &unlisted);
        out.push('\n');
    }
    if let Some(unread) = ending::unread(report) {
        page.indented(&mut out, "", &unread);
        out.push('\n');
    }
    page.verdict(&mut out, report);
    escape::log_safe(&out).into_owned()
}

/// A terminal of some width, with or without colour.
struct Page<'a> {
    style: &'a Style,
}

impl Page<'_> {
    fn finding(&self, out: &mut String, fold: &Fold, board: &Board) {
        let named = Finding { message: words::about(fold.first).into(), ..fold.first.clone() };
        let at = board.place(fold.first).at;
        let source = board.source(fold.first);
        let shown = snippet::render(&named, &at, source, board.places(fold.first), self.style);
        out.push_str(shown.trim_end_matches('\n'));
        out.push('\n');
        if !fold.others.is_empty() {
            self.indented(out, "  ", &others(fold));
        }
        out.push('\n');
    }

    fn section(&self, out: &mut String, heading: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let _ = writeln!(out, "{heading}:");
        for line in lines {
            self.indented(out, "  ", line);
        }
        out.push('\n');
    }

    fn error(&self, out: &mut String, error: &Error) {
        let label = self.style.paint("1;31", "error");
        let _ = writeln!(out, "{label}: {}", escape::terminal(&error.message));
        for cause in &error.causes {
            self.indented(out, "  ", &format!("because {cause}"));
        }
        if let Some(hint) = &error.hint {
            self.indented(out, "  ", &format!("help: {hint}"));
        }
        out.push('\n');
    }

    fn block(&self, out: &mut String, block: &Block) {
        let title = self.style.paint("1", &escape::terminal(&block.title));
        let _ = writeln!(out, "{title}");
        self.indented(out, "  ", &block.version);
        for line in &block.lines {
            self.indented(out, "  ", line);
        }
        out.push('\n');
    }

    fn verdict(&self, out: &mut String, report: &Report) {
        let color = if report.exit_code() == 0 { "1;32" } else { "1;31" };
        let verdict = wrapped("", 2, &escape::terminal(&ending::verdict(report)), self.style.columns());
        let outcome = verdict.split(' ').next().unwrap_or_default();
        out.push_str(&self.style.paint(color, outcome));
        out.push_str(&verdict[outcome.len()..]);
        if let Some(next) = &report.next {
            let _ = writeln!(out, "next: {}", self.style.paint("1", &escape::terminal(next)));
        }
    }

    /// Writes text after a lead, broken at the width, later lines a little deeper than the first.
    fn indented(&self, out: &mut String, lead: &str, text: &str) {
        let indent = if lead.is_empty() { 0 } else { 4 };
        out.push_str(&wrapped(lead, indent, &escape::terminal(text), self.style.columns()));
    }
}

/// Returns the line that names folded findings: "and 72 more of `evidence-named`: a, b, c and 69 more".
fn others(fold: &Fold) -> String {
    let rule = &fold.first.rule;
    let more = fold.others.len();
    let subjects: Vec<String> = fold.others.iter().filter_map(|other| fold::subject(other)).collect();
    let rows = if fold.others.iter().all(|other| other.row.is_some()) { "rows " } else { "" };
    if subjects.len() < more {
        return format!("and {more} more of {rule} in this file; --all shows them");
    }
    format!("and {more} more of {rule}: {rows}{}", words::some(&subjects, NAMED))
}
