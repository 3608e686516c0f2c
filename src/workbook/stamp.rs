//! What an exported workbook says of itself: the version that it was made of, and what its read-only lines held.

use super::book::Book;
use crate::error::{Error, Result};
use crate::trust::name::Digest;

/// The format of exported workbooks.
pub(super) const FORMAT: &str = "countersign/workbook/1";
/// The name of the document property.
pub(super) const PROPERTY: &str = "countersign";
/// The hidden sheet.
pub(super) const SHEET: &str = "countersign";
/// The heading of the hidden column by which lines are known.
pub(super) const KEY: &str = "countersign key";

/// The version that a workbook was made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The id of the matrix.
    pub id: String,
    /// Its version.
    pub version: String,
    /// The SHA-256 of its text.
    pub sha256: String,
    /// The party that the workbook is for, where it is for one.
    pub party: Option<String>,
    /// The version of the program that wrote the workbook.
    pub tool: String,
}

/// What a line that is only read held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Witness {
    /// The sheet.
    pub(super) sheet: String,
    /// The row, from 0.
    pub(super) row: u32,
    /// A digest of its texts.
    pub(super) digest: String,
}

impl Witness {
    /// Makes the witness of a line.
    pub(super) fn of<'t>(sheet: &str, row: u32, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let texts: Vec<String> = texts.into_iter().map(plain).filter(|text| !text.is_empty()).collect();
        let digest = Digest::of(texts.join("\n").as_bytes()).to_string();
        Self { sheet: sheet.to_owned(), row, digest: digest.chars().take(16).collect() }
    }
}

impl Stamp {
    /// Returns the stamp as one line.
    pub(super) fn text(&self) -> String {
        format!("{FORMAT} {} {} {}", self.id, self.version, self.sha256)
    }

    /// Returns the stamp as named lines.
    pub(super) fn lines(&self) -> Vec<(&'static str, &str)> {
        vec![
            ("format", FORMAT),
            ("matrix", &self.id),
            ("version", &self.version),
            ("sha256", &self.sha256),
            ("party", self.party.as_deref().unwrap_or_default()),
            ("tool", &self.tool),
        ]
    }

    /// Reads the stamp of a workbook; `None` if the workbook is not one of ours.
    ///
    /// # Errors
    /// Where the workbook contradicts itself about the version that it was made of, or is of a later format.
    pub fn read(book: &Book) -> Result<Option<Self>> {
        let property = book.properties.get(PROPERTY);
        let Some(sheet) = book.sheets.iter().find(|sheet| sheet.name == SHEET) else {
            return match property {
                None => Ok(None),
                Some(_) => Err(Error::usage(
                    "the workbook was exported, but its hidden sheet `countersign` is gone",
                )
                .hint("export it anew, or import it as any other sheet: copy the rows into a new workbook")),
            };
        };
        let field = |name: &str| {
            let found = sheet.lines.values().find(|line| line.cell(0).is_some_and(|cell| cell.text == name));
            found.and_then(|line| line.cell(1)).map(|cell| cell.text.trim().to_owned())
        };
        let Some(format) = field("format") else { return Ok(None) };
        if format != FORMAT {
            return Err(Error::usage(format!(
                "the workbook is `{format}`, which this countersign does not read"
            )));
        }
        let all = (field("matrix"), field("version"), field("sha256"), field("tool"));
        let (Some(id), Some(version), Some(sha256), Some(tool)) = all else {
            return Err(Error::usage("the workbook does not say of which version it is")
                .because("its hidden sheet `countersign` was changed"));
        };
        let stamp = Self { id, version, sha256, party: field("party").filter(|it| !it.is_empty()), tool };
        match property {
            Some(text) if *text != stamp.text() => {
                Err(Error::usage("the workbook contradicts itself about the version that it was made of")
                    .because(format!("its property says `{text}`, its hidden sheet `{}`", stamp.text())))
            }
            _ => Ok(Some(stamp)),
        }
    }
}

/// Returns the lines that are only read and were changed, as `Sheet!7`.
pub(super) fn changed(book: &Book) -> Vec<(String, u32)> {
    let Some(sheet) = book.sheets.iter().find(|sheet| sheet.name == SHEET) else { return Vec::new() };
    let witnesses = sheet.lines.values().filter_map(|line| {
        let text = |at: u32| line.cell(at).map(|cell| cell.text.trim().to_owned());
        Some(Witness { sheet: text(3)?, row: text(4)?.parse().ok()?, digest: text(5)? })
    });
    witnesses.filter(|one| !holds(book, one)).map(|one| (one.sheet, one.row)).collect()
}

/// Says whether a line still holds what it held; the lines of a table may have been sorted.
fn holds(book: &Book, witness: &Witness) -> bool {
    let Some(sheet) = book.sheets.iter().find(|sheet| sheet.name == witness.sheet) else { return true };
    let digest = |row: u32| {
        let cells = sheet.lines.get(&row).map_or(&[][..], |line| &line.cells);
        Witness::of(&witness.sheet, row, cells.iter().map(|(_, cell)| cell.text.as_str())).digest
    };
    digest(witness.row) == witness.digest || sheet.lines.keys().any(|row| digest(*row) == witness.digest)
}

/// Returns a text as any program gives it back: line ends of one kind, no outer space.
pub(super) fn plain(text: &str) -> String {
    text.replace("_x000D_", "").replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}
