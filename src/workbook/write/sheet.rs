//! The sheets of an exported workbook.

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, DataValidationErrorStyle, Format,
    Formula, IgnoreError, ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::style::{OWNERS, Style};
use super::{Cover, Said};
use crate::workbook::book::letters;
use crate::workbook::layout::{Answer, Cell, Column, Holds, Kind, Line, Table};
use crate::workbook::stamp::{self, Stamp, Witness};

type Written<T = ()> = Result<T, XlsxError>;

/// The longest list, in characters, that a cell keeps itself.
const LONGEST_LIST: usize = 250;
/// The sheet of lists that are too long for that.
const LISTS: &str = "Lists";

/// The lists that cells take their choices from, on a hidden sheet.
#[derive(Debug, Default)]
pub(super) struct Lists(Vec<Vec<String>>);

impl Lists {
    /// Returns a rule that offers these choices.
    fn offer(&mut self, choices: &[String]) -> Written<DataValidation> {
        let length: usize = choices.iter().map(|one| one.encode_utf16().count() + 1).sum();
        if length <= LONGEST_LIST && choices.iter().all(|one| !one.contains([',', '"'])) {
            return DataValidation::new().allow_list_strings(choices);
        }
        let at = self.0.iter().position(|list| list == choices).unwrap_or_else(|| {
            self.0.push(choices.to_vec());
            self.0.len() - 1
        });
        let column = letters(u32::try_from(at).expect("a workbook has few lists"));
        let range = format!("={LISTS}!${column}$1:${column}${}", choices.len());
        Ok(DataValidation::new().allow_list_formula(Formula::new(range)))
    }

    /// Writes the sheet, if there are such lists.
    pub(super) fn write(&self, book: &mut Workbook) -> Written {
        if self.0.is_empty() {
            return Ok(());
        }
        let sheet = book.add_worksheet().set_name(LISTS)?.set_hidden(true);
        for (right, list) in (0..).zip(&self.0) {
            for (down, one) in (0..).zip(list) {
                sheet.write_string(down, right, one)?;
            }
        }
        Ok(())
    }
}

/// Writes a table: keys in a hidden column, families with a line of their own.
pub(super) fn table(
    book: &mut Workbook,
    table: &Table,
    title: &str,
    style: &Style,
    lists: &mut Lists,
) -> Written {
    let sheet = book.add_worksheet().set_name(table.name)?;
    sheet.write_string_with_format(0, 0, stamp::KEY, &style.heading)?;
    sheet.set_column_hidden(0)?;
    for (at, column) in (1..).zip(&table.columns) {
        let is_open = !matches!(column.holds, Holds::Said | Holds::Fixed);
        let format = if is_open { &style.open_heading } else { &style.heading };
        sheet.write_string_with_format(0, at, &column.heading, format)?;
        sheet.set_column_width(at, f64::from(column.width) + 2.0)?;
    }
    sheet.set_row_height(0, 32)?;
    let last_column = u16::try_from(table.columns.len()).map_err(|_| XlsxError::RowColumnLimitError)?;
    let mut row = 1;
    let mut families: Vec<(u32, u32)> = Vec::new();
    let mut family: Option<&String> = None;
    for one in &table.lines {
        if one.group.is_some() && one.group.as_ref() != family {
            family = one.group.as_ref();
            sheet.set_row_format(row, &style.family)?;
            for column in 1..=last_column {
                sheet.write_blank(row, column, &style.family)?;
            }
            sheet.write_string_with_format(row, 1, family.map_or("", String::as_str), &style.family)?;
            families.push((row + 1, row));
            row += 1;
        }
        line(sheet, row, one, &table.columns, style)?;
        if let Some(last) = families.last_mut() {
            last.1 = row;
        }
        row += 1;
    }
    for (first, last) in &families {
        sheet.group_rows(*first, *last)?;
    }
    sheet.group_symbols_above(true);
    let last = (row - 1).max(1);
    choices(sheet, table, last, lists)?;
    finish(sheet, (last, last_column), if families.is_empty() { 0 } else { 4 }, title)
}

/// Writes one line.
fn line(sheet: &mut Worksheet, row: u32, line: &Line, columns: &[Column], style: &Style) -> Written {
    sheet.write_string_with_format(row, 0, &line.key, &style.locked)?;
    for (at, (cell, column)) in (1..).zip(line.cells.iter().zip(columns)) {
        put(sheet, (row, at), cell, format_of(cell, column, style))?;
    }
    Ok(())
}

fn format_of<'s>(cell: &Cell, column: &Column, style: &'s Style) -> &'s Format {
    let is_word = matches!(column.holds, Holds::Field(Kind::Word("row", "allocation")))
        || matches!(column.holds, Holds::Review(Answer::Agree | Answer::Dispute, _));
    match (cell.path, is_word) {
        (None, _) => &style.locked,
        (Some(_), true) => &style.open_word,
        (Some(_), false) => &style.open,
    }
}

fn put(sheet: &mut Worksheet, (row, at): (u32, u16), cell: &Cell, format: &Format) -> Written {
    match cell.text.is_empty() {
        true => sheet.write_blank(row, at, format)?,
        false => sheet.write_string_with_format(row, at, &cell.text, format)?,
    };
    Ok(())
}

/// Offers the words of closed vocabularies, and colours who acts.
fn choices(sheet: &mut Worksheet, table: &Table, last: u32, lists: &mut Lists) -> Written {
    for (at, column) in (1..).zip(&table.columns) {
        if !column.choices.is_empty() {
            let mut rule = lists.offer(&column.choices)?;
            if matches!(&column.holds, Holds::Field(kind) if kind.is_open()) {
                rule = rule.set_error_style(DataValidationErrorStyle::Information);
            }
            sheet.add_data_validation(1, at, last, at, &rule)?;
        }
        if column.holds == Holds::Field(Kind::Word("row", "allocation")) {
            for (word, background, letters) in OWNERS {
                let format = Format::new().set_background_color(background).set_font_color(letters);
                let rule = ConditionalFormatCell::new()
                    .set_rule(ConditionalFormatCellRule::EqualTo(word))
                    .set_format(format);
                sheet.add_conditional_format(1, at, last, at, &rule)?;
            }
        }
    }
    Ok(())
}

/// Freezes, filters, protects, and sets how a sheet is printed.
fn finish(sheet: &mut Worksheet, (last, last_column): (u32, u16), frozen: u16, title: &str) -> Written {
    sheet.set_freeze_panes(1, frozen)?;
    sheet.autofilter(0, 0, last, last_column)?;
    sheet.ignore_error_range(0, 0, last, last_column, IgnoreError::NumberStoredAsText)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    // An ampersand begins a code in a header.
    let title: String = title.replace('&', "&&").chars().take(120).collect();
    sheet.set_header(format!("&L{title}&R&A")).set_footer("&RPage &P of &N");
    let allowed = ProtectionOptions {
        format_columns: true,
        format_rows: true,
        sort: true,
        use_autofilter: true,
        ..ProtectionOptions::new()
    };
    sheet.protect_with_options(&allowed);
    Ok(())
}

/// Writes the cover.
pub(super) fn cover(book: &mut Workbook, cover: &Cover, style: &Style) -> Written<Vec<Witness>> {
    let sheet = book.add_worksheet().set_name("Cover")?;
    sheet.set_column_width(0, 26)?.set_column_width(1, 110)?;
    sheet.write_string_with_format(0, 0, &cover.title, &style.title)?;
    let mut witnesses = vec![Witness::of("Cover", 0, [cover.title.as_str()])];
    for (row, (label, text)) in (2..).zip(&cover.lines) {
        sheet.write_string_with_format(row, 0, label, &style.label)?;
        sheet.write_string_with_format(row, 1, text, &style.text)?;
        witnesses.push(Witness::of("Cover", row, [label.as_str(), text]));
    }
    sheet.set_landscape().set_print_fit_to_pages(1, 0).set_screen_gridlines(false).protect();
    Ok(witnesses)
}

/// Writes lines that are only read.
pub(super) fn said(book: &mut Workbook, name: &str, said: &Said, style: &Style) -> Written<Vec<Witness>> {
    let sheet = book.add_worksheet().set_name(name)?;
    for (at, (heading, width)) in (0..).zip(&said.columns) {
        sheet.write_string_with_format(0, at, *heading, &style.heading)?;
        sheet.set_column_width(at, f64::from(*width) + 2.0)?;
    }
    let mut witnesses = Vec::new();
    for (row, line) in (1..).zip(&said.lines) {
        for (at, text) in (0..).zip(line) {
            put(sheet, (row, at), &Cell { text: text.clone(), path: None }, &style.locked)?;
        }
        witnesses.push(Witness::of(name, row, line.iter().map(String::as_str)));
    }
    let last = u32::try_from(said.lines.len()).map_err(|_| XlsxError::RowColumnLimitError)?.max(1);
    let last_column =
        u16::try_from(said.columns.len().max(1) - 1).map_err(|_| XlsxError::RowColumnLimitError)?;
    finish(sheet, (last, last_column), 0, name)?;
    Ok(witnesses)
}

/// Writes the hidden sheet that says of which version the workbook is.
pub(super) fn stamp(book: &mut Workbook, stamp: &Stamp, witnesses: &[Witness]) -> Written {
    let sheet = book.add_worksheet().set_name(stamp::SHEET)?.set_hidden(true);
    for (row, (name, text)) in (0..).zip(stamp.lines()) {
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, text)?;
    }
    for (row, witness) in (0..).zip(witnesses) {
        for (at, text) in (3..).zip([&witness.sheet, &witness.row.to_string(), &witness.digest]) {
            sheet.write_string(row, at, text)?;
        }
    }
    sheet.protect();
    Ok(())
}
