//! A document at a terminal: bold headings, deeper lines further in, everything broken at the width.

use std::fmt::Write as _;

use super::{Block, Change, Document, Entries, Inline, Role, Table, Tone};
use crate::report::Style;
use crate::report::escape::{log_safe, terminal};
use crate::report::snippet::wrapped_after;

/// Renders a document as text of the style's width.
pub(super) fn render(document: &Document, style: &Style) -> String {
    let mut sheet = Sheet { out: String::new(), style, depth: 2 };
    document.blocks.iter().for_each(|block| sheet.block(block));
    log_safe(&sheet.out).into_owned()
}

struct Sheet<'a> {
    out: String,
    style: &'a Style,
    /// How far in the lines of this part begin.
    depth: usize,
}

impl Sheet<'_> {
    fn block(&mut self, block: &Block) {
        let depth = self.depth;
        match block {
            Block::Page(_) => {}
            Block::Title(text) => self.put(0, "1", "", text),
            Block::Subtitle(text) => self.put(0, "", "", text),
            Block::Part(text) => self.heading((0, 2), "1", text),
            Block::Heading(text) => self.heading((2, 4), "1", text),
            Block::Group(text) => self.heading((depth, depth), "1;36", text),
            Block::Alarm(text) => self.put(depth, "1;31", "! ", text),
            Block::Sentence(text) => self.put(depth, "", "", text),
            Block::Fact(term, text) if text.is_empty() => self.put(depth, "", &format!("{term}:"), text),
            Block::Fact(term, text) => self.put(depth, "", &format!("{term}: "), text),
            Block::Item(text) => self.put(depth + 2, "", "- ", text),
            Block::Legend(signs) => self.put(depth, "", "Signs: ", &signs.as_str().into()),
            Block::Step(what, command) => {
                self.put(depth, "", "next: ", &what.as_str().into());
                // A command is copied: it is never broken.
                let command = self.style.paint("1", &terminal(command));
                let _ = writeln!(self.out, "{}{command}", " ".repeat(depth + 6));
            }
            Block::Table(table) => self.table(table),
            Block::Change(change) => self.change(change),
            Block::Entries(entries) => self.entries(entries),
        }
    }

    /// Writes a heading after an empty line, and sets how far in the lines below it begin.
    fn heading(&mut self, (indent, below): (usize, usize), color: &str, text: &Inline) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.put(indent, color, "", text);
        self.depth = below;
    }

    /// A row is a line of its first cell and a line for each further one that says something.
    fn table(&mut self, table: &Table) {
        for row in &table.rows {
            let mut cells = row.iter().zip(&table.columns);
            if let Some((first, _)) = cells.next() {
                self.put(self.depth, "1", "", first);
            }
            for (cell, column) in cells.filter(|(cell, _)| !cell.is_empty()) {
                self.put(self.depth + 2, "", &format!("{column}: "), cell);
            }
        }
    }

    /// An entry is its name and what is said of it below, further in; those of a table are parted by an empty line.
    fn entries(&mut self, entries: &Entries) {
        for entry in &entries.entries {
            let id = if entry.id.is_empty() { String::new() } else { format!("  [{}]", entry.id) };
            self.put(self.depth, "1", "", &entry.name.clone().with(Role::Plain, id));
            self.depth += 2;
            entry.cells.iter().flatten().for_each(|block| self.block(block));
            self.depth -= 2;
            if !entries.columns.is_empty() {
                self.out.push('\n');
            }
        }
    }

    fn change(&mut self, change: &Change) {
        let lead = format!("{} {}", change.sign, change.label);
        let color = match change.tone {
            Tone::Alarm => "1;31",
            Tone::Doubt => "1;33",
            Tone::Gain => "32",
            Tone::Loss => "31",
            Tone::Other => "33",
            Tone::Quiet => "2",
        };
        let said = self.broken(self.depth, &format!("{lead}: "), &change.says, self.depth + 4);
        let (margin, body) = said.split_at(self.depth);
        let body = match body.strip_prefix(lead.as_str()) {
            Some(rest) => self.style.paint(color, &lead) + rest,
            None => body.to_owned(),
        };
        let _ = writeln!(self.out, "{margin}{body}");
        let deeper = self.depth + 4;
        for (name, text) in [("before: ", &change.before), ("after:  ", &change.after)] {
            if !text.is_empty() {
                let said = self.broken(deeper, name, text, deeper + 8);
                let _ = writeln!(self.out, "{said}");
            }
        }
        change.further.iter().for_each(|text| self.put(deeper, "", "", text));
        change.notes.iter().for_each(|text| self.put(deeper, "", "note: ", text));
    }

    fn put(&mut self, indent: usize, color: &str, lead: &str, text: &Inline) {
        let block = self.broken(indent, lead, text, indent + 2);
        let (margin, body) = block.split_at(indent.min(block.len()));
        let body = if color.is_empty() { body.to_owned() } else { self.style.paint(color, body) };
        let _ = writeln!(self.out, "{margin}{body}");
    }

    /// Returns a lead and a text, broken at the width; later lines begin `deeper`.
    fn broken(&self, indent: usize, lead: &str, text: &Inline, deeper: usize) -> String {
        let said = terminal(&format!("{lead}{}", marked(text)));
        // What is copied or compared digit by digit is never broken.
        let is_exact = text.spans().iter().any(|span| span.role == Role::Code);
        let columns = if is_exact { usize::MAX } else { self.style.columns() };
        let first = " ".repeat(indent);
        let mut block = wrapped_after(&first, indent + 2, deeper, said.trim_end(), columns);
        block.truncate(block.trim_end_matches('\n').len());
        block
    }
}

/// Marks what came and what went with signs, since a terminal may have no colours.
fn marked(text: &Inline) -> String {
    let span = |span: &super::Span| match span.role {
        Role::Plain | Role::Strong | Role::Code => span.text.clone(),
        Role::Added => format!("{{+{}+}}", span.text),
        Role::Removed => format!("[-{}-]", span.text),
    };
    text.spans().iter().map(span).collect()
}
