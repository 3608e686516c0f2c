//! What was understood of a file, what was left aside, and what a person has to look at.

use std::collections::BTreeMap;

/// The account of an import, from which every format is rendered.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The file as it was named.
    pub file: String,
    /// The mapping: a preset, or a file.
    pub mapping: String,
    /// The sheets that were read.
    pub sheets: Vec<SheetRead>,
    /// How many rows there are by owner.
    pub owners: BTreeMap<&'static str, usize>,
    /// How many rows there are.
    pub rows: usize,
    /// Cells that a person has to look at.
    pub doubtful: Vec<Doubtful>,
    /// How many more there are, of which no place is kept.
    pub more_doubtful: usize,
    /// Combinations that a person has to look at, with the rows.
    pub combined: BTreeMap<String, Vec<String>>,
    /// What was left aside, with the reason.
    pub aside: Vec<String>,
    /// What a person should know besides.
    pub notices: Vec<String>,
}

/// A sheet that was read.
#[derive(Clone, Debug)]
pub struct SheetRead {
    /// Its name.
    pub name: String,
    /// Where its headings stand: "row 3", "rows 2 to 3".
    pub head: String,
    /// How many rows were read.
    pub rows: usize,
    /// Each column: letters, heading, what it means, and how many cells it has.
    pub columns: Vec<ColumnRead>,
}

/// A column that was read.
#[derive(Clone, Debug)]
pub struct ColumnRead {
    /// Its letters.
    pub letters: String,
    /// Its heading.
    pub heading: String,
    /// What it means.
    pub means: String,
    /// Whether that is a guess of `--suggest` that nobody has looked at yet.
    pub is_guess: bool,
    /// How many cells of it hold something.
    pub cells: usize,
}

/// A cell that a person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubtful {
    /// Where it is: `file!Sheet!C14`.
    pub place: String,
    /// What it holds.
    pub held: String,
    /// Why it is doubtful.
    pub why: String,
}
