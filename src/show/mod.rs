//! A matrix to read: who does what, in words, for people who never open the JSON.
//!
//! `page` says everything once, as a [`Document`] that each layout can show. What is shown is the
//! text of one matrix: whether it was signed or is in force, the caller knows and says in [`Options::standing`].

pub mod by;
mod concern;
mod csv;
mod filter;
mod head;
mod page;
pub(crate) mod row;
pub(crate) mod sentence;

pub use filter::Filter;

#[cfg(doc)]
use crate::document::Document;
use crate::document::Layout;
use crate::matrix::{Matrix, Row};
use crate::pack::Packs;
use crate::report::Style;

/// What to show, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Show only what concerns this party: its duties, what it is told, what it may expect.
    pub party: Option<&'a str>,
    /// Of a party: show only what it has to do.
    pub only_mine: bool,
    /// What this text is, such as "draft" or "in force since 2027-01-01".
    pub standing: Option<&'a str>,
    /// What the page leads with, before the matrix.
    pub lead: &'a [Lead],
    /// What proves that, a line each, at the end.
    pub proof: &'a [String],
    /// Colour and width of a terminal.
    pub style: Style,
}

/// Lines under a heading that stand before a matrix, or alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// The heading.
    pub title: &'static str,
    /// The lines.
    pub lines: Vec<String>,
}

/// Returns lines under headings in one form, without a matrix; `heading` is a title and what stands under it.
pub fn leads(form: Layout, heading: (&str, &str), leads: &[Lead], style: &Style) -> String {
    match form {
        Layout::Csv => csv::of_leads(leads),
        form => page::of_leads(heading, leads).laid_out(form, style),
    }
}

/// What a catalogue says of a control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its title.
    pub title: String,
    /// The family or group it belongs to.
    pub group: String,
}

/// Finds the label of a control by its full id, `catalog:id`.
pub type Labels<'a> = dyn Fn(&str) -> Option<Label> + 'a;

/// Returns what the catalogues of these packs call a control.
pub fn label(packs: &Packs, name: &str) -> Option<Label> {
    let control = packs.control(name)?;
    let catalogue = packs.catalogue(name.split_once(':')?.0)?;
    let whole = control.parent.as_ref().and_then(|parent| catalogue.get(parent)).unwrap_or(control);
    let group = catalogue.group_title(&control.group).unwrap_or(&control.group);
    Some(Label { title: whole.title.clone(), group: group.to_owned() })
}

/// Says whether a row is any of a party's business: what it does, is told or may expect.
pub fn concerns(matrix: &Matrix, row: &Row, party: &str) -> bool {
    !concern::Concern::of(matrix, row, party).is_empty()
}

/// Returns the matrix in one form. For a spreadsheet it is a line for each duty.
pub fn render(form: Layout, matrix: &Matrix, options: &Options, labels: &Labels) -> String {
    match form {
        Layout::Csv => csv::render(matrix, options),
        form => page::of(matrix, options, labels).laid_out(form, &options.style),
    }
}
