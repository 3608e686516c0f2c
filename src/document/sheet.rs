//! Rows for a spreadsheet: one line each, every line as wide as the header, no cell a formula.

use super::{Block, Document, Text};
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
    let plain = |text: &Text| text.plain().into_owned();
    let said = document.blocks.iter().filter(|block| !matches!(block, Block::Page(_)));
    if let [Block::Table(table)] = said.collect::<Vec<_>>()[..] {
        return (
            table.columns.clone(),
            table.rows.iter().map(|row| row.iter().map(plain).collect()).collect(),
        );
    }
    let (mut part, mut term, mut rows) = (String::new(), String::new(), Vec::new());
    for block in &document.blocks {
        match block {
            Block::Page(_) => {}
            Block::Title(text) | Block::Part(text) | Block::Heading(text) => part = plain(text),
            Block::Alarm(text) | Block::Sentence(text) => {
                rows.push(vec![part.clone(), String::new(), plain(text)]);
            }
            Block::Fact(name, text) => {
                (*name).clone_into(&mut term);
                rows.push(vec![part.clone(), term.clone(), plain(text)]);
            }
            Block::Item(text) => rows.push(vec![part.clone(), term.clone(), plain(text)]),
            Block::Step(what, command) => {
                rows.push(vec![part.clone(), "next".to_owned(), format!("{what}: {command}")]);
            }
            Block::Table(table) => {
                let cells = |row: &Vec<Text>| {
                    let said = row.iter().zip(&table.columns).filter(|(cell, _)| !cell.is_empty());
                    said.map(|(cell, column)| format!("{column}: {}", cell.plain())).collect::<Vec<_>>()
                };
                rows.extend(
                    table.rows.iter().map(|row| vec![part.clone(), String::new(), cells(row).join("; ")]),
                );
            }
        }
    }
    (vec!["part", "term", "text"], rows)
}
