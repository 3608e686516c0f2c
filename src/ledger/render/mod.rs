//! The ledger's answers in their formats. `sheet` says everything in words once; all text of a matrix goes through the
//! escaper of its format.

mod blame;
mod history;
mod sheet;
mod table;
mod who;

use clap::ValueEnum;
use serde::Serialize;

use super::blame::Blame;
use super::history::History;
use super::who::Who;
use crate::report::{Style, escape};
pub use sheet::Line;

/// The formats of the ledger's answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// An object with a published schema, for programs.
    Json,
    /// For a page or a comment.
    Markdown,
    /// For a spreadsheet.
    Csv,
}

/// Something that can be read in every format.
pub trait Document: Serialize {
    /// Says everything in words, in the order of reading.
    fn lines(&self) -> Vec<Line>;

    /// Returns the columns and the lines for a spreadsheet.
    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>);
}

impl Document for Who {
    fn lines(&self) -> Vec<Line> {
        who::lines(self)
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::WHO.to_vec(), table::who(self))
    }
}

impl Document for History {
    fn lines(&self) -> Vec<Line> {
        history::lines(self)
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::HISTORY.to_vec(), table::history(self))
    }
}

impl Document for Blame {
    fn lines(&self) -> Vec<Line> {
        blame::lines(self)
    }

    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        (table::BLAME.to_vec(), table::blame(self))
    }
}

/// Returns a document in one format.
pub fn render(format: Format, document: &impl Document, style: &Style) -> String {
    match format {
        Format::Text => sheet::text(&document.lines(), style),
        Format::Markdown => sheet::markdown_page(&document.lines()),
        Format::Json => {
            let text = serde_json::to_string_pretty(document).expect("a document has text keys");
            escape::json(&text) + "\n"
        }
        Format::Csv => {
            let (header, records) = document.table();
            table::csv(&header, &records)
        }
    }
}
