//! ODS, read as a stream: repeated rows and cells are counted before they are made.

use std::collections::BTreeSet;

use quick_xml::events::{BytesStart, Event};

use super::super::book::{Area, Book, Cell, Sheet};
use super::zipped::attribute;
use super::{Budget, LAST_ROW, zipped};

/// Reads every sheet of a workbook.
pub(super) fn read(bytes: Vec<u8>, budget: &mut Budget) -> Result<Book, String> {
    let mut archive = zipped::open(bytes)?;
    if let Some(manifest) = zipped::text(&mut archive, "META-INF/manifest.xml")?
        && manifest.contains("encryption-data")
    {
        return Err("it is protected by a password".to_owned());
    }
    let text = zipped::text(&mut archive, "content.xml")?.ok_or("it has no content")?;
    let mut content = Content::new(budget);
    let mut reader = quick_xml::Reader::from_str(&text);
    loop {
        match reader.read_event().map_err(|error| format!("its content is damaged: {error}"))? {
            Event::Start(tag) => content.start(&tag)?,
            Event::Empty(tag) => {
                content.start(&tag)?;
                content.end(tag.local_name().as_ref())?;
            }
            Event::End(tag) => content.end(tag.local_name().as_ref())?,
            Event::Text(text) => content.text(&text),
            Event::CData(text) => content.text(&text),
            Event::GeneralRef(name) => content.text(&entity(&name)?),
            Event::Eof => return Ok(content.book),
            _ => {}
        }
    }
}

/// Returns the character that a reference stands for; only those of XML itself are known.
fn entity(name: &str) -> Result<String, String> {
    let number = name.strip_prefix('#').and_then(|it| match it.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => it.parse().ok(),
    });
    match (name, number.and_then(char::from_u32)) {
        ("amp", _) => Ok("&".to_owned()),
        ("lt", _) => Ok("<".to_owned()),
        ("gt", _) => Ok(">".to_owned()),
        ("quot", _) => Ok("\"".to_owned()),
        ("apos", _) => Ok("'".to_owned()),
        (_, Some(character)) => Ok(character.to_string()),
        _ => Err("it declares entities, which no spreadsheet program writes".to_owned()),
    }
}

/// The reader's place in the content.
struct Content<'b> {
    budget: &'b mut Budget,
    book: Book,
    hidden_styles: BTreeSet<String>,
    style: String,
    row: u32,
    column: u32,
    columns: u32,
    row_repeats: u32,
    line: Vec<(u32, u32, Cell)>,
    cell: Option<Open>,
    skipped: u32,
}

/// A cell whose end has not come.
struct Open {
    repeats: u32,
    paragraphs: u32,
    text: String,
    value: Option<String>,
    is_formula: bool,
    is_number: bool,
    /// How many rows and columns it takes.
    spans: (u32, u32),
}

impl<'b> Content<'b> {
    fn new(budget: &'b mut Budget) -> Self {
        Self {
            budget,
            book: Book::default(),
            hidden_styles: BTreeSet::new(),
            style: String::new(),
            row: 0,
            column: 0,
            columns: 0,
            row_repeats: 1,
            line: Vec::new(),
            cell: None,
            skipped: 0,
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let name = tag.local_name();
        if self.skipped > 0 || name.as_ref() == "annotation" {
            self.skipped += 1;
            return Ok(());
        }
        match name.as_ref() {
            "style" => self.style = attribute(tag, "name").unwrap_or_default(),
            "table-properties" if attribute(tag, "display").as_deref() == Some("false") => {
                self.hidden_styles.insert(self.style.clone());
            }
            "table" => self.sheet(tag),
            "table-column" => self.columns(tag)?,
            "table-row" => {
                self.row_repeats = repeats(tag, "number-rows-repeated")?;
                self.column = 0;
                if attribute(tag, "visibility").is_some_and(|it| it != "visible") {
                    let rows = self.row..=self.row.saturating_add(self.row_repeats - 1);
                    self.last().hidden_rows.push(rows);
                }
            }
            "table-cell" | "covered-table-cell" => self.open(tag)?,
            "p" => {
                if let Some(cell) = &mut self.cell {
                    if cell.paragraphs > 0 {
                        cell.text.push('\n');
                    }
                    cell.paragraphs += 1;
                }
            }
            "s" => self.text(&" ".repeat(repeats(tag, "c")?.min(64) as usize)),
            "tab" | "line-break" => self.text(" "),
            _ => {}
        }
        Ok(())
    }

    fn sheet(&mut self, tag: &BytesStart<'_>) {
        let mut sheet = Sheet::named(attribute(tag, "name").unwrap_or_default());
        let style = attribute(tag, "style-name").unwrap_or_default();
        sheet.is_hidden = self.hidden_styles.contains(&style);
        self.book.sheets.push(sheet);
        (self.row, self.columns) = (0, 0);
    }

    fn columns(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let repeats = repeats(tag, "number-columns-repeated")?;
        if attribute(tag, "visibility").is_some_and(|it| it != "visible") {
            let columns = self.columns..=self.columns.saturating_add(repeats - 1);
            self.last().hidden_columns.push(columns);
        }
        self.columns = self.columns.saturating_add(repeats);
        Ok(())
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let kind = attribute(tag, "value-type").unwrap_or_default();
        self.cell = Some(Open {
            repeats: repeats(tag, "number-columns-repeated")?,
            paragraphs: 0,
            text: String::new(),
            value: attribute(tag, "value").or_else(|| attribute(tag, "date-value")),
            is_formula: attribute(tag, "formula").is_some(),
            is_number: matches!(&*kind, "float" | "percentage" | "currency"),
            spans: (repeats(tag, "number-rows-spanned")?, repeats(tag, "number-columns-spanned")?),
        });
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let (Some(cell), 0) = (&mut self.cell, self.skipped) {
            cell.text.push_str(text);
        }
    }

    fn end(&mut self, name: &str) -> Result<(), String> {
        if self.skipped > 0 {
            self.skipped -= 1;
            return Ok(());
        }
        match name {
            "table-cell" | "covered-table-cell" => self.close(),
            "table-row" => self.put_rows(),
            _ => Ok(()),
        }
    }

    fn close(&mut self) -> Result<(), String> {
        let Some(open) = self.cell.take() else { return Ok(()) };
        let column = self.column;
        self.column = column.saturating_add(open.repeats);
        let text = if open.paragraphs == 0 { open.value.unwrap_or_default() } else { open.text };
        if text.trim().is_empty() {
            return Ok(());
        }
        if open.spans != (1, 1) {
            let (row, spans) = (self.row, open.spans);
            self.last().merged.push(Area {
                rows: row..=row.saturating_add(spans.0 - 1),
                columns: column..=column.saturating_add(spans.1 - 1),
            });
        }
        let cells = open.repeats as usize * self.row_repeats as usize;
        self.budget.take(cells, text.len())?;
        let cell = Cell { text, is_formula: open.is_formula, is_number: open.is_number };
        self.line.push((column, open.repeats, cell));
        Ok(())
    }

    fn put_rows(&mut self) -> Result<(), String> {
        let line = std::mem::take(&mut self.line);
        let (first, repeats) = (self.row, self.row_repeats);
        self.row = first.saturating_add(repeats);
        if line.is_empty() {
            return Ok(());
        }
        if self.row > LAST_ROW.saturating_add(1) {
            return Err(format!("it holds cells beyond row {}", LAST_ROW + 1));
        }
        for row in first..self.row {
            let target = self.last().lines.entry(row).or_default();
            for (column, repeats, cell) in &line {
                for at in *column..column.saturating_add(*repeats) {
                    target.put(at, cell.clone());
                }
            }
        }
        Ok(())
    }

    fn last(&mut self) -> &mut Sheet {
        if self.book.sheets.is_empty() {
            self.book.sheets.push(Sheet::default());
        }
        self.book.sheets.last_mut().expect("one was pushed")
    }
}

/// Returns how often a thing is repeated, at least once.
fn repeats(tag: &BytesStart<'_>, name: &str) -> Result<u32, String> {
    let Some(text) = attribute(tag, name) else { return Ok(1) };
    let number: u32 = text.parse().map_err(|_| format!("`{name}` in it is no number"))?;
    Ok(number.max(1))
}
