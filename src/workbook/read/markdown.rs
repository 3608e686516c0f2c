//! Tables of a Markdown page (GFM); the headings above a table are the group of its rows.
//!
//! Tables with the same headings are one sheet. A row with more cells than headings keeps them, as a spreadsheet would,
//! although Markdown drops them when it shows the page.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::super::book::{Book, Cell, Line, Sheet};
use super::{Budget, delimited};

/// Reads the tables of a page.
pub(super) fn read(name: &str, bytes: &[u8], budget: &mut Budget) -> Result<Book, String> {
    let text = delimited::text(bytes)?;
    let mut page = Page { name, text, ..Page::default() };
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        page.event(event, range, budget)?;
    }
    if page.book.sheets.is_empty() {
        return Err("it holds no table".to_owned());
    }
    Ok(page.book)
}

#[derive(Default)]
struct Page<'t> {
    name: &'t str,
    text: &'t str,
    book: Book,
    headings: Vec<(HeadingLevel, String)>,
    heading: Option<(HeadingLevel, String)>,
    cells: Vec<String>,
    cell: Option<String>,
    sheet: usize,
}

impl Page<'_> {
    fn event(&mut self, event: Event<'_>, range: Range<usize>, budget: &mut Budget) -> Result<(), String> {
        match event {
            Event::Start(Tag::Heading { level, .. }) => self.heading = Some((level, String::new())),
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::TableHead | Tag::TableRow) => self.cells.clear(),
            Event::Start(Tag::TableCell) => self.cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => self.cells.extend(self.cell.take()),
            Event::End(TagEnd::TableHead) => self.head(),
            Event::End(TagEnd::TableRow) => self.row(range, budget)?,
            Event::Text(text) | Event::Code(text) => self.text(&text),
            Event::InlineHtml(tag) => self.text(&tag),
            Event::SoftBreak | Event::HardBreak => self.text(" "),
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            cell.push_str(text);
        } else if let Some((_, heading)) = &mut self.heading {
            heading.push_str(text);
        }
    }

    fn end_heading(&mut self) {
        let Some((level, text)) = self.heading.take() else { return };
        self.headings.retain(|(above, _)| *above < level);
        self.headings.push((level, text.trim().to_owned()));
    }

    /// Begins a table: a sheet of its own, unless one with these headings is there.
    fn head(&mut self) {
        let names = std::mem::take(&mut self.cells);
        let is_same = |sheet: &Sheet| {
            sheet.lines.get(&0).is_some_and(|line| {
                line.cells.len() == names.len()
                    && line.cells.iter().zip(&names).all(|((_, cell), name)| cell.text == *name)
            })
        };
        if let Some(at) = self.book.sheets.iter().position(is_same) {
            self.sheet = at;
            return;
        }
        let number = self.book.sheets.len() + 1;
        let mut sheet =
            Sheet::named(if number == 1 { self.name.to_owned() } else { format!("{} {number}", self.name) });
        sheet.lines.insert(0, line(&names, None));
        self.sheet = self.book.sheets.len();
        self.book.sheets.push(sheet);
    }

    fn row(&mut self, range: Range<usize>, budget: &mut Budget) -> Result<(), String> {
        let mut cells = std::mem::take(&mut self.cells);
        let written = written(self.text.get(range.clone()).unwrap_or_default());
        cells.extend(written.into_iter().skip(cells.len()));
        budget.take(cells.len(), cells.iter().map(String::len).max().unwrap_or_default())?;
        // The first level is the title of the page, not a group.
        let group: Vec<&str> = self
            .headings
            .iter()
            .filter(|(level, _)| *level > HeadingLevel::H1)
            .map(|(_, it)| &**it)
            .collect();
        let group = (!group.is_empty()).then(|| group.join(" / "));
        let lines = &mut self.book.sheets[self.sheet].lines;
        let next = lines.last_key_value().map_or(0, |(row, _)| row + 1);
        lines.insert(next, line(&cells, group));
        Ok(())
    }
}

fn line(cells: &[String], group: Option<String>) -> Line {
    let cells = (0_u32..).zip(cells).filter(|(_, text)| !text.trim().is_empty());
    Line { cells: cells.map(|(at, text)| (at, Cell::text(text.clone()))).collect(), group }
}

/// Returns the cells of a row as they are written, those that Markdown does not show too.
fn written(row: &str) -> Vec<String> {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let mut cells = vec![String::new()];
    let mut is_escaped = false;
    for character in row.chars() {
        if character == '|' && !is_escaped {
            cells.push(String::new());
        } else {
            cells.last_mut().expect("there is one").push(character);
        }
        is_escaped = character == '\\' && !is_escaped;
    }
    if cells.len() > 1 && cells.last().is_some_and(|last| last.trim().is_empty()) {
        cells.pop();
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}
