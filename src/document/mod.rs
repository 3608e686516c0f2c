//! A document: what a command has to say to people, apart from how a terminal, a page or a spreadsheet shows it.
//!
//! A command builds a [`Document`] of plain, unescaped text; each format has one layout that shows any document and
//! escapes for its place. A new format (Word, a web page) is a new layout here and nothing elsewhere.

mod answer;
pub mod html;
mod markdown;
pub mod sheet;
mod text;

pub use answer::{Answer, Format, render};

use std::borrow::Cow;

use crate::choice::choices;
use crate::report::Style;

choices! {
    /// The layouts in which a document is read.
    Layout {
        /// For a terminal.
        Text "text",
        /// For a page or a comment.
        Markdown "markdown",
        /// One file for a browser, a mail or a printer.
        Html "html",
        /// For a spreadsheet.
        Csv "csv",
    }
}

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Plain,
    /// What the eye has to find, such as a party's name.
    Strong,
    /// What is typed or named exactly: a command, an id.
    Code,
    /// Text that came, in a comparison.
    Added,
    /// Text that went, in a comparison.
    Removed,
}

/// A stretch of text with its role, not yet escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// What it is.
    pub role: Role,
}

/// Text on one line, with marks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Vec<Span>);

impl Text {
    /// Adds a stretch.
    #[must_use]
    pub fn with(mut self, role: Role, text: impl Into<String>) -> Self {
        self.0.push(Span { text: text.into(), role });
        self
    }

    /// Reads a message, in which what stands between backticks is named exactly.
    pub fn of_message(message: &str) -> Self {
        if message.matches('`').count() % 2 == 1 {
            return message.into();
        }
        let parts = message.split('`').enumerate().filter(|(_, part)| !part.is_empty());
        parts.fold(Self::default(), |text, (at, part)| {
            text.with(if at % 2 == 1 { Role::Code } else { Role::Plain }, part)
        })
    }

    /// Returns the stretches.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Says whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.text.is_empty())
    }

    /// Returns the text without its marks.
    pub fn plain(&self) -> Cow<'_, str> {
        match &self.0[..] {
            [] => Cow::Borrowed(""),
            [only] => Cow::Borrowed(&only.text),
            many => Cow::Owned(many.iter().map(|span| span.text.as_str()).collect()),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(vec![Span { text, role: Role::Plain }])
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

/// Cells under named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<&'static str>,
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Text>>,
}

/// One thing that a document says, in the order of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// What the page is called where no command line stands above it; a terminal leaves it out.
    Page(Text),
    /// What the whole is about.
    Title(Text),
    /// What a part is about.
    Part(Text),
    /// What a smaller part is about.
    Heading(Text),
    /// What must not be missed.
    Alarm(Text),
    /// A sentence.
    Sentence(Text),
    /// A fact with its term.
    Fact(&'static str, Text),
    /// One of several facts of the term before.
    Item(Text),
    /// What to do next, and what to type for it.
    Step(String, String),
    /// A table.
    Table(Table),
}

impl Block {
    /// Makes the title of the whole.
    pub fn title(text: impl Into<Text>) -> Self {
        Self::Title(text.into())
    }

    /// Makes the heading of a part.
    pub fn part(text: impl Into<Text>) -> Self {
        Self::Part(text.into())
    }

    /// Makes the heading of a smaller part.
    pub fn heading(text: impl Into<Text>) -> Self {
        Self::Heading(text.into())
    }

    /// Makes something that must not be missed.
    pub fn alarm(text: impl Into<Text>) -> Self {
        Self::Alarm(text.into())
    }

    /// Makes a sentence.
    pub fn sentence(text: impl Into<Text>) -> Self {
        Self::Sentence(text.into())
    }

    /// Makes a fact.
    pub fn fact(term: &'static str, text: impl Into<Text>) -> Self {
        Self::Fact(term, text.into())
    }

    /// Makes one of several facts of the term before.
    pub fn item(text: impl Into<Text>) -> Self {
        Self::Item(text.into())
    }
}

/// What a command has to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Everything in the order of reading.
    pub blocks: Vec<Block>,
}

impl Document {
    /// Returns it for a terminal.
    pub fn text(&self, style: &Style) -> String {
        text::render(self, style)
    }

    /// Returns it as Markdown for a page or a comment.
    pub fn markdown(&self) -> String {
        markdown::render(self)
    }

    /// Returns its rows for a spreadsheet: those of its table if it is one, else a line for each block under its part.
    pub fn sheet(&self) -> (Vec<&'static str>, Vec<Vec<String>>) {
        sheet::of(self)
    }

    /// Returns it as one HTML file.
    pub fn html(&self) -> String {
        html::render(self)
    }
}
