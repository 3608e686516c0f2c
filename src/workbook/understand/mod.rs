//! From the rows of a sheet to the rows of a matrix.
//!
//! ```text
//! tables -> one Source per control, cells by column -> Votes -> one row of the matrix
//! ```
//!
//! What a value says is in the mapping. What the mapping does not say is not guessed: the row stays unassigned, the
//! value is kept in `native`, and the account names the cell.

mod choose;
mod words;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::account::{Account, ColumnRead, Doubtful, SheetRead};
use super::book::{Book, Cell, Line, address, letters};
use super::clean::{clean, is_blank};
use super::controls::Controls;
use super::mapping::{Column, Field, Mapping, SheetMap};
use super::parties::Parties;
use super::table::{Table, short};
use crate::error::{Error, Result};

/// The most doubtful cells that are kept.
const MOST_DOUBTS: usize = 10_000;

/// What the caller asked for beside the mapping.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The sheet, where several fit.
    pub sheet: Option<String>,
    /// Whether hidden sheets, rows and columns are read too.
    pub hidden: bool,
}

/// The rows of a matrix, and the account of how they came to be.
#[derive(Debug)]
pub struct Understood {
    /// The rows; none where they are more than a matrix may have.
    pub rows: Vec<Value>,
    /// The ids of the rows whose title stands in the sheet; that of others is the catalogue's.
    pub titled: BTreeSet<String>,
    /// The lines that each row stands in, by sheet and number.
    pub places: Vec<Vec<(String, u32)>>,
    /// The account.
    pub account: Account,
}

/// A sheet with what it means.
#[derive(Debug)]
pub(super) struct Part<'b> {
    table: Table<'b>,
    map: SheetMap,
    /// The name under which its values are kept.
    vocabulary: String,
    /// What each column is, by its number: the key of the mapping, and what it means.
    columns: BTreeMap<u32, (String, Column)>,
}

/// One row of the source, from all sheets that speak of it.
#[derive(Debug, Default)]
pub(super) struct Source<'p> {
    /// The controls as the sheet writes them; for a row without controls, what it is called.
    pub(super) key: String,
    pub(super) group: Option<String>,
    /// The lines that it stands in, by sheet and number.
    pub(super) lines: Vec<(&'p str, u32)>,
    pub(super) cells: Vec<Held<'p>>,
}

/// A cell of a row with what its column means.
#[derive(Clone, Debug)]
pub(super) struct Held<'p> {
    pub(super) part: &'p Part<'p>,
    /// Its row and column, from 0.
    pub(super) at: (u32, u32),
    /// The key of the mapping, or nothing.
    pub(super) column: &'p str,
    pub(super) heading: &'p str,
    pub(super) text: Cow<'p, str>,
    pub(super) meaning: Option<&'p Column>,
}

impl<'p> Part<'p> {
    fn of(table: Table<'p>, map: SheetMap, mapping: &Mapping) -> Self {
        let vocabulary = map.vocabulary.clone().or_else(|| mapping.vocabulary.clone());
        let columns =
            table.columns.iter().map(|(key, at)| (*at, (key.clone(), map.columns[key].clone()))).collect();
        Self { vocabulary: vocabulary.unwrap_or_else(|| table.sheet.name.clone()), columns, table, map }
    }
}

impl Held<'_> {
    /// Returns the name under which the value is kept.
    pub(super) fn vocabulary(&self) -> &str {
        &self.part.vocabulary
    }
}

/// Reads the rows of a book by a mapping.
///
/// # Errors
/// Where no sheet, or more than one, has the headings of the mapping, and where a row holds more cells than headings.
pub fn understand(
    book: &Book,
    mapping: &Mapping,
    parties: &Parties,
    controls: &Controls<'_>,
    wish: &Wish,
    file: &str,
) -> Result<Understood> {
    let mut parts = Vec::new();
    for map in mapping.sheet_maps() {
        if let Some(table) = choose::choose(book, &map, mapping, wish, file)? {
            parts.push(Part::of(table, map, mapping));
        }
    }
    let mut reading = Reading {
        account: Account { file: file.to_owned(), ..Account::default() },
        mapping,
        parties,
        controls,
        sources: Vec::new(),
        known: BTreeMap::new(),
        titled: BTreeSet::new(),
        without_catalog: Vec::new(),
    };
    for part in &parts {
        reading.sheet(part)?;
    }
    reading.aside(book);
    let places =
        |source: &Source<'_>| source.lines.iter().map(|(name, row)| ((*name).to_owned(), *row)).collect();
    let places = reading.sources.iter().map(places).collect();
    let rows = reading.rows();
    if reading.account.rows == 0 {
        return Err(Error::usage(format!("`{file}` holds no row below its headings")));
    }
    reading.tell_of_catalog();
    reading.tell_of_guesses();
    Ok(Understood { rows, titled: reading.titled, places, account: reading.account })
}

/// The state of a reading.
pub(super) struct Reading<'a, 'p> {
    pub(super) account: Account,
    pub(super) mapping: &'a Mapping,
    pub(super) parties: &'a Parties,
    pub(super) controls: &'a Controls<'a>,
    pub(super) sources: Vec<Source<'p>>,
    /// Where the first row of each key stands in `sources`; filled once a second sheet is read.
    known: BTreeMap<String, usize>,
    pub(super) titled: BTreeSet<String>,
    /// Cells with controls of which nobody said of which catalogue they are.
    pub(super) without_catalog: Vec<String>,
}

impl<'p> Reading<'_, 'p> {
    /// Reads one sheet into the sources.
    fn sheet(&mut self, part: &'p Part<'p>) -> Result<()> {
        let Part { table, map, .. } = part;
        if let Some(place) = table.without_heading() {
            return Err(Error::usage(format!(
                "`{}`, sheet `{}`: a row holds more cells than there are headings",
                self.account.file, table.sheet.name
            ))
            .because(format!("{place} stands under no heading; a shifted row would give its work to nobody"))
            .hint("give the column a heading, or empty the cell"));
        }
        self.ask_about(table, map)?;
        let mut read = self.columns(table, map);
        let mut group = None;
        let (mut cleaned, mut formulas) = (0_usize, Formulas::default());
        let first_of_sheet = self.sources.is_empty();
        if !first_of_sheet {
            self.index();
        }
        for (number, line) in table.rows() {
            if table.is_heading(line) {
                self.account.aside.push(format!("row {}: the headings again", number + 1));
                continue;
            }
            if let Some(reason) = skipped(table, line, map) {
                self.account.aside.push(format!("row {}: {reason}", number + 1));
                continue;
            }
            match self.source(part, number, line) {
                Found::Heading(text) => group = Some(text),
                Found::Nothing(why) => self.account.aside.push(format!("row {}: {why}", number + 1)),
                Found::Row(mut source) => {
                    read.rows += 1;
                    cleaned += line.cells.iter().filter(|(_, cell)| clean(&cell.text).1).count();
                    formulas.count(number, line);
                    source.lines.push((&table.sheet.name, number));
                    source.group = line.group.clone().or_else(|| group.clone());
                    self.put(source, first_of_sheet, &table.sheet.name);
                }
            }
        }
        if cleaned > 0 {
            self.account.notices.push(format!("sheet `{}`: {cleaned} cells were cleaned of line breaks, doubled spaces and hidden characters", table.sheet.name));
        }
        if let Some(first) = formulas.first {
            self.account.notices.push(format!("sheet `{}`: {} cells hold formulas, from {first} on; what they showed when the file was saved was taken", table.sheet.name, formulas.count));
        }
        self.account
            .notices
            .extend(table.sheet.notices.iter().map(|it| format!("sheet `{}`: {it}", table.sheet.name)));
        self.account.sheets.push(read);
        Ok(())
    }

    /// Refuses columns that look as if they were for one side's eyes only, as long as the mapping does not name them.
    fn ask_about(&self, table: &Table<'_>, map: &SheetMap) -> Result<()> {
        let asked: Vec<String> = table
            .unmapped()
            .into_iter()
            .filter(|(_, heading)| super::suggest::is_private(heading))
            .map(|(column, heading)| format!("{} `{heading}`", letters(column)))
            .collect();
        if asked.is_empty() || map.columns.is_empty() {
            return Ok(());
        }
        Err(Error::usage(format!("may both parties read column {} of sheet `{}`?", asked.join(" and "), table.sheet.name))
            .because("its heading sounds as if it were for one side only, and a matrix is read by both")
            .hint("say so in the mapping: `\"HEADING\": \"native\"` takes it along, `\"HEADING\": { \"ignore\": \"why\" }` leaves it"))
    }

    fn columns(&mut self, table: &Table<'_>, map: &SheetMap) -> SheetRead {
        let count = |column: u32| table.rows().filter(|(_, line)| line.cell(column).is_some()).count();
        let mut columns: Vec<(u32, ColumnRead)> = Vec::new();
        for (key, column) in &table.columns {
            let means = words::of_column(&map.columns[key]);
            let is_guess = matches!(&map.columns[key], Column::Meaning(it) if it.guess.is_some());
            let heading = table.headings[column].clone();
            columns.push((
                *column,
                ColumnRead { letters: letters(*column), heading, means, is_guess, cells: count(*column) },
            ));
        }
        for (column, heading) in table.unmapped() {
            let means = "kept as it is (the mapping does not name it)".to_owned();
            columns.push((
                column,
                ColumnRead {
                    letters: letters(column),
                    heading: heading.to_owned(),
                    means,
                    is_guess: false,
                    cells: count(column),
                },
            ));
        }
        columns.sort_by_key(|(column, _)| *column);
        let head = match table.head {
            (first, last) if first == last => format!("row {}", first + 1),
            (first, last) => format!("rows {} to {}", first + 1, last + 1),
        };
        SheetRead {
            name: table.sheet.name.clone(),
            head,
            rows: 0,
            columns: columns.into_iter().map(|(_, it)| it).collect(),
        }
    }

    /// Reads one row of a sheet.
    fn source(&mut self, part: &'p Part<'p>, number: u32, line: &'p Line) -> Found<'p> {
        let Part { table, map, .. } = part;
        let by = |field: Field| {
            map.columns
                .iter()
                .find(|(key, column)| column.field() == Some(field) && table.cell(line, key).is_some())
        };
        let text = |field: Field| {
            by(field).and_then(|(key, _)| table.cell(line, key)).map(|cell| clean(&cell.text).0.into_owned())
        };
        let has_controls = table.columns.keys().any(|key| map.columns[key].field() == Some(Field::Control));
        let named = text(Field::ControlAndTitle);
        let control = text(Field::Control)
            .filter(|it| self.controls.looks_like_one(it))
            .or_else(|| self.controls.split(named.as_deref()?).0.map(str::to_owned));
        let key = control
            .clone()
            .or(named)
            .or_else(|| text(Field::Id))
            .or_else(|| text(Field::Reference))
            .or_else(|| (!has_controls).then(|| text(Field::Title)).flatten());
        let filled = line.cells.iter().filter(|(_, cell)| !cell.text.trim().is_empty()).count();
        let Some(key) = key else {
            let text =
                line.cells.first().map(|(_, cell)| clean(&cell.text).0.into_owned()).unwrap_or_default();
            return if filled == 1 { Found::Heading(text) } else { self.without_key(part, number, line) };
        };
        if filled == 1 && control.is_none() {
            return Found::Heading(key);
        }
        let mut source = Source { key, ..Source::default() };
        for (column, cell) in &line.cells {
            let text = clean(&cell.text).0;
            let named = part.columns.get(column);
            let meaning = named.map(|(_, meaning)| meaning);
            let is_control =
                matches!(meaning.and_then(Column::field), Some(Field::Control | Field::ControlAndTitle));
            if is_control && cell.is_number && self.controls.may_lack_zero(&text) {
                let place = self.place(&table.sheet.name, (number, *column));
                self.doubt(&place, &text, "a number: a spreadsheet shows 3.10 as 3.1; make the column text");
            }
            source.cells.push(Held {
                part,
                at: (number, *column),
                column: named.map_or("", |(key, _)| key),
                heading: table.headings.get(column).map_or("", String::as_str),
                text,
                meaning,
            });
        }
        Found::Row(source)
    }

    /// Tells of a row that holds something and is known by nothing.
    fn without_key(&mut self, part: &Part<'_>, number: u32, line: &Line) -> Found<'p> {
        let is_mapped = |column: &u32| {
            let meaning = part.columns.get(column).map(|(_, meaning)| meaning);
            meaning.is_some_and(|it| !matches!(it, Column::Meaning(it) if it.ignore.is_some()))
        };
        let first = line.cells.iter().find(|(column, cell)| is_mapped(column) && !is_blank(&cell.text));
        if let Some((column, cell)) = first {
            let place = self.place(&part.table.sheet.name, (number, *column));
            self.doubt(
                &place,
                &short(&cell.text),
                "the row names no control that it could be known by, and was left aside",
            );
        }
        Found::Nothing("it names no control".to_owned())
    }

    /// Tells once of controls whose catalogue nobody named.
    fn tell_of_catalog(&mut self) {
        let Some(first) = self.without_catalog.first().cloned() else { return };
        let held = format!("{} cells name controls", self.without_catalog.len());
        self.doubt(
            &first,
            &held,
            "nobody says of which catalogue they are: name it in `catalog`, or call the column a `reference`",
        );
    }

    /// Tells of columns that are read by a guess, and of a sheet that says of no row whose it is.
    fn tell_of_guesses(&mut self) {
        let account = &mut self.account;
        if account.owners.keys().all(|owner| *owner == "unassigned") {
            account.notices.push(
                "every row belongs to nobody: no column says whose it is by its `values`, `mark`, `raci` or `duty`"
                    .to_owned(),
            );
        }
        let guessed =
            account.sheets.iter().flat_map(|sheet| &sheet.columns).filter(|column| column.is_guess).count();
        if guessed > 0 {
            account.notices.push(format!(
                "{guessed} columns are read by a guess of `--suggest`: look at each, then take its `guess` out of the mapping"
            ));
        }
    }

    pub(super) fn place(&self, sheet: &str, (row, column): (u32, u32)) -> String {
        format!("{}!{sheet}!{}", self.account.file, address(row, column))
    }

    /// Returns where a cell stands.
    pub(super) fn place_of(&self, held: &Held<'_>) -> String {
        self.place(&held.part.table.sheet.name, held.at)
    }

    /// Adds a doubtful cell; of very many only the first are kept.
    pub(super) fn doubt(&mut self, place: &str, held: &str, why: &str) {
        if self.account.doubtful.len() == MOST_DOUBTS {
            self.account.more_doubtful += 1;
            return;
        }
        self.account.doubtful.push(Doubtful {
            place: place.to_owned(),
            held: held.to_owned(),
            why: why.to_owned(),
        });
    }

    /// Notes under which keys the rows so far are known.
    fn index(&mut self) {
        for (at, source) in self.sources.iter().enumerate() {
            self.known.entry(self.controls.key(&source.key)).or_insert(at);
        }
    }

    /// Adds a row, to the one of the same controls where an earlier sheet has it.
    fn put(&mut self, source: Source<'p>, is_first: bool, sheet: &str) {
        if !is_first {
            if let Some(at) = self.known.get(&self.controls.key(&source.key)) {
                let known = &mut self.sources[*at];
                known.cells.extend(source.cells);
                known.lines.extend(source.lines);
                return;
            }
            self.account
                .combined
                .entry(format!("only sheet `{sheet}` has the row"))
                .or_default()
                .push(source.key.clone());
            self.known.insert(self.controls.key(&source.key), self.sources.len());
        }
        self.sources.push(source);
    }

    /// Names the sheets that were not read.
    fn aside(&mut self, book: &Book) {
        for sheet in &book.sheets {
            if self.account.sheets.iter().any(|read| read.name == sheet.name) {
                continue;
            }
            let why = if sheet.is_hidden { "hidden; `--hidden` reads it" } else { "no sheet of the mapping" };
            self.account.aside.push(format!("sheet `{}`: {why}", sheet.name));
        }
    }
}

/// The formulas of a sheet.
#[derive(Default)]
struct Formulas {
    first: Option<String>,
    count: usize,
}

impl Formulas {
    fn count(&mut self, row: u32, line: &Line) {
        for (column, _) in line.cells.iter().filter(|(_, cell)| cell.is_formula) {
            self.first.get_or_insert_with(|| address(row, *column));
            self.count += 1;
        }
    }
}

/// What a row of a sheet is.
enum Found<'p> {
    Row(Source<'p>),
    Heading(String),
    Nothing(String),
}

/// Returns why a row is left out, if the mapping says so.
fn skipped(table: &Table<'_>, line: &Line, map: &SheetMap) -> Option<String> {
    let holds = |skip: &&super::mapping::Skip| {
        table.cell(line, &skip.column).is_some_and(|cell: &Cell| skip.is.fits(&clean(&cell.text).0))
    };
    map.skip.iter().find(holds).map(|skip| skip.reason.clone())
}
