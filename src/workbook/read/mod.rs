//! Files of other programs, read within a budget: XLSX, XLS, ODS, CSV, TSV and Markdown tables.
//!
//! Nothing in a file is run or followed; a file that would need more room than the budget is refused before the room
//! is taken.

mod delimited;
mod markdown;
mod ods;
mod xls;
mod xlsx;
mod zipped;

use std::path::Path;

use super::book::Book;
use crate::error::{Error, Result};

pub(super) use zipped::attribute;

/// The largest file that is read, in bytes.
const MOST_BYTES: u64 = 64 << 20;
/// The most cells that are kept of a file.
const MOST_CELLS: usize = 1_500_000;
/// The most text that is kept of a file, in bytes.
const MOST_TEXT: usize = 64 << 20;
/// The furthest row, from 0, that is looked at.
const LAST_ROW: u32 = 1_048_575;

/// What is still allowed to come out of a file.
struct Budget {
    cells: usize,
    text: usize,
}

impl Budget {
    fn new() -> Self {
        Self { cells: MOST_CELLS, text: MOST_TEXT }
    }

    /// Takes `cells` cells, each with `text` bytes, out of the budget.
    fn take(&mut self, cells: usize, text: usize) -> std::result::Result<(), String> {
        let all = cells.checked_mul(text.max(1)).filter(|all| *all <= self.text);
        match (self.cells.checked_sub(cells), all) {
            (Some(left), Some(all)) => {
                self.cells = left;
                self.text -= all;
                Ok(())
            }
            (None, _) => Err(format!("it holds more than {MOST_CELLS} cells")),
            (_, None) => Err(format!("its cells hold more than {} MiB of text", MOST_TEXT >> 20)),
        }
    }
}

/// What a file is, by its name and its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Xlsx,
    Ods,
    Xls,
    Markdown,
    Delimited,
}

/// Reads a workbook or a table.
///
/// # Errors
/// Where the file cannot be read, is none of these, is damaged or encrypted, or is larger than the budget.
pub fn read(path: &Path) -> Result<Book> {
    let shown = path.display();
    let size = std::fs::metadata(path)
        .map_err(|error| Error::usage(format!("cannot read `{shown}`")).because(error))?
        .len();
    if size > MOST_BYTES {
        return Err(refused(
            path,
            format!("it has {} MiB; at most {} are read", size >> 20, MOST_BYTES >> 20),
        ));
    }
    let bytes =
        std::fs::read(path).map_err(|error| Error::usage(format!("cannot read `{shown}`")).because(error))?;
    let form = form(path, &bytes).map_err(|why| refused(path, why))?;
    let name = path.file_stem().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
    let mut budget = Budget::new();
    let book = match form {
        Form::Xlsx => xlsx::read(bytes, &mut budget),
        Form::Ods => ods::read(bytes, &mut budget),
        Form::Xls => xls::read(bytes, &mut budget),
        Form::Markdown => markdown::read(&name, &bytes, &mut budget),
        Form::Delimited => delimited::read(&name, &bytes, &mut budget),
    };
    book.map_err(|why| refused(path, why))
}

fn refused(path: &Path, why: impl Into<String>) -> Error {
    Error::usage(format!("cannot import `{}`", path.display()))
        .because(why.into())
        .hint("nothing was read of it; save it anew as XLSX or as CSV in UTF-8, without a password")
}

/// Decides by the first bytes; the name decides only between texts, and a name that lies is said.
fn form(path: &Path, bytes: &[u8]) -> std::result::Result<Form, String> {
    let ending = path.extension().map(|it| it.to_string_lossy().to_lowercase()).unwrap_or_default();
    let found = if bytes.starts_with(b"PK\x03\x04") {
        zipped::form(bytes)?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        Form::Xls
    } else if bytes.starts_with(b"PK") {
        return Err("it is a zip archive without content, or cut off".to_owned());
    } else if bytes.contains(&0) && !bytes.starts_with(&[0xFF, 0xFE]) && !bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("it is neither a workbook nor text".to_owned());
    } else if matches!(&*ending, "md" | "markdown") {
        Form::Markdown
    } else {
        Form::Delimited
    };
    let fits = match &*ending {
        "xlsx" | "xlsm" => found == Form::Xlsx,
        "ods" => found == Form::Ods,
        "xls" => found == Form::Xls,
        "csv" | "tsv" | "txt" | "tab" | "md" | "markdown" => {
            matches!(found, Form::Markdown | Form::Delimited)
        }
        "" => true,
        other => {
            return Err(format!("`.{other}` is not imported; XLSX, XLS, ODS, CSV, TSV and Markdown are"));
        }
    };
    match fits {
        true => Ok(found),
        false if found == Form::Xls && matches!(&*ending, "xlsx" | "xlsm") => {
            Err("it is protected by a password, or an old XLS under the name of an XLSX".to_owned())
        }
        false => Err(format!("its name ends in `.{ending}`, but that is not what it holds")),
    }
}
