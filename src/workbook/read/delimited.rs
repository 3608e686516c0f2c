//! CSV and TSV: UTF-8, quoted as RFC 4180 says; commas, semicolons or tabs between the cells.

use super::super::book::{Book, Cell, Line, Sheet};
use super::Budget;

/// Reads a table as one sheet with the name of the file.
pub(super) fn read(name: &str, bytes: &[u8], budget: &mut Budget) -> Result<Book, String> {
    let text = text(bytes)?;
    let mut sheet = Sheet::named(name);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut row = 0_u32;
    while reader.read_record(&mut record).map_err(|error| error.to_string())? {
        let mut line = Line::default();
        for (column, text) in record.iter().enumerate() {
            budget.take(1, text.len())?;
            if !text.trim().is_empty() {
                line.cells.push((u32::try_from(column).map_err(|_| "too many columns")?, Cell::text(text)));
            }
        }
        if !line.cells.is_empty() {
            sheet.lines.insert(row, line);
        }
        row = row.saturating_add(1);
    }
    Ok(Book { sheets: vec![sheet], ..Book::default() })
}

/// Returns the text of a file in UTF-8, without its byte order mark.
pub(super) fn text(bytes: &[u8]) -> Result<&str, String> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err("it is UTF-16; save it as CSV in UTF-8".to_owned());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("line {line} is not UTF-8; save it as CSV in UTF-8")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// Returns what stands between the cells: what the first line with any of the three has most of, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b'\t', 0_usize), (b';', 0), (b',', 0)];
    let mut is_quoted = false;
    for byte in text.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted && counts.iter().any(|(_, count)| *count > 0) => break,
            _ if !is_quoted => {
                counts.iter_mut().filter(|(one, _)| *one == byte).for_each(|(_, count)| *count += 1);
            }
            _ => {}
        }
    }
    counts.iter().max_by_key(|(_, count)| *count).map_or(b',', |(byte, _)| *byte)
}
