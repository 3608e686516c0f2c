//! Where the headings of a sheet stand.

use super::super::book::{Line, Sheet};
use super::super::clean::{clean, is_mark};
use super::words;

/// How far down headings are looked for.
const FIRST_LINES: usize = 40;

/// Returns the first and the last row of the headings.
pub(super) fn find(sheet: &Sheet) -> Option<(u32, u32)> {
    let rows: Vec<u32> = sheet.lines.keys().copied().take(FIRST_LINES).collect();
    let sounds = |row: &u32| words::headings(&texts(&sheet.lines[row]));
    let most = rows.iter().filter(|row| filled(&sheet.lines[row]) >= 2).map(sounds).max()?;
    let by_words =
        rows.iter().find(|row| filled(&sheet.lines[row]) >= 2 && most >= 2 && sounds(row) * 10 >= most * 6);
    let widest = rows.iter().map(|row| filled(&sheet.lines[row])).max()?;
    let by_width = rows
        .iter()
        .find(|row| filled(&sheet.lines[row]) >= 2 && filled(&sheet.lines[row]) * 10 >= widest * 6);
    let first = *by_words.or(by_width)?;
    let rows = if let Some(above) = first.checked_sub(1).filter(|above| is_above(sheet, *above, first)) {
        (above, first)
    } else if is_below(sheet, first) {
        (first, first + 1)
    } else {
        (first, first)
    };
    sheet.lines.range(rows.1 + 1..).next()?;
    Some(rows)
}

/// Names the rows as people count them.
pub(super) fn shown((first, last): (u32, u32)) -> String {
    match first == last {
        true => format!("row {}", first + 1),
        false => format!("rows {} to {}", first + 1, last + 1),
    }
}

fn texts(line: &Line) -> Vec<&str> {
    line.cells.iter().filter(|(_, cell)| !cell.is_number).map(|(_, cell)| cell.text.as_str()).collect()
}

/// Counts the short texts of a row.
fn filled(line: &Line) -> usize {
    let is_short = |text: &&&str| text.chars().count() <= 90 && !is_mark(text);
    texts(line).iter().filter(is_short).count()
}

/// Returns whether a row merges cells to the right, and not all of its cells into a title.
fn groups(sheet: &Sheet, row: u32) -> bool {
    let Some(line) = sheet.lines.get(&row) else { return false };
    line.cells.len() >= 2
        && sheet
            .merged
            .iter()
            .any(|area| *area.rows.end() == row && area.columns.start() < area.columns.end())
}

/// Returns whether the row above heads groups of the columns, or those that this row leaves out.
fn is_above(sheet: &Sheet, above: u32, first: u32) -> bool {
    let Some(line) = sheet.lines.get(&above) else { return false };
    let leaves_out = line.cells.iter().any(|(column, _)| sheet.lines[&first].cell(*column).is_none());
    line.cells.len() >= 2 && (groups(sheet, above) || (leaves_out && words::headings(&texts(line)) > 0))
}

/// Returns whether the row below has the headings of columns that this one groups.
fn is_below(sheet: &Sheet, first: u32) -> bool {
    let (Some(below), line) = (sheet.lines.get(&(first + 1)), &sheet.lines[&first]) else { return false };
    let is_short = below.cells.iter().all(|(_, cell)| {
        !cell.is_number && !is_mark(&cell.text) && clean(&cell.text).0.chars().count() <= 90
    });
    if below.cells.len() < 2 || !is_short {
        return false;
    }
    let fills = below.cells.iter().any(|(column, _)| line.cell(*column).is_none());
    groups(sheet, first) || (fills && words::headings(&texts(below)) * 2 >= below.cells.len())
}
