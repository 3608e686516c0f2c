//! A matrix laid out as tables of text cells.
//!
//! The same tables are written into a workbook and expected of one that comes back, so that what differs is what
//! somebody changed. A cell that could not be read back exactly as it was is shown, and locked.

mod kind;
mod names;
mod review;
mod table;

pub use kind::Kind;
pub use names::Names;

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::matrix::value::{list, text};
use crate::matrix::{Matrix, ROWS, Row};
use crate::show::{self, Labels, sentence};
use table::{Field, Part};

/// The most characters of a locked cell that stands for what is too long, or cannot be read back.
const SHORTENED: usize = 8_000;

/// What is laid out.
pub struct Wanted<'a> {
    /// The matrix.
    pub matrix: &'a Matrix,
    /// Its value, for which the matrix stands.
    pub value: &'a Value,
    /// The party that the workbook is for: only rows that concern it, and only its columns of review.
    pub party: Option<&'a str>,
    /// What the catalogues call a control.
    pub labels: &'a Labels<'a>,
}

/// A sheet of lines below headings.
#[derive(Clone, Debug)]
pub struct Table {
    /// The name of the sheet.
    pub name: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// The lines.
    pub lines: Vec<Line>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading; no two in a table are alike.
    pub heading: String,
    /// How wide it is, in characters.
    pub width: u8,
    /// What its cells are.
    pub holds: Holds,
    /// The texts that its cells may hold, where they are few enough for a list.
    pub choices: Vec<String>,
}

/// What the cells of a column are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holds {
    /// A field of the format.
    Field(Kind),
    /// A field that is not changed in a workbook.
    Fixed,
    /// What the program says of the line.
    Said,
    /// What a party says of the row when it walks through.
    Review(review::Answer, String),
}

/// A line: an object of the matrix.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it is known by, in a hidden column.
    pub key: String,
    /// Where the object stands in the matrix.
    pub pointer: String,
    /// The family that it belongs to, where the lines are grouped.
    pub group: Option<String>,
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
}

/// A cell.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// What it shows.
    pub text: String,
    /// The field below the object of the line that it changes; `None` if it is locked.
    pub path: Option<&'static str>,
}

pub use review::Answer;

/// Lays a matrix out.
///
/// # Errors
/// Where two rows have one id: what comes back could not be told apart.
pub fn tables(wanted: &Wanted<'_>) -> Result<Vec<Table>> {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    if let Some(twice) = wanted.matrix.rows.iter().find(|row| !ids.insert(&row.id)) {
        return Err(Error::usage(format!(
            "two rows have the id `{}`, so a workbook of it could not be read back",
            twice.id
        ))
        .hint("`countersign check` shows where they are"));
    }
    let names = Names::of(wanted.value);
    let layout = Layout { wanted, names: &names };
    let mut tables = vec![layout.rows()];
    tables.extend(table::PARTS.iter().filter_map(|part| layout.part(part)));
    tables.extend(layout.left_to_do());
    tables.push(layout.head());
    tables.extend(layout.defaults());
    tables.extend(table::LISTS.iter().filter_map(|list| layout.list(list)));
    tables.extend(table::PARTY_PARTS.iter().filter_map(|part| layout.party_part(part)));
    Ok(tables)
}

struct Layout<'a> {
    wanted: &'a Wanted<'a>,
    names: &'a Names,
}

/// A row that is laid out: its place, its typed form and its value.
type Shown<'a> = (usize, &'a Row, &'a Value);

impl<'a> Layout<'a> {
    /// Returns the rows that are laid out.
    fn shown(&self) -> impl Iterator<Item = Shown<'a>> {
        let Wanted { matrix, value, party, .. } = *self.wanted;
        let concerns = move |row: &Row| party.is_none_or(|party| show::concerns(matrix, row, party));
        let rows = matrix.rows.iter().zip(list(value, ROWS)).enumerate();
        rows.filter(move |(_, (row, _))| concerns(row)).map(|(at, (row, value))| (at, row, value))
    }

    /// The rows themselves.
    fn rows(&self) -> Table {
        let matrix = self.wanted.matrix;
        let doing: Vec<&str> = doing(matrix);
        let rows = list(self.wanted.value, ROWS);
        let has = |field: &&Field| {
            let pointer = format!("/{}", field.path);
            !table::RARE.contains(&field.path) || rows.iter().any(|row| row.pointer(&pointer).is_some())
        };
        let first: Vec<&Field> = table::ROW.iter().filter(has).collect();
        let rest: Vec<&Field> = table::ROW_REST.iter().filter(has).collect();
        let mut columns = vec![Column::said("Family", 18)];
        columns.extend(first.iter().map(|field| self.column(field)));
        columns.extend(
            doing.iter().map(|party| Column::said(&format!("{} does", sentence::name(matrix, party)), 44)),
        );
        columns.push(Column::said("Evidence", 34));
        columns.extend(rest.iter().map(|field| self.column(field)));
        columns.extend(review::columns(matrix, self.wanted.party));
        let lines = self.shown().map(|(at, row, value)| {
            let family = self.family(row, value);
            let mut cells = vec![Cell::said(family.clone())];
            cells.extend(first.iter().map(|field| self.cell(value, field)));
            cells.extend(doing.iter().map(|party| Cell::said(does(matrix, row, party))));
            let evidence: Vec<String> =
                row.evidence.iter().map(|it| sentence::evidence(matrix, it)).collect();
            cells.push(Cell::said(evidence.join("\n")));
            cells.extend(rest.iter().map(|field| self.cell(value, field)));
            cells.extend(review::cells(matrix, row, self.wanted.party));
            Line { key: row.id.clone(), pointer: format!("/{ROWS}/{at}"), group: Some(family), cells }
        });
        let mut lines: Vec<Line> = lines.collect();
        by_family(&mut lines);
        unlike(&mut columns);
        Table { name: "Matrix", columns, lines }
    }

    /// Returns the family of the first control, or the section of the source.
    fn family(&self, row: &Row, value: &Value) -> String {
        let of = |control: &String| (self.wanted.labels)(control).map(|label| label.group);
        let section = || Some(text(value, "group").to_owned()).filter(|group| !group.is_empty());
        let of_source = || {
            let native = list(value, "native").iter();
            let section =
                native.filter(|one| text(one, "vocabulary") == "section").map(|one| text(one, "value"));
            section.map(str::to_owned).next()
        };
        row.controls
            .iter()
            .find_map(of)
            .filter(|it| !it.is_empty())
            .or_else(section)
            .or_else(of_source)
            .unwrap_or_else(|| "Other".to_owned())
    }

    /// A list of the rows.
    fn part(&self, part: &Part) -> Option<Table> {
        let lines = self.shown().flat_map(|(at, row, value)| {
            let named = move |which: usize| {
                (format!("{}/{}/{which}", row.id, part.1), format!("/{ROWS}/{at}/{}/{which}", part.1))
            };
            let lead = vec![Cell::said(row.label().to_owned())];
            list(value, part.1)
                .iter()
                .enumerate()
                .map(move |(which, one)| (named(which), lead.clone(), one))
                .collect::<Vec<_>>()
        });
        self.table(part, &["Of row"], lines.collect())
    }

    /// What is left to do by who inherits.
    fn left_to_do(&self) -> Option<Table> {
        let mut lines = Vec::new();
        for (at, row, value) in self.shown() {
            for (edge, one) in list(value, "inherits").iter().enumerate() {
                for (which, left) in list(one, "responsibilities").iter().enumerate() {
                    let key = format!("{}/inherits/{edge}/responsibilities/{which}", row.id);
                    let pointer = format!("/{ROWS}/{at}/inherits/{edge}/responsibilities/{which}");
                    lines.push(((key, pointer), vec![Cell::said(row.label().to_owned())], left));
                }
            }
        }
        self.table(&table::LEFT_TO_DO, &["Of row"], lines)
    }

    /// The duties that hold for every row.
    fn defaults(&self) -> Option<Table> {
        let duties = self.wanted.value.get("defaults").map_or(&[][..], |defaults| list(defaults, "duties"));
        let named = |which: usize| (format!("defaults/duties/{which}"), format!("/defaults/duties/{which}"));
        let lines = duties.iter().enumerate().map(|(which, duty)| (named(which), Vec::new(), duty)).collect();
        self.table(&table::DEFAULT_DUTIES, &[], lines)
    }

    /// What stands once, a line each.
    fn head(&self) -> Table {
        let columns = vec![
            Column::said("About", 32),
            Column { holds: Holds::Field(Kind::Text), ..Column::said("The matrix says", 70) },
        ];
        let fields = table::HEAD.iter().chain([&table::HEAD_CADENCE]);
        let lines = fields.map(|field| Line {
            key: field.path.to_owned(),
            pointer: String::new(),
            group: None,
            cells: vec![Cell::said(field.heading.to_owned()), self.cell(self.wanted.value, field)],
        });
        Table { name: "About", columns, lines: lines.collect() }
    }

    /// A list of the head.
    fn list(&self, part: &Part) -> Option<Table> {
        let lines = list(self.wanted.value, part.1).iter().enumerate().map(|(which, one)| {
            let name = format!("{}/{which}", part.1);
            ((name.clone(), format!("/{name}")), Vec::new(), one)
        });
        self.table(part, &[], lines.collect())
    }

    /// A list of the parties.
    fn party_part(&self, part: &Part) -> Option<Table> {
        let mut lines = Vec::new();
        for (at, party) in list(self.wanted.value, "parties").iter().enumerate() {
            for (which, one) in list(party, part.1).iter().enumerate() {
                let name = format!("parties/{at}/{}/{which}", part.1);
                lines.push((
                    (name.clone(), format!("/{name}")),
                    vec![Cell::said(text(party, "name").to_owned())],
                    one,
                ));
            }
        }
        self.table(part, &["Of party"], lines)
    }

    fn table(
        &self,
        part: &Part,
        lead: &[&str],
        lines: Vec<((String, String), Vec<Cell>, &Value)>,
    ) -> Option<Table> {
        let &(name, _, fields, is_always) = part;
        if lines.is_empty() && !is_always {
            return None;
        }
        let leading = lead.iter().map(|heading| Column::said(heading, 28));
        let columns = leading.chain(fields.iter().map(|field| self.column(field))).collect();
        let lines = lines.into_iter().map(|((key, pointer), mut cells, one)| {
            cells.extend(fields.iter().map(|field| self.cell(one, field)));
            Line { key, pointer, group: None, cells }
        });
        Some(Table { name, columns, lines: lines.collect() })
    }

    fn column(&self, field: &Field) -> Column {
        let (holds, choices) = match field.is_locked {
            true => (Holds::Fixed, Vec::new()),
            false => (Holds::Field(field.kind), field.kind.choices(self.names)),
        };
        Column { holds, choices, ..Column::said(field.heading, field.width) }
    }

    /// Returns the cell of a field; locked if nobody may change it, or it could not be read back.
    fn cell(&self, object: &Value, field: &Field) -> Cell {
        let value = object.pointer(&format!("/{}", field.path));
        match field.kind.shown(value, self.names) {
            Some(text) => Cell { text, path: (!field.is_locked).then_some(field.path) },
            None => Cell::said(fitting(&plain(value.unwrap_or(&Value::Null)))),
        }
    }
}

impl Cell {
    /// Makes a cell that nobody changes.
    fn said(text: String) -> Self {
        Self { text: fitting(&text), path: None }
    }
}

/// Returns what a field of the head holds.
pub(super) fn kind_of_head(path: &str) -> Kind {
    let mut fields = table::HEAD.iter().chain([&table::HEAD_CADENCE]);
    fields.find(|field| field.path == path).map_or(Kind::Text, |field| field.kind)
}

impl Column {
    /// Makes a column that the program fills.
    fn said(heading: &str, width: u8) -> Self {
        Self { heading: heading.to_owned(), width, holds: Holds::Said, choices: Vec::new() }
    }
}

/// Returns the parties that do something, in their order.
fn doing(matrix: &Matrix) -> Vec<&str> {
    let does = |party: &&str| {
        matrix
            .rows
            .iter()
            .flat_map(|row| &row.duties)
            .chain(&matrix.defaults.duties)
            .any(|duty| duty.party == **party)
    };
    matrix.parties.iter().map(|party| party.id.as_str()).filter(does).collect()
}

/// Returns what a party does in a row, a line each.
fn does(matrix: &Matrix, row: &Row, party: &str) -> String {
    let own = matrix.duties(row).filter(|duty| duty.party == party);
    let lines: Vec<String> = own
        .map(|duty| {
            let role = duty.role.as_ref().map(|role| format!(" ({role})")).unwrap_or_default();
            format!("{}{role}", sentence::duty(matrix, duty).does)
        })
        .collect();
    lines.join("\n")
}

/// Brings the lines of one family together, families in the order in which they first occur.
fn by_family(lines: &mut [Line]) {
    let mut order: Vec<Option<String>> = Vec::new();
    for line in lines.iter() {
        if !order.contains(&line.group) {
            order.push(line.group.clone());
        }
    }
    lines.sort_by_key(|line| order.iter().position(|group| *group == line.group));
}

/// Gives columns of one heading a number.
fn unlike(columns: &mut [Column]) {
    for at in 1..columns.len() {
        let same = |columns: &[Column], name: &str| columns[..at].iter().any(|one| one.heading == name);
        let base = columns[at].heading.clone();
        let mut number = 2;
        while same(columns, &columns[at].heading) {
            columns[at].heading = format!("{base} ({number})");
            number += 1;
        }
    }
}

/// Returns a value as a text of one cell, for people alone.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(named) if named.contains_key("version") => {
            format!("{} {}, SHA-256 {}", text(value, "id"), text(value, "version"), text(value, "sha256"))
        }
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("\n"),
        other => other.to_string(),
    }
}

/// Returns a text as a cell that is only read can hold it: without what programs change on the way, and not too long.
pub fn fitting(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|it| !it.is_control() || *it == '\n')
        .filter(|it| !matches!(it, '\u{fffe}' | '\u{ffff}'))
        .collect();
    let text = text.trim();
    match text.char_indices().nth(SHORTENED) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}
