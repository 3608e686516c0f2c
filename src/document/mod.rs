//! A document: what a command has to say to people, apart from how a terminal, a page or a spreadsheet shows it.
//!
//! A command builds a [`Document`] of plain, unescaped text; each format has one layout that shows any document and
//! escapes for its place. A new format (Word, a web page) is a new layout here and nothing elsewhere.

mod answer;
mod entries;
pub mod html;
mod inline;
mod markdown;
pub mod sheet;
mod text;

pub use answer::{Answer, Format, render};
pub use entries::{Change, Entries, Entry, Tone};
pub use inline::{Inline, Role, Span};

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

/// Cells under named columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<&'static str>,
    /// The rows; each has a cell for each column.
    pub rows: Vec<Vec<Inline>>,
}

/// One thing that a document says, in the order of reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// What the page is called where no command line stands above it; a terminal leaves it out.
    Page(Inline),
    /// What the whole is about.
    Title(Inline),
    /// What stands under a title: a version and how it stands, or what is compared with what.
    Subtitle(Inline),
    /// What a part is about.
    Part(Inline),
    /// What a smaller part is about.
    Heading(Inline),
    /// What the entries below have in common, such as a family of controls.
    Group(Inline),
    /// What must not be missed.
    Alarm(Inline),
    /// A sentence.
    Sentence(Inline),
    /// A fact with its term.
    Fact(Cow<'static, str>, Inline),
    /// One of several facts of the term before.
    Item(Inline),
    /// What the signs of changes mean; a layout without signs leaves it out.
    Legend(String),
    /// What changed.
    Change(Box<Change>),
    /// Things of one kind.
    Entries(Entries),
    /// What to do next, and what to type for it.
    Step(String, String),
    /// A table.
    Table(Table),
}

impl Block {
    /// Makes the title of the whole.
    pub fn title(text: impl Into<Inline>) -> Self {
        Self::Title(text.into())
    }

    /// Makes the heading of a part.
    pub fn part(text: impl Into<Inline>) -> Self {
        Self::Part(text.into())
    }

    /// Makes the heading of a smaller part.
    pub fn heading(text: impl Into<Inline>) -> Self {
        Self::Heading(text.into())
    }

    /// Makes something that must not be missed.
    pub fn alarm(text: impl Into<Inline>) -> Self {
        Self::Alarm(text.into())
    }

    /// Makes a sentence.
    pub fn sentence(text: impl Into<Inline>) -> Self {
        Self::Sentence(text.into())
    }

    /// Makes a fact.
    pub fn fact(term: impl Into<Cow<'static, str>>, text: impl Into<Inline>) -> Self {
        Self::Fact(term.into(), text.into())
    }

    /// Makes a fact that consists of several.
    pub fn facts<T: Into<Inline>>(
        term: impl Into<Cow<'static, str>>,
        items: impl IntoIterator<Item = T>,
    ) -> impl Iterator<Item = Self> {
        let lead = std::iter::once(Self::fact(term, Inline::default()));
        lead.chain(items.into_iter().map(Self::item))
    }

    /// Makes one of several facts of the term before.
    pub fn item(text: impl Into<Inline>) -> Self {
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
    /// Returns it in one layout; the style is that of a terminal.
    pub fn laid_out(&self, layout: Layout, style: &Style) -> String {
        match layout {
            Layout::Text => self.text(style),
            Layout::Markdown => self.markdown(),
            Layout::Html => self.html(),
            Layout::Csv => {
                let (columns, rows) = self.sheet();
                sheet::render(&columns, &rows)
            }
        }
    }

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
