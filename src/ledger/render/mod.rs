//! The ledger's answers in their formats: each is a document for people, rows for a spreadsheet, and itself for programs.

mod blame;
mod history;
mod table;
mod who;

use clap::ValueEnum;
use serde::Serialize;

use super::blame::Blame;
use super::history::History;
use super::who::Who;
use crate::document::{Block, Document, sheet};
use crate::report::{Style, escape};

/// The formats of the ledger's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// An object with a published schema, for programs.
    Json,
    /// For a page or a comment.
    Markdown,
    /// One file for a browser, a mail or a printer.
    Html,
    /// For a spreadsheet.
    Csv,
}

/// Something that can be read in every format.
pub trait Answer: Serialize {
    /// Says everything in words, in the order of reading.
    fn blocks(&self) -> Vec<Block>;

    /// Returns the columns and the lines for a spreadsheet.
    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>);
}

impl Answer for Who {
    fn blocks(&self) -> Vec<Block> {
        who::lines(self)
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::WHO.to_vec(), table::who(self))
    }
}

impl Answer for History {
    fn blocks(&self) -> Vec<Block> {
        history::lines(self)
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::HISTORY.to_vec(), table::history(self))
    }
}

impl Answer for Blame {
    fn blocks(&self) -> Vec<Block> {
        blame::lines(self)
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::BLAME.to_vec(), table::blame(self))
    }
}

/// Returns an answer in one format.
pub fn render(format: Format, answer: &impl Answer, style: &Style) -> String {
    let document = || Document { blocks: answer.blocks() };
    match format {
        Format::Text => document().text(style),
        Format::Markdown => document().markdown(),
        Format::Html => document().html(),
        Format::Json => {
            let text = serde_json::to_string_pretty(answer).expect("an answer has text keys");
            escape::json(&text) + "\n"
        }
        Format::Csv => {
            let (columns, rows) = answer.table();
            sheet::render(&columns, &rows)
        }
    }
}
