//! The table in a sheet: where its headings stand, which column is which, which rows are rows.

use std::collections::BTreeMap;

use super::book::{Area, Cell, Line, Sheet, address, letters};
use super::clean::clean;
use super::mapping::{SheetMap, fits};
use crate::near;
use crate::pack::spelling::folded;

/// How far down a sheet headings are looked for.
const FIRST_LINES: usize = 60;
/// How many rows headings may take.
const MOST_HEADING_ROWS: u32 = 3;
/// How many columns behind the last cell of the headings one may span.
const MOST_BEYOND: u32 = 64;

/// A sheet whose headings were found.
#[derive(Clone, Debug)]
pub(super) struct Table<'b> {
    /// The sheet.
    pub sheet: &'b Sheet,
    /// The rows of the headings, from 0: first and last.
    pub head: (u32, u32),
    /// The mapped columns by the key of the mapping.
    pub columns: BTreeMap<String, u32>,
    /// Every column that has a heading, with the heading as it stands in the sheet.
    pub headings: BTreeMap<u32, String>,
}

/// Why a sheet does not have the table that a mapping describes.
#[derive(Clone, Debug, Default)]
pub(super) struct Misfit {
    /// How many headings fit.
    pub found: usize,
    /// The headings that the sheet lacks, and the nearest that it has.
    pub missing: Vec<(String, Option<String>)>,
    /// Headings that two columns have, or columns that two headings mean.
    pub twice: Vec<String>,
}

impl Misfit {
    fn is_empty(&self) -> bool {
        self.found == 0 && self.missing.is_empty() && self.twice.is_empty()
    }
}

/// Finds the headings of a mapping in a sheet.
///
/// # Errors
/// What is missing or ambiguous where most of the headings stand.
pub(super) fn find<'b>(sheet: &'b Sheet, map: &SheetMap) -> Result<Table<'b>, Misfit> {
    let mut best = Misfit::default();
    for rows in 1..=MOST_HEADING_ROWS {
        for first in sheet.lines.keys().take(FIRST_LINES) {
            let last = first + rows - 1;
            let headings = headings(sheet, *first, last);
            match assign(&headings, map) {
                Ok(columns) => {
                    return Ok(Table { sheet, head: (*first, last), columns, headings: keys(&headings) });
                }
                Err(misfit) if misfit.found > best.found || best.is_empty() => best = misfit,
                Err(_) => {}
            }
        }
    }
    Err(best)
}

/// Returns the headings of each column, from the top; one that spans several columns is that of each.
///
/// Which columns a heading spans is known where the row has merged cells; else it goes on to where the next begins.
pub(super) fn headings(sheet: &Sheet, first: u32, last: u32) -> BTreeMap<u32, Vec<String>> {
    let (rows, lines): (Vec<u32>, Vec<&Line>) =
        sheet.lines.range(first..=last).map(|(row, line)| (*row, line)).unzip();
    let furthest = lines
        .iter()
        .filter_map(|line| line.cells.last())
        .map(|(column, _)| *column)
        .max()
        .unwrap_or_default();
    let mut headings: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let below = &lines[at + 1..];
        let has_lower = |column: u32| below.iter().any(|line| line.cell(column).is_some());
        let row = rows[at];
        let merged: Vec<&Area> = sheet
            .merged
            .iter()
            .filter(|area| area.rows.contains(&row) && area.columns.start() < area.columns.end())
            .collect();
        for (column, cell) in &line.cells {
            let text = clean(&cell.text).0.into_owned();
            let mut spanned = *column;
            loop {
                let parts = headings.entry(spanned).or_default();
                if parts.last() != Some(&text) {
                    parts.push(text.clone());
                }
                let next = spanned + 1;
                let goes_on = match merged.is_empty() {
                    true => has_lower(spanned) && has_lower(next) && line.cell(next).is_none(),
                    false => {
                        next <= furthest.saturating_add(MOST_BEYOND)
                            && merged
                                .iter()
                                .any(|area| area.columns.start() == column && area.columns.contains(&next))
                    }
                };
                if !goes_on {
                    break;
                }
                spanned = next;
            }
        }
    }
    headings
}

/// Names each column by its lowest heading, or by all of them where two columns have the same; a second of one name has a number.
pub(super) fn keys(headings: &BTreeMap<u32, Vec<String>>) -> BTreeMap<u32, String> {
    let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
    for last in headings.values().filter_map(|parts| parts.last()) {
        *counts.entry(last).or_default() += 1;
    }
    let numbers = numbers(headings);
    let name = |at: &u32, parts: &Vec<String>| match (parts.last(), numbers.get(at)) {
        (Some(last), _) if counts.get(last) == Some(&1) => last.clone(),
        (_, Some(number)) => format!("{} ({number})", parts.join(" / ")),
        _ => parts.join(" / "),
    };
    headings.iter().map(|(at, parts)| (*at, name(at, parts))).collect()
}

/// Numbers the columns whose headings an earlier column has, from 2.
fn numbers(headings: &BTreeMap<u32, Vec<String>>) -> BTreeMap<u32, usize> {
    let mut counts: BTreeMap<&[String], usize> = BTreeMap::new();
    let mut numbers = BTreeMap::new();
    for (at, parts) in headings {
        let count = counts.entry(parts).or_default();
        *count += 1;
        if *count > 1 {
            numbers.insert(*at, *count);
        }
    }
    numbers
}

/// Assigns columns to the headings of a mapping; a column belongs to the heading that names it most exactly.
fn assign(headings: &BTreeMap<u32, Vec<String>>, map: &SheetMap) -> Result<BTreeMap<String, u32>, Misfit> {
    let mut named: BTreeMap<&String, Vec<u32>> = BTreeMap::new();
    let numbers = numbers(headings);
    for (column, parts) in headings {
        let number = numbers.get(column).copied();
        let keys = map.columns.keys().filter(|key| is_named(key, parts, number));
        if let Some(key) = keys.max_by_key(|key| (!key.contains('*'), folded(key).len())) {
            named.entry(key).or_default().push(*column);
        }
    }
    let mut columns = BTreeMap::new();
    let mut misfit = Misfit::default();
    for (key, column) in &map.columns {
        match named.get(key).map_or(&[][..], Vec::as_slice) {
            [] if column.is_optional() => {}
            [] => misfit.missing.push((key.clone(), nearest(key, headings))),
            [one] => drop(columns.insert(key.clone(), *one)),
            several => {
                let names: Vec<String> = several.iter().map(|column| letters(*column)).collect();
                let second = format!("{} (2)", key.trim_matches('*'));
                misfit.twice.push(format!(
                    "`{key}` is the heading of columns {}; `Upper / Lower` or `{second}` tells them apart",
                    names.join(", ")
                ));
            }
        }
    }
    misfit.found = columns.len();
    match misfit.missing.is_empty() && misfit.twice.is_empty() {
        true => Ok(columns),
        false => Err(misfit),
    }
}

/// Returns whether a key names a column: by its lowest heading, or by all of them from the top, or with its number.
fn is_named(key: &str, parts: &[String], number: Option<usize>) -> bool {
    let all = parts.join(" / ");
    parts.last().is_some_and(|last| fits(key, last))
        || (parts.len() > 1 && fits(key, &all))
        || number.is_some_and(|number| fits(key, &format!("{all} ({number})")))
}

fn nearest(key: &str, headings: &BTreeMap<u32, Vec<String>>) -> Option<String> {
    let names: Vec<&str> = headings.values().filter_map(|parts| parts.last().map(String::as_str)).collect();
    near::nearest(key, names.iter().copied()).map(str::to_owned)
}

impl<'b> Table<'b> {
    /// Returns the rows below the headings, with their numbers.
    pub(super) fn rows(&self) -> impl Iterator<Item = (u32, &'b Line)> {
        self.sheet.lines.range(self.head.1 + 1..).map(|(row, line)| (*row, line))
    }

    /// Returns the cell of a mapped column.
    pub(super) fn cell<'l>(&self, line: &'l Line, key: &str) -> Option<&'l Cell> {
        line.cell(*self.columns.get(key)?)
    }

    /// Returns the columns that have a heading and that the mapping does not name.
    pub(super) fn unmapped(&self) -> Vec<(u32, &str)> {
        let is_mapped = |column: &u32| self.columns.values().any(|mapped| mapped == column);
        self.headings
            .iter()
            .filter(|(column, _)| !is_mapped(column))
            .map(|(at, name)| (*at, name.as_str()))
            .collect()
    }

    /// Returns the first cell that stands under no heading.
    pub(super) fn without_heading(&self) -> Option<String> {
        self.rows().find_map(|(row, line)| {
            let cell = line.cells.iter().find(|(column, _)| !self.headings.contains_key(column))?;
            Some(format!("{} (`{}`)", address(row, cell.0), short(&cell.1.text)))
        })
    }

    /// Returns whether a row repeats the headings.
    pub(super) fn is_heading(&self, line: &Line) -> bool {
        let mut same = line.cells.iter().map(|(column, cell)| {
            self.headings.get(column).is_some_and(|heading| folded(heading).ends_with(&folded(&cell.text)))
        });
        line.cells.len() > 1 && same.all(|is_same| is_same)
    }
}

/// Returns the beginning of a text, for a line on a terminal.
pub fn short(text: &str) -> String {
    let cleaned = clean(text).0;
    match cleaned.char_indices().nth(60) {
        Some((at, _)) => format!("{}...", &cleaned[..at]),
        None => cleaned.into_owned(),
    }
}
