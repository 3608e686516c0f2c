//! A document at a terminal: bold headings, deeper lines further in, everything broken at the width.

use std::fmt::Write as _;

use super::{Block, Document, Role, Table, Text};
use crate::report::Style;
use crate::report::escape::{log_safe, terminal};
use crate::report::snippet::wrapped;

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
            Block::Part(text) => {
                self.depth = 2;
                self.gap();
                self.put(0, "1", "", text);
            }
            Block::Heading(text) => {
                self.depth = 4;
                self.gap();
                self.put(2, "1", "", text);
            }
            Block::Alarm(text) => self.put(depth, "1;31", "! ", text),
            Block::Sentence(text) => self.put(depth, "", "", text),
            Block::Fact(term, text) if text.is_empty() => self.put(depth, "", &format!("{term}:"), text),
            Block::Fact(term, text) => self.put(depth, "", &format!("{term}: "), text),
            Block::Item(text) => self.put(depth + 2, "", "- ", text),
            Block::Step(what, command) => {
                self.put(depth, "", "next: ", &what.as_str().into());
                // A command is copied: it is never broken.
                let command = self.style.paint("1", &terminal(command));
                let _ = writeln!(self.out, "{}{command}", " ".repeat(depth + 6));
            }
            Block::Table(table) => self.table(table),
        }
    }

    /// Leaves an empty line before a heading that is not the first line.
    fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
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

    fn put(&mut self, indent: usize, color: &str, lead: &str, text: &Text) {
        let said = terminal(&format!("{lead}{}", marked(text)));
        // What is copied or compared digit by digit is never broken.
        let is_exact = text.spans().iter().any(|span| span.role == Role::Code);
        let columns = if is_exact { usize::MAX } else { self.style.columns() };
        let block = wrapped(&" ".repeat(indent), indent + 2, said.trim_end(), columns);
        let block = block.trim_end_matches('\n');
        let (margin, body) = block.split_at(indent.min(block.len()));
        let body = if color.is_empty() { body.to_owned() } else { self.style.paint(color, body) };
        let _ = writeln!(self.out, "{margin}{body}");
    }
}

/// Marks what came and what went with signs, since a terminal may have no colours.
fn marked(text: &Text) -> String {
    let span = |span: &super::Span| match span.role {
        Role::Plain | Role::Strong | Role::Code => span.text.clone(),
        Role::Added => format!("{{+{}+}}", span.text),
        Role::Removed => format!("[-{}-]", span.text),
    };
    text.spans().iter().map(span).collect()
}
