//! From the rows of a sheet to the rows of a matrix.
//!
//! ```text
//! tables -> one Source per control, cells by column -> Votes -> one row of the matrix
//! ```
//!
//! What a value says is in the mapping. What the mapping does not say is not guessed: the row stays unassigned, the
//! value is kept in `native`, and the account names the cell.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::account::{Account, ColumnRead, Doubtful, SheetRead};
use super::book::{Book, Cell, Line, address, letters};
use super::clean::{clean, is_blank, is_mark};
use super::controls::Controls;
use super::mapping::{Column, Condition, Field, Mapping, Meaning, Owner, Says, SheetMap};
use super::parties::Parties;
use super::table::{Misfit, Table, find, short};
use super::votes::{Votes, letters_of};
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
    /// The account.
    pub account: Account,
}

/// One row of the source, from all sheets that speak of it.
#[derive(Debug, Default)]
struct Source {
    /// The controls as the sheet writes them; for a row without controls, what it is called.
    key: String,
    group: Option<String>,
    cells: Vec<Held>,
}

/// A cell of a row with what its column means.
#[derive(Clone, Debug)]
struct Held {
    column: String,
    heading: String,
    vocabulary: String,
    place: String,
    text: String,
    meaning: Option<Column>,
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
    };
    for map in mapping.sheet_maps() {
        if let Some(table) = choose(book, &map, mapping, wish, file)? {
            reading.sheet(&table, &map)?;
        }
    }
    reading.aside(book);
    let rows = reading.rows();
    let mut account = reading.account;
    account.rows = rows.len();
    for row in &rows {
        let owner = super::owner_word(row["allocation"].as_str().unwrap_or_default());
        *account.owners.entry(owner).or_default() += 1;
    }
    if rows.is_empty() {
        return Err(Error::usage(format!("`{file}` holds no row below its headings")));
    }
    Ok(Understood { rows, account })
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
struct Reading<'a> {
    account: Account,
    mapping: &'a Mapping,
    parties: &'a Parties,
    controls: &'a Controls<'a>,
    sources: Vec<Source>,
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
        let words =
            ["internal", "draft", "private", "confidential", "do not share", "comment", "note to self"];
        let asked: Vec<String> = table
            .unmapped()
            .into_iter()
            .filter(|(_, heading)| words.iter().any(|word| heading.to_lowercase().contains(word)))
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
            let heading = table.headings[column].clone();
            columns.push((
                *column,
                ColumnRead { letters: letters(*column), heading, means, cells: count(*column) },
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
            if meaning.as_ref().and_then(Column::field) == Some(Field::Control) && cell.is_number {
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

    fn place(&self, table: &Table<'_>, row: u32, column: u32) -> String {
        format!("{}!{}!{}", self.account.file, table.sheet.name, address(row, column))
    }

    fn doubt(&mut self, place: &str, held: &str, why: &str) {
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

    fn rows(&mut self) -> Vec<Value> {
        let mut taken = BTreeSet::new();
        let sources = std::mem::take(&mut self.sources);
        sources.into_iter().map(|source| self.row(&source, &mut taken)).collect()
    }

    /// Makes one row of the matrix.
    fn row(&mut self, source: &Source, taken: &mut BTreeSet<String>) -> Value {
        let mut row: Map<String, Value> = self.mapping.constants.clone();
        let mut votes = Votes::default();
        let mut texts: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        let mut native: Vec<Value> = Vec::new();
        let mut controls: Vec<String> = Vec::new();
        for held in &source.cells {
            self.cell(held, &mut votes, &mut texts, &mut controls);
            if is_kept(held) {
                native.push(
                    json!({ "vocabulary": held.vocabulary, "field": held.heading, "value": held.text }),
                );
            }
        }
        for decision in &self.mapping.decide {
            if decision.when.iter().all(|(column, condition)| holds(source, column, condition)) {
                votes.decide(&decision.then);
                break;
            }
        }
        for doubt in &self.mapping.doubts {
            if doubt.when.iter().all(|(column, condition)| holds(source, column, condition)) {
                self.account.combined.entry(doubt.say.clone()).or_default().push(source.key.clone());
            }
        }
        if let Some(why) = votes.contradiction() {
            self.account.combined.entry(why).or_default().push(source.key.clone());
        }
        let title = texts
            .remove("title")
            .and_then(|it| it.into_iter().next())
            .or_else(|| self.controls.title(&controls))
            .unwrap_or_else(|| source.key.clone());
        row.insert("id".to_owned(), super::ids::unique(&source.key, &title, taken).into());
        row.insert("title".to_owned(), title.into());
        row.insert("controls".to_owned(), controls.into());
        if !native.is_empty() {
            row.insert("native".to_owned(), native.into());
        }
        votes.fill(&mut row, &texts, self.parties);
        put_texts(&mut row, texts, source.group.as_deref());
        Value::Object(row)
    }

    /// Adds what one cell says.
    fn cell(
        &mut self,
        held: &Held,
        votes: &mut Votes,
        texts: &mut BTreeMap<&'static str, Vec<String>>,
        controls: &mut Vec<String>,
    ) {
        match &held.meaning {
            None => {}
            Some(Column::Field(field)) => self.field(*field, held, texts, controls),
            Some(Column::Meaning(meaning)) => {
                if meaning.empty.iter().any(|empty| super::mapping::fits(empty, &held.text))
                    || meaning.ignore.is_some()
                {
                    return;
                }
                if let Some(field) = meaning.field {
                    self.field(field, held, texts, controls);
                } else if let (Some(deed), Some(party)) = (meaning.deed, &meaning.party) {
                    if !is_blank(&held.text) {
                        votes.duty(deed, party, Some(&held.text));
                    }
                } else {
                    self.value(meaning, held, votes);
                }
            }
        }
    }

    fn field(
        &mut self,
        field: Field,
        held: &Held,
        texts: &mut BTreeMap<&'static str, Vec<String>>,
        controls: &mut Vec<String>,
    ) {
        let name = match field {
            Field::Control => {
                let (found, unknown) = self.controls.read(&held.text);
                for one in found {
                    if !controls.contains(&one) {
                        controls.push(one);
                    }
                }
                if let Some(why) = unknown {
                    self.doubt(&held.place, &held.text, &why);
                }
                return;
            }
            Field::ControlAndTitle => {
                let (control, title) = self.controls.split(&held.text);
                if let Some(control) = control {
                    let part = Held { text: control.to_owned(), ..held.clone() };
                    self.field(Field::Control, &part, texts, controls);
                }
                if !title.is_empty() {
                    texts.entry("title").or_default().push(title.to_owned());
                }
                return;
            }
            Field::Reference => "references",
            Field::Title => "title",
            Field::Activity => "activity",
            Field::Details => "details",
            Field::Justification => "justification",
            Field::Evidence => "evidence",
            Field::EvidenceLocation => "location",
            Field::Cadence => "cadence",
            Field::Tools => "tools",
            Field::Group => "group",
            Field::Id | Field::Native => return,
        };
        if field == Field::Cadence && super::votes::cadence(&held.text).is_none() {
            self.doubt(&held.place, &held.text, "no rhythm that the format knows, such as `quarterly`");
            return;
        }
        texts.entry(name).or_default().push(held.text.clone());
    }

    /// Adds what the value, the mark or the letters of a cell say.
    fn value(&mut self, meaning: &Meaning, held: &Held, votes: &mut Votes) {
        if let Some(effect) = &meaning.mark {
            if is_mark(&held.text) {
                votes.add(&effect.says());
            } else if !is_blank(&held.text) {
                self.doubt(&held.place, &held.text, "neither a mark nor empty");
            }
            return;
        }
        if let Some(party) = &meaning.raci {
            match letters_of(&held.text, &meaning.letters) {
                Ok(deeds) => votes.letters(party, &deeds),
                Err(letter) => self.doubt(
                    &held.place,
                    &held.text,
                    &format!("`{letter}` is no letter that the mapping knows"),
                ),
            }
            return;
        }
        match by_value(meaning, &held.text) {
            Ok(all) => all.iter().for_each(|says| votes.add(says)),
            Err(_) if held.text.trim().is_empty() => {}
            Err(part) => {
                let known: Vec<&str> = meaning.values.keys().map(String::as_str).collect();
                let near = crate::near::nearest(&part, known.iter().copied())
                    .map(|it| format!("; `{it}` is meant?"))
                    .unwrap_or_default();
                self.doubt(
                    &held.place,
                    &held.text,
                    &format!("the mapping does not say what `{part}` means{near}"),
                );
            }
        }
    }
}

/// What a row of a sheet is.
enum Found {
    Row(Source),
    Heading(String),
    Nothing(String),
}

/// Returns what the values of a cell say: the whole text, or each part of it; else the part that is unknown.
fn by_value(meaning: &Meaning, text: &str) -> std::result::Result<Vec<Says>, String> {
    let of = |part: &str| {
        meaning
            .values
            .iter()
            .find(|(value, _)| super::mapping::fits(value, part))
            .map(|(_, effect)| effect.says())
    };
    if let Some(says) = of(text) {
        return Ok(vec![says]);
    }
    let parts: Vec<&str> = text
        .split([',', ';', '/', '&', '+', '|'])
        .flat_map(|part| part.split(" and "))
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect();
    if parts.len() < 2 {
        return Err(text.to_owned());
    }
    parts.into_iter().map(|part| of(part).ok_or_else(|| part.to_owned())).collect()
}

/// Returns why a row is left out, if the mapping says so.
fn skipped(table: &Table<'_>, line: &Line, map: &SheetMap) -> Option<String> {
    let holds = |skip: &&super::mapping::Skip| {
        table.cell(line, &skip.column).is_some_and(|cell: &Cell| skip.is.fits(&clean(&cell.text).0))
    };
    map.skip.iter().find(holds).map(|skip| skip.reason.clone())
}

/// Returns whether a column of a row holds what a condition asks for.
fn holds(source: &Source, column: &str, condition: &Condition) -> bool {
    let texts: Vec<&str> =
        source.cells.iter().filter(|held| held.column == column).map(|held| held.text.as_str()).collect();
    match condition {
        Condition::Filled(wanted) => texts.iter().any(|text| !is_blank(text)) == *wanted,
        Condition::Values(values) => {
            texts.iter().any(|text| values.fits(text))
                || (texts.is_empty() && values.all().iter().any(String::is_empty))
        }
    }
}

/// Returns whether the text of a cell is kept as the source has it.
fn is_kept(held: &Held) -> bool {
    match &held.meaning {
        Some(Column::Meaning(meaning)) if meaning.ignore.is_some() => false,
        Some(column) => {
            !matches!(
                column.field(),
                Some(Field::Title | Field::Activity | Field::Id | Field::ControlAndTitle)
            ) && !held.text.is_empty()
        }
        None => !held.text.is_empty(),
    }
}

/// Says what a column means, for the account.
fn meaning_in_words(column: &Column) -> String {
    let field = |field: Field| format!("{field:?}").to_lowercase();
    match column {
        Column::Field(it) => field(*it),
        Column::Meaning(it) => match (&**it, it.field) {
            (_, Some(one)) => field(one),
            (Meaning { ignore: Some(why), .. }, _) => format!("left: {why}"),
            (Meaning { deed: Some(deed), party: Some(party), .. }, _) => {
                format!("what the {party} does ({})", deed.word())
            }
            (Meaning { raci: Some(party), .. }, _) => format!("letters of the {party}"),
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
    words.join(", ")
}

fn put_texts(row: &mut Map<String, Value>, texts: BTreeMap<&'static str, Vec<String>>, group: Option<&str>) {
    let mut evidence: Vec<Value> = Vec::new();
    for (name, all) in &texts {
        let text = all.join("; ");
        match *name {
            "references" | "tools" => drop(row.insert((*name).to_owned(), json!(all))),
            "activity" | "justification" => drop(row.insert((*name).to_owned(), text.into())),
            "cadence" => drop(
                row.insert("cadence".to_owned(), super::votes::cadence(&text).unwrap_or_default().into()),
            ),
            "evidence" => evidence.push(json!({ "artifact": text })),
            _ => {}
        }
    }
    if let (Some(first), Some(location)) = (evidence.first_mut(), texts.get("location")) {
        first["location"] = location.join("; ").into();
    }
    if !evidence.is_empty() {
        row.insert("evidence".to_owned(), evidence.into());
    }
    let group = texts.get("group").and_then(|it| it.first()).map(String::as_str).or(group);
    if let Some(group) = group {
        let native = row.entry("native").or_insert_with(|| json!([]));
        let is_there = native.as_array().is_some_and(|all| all.iter().any(|one| one["value"] == group));
        if let (Some(all), false) = (native.as_array_mut(), is_there) {
            all.push(json!({ "vocabulary": "section", "field": "Section", "value": group }));
        }
    }
}
