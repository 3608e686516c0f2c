//! A workbook as it was read: sheets of text cells, with what is hidden in them.
//!
//! Only cells that hold something are kept, in the order of rows and columns, so that a cell far away costs nothing.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Everything that a file holds, cell by cell.
#[derive(Clone, Debug, Default)]
pub struct Book {
    /// The sheets in their order.
    pub sheets: Vec<Sheet>,
    /// The properties that somebody gave the document, by their names.
    pub properties: BTreeMap<String, String>,
    /// Where each sheet lies in the archive of an XLSX.
    pub paths: BTreeMap<String, String>,
}

/// One sheet, table or page.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Its name; for a file that has no sheets, the name of the file.
    pub name: String,
    /// Whether the program that wrote it does not show it.
    pub is_hidden: bool,
    /// The rows that hold something, by their number from 0.
    pub lines: BTreeMap<u32, Line>,
    /// The numbers of hidden rows.
    pub hidden_rows: Vec<RangeInclusive<u32>>,
    /// The numbers of hidden columns.
    pub hidden_columns: Vec<RangeInclusive<u32>>,
    /// Cells that are one: their rows and columns.
    pub merged: Vec<Area>,
    /// What the reader noticed and the person should know.
    pub notices: Vec<String>,
}

/// Cells that are merged into one, which holds its text in the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// The numbers of the rows.
    pub rows: RangeInclusive<u32>,
    /// The numbers of the columns.
    pub columns: RangeInclusive<u32>,
}

/// One row of cells.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// The cells that hold something, by column from 0, ascending.
    pub cells: Vec<(u32, Cell)>,
    /// The headings that the row stands under, outermost first (Markdown, sections).
    pub group: Option<String>,
}

/// One cell that holds something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// What it shows.
    pub text: String,
    /// Whether a formula made the text.
    pub is_formula: bool,
    /// Whether the cell holds a number.
    pub is_number: bool,
}

impl Cell {
    /// Makes a cell of plain text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), is_formula: false, is_number: false }
    }
}

impl Line {
    /// Returns the cell of a column, if it holds something.
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        self.cells.binary_search_by_key(&column, |(at, _)| *at).ok().map(|at| &self.cells[at].1)
    }

    /// Puts a cell where it belongs; a second one for the same column takes the place of the first.
    pub(super) fn put(&mut self, column: u32, cell: Cell) {
        match self.cells.binary_search_by_key(&column, |(at, _)| *at) {
            Ok(at) => self.cells[at].1 = cell,
            Err(at) => self.cells.insert(at, (column, cell)),
        }
    }
}

impl Sheet {
    /// Makes an empty sheet that everybody sees.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Returns whether a row is hidden.
    pub fn hides_row(&self, row: u32) -> bool {
        self.hidden_rows.iter().any(|rows| rows.contains(&row))
    }

    /// Returns whether a column is hidden.
    pub fn hides_column(&self, column: u32) -> bool {
        self.hidden_columns.iter().any(|columns| columns.contains(&column))
    }

    /// Gives each row of a cell that is merged downwards the text of the cell; returns how many cells were filled.
    ///
    /// Only rows that hold something get it, and `most` cells at most; a cell that is merged to the right stays one.
    pub(super) fn fill_merged(&mut self, most: usize) -> usize {
        let mut filled = 0;
        for area in &self.merged {
            let (first, column) = (*area.rows.start(), *area.columns.start());
            let Some(cell) = self.lines.get(&first).and_then(|line| line.cell(column)).cloned() else {
                continue;
            };
            let below = first.saturating_add(1)..=*area.rows.end();
            if below.is_empty() {
                continue;
            }
            for line in self.lines.range_mut(below).map(|(_, line)| line) {
                if filled == most {
                    return filled;
                }
                filled += 1;
                if line.cell(column).is_none() {
                    line.put(column, cell.clone());
                }
            }
        }
        filled
    }

    /// Takes out hidden rows and columns that hold something, and returns what they are called: "rows 3, 7; column B".
    pub(super) fn leave_out_hidden(&mut self) -> Option<String> {
        let rows: Vec<u32> = self.lines.keys().copied().filter(|row| self.hides_row(*row)).collect();
        let mut columns: Vec<u32> = Vec::new();
        for line in self.lines.values() {
            columns.extend(line.cells.iter().map(|(column, _)| *column).filter(|it| self.hides_column(*it)));
        }
        columns.sort_unstable();
        columns.dedup();
        rows.iter().for_each(|row| drop(self.lines.remove(row)));
        for line in self.lines.values_mut() {
            line.cells.retain(|(column, _)| !columns.contains(column));
        }
        self.lines.retain(|_, line| !line.cells.is_empty());
        let rows: Vec<String> = rows.iter().map(|row| (row + 1).to_string()).collect();
        let columns: Vec<String> = columns.iter().map(|column| letters(*column)).collect();
        let parts: Vec<String> = [("row", rows), ("column", columns)]
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(word, names)| match names.len() {
                1 => format!("{word} {}", names[0]),
                many if many > 12 => format!("{many} {word}s, {} to {}", names[0], names[many - 1]),
                _ => format!("{word}s {}", names.join(", ")),
            })
            .collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}

/// Returns the name of a cell as spreadsheets write it: `C14`.
pub fn address(row: u32, column: u32) -> String {
    format!("{}{}", letters(column), row + 1)
}

/// Returns the letters of a column: 0 is `A`, 26 is `AA`.
pub(super) fn letters(column: u32) -> String {
    let mut rest = column;
    let mut letters = Vec::new();
    loop {
        letters.push(b'A' + u8::try_from(rest % 26).expect("below 26"));
        if rest < 26 {
            break;
        }
        rest = rest / 26 - 1;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::{address, letters};

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")] {
            assert_eq!(letters(column), name);
        }
        assert_eq!(address(13, 2), "C14");
    }
}
