//! A matrix as a workbook: a cover, the tables of its layout, findings and changes, the same bytes for the same input.
//!
//! Every text is a text cell, so that no text of a matrix becomes a formula.

mod refill;
mod sheet;
mod style;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::layout::Table;
use super::stamp::{self, Stamp};
use super::{Book, Fill};
use crate::error::{Error, Kind, Result};
use sheet::Lists;
use style::Style;

/// What a workbook says beside the tables of the matrix.
#[derive(Clone, Debug, Default)]
pub struct Cover {
    /// What people call the matrix.
    pub title: String,
    /// Version, digest, standing, who signed, how to use the workbook: each a label and a text.
    pub lines: Vec<(String, String)>,
    /// What the rules found; `None` if nobody looked.
    pub findings: Option<Said>,
    /// What changed since another version; `None` if there is none to compare with.
    pub changes: Option<Said>,
}

/// Lines that are only read, under their headings.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The headings, each with the width of its column.
    pub columns: Vec<(&'static str, u8)>,
    /// The lines.
    pub lines: Vec<Vec<String>>,
}

/// The most letters of a name that is not a sheet's.
const AUTHOR: &str = "countersign";

/// Writes cells of a workbook of somebody else anew; every other byte of its parts stays.
///
/// # Errors
/// Where the workbook is no XLSX, or cannot be read.
pub fn refilled(file: &str, bytes: &[u8], book: &Book, cells: &[Fill]) -> Result<Vec<u8>> {
    if book.paths.is_empty() {
        return Err(Error::usage(format!("`{file}` is no XLSX")).hint("save the template as XLSX"));
    }
    refill::xlsx(bytes, &book.paths, cells)
        .map_err(|why| Error::usage(format!("`{file}` cannot be filled")).because(why))
}

/// Writes a workbook.
///
/// # Errors
/// Where the format of workbooks has no room for the matrix.
pub fn write(tables: &[Table], cover: &Cover, stamp: &Stamp) -> Result<Vec<u8>> {
    build(tables, cover, stamp).map_err(|error| match error {
        XlsxError::RowColumnLimitError => Error::usage("the matrix has more lines than a sheet can hold")
            .hint("`--party` takes the rows of one party"),
        other => Error::new(Kind::Bug, "the workbook cannot be written").because(other),
    })
}

fn build(tables: &[Table], cover: &Cover, stamp: &Stamp) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The day of writing would make two workbooks of one matrix differ.
    let day = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let properties = DocProperties::new()
        .set_title(&cover.title)
        .set_author(AUTHOR)
        .set_creation_datetime(&day)
        .set_custom_property(stamp::PROPERTY, stamp.text().as_str());
    book.set_properties(&properties);
    let style = Style::new();
    let mut lists = Lists::default();
    let mut said = Vec::new();
    said.extend(sheet::cover(&mut book, cover, &style)?);
    for table in tables {
        sheet::table(&mut book, table, &cover.title, &style, &mut lists)?;
    }
    for (name, lines) in [("Findings", &cover.findings), ("Changes", &cover.changes)] {
        if let Some(lines) = lines {
            said.extend(sheet::said(&mut book, name, lines, &style)?);
        }
    }
    lists.write(&mut book)?;
    sheet::stamp(&mut book, stamp, &said)?;
    book.save_to_buffer()
}
