//! XLSX through calamine's reader of single cells; hidden rows and columns by a pass of our own.
//!
//! calamine's ranges are not used: they take room for the whole rectangle that a sheet claims to fill.

use std::collections::BTreeMap;
use std::io::{BufRead, Cursor};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use quick_xml::events::{BytesStart, Event};

use super::super::book::{Area, Book, Cell, Sheet};
use super::super::stamp::PROPERTY;
use super::zipped::attribute;
use super::{Budget, MOST_CELLS, zipped};

/// The most merged cells of a sheet that are looked at.
const MOST_MERGED: usize = 100_000;

/// Reads every sheet of a workbook.
pub(super) fn read(bytes: Vec<u8>, budget: &mut Budget) -> Result<Book, String> {
    let mut archive = zipped::open(bytes.clone())?;
    let paths = sheet_paths(&mut archive)?;
    let mut book = Book { properties: properties(&mut archive)?, paths: paths.clone(), ..Book::default() };
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    for metadata in workbook.sheets_metadata().to_vec() {
        if metadata.typ != SheetType::WorkSheet {
            continue;
        }
        let mut sheet = Sheet::named(&metadata.name);
        sheet.is_hidden = metadata.visible != SheetVisible::Visible;
        if let Some(path) = paths.get(&metadata.name) {
            zipped::stream(&mut archive, path, |xml| shape(xml, &mut sheet))?;
        }
        let is_ours = book.properties.contains_key(PROPERTY);
        cells(&mut workbook, &mut sheet, budget, is_ours)?;
        book.sheets.push(sheet);
    }
    Ok(book)
}

/// Reads the cells of a sheet; of a workbook of ours also formulas that show nothing, for they took the place of a text.
fn cells(
    workbook: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &mut Sheet,
    budget: &mut Budget,
    is_ours: bool,
) -> Result<(), String> {
    let told = |error: calamine::XlsxError| format!("sheet `{}`: {error}", sheet.name);
    let mut reader = workbook.worksheet_cells_reader(&sheet.name).map_err(told)?;
    let mut errors = 0_usize;
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(told)? {
        let (row, column) = found.pos;
        let is_formula = found.formula.is_some();
        let Some(text) = shown(&found.value).or_else(|| (is_ours && is_formula).then(String::new)) else {
            budget.take(1, 0)?;
            continue;
        };
        budget.take(1, text.len())?;
        errors += usize::from(matches!(found.value, DataRef::Error(_)));
        let cell =
            Cell { text, is_formula, is_number: matches!(found.value, DataRef::Int(_) | DataRef::Float(_)) };
        sheet.lines.entry(row).or_default().put(column, cell);
    }
    if errors > 0 {
        sheet.notices.push(format!("{errors} cells hold an error such as #REF! instead of a value"));
    }
    Ok(())
}

/// Returns what a cell shows, or None if it shows nothing.
fn shown(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(day) => {
            let (year, month, date, ..) = day.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{date:02}")
        }
        DataRef::Error(error) => error.to_string(),
    };
    (!text.trim().is_empty()).then_some(text)
}

/// Returns where each sheet lies in the archive, by its name.
fn sheet_paths(archive: &mut zipped::Archive) -> Result<BTreeMap<String, String>, String> {
    let workbook = zipped::text(archive, "xl/workbook.xml")?.unwrap_or_default();
    let relations = zipped::text(archive, "xl/_rels/workbook.xml.rels")?.unwrap_or_default();
    zipped::text(archive, "xl/sharedStrings.xml")?;
    let mut targets = BTreeMap::new();
    elements(&relations, |tag| {
        if let ("Relationship", Some(id), Some(target)) =
            (tag.local_name().as_ref(), attribute(tag, "Id"), attribute(tag, "Target"))
        {
            let path = match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            };
            targets.insert(id, path);
        }
    })?;
    let mut paths = BTreeMap::new();
    elements(&workbook, |tag| {
        if let ("sheet", Some(name), Some(id)) =
            (tag.local_name().as_ref(), attribute(tag, "name"), attribute(tag, "id"))
            && let Some(path) = targets.get(&id)
        {
            paths.insert(name, path.clone());
        }
    })?;
    Ok(paths)
}

/// Returns the properties that somebody gave the document.
fn properties(archive: &mut zipped::Archive) -> Result<BTreeMap<String, String>, String> {
    let text = zipped::text(archive, "docProps/custom.xml")?.unwrap_or_default();
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut properties, mut name) = (BTreeMap::new(), None);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) if tag.local_name().as_ref() == "property" => name = attribute(&tag, "name"),
            Event::Text(text) => {
                if let Some(name) = &name {
                    properties.entry(name.clone()).or_insert_with(String::new).push_str(&text);
                }
            }
            Event::End(tag) if tag.local_name().as_ref() == "property" => name = None,
            Event::Eof => return Ok(properties),
            _ => {}
        }
    }
}

/// Notes which rows and columns a sheet does not show, and which cells are one.
fn shape(xml: &mut dyn BufRead, sheet: &mut Sheet) -> Result<(), String> {
    let (mut rows, mut columns, mut merged) = (Vec::new(), Vec::new(), Vec::new());
    let (mut next, mut cells) = (0_u32, 0_usize);
    elements_of(xml, |tag| {
        let number = |name: &str| attribute(tag, name).and_then(|it| it.parse::<u32>().ok());
        let is_hidden = || attribute(tag, "hidden").is_some_and(|it| it == "1" || it == "true");
        match tag.local_name().as_ref() {
            "row" => {
                let row = number("r").map_or(next, |row| row.saturating_sub(1));
                next = row.saturating_add(1);
                if is_hidden() {
                    rows.push(row..=row);
                }
            }
            "col" if is_hidden() => {
                if let (Some(first), Some(last)) = (number("min"), number("max")) {
                    columns.push(first.saturating_sub(1)..=last.saturating_sub(1));
                }
            }
            // More than are kept cannot be read anyway: the whole sheet need not be gone through to say so.
            "c" => cells += 1,
            "mergeCell" if merged.len() < MOST_MERGED => {
                merged.extend(attribute(tag, "ref").and_then(|it| area(&it)));
            }
            _ => {}
        }
        match cells > MOST_CELLS {
            true => Err(format!("it holds more than {MOST_CELLS} cells")),
            false => Ok(()),
        }
    })?;
    (sheet.hidden_rows, sheet.hidden_columns, sheet.merged) = (rows, columns, merged);
    Ok(())
}

/// Reads `B2:C7`.
fn area(text: &str) -> Option<Area> {
    let cell = |text: &str| {
        let digits = text.find(|it: char| it.is_ascii_digit())?;
        let (letters, number) = text.split_at(digits);
        let column = letters.bytes().try_fold(0_u32, |sum, letter| {
            let value = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
            sum.checked_mul(26)?.checked_add(value)
        })?;
        Some((number.parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
    };
    let (first, last) = text.split_once(':')?;
    let (first, last) = (cell(first)?, cell(last)?);
    Some(Area { rows: first.0..=last.0, columns: first.1..=last.1 })
}

/// Calls `look` with each start tag of a stream, until it refuses one.
fn elements_of(
    xml: &mut dyn BufRead,
    mut look: impl FnMut(&BytesStart<'_>) -> Result<(), String>,
) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|error| error.to_string())? {
            Event::Start(tag) | Event::Empty(tag) => look(&tag)?,
            Event::DocType(_) => {
                return Err("it declares entities, which no spreadsheet program writes".to_owned());
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Calls `look` with each start tag.
fn elements(text: &str, mut look: impl FnMut(&BytesStart<'_>)) -> Result<(), String> {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) | Event::Empty(tag) => look(&tag),
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}
