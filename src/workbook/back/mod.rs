//! What somebody changed in a workbook that was exported.
//!
//! The workbook is compared with the layout of the version that it was made of, cell by cell; what differs is a change
//! that somebody made. What cannot be taken is a question, with its cell.

mod apply;

pub use apply::{Applied, apply, held};

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::book::{Book, Line as Found, Sheet, address};
use super::clean::{is_blank, is_mark};
use super::layout::{Answer, Cell, Column, Holds, Line, Names, Table};
use super::stamp::{self, Stamp, plain};
use super::table::short;
use crate::error::{Error, Result};
use crate::matrix::Outcome;

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// The fields that were changed.
    pub edits: Vec<Edit>,
    /// What parties said of rows.
    pub reviews: Vec<Review>,
    /// Lines of the version that the workbook does not have any more.
    pub missing: Vec<Missing>,
    /// What a person has to decide.
    pub questions: Vec<Question>,
    /// What a person should know besides.
    pub notices: Vec<String>,
}

/// A field that was changed.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The cell, as `file!Sheet!C14`.
    pub place: String,
    /// What the line is known by.
    pub key: String,
    /// The object, by its place in the version that the workbook was made of.
    pub pointer: String,
    /// The field below it.
    pub path: &'static str,
    /// What it says now; `None` if nothing.
    pub value: Option<Value>,
}

/// What a party said of a row.
#[derive(Clone, Debug)]
pub struct Review {
    /// The cell.
    pub place: String,
    /// The row.
    pub row: String,
    /// The party.
    pub party: String,
    /// What came of it.
    pub outcome: Outcome,
    /// What is disputed, or was remarked.
    pub note: Option<String>,
}

/// A line that is gone.
#[derive(Clone, Debug)]
pub struct Missing {
    /// The sheet.
    pub sheet: &'static str,
    /// What it was known by.
    pub key: String,
    /// Where its object stands in the version that the workbook was made of.
    pub pointer: String,
}

/// Something that a person has to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The cell or the line.
    pub place: String,
    /// What it holds.
    pub held: String,
    /// What is to be decided, and why.
    pub why: String,
}

/// Compares a workbook with the layout of the version that it was made of.
///
/// # Errors
/// Where the sheet of the rows is gone, or its hidden column of keys.
pub fn compare(book: &Book, file: &str, tables: &[Table], base: &Value, stamp: &Stamp) -> Result<Returned> {
    let names = Names::of(base);
    let mut reading = Reading {
        file,
        base,
        names: &names,
        is_same_tool: stamp.tool == env!("CARGO_PKG_VERSION"),
        returned: Returned::default(),
    };
    for table in tables {
        match book.sheets.iter().find(|sheet| sheet.name == table.name) {
            Some(sheet) => reading.sheet(sheet, table)?,
            None if table.name == "Matrix" => {
                return Err(Error::usage(format!("`{file}` has no sheet `Matrix` any more"))
                    .hint("export the matrix anew; nothing was read"));
            }
            None => reading
                .returned
                .notices
                .push(format!("the sheet `{}` is gone; what stood in it stays", table.name)),
        }
    }
    for (sheet, row) in stamp::changed(book) {
        let place = format!("{file}!{sheet}!{}", row + 1);
        reading.ask(&place, "", "the line is only read, and was changed or removed; nothing of it is taken");
    }
    Ok(reading.returned)
}

struct Reading<'a> {
    file: &'a str,
    base: &'a Value,
    names: &'a Names,
    is_same_tool: bool,
    returned: Returned,
}

/// Where the columns of a table stand in a sheet.
struct Head {
    row: u32,
    key: u32,
    /// The place of each column of the table; `None` if it is gone.
    columns: Vec<Option<u32>>,
}

impl Reading<'_> {
    fn ask(&mut self, place: &str, held: &str, why: &str) {
        self.returned.questions.push(Question {
            place: place.to_owned(),
            held: short(held),
            why: why.to_owned(),
        });
    }

    fn place(&self, table: &Table, row: u32, column: u32) -> String {
        format!("{}!{}!{}", self.file, table.name, address(row, column))
    }

    fn sheet(&mut self, sheet: &Sheet, table: &Table) -> Result<()> {
        let Some(head) = self.head(sheet, table) else {
            return Err(Error::usage(format!(
                "sheet `{}` of `{}` has lost its hidden column `{}`",
                table.name,
                self.file,
                stamp::KEY
            ))
            .because("without it nobody can say which line is which")
            .hint("export the matrix anew; nothing was read"));
        };
        let by_key: BTreeMap<&str, &Line> =
            table.lines.iter().map(|line| (line.key.as_str(), line)).collect();
        let groups: BTreeSet<&str> = table.lines.iter().filter_map(|line| line.group.as_deref()).collect();
        let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
        for (row, found) in sheet.lines.range(head.row + 1..) {
            let key = found.cell(head.key).map(|cell| plain(&cell.text)).filter(|key| !key.is_empty());
            let Some(key) = key else {
                self.without_key(table, &groups, *row, found);
                continue;
            };
            let place = format!("{}!{}!{}", self.file, table.name, row + 1);
            let Some(line) = by_key.get(key.as_str()) else {
                self.ask(
                    &place,
                    &key,
                    "no line of the version is known by this; the hidden column was changed",
                );
                continue;
            };
            match seen.insert(&line.key, *row) {
                Some(first) => self.ask(
                    &place,
                    &key,
                    &format!("line {} is the same line; one of them has to go", first + 1),
                ),
                None => self.line(table, &head, (*row, found), line),
            }
        }
        let gone = table
            .lines
            .iter()
            .filter(|line| !seen.contains_key(line.key.as_str()) && !line.pointer.is_empty());
        let missing = gone.map(|line| Missing {
            sheet: table.name,
            key: line.key.clone(),
            pointer: line.pointer.clone(),
        });
        self.returned.missing.extend(missing);
        Ok(())
    }

    fn head(&mut self, sheet: &Sheet, table: &Table) -> Option<Head> {
        let is_key = |cell: &super::book::Cell| plain(&cell.text) == stamp::KEY;
        let (row, line) =
            sheet.lines.iter().take(60).find(|(_, line)| line.cells.iter().any(|(_, cell)| is_key(cell)))?;
        let at = |heading: &str| {
            line.cells.iter().find(|(_, cell)| plain(&cell.text) == plain(heading)).map(|(at, _)| *at)
        };
        let columns: Vec<Option<u32>> = table.columns.iter().map(|column| at(&column.heading)).collect();
        for (column, found) in table.columns.iter().zip(&columns) {
            if found.is_none() {
                self.returned.notices.push(format!(
                    "sheet `{}` has no column `{}` any more; what stood in it stays",
                    table.name, column.heading
                ));
            }
        }
        let key = at(stamp::KEY)?;
        for (at, cell) in &line.cells {
            if *at != key && !columns.contains(&Some(*at)) {
                self.returned.notices.push(format!(
                    "sheet `{}`: column `{}` is not of the matrix and was not read",
                    table.name,
                    short(&cell.text)
                ));
            }
        }
        Some(Head { row: *row, key, columns })
    }

    /// Asks about a line that somebody added; the lines of families are ours.
    fn without_key(&mut self, table: &Table, groups: &BTreeSet<&str>, row: u32, found: &Found) {
        let filled: Vec<&(u32, super::book::Cell)> =
            found.cells.iter().filter(|(_, cell)| !plain(&cell.text).is_empty()).collect();
        match filled[..] {
            [] => {}
            [(_, only)] if groups.contains(plain(&only.text).as_str()) => {}
            [(column, first), ..] => {
                let place = self.place(table, row, *column);
                self.ask(
                    &place,
                    &first.text,
                    "the line is new; `countersign add` adds rows, parties and the like",
                );
            }
        }
    }

    fn line(&mut self, table: &Table, head: &Head, (row, found): (u32, &Found), line: &Line) {
        let mut answers: BTreeMap<&str, Vec<(Answer, u32, String, bool)>> = BTreeMap::new();
        for ((column, cell), at) in table.columns.iter().zip(&line.cells).zip(&head.columns) {
            let Some(at) = at else { continue };
            let held = found.cell(*at).map(|cell| plain(&cell.text)).unwrap_or_default();
            if found.cell(*at).is_some_and(|cell| cell.is_formula) {
                let place = self.place(table, row, *at);
                self.ask(&place, &held, "the cell holds a formula; a matrix holds texts");
                continue;
            }
            if let Holds::Review(answer, party) = &column.holds {
                let is_changed = match answer {
                    Answer::Note => held != plain(&cell.text),
                    Answer::Agree | Answer::Dispute => {
                        is_mark(&held) == cell.text.is_empty() || !(is_mark(&held) || is_blank(&held))
                    }
                };
                answers.entry(party).or_default().push((*answer, *at, held, is_changed));
            } else if held != plain(&cell.text) {
                self.changed(table, (row, *at), (column, cell), line, &held);
            }
        }
        for (party, answers) in answers {
            if answers.iter().any(|(.., is_changed)| *is_changed) {
                self.review(table, row, line, party, &answers);
            }
        }
    }

    /// Takes a cell that was changed, or asks about it.
    fn changed(
        &mut self,
        table: &Table,
        at: (u32, u32),
        (column, cell): (&Column, &Cell),
        line: &Line,
        held: &str,
    ) {
        let place = self.place(table, at.0, at.1);
        let (Some(path), Holds::Field(kind)) = (cell.path, &column.holds) else {
            // Another version of the program may put into other words what it says of a line.
            if self.is_same_tool || column.holds == Holds::Fixed {
                let why = format!(
                    "`{}` of `{}` is locked: it follows from other cells; nothing of it is taken",
                    column.heading, line.key
                );
                self.ask(&place, held, &why);
            }
            return;
        };
        // The lines of the head have kinds of their own.
        let kind = if line.pointer.is_empty() { super::layout::kind_of_head(path) } else { *kind };
        match kind.read(held, self.names) {
            Ok(value) => {
                let pointer = format!("{}/{path}", line.pointer);
                if value.as_ref() != self.base.pointer(&pointer) {
                    self.returned.edits.push(Edit {
                        place,
                        key: line.key.clone(),
                        pointer: line.pointer.clone(),
                        path,
                        value,
                    });
                }
            }
            Err(why) => self.ask(&place, held, &format!("`{}` of `{}`: {why}", column.heading, line.key)),
        }
    }

    fn review(
        &mut self,
        table: &Table,
        row: u32,
        line: &Line,
        party: &str,
        answers: &[(Answer, u32, String, bool)],
    ) {
        let of = |wanted: Answer| answers.iter().find(|(answer, ..)| *answer == wanted);
        let held = |wanted: Answer| of(wanted).map(|(.., held, _)| held.as_str()).unwrap_or_default();
        let first = answers.iter().find(|(.., is_changed)| *is_changed).map_or(0, |(_, at, ..)| *at);
        let place = self.place(table, row, first);
        for wanted in [Answer::Agree, Answer::Dispute] {
            let text = held(wanted);
            if !is_mark(text) && !is_blank(text) {
                return self.ask(
                    &place,
                    text,
                    "it is neither marked with an x nor empty; a remark belongs into Note",
                );
            }
        }
        let note = Some(held(Answer::Note)).filter(|note| !note.is_empty()).map(str::to_owned);
        let outcome = match (is_mark(held(Answer::Agree)), is_mark(held(Answer::Dispute))) {
            (true, true) => return self.ask(&place, "x", "the row is marked as agreed and as disputed"),
            (false, false) => {
                let why = match note {
                    Some(_) => "there is a note, but neither agreement nor dispute",
                    None => "the mark is gone; a review is not taken back by an empty cell",
                };
                return self.ask(&place, held(Answer::Note), why);
            }
            (true, false) => Outcome::Agreed,
            (false, true) => Outcome::Disputed,
        };
        if outcome == Outcome::Disputed && note.is_none() {
            return self.ask(&place, "x", "a dispute says in Note what it is about");
        }
        let (row, party) = (line.key.clone(), party.to_owned());
        self.returned.reviews.push(Review { place, row, party, outcome, note });
    }
}
