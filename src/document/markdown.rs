//! A document as Markdown, in which nothing of a text formats, links or breaks the line.

use std::fmt::Write as _;

use super::{Block, Document, Role, Table, Text};
use crate::report::escape;

/// Renders a document as Markdown.
pub(super) fn render(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        let _ = match block {
            Block::Page(text) | Block::Title(text) => heading(&mut out, "##", text),
            Block::Part(text) => heading(&mut out, "###", text),
            Block::Heading(text) => heading(&mut out, "####", text),
            Block::Alarm(text) => writeln!(out, "- **{}**", inline(text)),
            Block::Sentence(text) => writeln!(out, "- {}", inline(text)),
            Block::Fact(term, text) if text.is_empty() => writeln!(out, "- {}:", escape::markdown(term)),
            Block::Fact(term, text) => writeln!(out, "- {}: {}", escape::markdown(term), inline(text)),
            Block::Item(text) => writeln!(out, "  - {}", inline(text)),
            Block::Step(what, command) => {
                writeln!(out, "- next: {}: {}", escape::markdown(what), escape::markdown_code(command))
            }
            Block::Table(rows) => table(&mut out, rows),
        };
    }
    out
}

/// Writes a heading with an empty line before and after it.
fn heading(out: &mut String, level: &str, text: &Text) -> std::fmt::Result {
    let gap = if out.is_empty() || out.ends_with("\n\n") { "" } else { "\n" };
    writeln!(out, "{gap}{level} {}\n", inline(text))
}

fn table(out: &mut String, table: &Table) -> std::fmt::Result {
    let gap = if out.is_empty() || out.ends_with("\n\n") { "" } else { "\n" };
    writeln!(out, "{gap}| {} |\n|{}", table.columns.join(" | "), "---|".repeat(table.columns.len()))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(inline).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    out.push('\n');
    Ok(())
}

fn inline(text: &Text) -> String {
    match text.spans() {
        [only] if only.role == Role::Plain => escape::markdown(&only.text),
        many => many.iter().map(span).collect(),
    }
}

fn span(span: &super::Span) -> String {
    // Blanks at the ends would keep a mark from being one, and are lost in escaping: they stand outside.
    let inner = span.text.trim();
    let lead = &span.text[..span.text.len() - span.text.trim_start().len()];
    let trail = &span.text[span.text.trim_end().len()..];
    if inner.is_empty() {
        return if span.text.is_empty() { String::new() } else { " ".to_owned() };
    }
    let wrap = |mark: &str| format!("{mark}{}{mark}", escape::markdown(inner));
    let marked = match span.role {
        Role::Plain => escape::markdown(inner),
        Role::Strong | Role::Added => wrap("**"),
        Role::Removed => wrap("~~"),
        Role::Code => escape::markdown_code(inner),
    };
    let blank = |end: &str| if end.is_empty() { "" } else { " " };
    format!("{}{marked}{}", blank(lead), blank(trail))
}
