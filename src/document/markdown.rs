//! A document as Markdown, in which nothing of a text formats, links or breaks the line.

use std::fmt::Write as _;

use super::{Block, Change, Document, Entries, Entry, Inline, Role, Table};
use crate::report::escape;

/// Renders a document as Markdown.
pub(super) fn render(document: &Document) -> String {
    let mut page = Page { out: String::new(), depth: 0 };
    document.blocks.iter().for_each(|block| page.block(block));
    page.out
}

struct Page {
    out: String,
    /// How deep the list is in which the lines stand.
    depth: usize,
}

impl Page {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Page(text) | Block::Title(text) => self.heading("##", text),
            Block::Part(text) => self.heading("###", text),
            Block::Heading(text) => self.heading("####", text),
            Block::Group(text) => self.heading("#####", text),
            Block::Subtitle(text) => {
                let _ = writeln!(self.out, "{}\n", inline(text));
            }
            Block::Alarm(text) => self.line(0, &format!("**{}**", inline(text))),
            Block::Sentence(text) => self.line(0, &inline(text)),
            Block::Fact(term, text) if text.is_empty() => {
                self.line(0, &format!("{}:", escape::markdown(term)))
            }
            Block::Fact(term, text) => self.line(0, &format!("{}: {}", escape::markdown(term), inline(text))),
            Block::Item(text) => self.line(1, &inline(text)),
            // Signs are for a terminal: here the words say it.
            Block::Legend(_) => {}
            Block::Step(what, command) => {
                let (what, command) = (escape::markdown(what), escape::markdown_code(command));
                self.line(0, &format!("next: {what}: {command}"));
            }
            Block::Table(rows) => self.table(rows),
            Block::Change(one) => self.change(one),
            Block::Entries(all) => self.entries(all),
        }
    }

    /// Writes one point of a list, `deeper` than the list is.
    fn line(&mut self, deeper: usize, text: &str) {
        let _ = writeln!(self.out, "{}- {text}", "  ".repeat(self.depth + deeper));
    }

    fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Writes a heading with an empty line before and after it.
    fn heading(&mut self, level: &str, text: &Inline) {
        self.gap();
        let _ = writeln!(self.out, "{level} {}\n", inline(text));
    }

    fn table(&mut self, table: &Table) {
        self.gap();
        let lines = "---|".repeat(table.columns.len());
        let _ = writeln!(self.out, "| {} |\n|{lines}", table.columns.join(" | "));
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(inline).collect();
            let _ = writeln!(self.out, "| {} |", cells.join(" | "));
        }
        self.out.push('\n');
    }

    /// Those of a table have a heading each; others are points of one list.
    fn entries(&mut self, entries: &Entries) {
        for entry in &entries.entries {
            if entries.columns.is_empty() {
                self.line(0, &named(entry));
                self.depth += 1;
                entry.cells.iter().flatten().for_each(|block| self.block(block));
                self.depth -= 1;
            } else {
                self.heading("####", &entry.name);
                if !entry.id.is_empty() {
                    let _ = writeln!(self.out, "{}\n", escape::markdown_code(&entry.id));
                }
                entry.cells.iter().flatten().for_each(|block| self.block(block));
            }
        }
    }

    fn change(&mut self, change: &Change) {
        self.line(0, &format!("**{}**: {}", escape::markdown(&change.label), inline(&change.says)));
        for (name, text) in [("before", &change.before), ("after", &change.after)] {
            if !text.is_empty() {
                self.line(1, &format!("{name}: {}", inline(text)));
            }
        }
        change.further.iter().for_each(|text| self.line(1, &inline(text)));
        change.notes.iter().for_each(|text| self.line(1, &format!("*{}*", inline(text))));
    }
}

/// Returns the name of an entry with its id: "**Access reviews** (AC.L2-3.1.1, row access-reviews)".
fn named(entry: &Entry) -> String {
    let id = if entry.id.is_empty() { String::new() } else { format!(" ({})", escape::markdown(&entry.id)) };
    format!("**{}**{id}", inline(&entry.name))
}

fn inline(text: &Inline) -> String {
    match text.spans() {
        [only] if only.role == Role::Plain => escape::markdown(&only.text),
        many => many.iter().map(span).collect::<String>().trim().to_owned(),
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
    let tagged = |tag: &str| format!("<{tag}>{}</{tag}>", escape::markdown(inner));
    let marked = match span.role {
        Role::Plain => escape::markdown(inner),
        Role::Strong => format!("**{}**", escape::markdown(inner)),
        Role::Added => tagged("ins"),
        Role::Removed => tagged("del"),
        Role::Code => escape::markdown_code(inner),
    };
    let blank = |end: &str| if end.is_empty() { "" } else { " " };
    format!("{}{marked}{}", blank(lead), blank(trail))
}
