//! Lines of plain text with their roles, and how a terminal and a Markdown page lay them out.

use std::fmt::Write as _;

use crate::report::Style;
use crate::report::escape::{log_safe, markdown, terminal};
use crate::report::snippet::wrapped;

/// One line of an answer, not yet escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// What the whole is about.
    Title(String),
    /// What a part is about.
    Part(String),
    /// What must not be missed.
    Alarm(String),
    /// What a smaller part is about.
    Heading(String),
    /// A fact with its term; the term may be empty.
    Fact(&'static str, String),
    /// One of several facts of the term before.
    Item(String),
}

impl Line {
    /// Makes a fact without a term.
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::Fact("", text.into())
    }
}

/// Lays the lines out for a terminal.
pub(super) fn text(lines: &[Line], style: &Style) -> String {
    let mut out = String::new();
    let mut depth = 2;
    for line in lines {
        depth = match line {
            Line::Part(_) => 2,
            Line::Heading(_) => 4,
            _ => depth,
        };
        match line {
            Line::Title(text) => put(&mut out, style, 0, "1", "", text),
            Line::Part(text) => {
                out.push('\n');
                put(&mut out, style, 0, "1", "", text);
            }
            Line::Alarm(text) => put(&mut out, style, depth, "1;31", "! ", text),
            Line::Heading(text) => {
                out.push('\n');
                put(&mut out, style, 2, "1", "", text);
            }
            Line::Fact("", text) => put(&mut out, style, depth, "", "", text),
            Line::Fact(term, text) if text.is_empty() => put(&mut out, style, 4, "", &format!("{term}:"), ""),
            Line::Fact(term, text) => put(&mut out, style, 4, "", &format!("{term}: "), text),
            Line::Item(text) => put(&mut out, style, 6, "", "- ", text),
        }
    }
    log_safe(&out).into_owned()
}

fn put(out: &mut String, style: &Style, indent: usize, code: &str, lead: &str, text: &str) {
    let said = terminal(&format!("{lead}{text}"));
    let block = wrapped(&" ".repeat(indent), indent + 2, said.trim_end(), style.columns());
    let block = block.trim_end_matches('\n');
    let (margin, body) = block.split_at(indent.min(block.len()));
    let _ =
        writeln!(out, "{margin}{}", if code.is_empty() { body.to_owned() } else { style.paint(code, body) });
}

/// Lays the lines out as Markdown.
pub(super) fn markdown_page(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let _ = match line {
            Line::Title(text) => heading(&mut out, "##", text),
            Line::Part(text) => heading(&mut out, "###", text),
            Line::Alarm(text) => writeln!(out, "- **{}**", markdown(text)),
            Line::Heading(text) => heading(&mut out, "####", text),
            Line::Fact("", text) => writeln!(out, "- {}", markdown(text)),
            Line::Fact(term, text) if text.is_empty() => writeln!(out, "- {}:", markdown(term)),
            Line::Fact(term, text) => writeln!(out, "- {}: {}", markdown(term), markdown(text)),
            Line::Item(text) => writeln!(out, "  - {}", markdown(text)),
        };
    }
    out
}

/// Writes a heading with an empty line before and after it.
fn heading(out: &mut String, level: &str, text: &str) -> std::fmt::Result {
    let gap = if out.is_empty() || out.ends_with("\n\n") { "" } else { "\n" };
    writeln!(out, "{gap}{level} {}\n", markdown(text))
}
