//! XLS through calamine, after a look at how far its cells reach.
//!
//! calamine takes room for the whole rectangle of a sheet, so the records are walked first and a sheet whose cells lie
//! too far apart is refused.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, SheetVisible, Xls};

use super::super::book::{Area, Book, Cell, Sheet};
use super::Budget;

/// The most cells of the rectangle that a sheet spans.
const MOST_SPANNED: u64 = 4_000_000;
/// The largest XLS that is read, in bytes.
const MOST_BYTES: usize = 16 << 20;
/// Records of BIFF8 that hold cells: their first two numbers are row and column.
const CELLS: [u16; 9] = [0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205];
/// The record of a number in four bytes.
const RK: u16 = 0x027E;
/// The record that says how a row is shown; bit 5 of its flags hides it.
const ROW: u16 = 0x0208;

/// Reads every sheet of a workbook.
pub(super) fn read(bytes: Vec<u8>, budget: &mut Budget) -> Result<Book, String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("an XLS of more than {} MiB is not read; save it as XLSX", MOST_BYTES >> 20));
    }
    let hidden = walk(&bytes)?;
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut book = Book::default();
    for (at, metadata) in workbook.sheets_metadata().to_vec().into_iter().enumerate() {
        let mut sheet = Sheet::named(&metadata.name);
        sheet.is_hidden = metadata.visible != SheetVisible::Visible;
        sheet.hidden_rows = hidden.get(at).cloned().unwrap_or_default();
        sheet.merged =
            workbook.merge_cells_by_sheet_name(&metadata.name).unwrap_or_default().iter().map(area).collect();
        let range = workbook.worksheet_range(&metadata.name).map_err(|error| error.to_string())?;
        let (row, column) = range.start().unwrap_or_default();
        for (down, right, value) in range.used_cells() {
            let Some(text) = shown(value) else { continue };
            budget.take(1, text.len())?;
            let is_number = matches!(value, Data::Int(_) | Data::Float(_));
            let at =
                |start: u32, offset: usize| start.saturating_add(u32::try_from(offset).unwrap_or(u32::MAX));
            let cell = Cell { text, is_formula: false, is_number };
            sheet.lines.entry(at(row, down)).or_default().put(at(column, right), cell);
        }
        book.sheets.push(sheet);
    }
    Ok(book)
}

fn area(merged: &calamine::Dimensions) -> Area {
    Area { rows: merged.start.0..=merged.end.0, columns: merged.start.1..=merged.end.1 }
}

fn shown(value: &Data) -> Option<String> {
    let text = match value {
        Data::Empty => return None,
        Data::DateTime(day) => {
            let (year, month, date, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{date:02}")
        }
        other => other.to_string(),
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Walks the records of a workbook; refuses sheets that span too much, and returns the hidden rows of each.
fn walk(bytes: &[u8]) -> Result<Vec<Vec<std::ops::RangeInclusive<u32>>>, String> {
    let mut file =
        cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|error| format!("it is damaged: {error}"))?;
    if file.exists("/EncryptedPackage") || file.exists("/EncryptionInfo") {
        return Err("it is protected by a password".to_owned());
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.exists(name));
    let mut stream = Vec::new();
    let mut opened = file
        .open_stream(name.ok_or("it holds no workbook")?)
        .map_err(|error| format!("it is damaged: {error}"))?;
    opened.read_to_end(&mut stream).map_err(|error| format!("it is damaged: {error}"))?;
    let (mut hidden, mut far) = (Vec::new(), (0_u64, 0_u64));
    let mut at = 0;
    let mut depth = 0_usize;
    while let Some(head) = stream.get(at..at + 4) {
        let number =
            |from: usize| stream.get(from..from + 2).map_or(0, |it| u16::from_le_bytes([it[0], it[1]]));
        let (kind, len) = (u16::from_le_bytes([head[0], head[1]]), usize::from(number(at + 2)));
        match kind {
            0x0809 => {
                depth += 1;
                if number(at + 6) == 0x0010 && depth == 1 {
                    hidden.push(Vec::new());
                }
                far = (0, 0);
            }
            0x000A => depth = depth.saturating_sub(1),
            0x002F => return Err("it is protected by a password".to_owned()),
            ROW if number(at + 16) & 0x20 != 0 => {
                let row = u32::from(number(at + 4));
                if let Some(rows) = hidden.last_mut() {
                    rows.push(row..=row);
                }
            }
            kind if CELLS.contains(&kind) || kind == RK => {
                let last =
                    if kind == 0x00BD || kind == 0x00BE { number(at + 2 + len) } else { number(at + 6) };
                far = (far.0.max(u64::from(number(at + 4)) + 1), far.1.max(u64::from(last) + 1));
                if far.0 * far.1 > MOST_SPANNED {
                    return Err(format!("its cells span {} rows by {} columns", far.0, far.1));
                }
            }
            _ => {}
        }
        at += 4 + len;
    }
    Ok(hidden)
}
