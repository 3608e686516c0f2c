//! Rows for a spreadsheet: one line each, every line as wide as the header, no cell a formula.

use super::{Block, Document, Inline, Table};
use crate::report::escape;

/// Renders rows under their columns.
pub fn render(columns: &[&str], rows: &[Vec<String>]) -> String {
    let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
    let head = columns.iter().map(|cell| (*cell).to_owned()).collect();
    for record in std::iter::once(&head).chain(rows) {
        let cells = record.iter().map(|cell| escape::csv(cell));
        writer.write_record(cells).expect("every line has the cells of the header, and memory does not fail");
    }
    let bytes = writer.into_inner().expect("memory does not fail");
    String::from_utf8(bytes).expect("only text was written")
}

/// Returns the columns and rows of a document: those of its table if it is one, else a line for each block under its part.
pub(super) fn of(document: &Document) -> (Vec<&'static str>, Vec<Vec<String>>) {
    let said = document.blocks.iter().filter(|block| !matches!(block, Block::Page(_)));
    if let [Block::Table(table)] = said.collect::<Vec<_>>()[..] {
        return (
            table.columns.clone(),
            table.rows.iter().map(|row| row.iter().map(plain).collect()).collect(),
        );
    }
    let mut lines = Lines::default();
    document.blocks.iter().for_each(|block| lines.block(block));
    (vec!["part", "term", "text"], lines.rows)
}

fn plain(text: &Inline) -> String {
    text.plain().into_owned()
}

/// Lines under the part and the term that they belong to.
#[derive(Default)]
struct Lines {
    part: String,
    term: String,
    rows: Vec<Vec<String>>,
}

impl Lines {
    fn block(&mut self, block: &Block) {
        match block {
            Block::Page(_) | Block::Legend(_) => {}
            Block::Title(text) | Block::Part(text) | Block::Heading(text) | Block::Group(text) => {
                self.part = plain(text);
            }
            Block::Subtitle(text) | Block::Alarm(text) | Block::Sentence(text) => self.line("", plain(text)),
            Block::Fact(name, text) => {
                self.term = name.clone().into_owned();
                if !text.is_empty() {
                    self.line(name, plain(text));
                }
            }
            Block::Item(text) => self.line(&self.term.clone(), plain(text)),
            Block::Step(what, command) => self.line("next", format!("{what}: {command}")),
            Block::Table(table) => self.table(table),
            Block::Change(change) => self.line(&change.label, plain(&change.says)),
            Block::Entries(entries) => {
                let part = self.part.clone();
                for entry in &entries.entries {
                    self.part = plain(&entry.name);
                    entry.cells.iter().flatten().for_each(|block| self.block(block));
                }
                self.part = part;
            }
        }
    }

    fn line(&mut self, term: &str, text: String) {
        self.rows.push(vec![self.part.clone(), term.to_owned(), text]);
    }

    /// A row of a table is one line, each cell after its column.
    fn table(&mut self, table: &Table) {
        for row in &table.rows {
            let said = row.iter().zip(&table.columns).filter(|(cell, _)| !cell.is_empty());
            let said: Vec<String> =
                said.map(|(cell, column)| format!("{column}: {}", cell.plain())).collect();
            self.line("", said.join("; "));
        }
    }
}
