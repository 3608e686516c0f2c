//! Cells of a workbook of somebody else written anew; every other byte of it stays.

use std::collections::BTreeMap;
use std::io::{Cursor, Write as _};

use quick_xml::events::{BytesStart, Event};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use crate::workbook::Fill;
use crate::workbook::book::address;

/// Writes cells into an XLSX; `paths` says where each sheet lies in it.
///
/// # Errors
/// Where the archive cannot be read.
pub(in crate::workbook) fn xlsx(
    bytes: &[u8],
    paths: &BTreeMap<String, String>,
    cells: &[Fill],
) -> Result<Vec<u8>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|error| error.to_string())?;
        let name = entry.name().map_err(|error| error.to_string())?.into_owned();
        let own: BTreeMap<(u32, u32), &str> = cells
            .iter()
            .filter(|cell| paths.get(&cell.sheet) == Some(&name))
            .map(|cell| ((cell.row, cell.column), cell.text.as_str()))
            .collect();
        if own.is_empty() {
            out.raw_copy_file(entry).map_err(|error| error.to_string())?;
            continue;
        }
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).map_err(|error| error.to_string())?;
        let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
        out.start_file(name, options).map_err(|error| error.to_string())?;
        out.write_all(sheet(&text, own)?.as_bytes()).map_err(|error| error.to_string())?;
    }
    Ok(out.finish().map_err(|error| error.to_string())?.into_inner())
}

/// Writes cells into the text of one sheet.
fn sheet(text: &str, mut cells: BTreeMap<(u32, u32), &str>) -> Result<String, String> {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut out = String::with_capacity(text.len());
    let (mut row, mut column, mut copied) = (0_u32, 0_u32, 0_usize);
    // Where a cell begins that is replaced, with what takes its place.
    let mut replaced: Option<String> = None;
    loop {
        let start = place(&reader);
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let end = place(&reader);
        match event {
            Event::Start(tag) if tag.local_name().as_ref() == "row" => {
                row = attribute(&tag, "r")
                    .and_then(|it| it.parse::<u32>().ok())
                    .map_or(row, |it| it.saturating_sub(1));
                column = 0;
            }
            Event::End(tag) if tag.local_name().as_ref() == "row" => {
                // What stands behind the last cell of the row.
                out.push_str(&text[copied..start]);
                copied = start;
                missing(&mut cells, row, u32::MAX, &mut out);
                row += 1;
            }
            Event::Start(ref tag) | Event::Empty(ref tag) if tag.local_name().as_ref() == "c" => {
                let is_empty = matches!(event, Event::Empty(_));
                column = attribute(tag, "r").and_then(|it| column_of(&it)).unwrap_or(column);
                out.push_str(&text[copied..start]);
                copied = start;
                missing(&mut cells, row, column, &mut out);
                if let Some(new) = cells.remove(&(row, column)) {
                    let cell = written(row, column, attribute(tag, "s").as_deref(), new);
                    if is_empty {
                        out.push_str(&cell);
                        copied = end;
                    } else {
                        replaced = Some(cell);
                    }
                }
                column += 1;
            }
            Event::End(tag) if tag.local_name().as_ref() == "c" => {
                if let Some(cell) = replaced.take() {
                    out.push_str(&cell);
                    copied = end;
                }
            }
            Event::Eof => {
                out.push_str(&text[copied..]);
                return match cells.is_empty() {
                    true => Ok(out),
                    false => Err("it lacks rows that were read of it".to_owned()),
                };
            }
            _ => {}
        }
    }
}

/// Writes the cells of a row before a column that the sheet does not have.
fn missing(cells: &mut BTreeMap<(u32, u32), &str>, row: u32, before: u32, out: &mut String) {
    while let Some(((at, column), text)) =
        cells.range((row, 0)..(row, before)).next().map(|(at, text)| (*at, *text))
    {
        out.push_str(&written(at, column, None, text));
        cells.remove(&(at, column));
    }
}

fn written(row: u32, column: u32, style: Option<&str>, text: &str) -> String {
    let style = style.map(|style| format!(" s=\"{}\"", quick_xml::escape::escape(style))).unwrap_or_default();
    let at = address(row, column);
    match text.is_empty() {
        true => format!("<c r=\"{at}\"{style}/>"),
        false => format!(
            "<c r=\"{at}\"{style} t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
            quick_xml::escape::escape(text)
        ),
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    crate::workbook::read::attribute(tag, name)
}

/// Returns the column of an address such as `C14`, from 0.
fn column_of(address: &str) -> Option<u32> {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic);
    let number = letters.fold(0_u32, |sum, letter| {
        sum.saturating_mul(26).saturating_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    });
    number.checked_sub(1)
}

fn place(reader: &quick_xml::Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).expect("a sheet fits into memory")
}
