//! An answer of a command: the same facts for people, for programs and for a spreadsheet.

use serde::Serialize;

use super::{Document, sheet};
use crate::choice::choices;
use crate::report::{Style, escape};

choices! {
    /// The formats in which a command answers.
    Format {
        /// For people at a terminal.
        Text "text",
        /// An object, for programs.
        Json "json",
        /// For a page or a comment.
        Markdown "markdown",
        /// One file for a browser, a mail or a printer.
        Html "html",
        /// For a spreadsheet.
        Csv "csv",
    }
}

/// What can be said in every format.
pub trait Answer: Serialize {
    /// Says everything in words, in the order of reading.
    fn document(&self) -> Document;

    /// Returns the columns and the lines for a spreadsheet.
    fn table(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        self.document().sheet()
    }

    /// Says everything at a terminal.
    fn text(&self, style: &Style) -> String {
        self.document().text(style)
    }
}

/// Returns an answer in one format.
pub fn render(format: Format, answer: &impl Answer, style: &Style) -> String {
    match format {
        Format::Text => answer.text(style),
        Format::Markdown => answer.document().markdown(),
        Format::Html => answer.document().html(),
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
