//! From the rows of a sheet to the rows of a matrix.
//!
//! ```text
//! tables -> one Source per control, cells by column -> Votes -> one row of the matrix
//! ```
//!
//! What a value says is in the mapping. What the mapping does not say is not guessed: the row stays unassigned, the
//! value is kept in `native`, and the account names the cell.

use std::collections::BTreeSet;

use serde_json::Value;

use super::account::{Account, ColumnRead, Doubtful, SheetRead};
use super::book::{Book, Cell, Line, address, letters};
use super::clean::{clean, is_blank};
use super::controls::Controls;
use super::mapping::{Column, Field, Mapping, Meaning, Owner, Says, SheetMap};
use super::parties::Parties;
use super::table::{Misfit, Table, find, short};
use crate::error::{Error, Result};

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
    /// The rows.
    pub rows: Vec<Value>,
    /// The ids of the rows whose title stands in the sheet; that of others is the catalogue's.
    pub titled: BTreeSet<String>,
    /// The lines that each row stands in, by sheet and number.
    pub places: Vec<Vec<(String, u32)>>,
    /// The account.
    pub account: Account,
}

/// One row of the source, from all sheets that speak of it.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The controls as the sheet writes them; for a row without controls, what it is called.
    pub(super) key: String,
    pub(super) group: Option<String>,
    /// The lines that it stands in, by sheet and number.
    pub(super) lines: Vec<(String, u32)>,
    pub(super) cells: Vec<Held>,
}

/// A cell of a row with what its column means.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) column: String,
    pub(super) heading: String,
    pub(super) vocabulary: String,
    pub(super) place: String,
    pub(super) text: String,
    pub(super) meaning: Option<Column>,
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
    let mut reading = Reading {
        account: Account { file: file.to_owned(), ..Account::default() },
        mapping,
        parties,
        controls,
        sources: Vec::new(),
        titled: BTreeSet::new(),
        without_catalog: Vec::new(),
    };
    for map in mapping.sheet_maps() {
        if let Some(table) = choose(book, &map, mapping, wish, file)? {
            reading.sheet(&table, &map)?;
        }
    }
    reading.aside(book);
    let places = reading.sources.iter().map(|source| source.lines.clone()).collect();
    let rows = reading.rows();
    reading.tell_of_catalog();
    let (mut account, titled) = (reading.account, reading.titled);
    account.rows = rows.len();
    for row in &rows {
        let owner = super::owner_word(row["allocation"].as_str().unwrap_or_default());
        *account.owners.entry(owner).or_default() += 1;
    }
    if rows.is_empty() {
        return Err(Error::usage(format!("`{file}` holds no row below its headings")));
    }
    if account.owners.keys().all(|owner| *owner == "unassigned") {
        account.notices.push("every row belongs to nobody: no column says whose it is by its `values`, `mark`, `raci` or `duty`".to_owned());
    }
    let guessed =
        account.sheets.iter().flat_map(|sheet| &sheet.columns).filter(|column| column.is_guess).count();
    if guessed > 0 {
        account.notices.push(format!("{guessed} columns are read by a guess of `--suggest`: look at each, then take its `guess` out of the mapping"));
    }
    Ok(Understood { rows, titled, places, account })
}

/// Chooses the sheet of a file that has the headings of a mapping.
fn choose<'b>(
    book: &'b Book,
    map: &SheetMap,
    mapping: &Mapping,
    wish: &Wish,
    file: &str,
) -> Result<Option<Table<'b>>> {
    let is_only = mapping.sheets.is_empty();
    let named: Vec<_> = book
        .sheets
        .iter()
        .filter(|sheet| wish.hidden || !sheet.is_hidden)
        .filter(|sheet| match (&wish.sheet, is_only) {
            (Some(name), true) => sheet.name == *name,
            _ => map.name.fits(&sheet.name),
        })
        .collect();
    let names = || {
        book.sheets
            .iter()
            .filter(|it| !it.is_hidden)
            .map(|it| format!("`{}`", it.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let (mut tables, mut best) = (Vec::new(), Misfit::default());
    let mut nearest = None;
    for sheet in &named {
        match find(sheet, map) {
            Ok(table) => tables.push(table),
            Err(misfit) if nearest.is_none() || misfit.found > best.found => {
                (best, nearest) = (misfit, Some(&sheet.name))
            }
            Err(_) => {}
        }
    }
    match tables.len() {
        1 => Ok(tables.pop()),
        0 if map.optional => Ok(None),
        0 => Err(unfit(file, nearest.map(String::as_str), &best, &names(), map)),
        _ => {
            let fitting: Vec<String> = tables.iter().map(|it| format!("`{}`", it.sheet.name)).collect();
            Err(Error::usage(format!(
                "{} sheets of `{file}` have these headings: {}",
                tables.len(),
                fitting.join(", ")
            ))
            .hint("say which one holds the matrix, with `--sheet NAME`; one of them may be an example"))
        }
    }
}

fn unfit(file: &str, sheet: Option<&str>, misfit: &Misfit, names: &str, map: &SheetMap) -> Error {
    let Some(sheet) = sheet else {
        return Error::usage(format!("`{file}` has no sheet that is called {}", map.name.all().join(" or ")))
            .because(format!("it has {names}"))
            .hint("name the sheet in the mapping, or write a mapping for this file with `--suggest`");
    };
    let mut error =
        Error::usage(format!("sheet `{sheet}` of `{file}` does not have the headings of the mapping"));
    for (heading, near) in misfit.missing.iter().take(8) {
        let near = near.as_ref().map(|it| format!("; `{it}` looks like it")).unwrap_or_default();
        error = error.because(format!("no column is headed `{heading}`{near}"));
    }
    for twice in misfit.twice.iter().take(8) {
        error = error.because(twice.clone());
    }
    error.hint("nothing was read; correct the mapping, or write one for this file with `--suggest`")
}

/// The state of a reading.
pub(super) struct Reading<'a> {
    pub(super) account: Account,
    pub(super) mapping: &'a Mapping,
    pub(super) parties: &'a Parties,
    pub(super) controls: &'a Controls<'a>,
    pub(super) sources: Vec<Source>,
    pub(super) titled: BTreeSet<String>,
    /// Cells with controls of which nobody said of which catalogue they are.
    pub(super) without_catalog: Vec<String>,
}

impl Reading<'_> {
    /// Reads one sheet into the sources.
    fn sheet(&mut self, table: &Table<'_>, map: &SheetMap) -> Result<()> {
        if let Some(place) = table.without_heading() {
            return Err(Error::usage(format!(
                "`{}`, sheet `{}`: a row holds more cells than there are headings",
                self.account.file, table.sheet.name
            ))
            .because(format!("{place} stands under no heading; a shifted row would give its work to nobody"))
            .hint("give the column a heading, or empty the cell"));
        }
        self.ask_about(table, map)?;
        let vocabulary = map
            .vocabulary
            .clone()
            .or_else(|| self.mapping.vocabulary.clone())
            .unwrap_or_else(|| table.sheet.name.clone());
        let mut read = self.columns(table, map);
        let mut group = None;
        let (mut cleaned, mut formulas) = (0_usize, Vec::new());
        let first_of_sheet = self.sources.is_empty();
        for (number, line) in table.rows() {
            if table.is_heading(line) {
                self.account.aside.push(format!("row {}: the headings again", number + 1));
                continue;
            }
            if let Some(reason) = skipped(table, line, map) {
                self.account.aside.push(format!("row {}: {reason}", number + 1));
                continue;
            }
            match self.source(table, map, number, line, &vocabulary) {
                Found::Heading(text) => group = Some(text),
                Found::Nothing(why) => self.account.aside.push(format!("row {}: {why}", number + 1)),
                Found::Row(mut source) => {
                    read.rows += 1;
                    cleaned += line.cells.iter().filter(|(_, cell)| clean(&cell.text).1).count();
                    formulas.extend(
                        line.cells.iter().filter(|(_, it)| it.is_formula).map(|(at, _)| address(number, *at)),
                    );
                    source.lines.push((table.sheet.name.clone(), number));
                    source.group = line.group.clone().or_else(|| group.clone());
                    self.put(source, first_of_sheet, &table.sheet.name);
                }
            }
        }
        if cleaned > 0 {
            self.account.notices.push(format!("sheet `{}`: {cleaned} cells were cleaned of line breaks, doubled spaces and hidden characters", table.sheet.name));
        }
        if let Some(first) = formulas.first() {
            self.account.notices.push(format!("sheet `{}`: {} cells hold formulas, from {first} on; what they showed when the file was saved was taken", table.sheet.name, formulas.len()));
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
            let means = meaning_in_words(&map.columns[key]);
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
    fn source(
        &mut self,
        table: &Table<'_>,
        map: &SheetMap,
        number: u32,
        line: &Line,
        vocabulary: &str,
    ) -> Found {
        let by = |field: Field| {
            map.columns
                .iter()
                .find(|(key, column)| column.field() == Some(field) && table.cell(line, key).is_some())
        };
        let text = |field: Field| {
            by(field).and_then(|(key, _)| table.cell(line, key)).map(|cell| clean(&cell.text).0)
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
            let text = line.cells.first().map(|(_, cell)| clean(&cell.text).0).unwrap_or_default();
            return if filled == 1 {
                Found::Heading(text)
            } else {
                self.without_key(table, map, number, line)
            };
        };
        if filled == 1 && control.is_none() {
            return Found::Heading(key);
        }
        let mut source = Source { key, ..Source::default() };
        for (column, cell) in &line.cells {
            let (text, _) = clean(&cell.text);
            let named = table.columns.iter().find(|(_, at)| *at == column).map(|(key, _)| key.clone());
            let meaning = named.as_ref().map(|key| map.columns[key].clone());
            let heading = table.headings.get(column).cloned().unwrap_or_default();
            let place = self.place(table, number, *column);
            let is_control = matches!(
                meaning.as_ref().and_then(Column::field),
                Some(Field::Control | Field::ControlAndTitle)
            );
            if is_control && cell.is_number && self.controls.may_lack_zero(&text) {
                self.doubt(&place, &text, "a number: a spreadsheet shows 3.10 as 3.1; make the column text");
            }
            source.cells.push(Held {
                column: named.unwrap_or_default(),
                heading,
                vocabulary: vocabulary.to_owned(),
                place,
                text,
                meaning,
            });
        }
        Found::Row(source)
    }

    /// Tells of a row that holds something and is known by nothing.
    fn without_key(&mut self, table: &Table<'_>, map: &SheetMap, number: u32, line: &Line) -> Found {
        let is_mapped = |column: &u32| {
            table.columns.iter().any(|(key, at)| {
                at == column && !matches!(&map.columns[key], Column::Meaning(it) if it.ignore.is_some())
            })
        };
        let first = line.cells.iter().find(|(column, cell)| is_mapped(column) && !is_blank(&cell.text));
        if let Some((column, cell)) = first {
            let place = self.place(table, number, *column);
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

    fn place(&self, table: &Table<'_>, row: u32, column: u32) -> String {
        format!("{}!{}!{}", self.account.file, table.sheet.name, address(row, column))
    }

    pub(super) fn doubt(&mut self, place: &str, held: &str, why: &str) {
        self.account.doubtful.push(Doubtful {
            place: place.to_owned(),
            held: held.to_owned(),
            why: why.to_owned(),
        });
    }

    /// Adds a row, to the one of the same controls where an earlier sheet has it.
    fn put(&mut self, source: Source, is_first: bool, sheet: &str) {
        let key = self.controls.key(&source.key);
        if !is_first {
            if let Some(known) = self.sources.iter_mut().find(|it| self.controls.key(&it.key) == key) {
                known.cells.extend(source.cells);
                known.lines.extend(source.lines);
                return;
            }
            self.account
                .combined
                .entry(format!("only sheet `{sheet}` has the row"))
                .or_default()
                .push(source.key.clone());
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

/// What a row of a sheet is.
enum Found {
    Row(Source),
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

/// Says what a column means, for the account.
fn meaning_in_words(column: &Column) -> String {
    let role = |it: &Meaning| it.role.as_ref().map(|role| format!(", {role}")).unwrap_or_default();
    match column {
        Column::Field(it) => it.word(),
        Column::Meaning(it) => match (&**it, it.field) {
            (_, Some(one)) => one.word(),
            (Meaning { ignore: Some(why), .. }, _) => format!("left: {why}"),
            (Meaning { deed: Some(deed), party: Some(party), .. }, _) => {
                format!("what the {party}{} does ({})", role(it), deed.word())
            }
            (Meaning { raci: Some(party), .. }, _) => format!("letters of the {party}{}", role(it)),
            (Meaning { mark: Some(effect), .. }, _) => format!("a mark: {}", says_in_words(&effect.says())),
            _ => {
                let values: Vec<String> = it
                    .values
                    .iter()
                    .map(|(value, effect)| format!("{value} = {}", says_in_words(&effect.says())))
                    .collect();
                values.join(", ")
            }
        },
    }
}

fn says_in_words(says: &Says) -> String {
    let mut words: Vec<String> = Vec::new();
    words.extend(says.owner.map(|owner| match owner {
        Owner::Nothing => "no say".to_owned(),
        owner => owner.allocation().word().to_owned(),
    }));
    words.extend(says.mode.map(|mode| mode.says().to_owned()));
    words.extend(says.status.clone());
    words.extend(says.offered.as_ref().map(|it| format!("offered: {it}")));
    words.extend(says.duties.iter().map(|does| format!("{} by the {}", does.deed.word(), does.party)));
    words.join(", ")
}
