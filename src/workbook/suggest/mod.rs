//! A first mapping for a sheet that nobody has described, with what was guessed marked.
//!
//! ```text
//! sheet -> head (where the headings stand) -> known (which column names controls) -> guess (each other column) -> text
//! ```

mod guess;
mod head;
mod known;
mod words;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::book::{Book, Sheet};
use super::clean::clean;
use super::table::{headings, keys};
use crate::error::{Error, Result};
use crate::pack::Packs;
use guess::Guessing;
pub(in crate::workbook) use words::is_private;

/// How many rows are looked at.
const LOOKED_AT: usize = 2_000;
/// Words in the name of a sheet that holds no matrix.
const DECOYS: [&str; 11] = [
    "example",
    "sample",
    "instruction",
    "read me",
    "readme",
    "legend",
    "lookup",
    "revision",
    "change log",
    "intro",
    "cover",
];

/// A first mapping.
#[derive(Clone, Debug)]
pub struct Suggested {
    /// The mapping as a file.
    pub text: String,
    /// What a person has to know of how it came to be.
    pub notes: Vec<String>,
}

/// A column of the sheet that is described.
struct Column {
    /// Its number from 0.
    at: u32,
    /// Its headings from the top.
    parts: Vec<String>,
    /// The name by which a mapping finds it.
    key: String,
    /// The texts of its cells, without those that hold nothing.
    cells: Vec<String>,
    /// Whether an empty column stands between it and the first.
    is_apart: bool,
}

impl Column {
    fn heading(&self) -> String {
        self.parts.join(" ")
    }

    fn lowest(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }
}

/// Writes a first mapping.
///
/// # Errors
/// Where no sheet looks like a table.
pub fn suggest(book: &Book, sheet: Option<&str>, packs: &Packs) -> Result<Suggested> {
    let mut tables: Vec<((u32, u32), &Sheet)> = book
        .sheets
        .iter()
        .filter(|it| !it.is_hidden && sheet.is_none_or(|name| it.name == name))
        .filter_map(|sheet| Some((head::find(sheet)?, sheet)))
        .collect();
    let is_decoy = |sheet: &Sheet| {
        let name = sheet.name.to_lowercase();
        DECOYS.iter().any(|word| name.contains(word))
    };
    // The sort is stable: of equals the first sheet stays first.
    tables.sort_by_key(|((first, last), sheet)| {
        let columns = headings(sheet, *first, *last).len().min(24);
        std::cmp::Reverse((!is_decoy(sheet), columns, sheet.lines.len().min(50)))
    });
    let Some(&(rows, sheet)) = tables.first() else {
        return Err(Error::usage("no sheet looks like a table: a row of headings with rows below it")
            .hint("`--sheet NAME` says which sheet holds the matrix, `--hidden` reads what is hidden"));
    };
    let columns = columns(sheet, rows);
    let known = known::find(&columns, &sheet.name, packs);
    let guesses = Guessing { columns: &columns, known: &known, legend: guess::legend(sheet) }.all();
    let mut notes = vec![format!("sheet `{}`, headings in {}", sheet.name, head::shown(rows))];
    let others: Vec<String> = tables[1..].iter().map(|(_, other)| format!("`{}`", other.name)).collect();
    if !others.is_empty() {
        notes.push(format!(
            "other sheets with tables: {}; `--sheet NAME` describes another",
            others.join(", ")
        ));
    }
    notes.extend(known.note(&columns));
    let guessed = guesses.iter().filter(|(_, guess)| guess.is_guessed()).count();
    notes.push(format!(
        "{guessed} of {} columns are guesses: read each, correct it, and take its `guess` out",
        guesses.len()
    ));
    let text = text(&sheet.name, &known, &guesses);
    Ok(Suggested { text, notes })
}

/// Collects the columns that have a heading.
fn columns(sheet: &Sheet, (first, last): (u32, u32)) -> Vec<Column> {
    let all = headings(sheet, first, last);
    let names = keys(&all);
    let mut cells: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for (_, line) in sheet.lines.range(last + 1..).take(LOOKED_AT) {
        for (column, cell) in &line.cells {
            let text = clean(&cell.text).0.into_owned();
            let is_again =
                all.get(column).and_then(|parts| parts.last()).is_some_and(|heading| *heading == text);
            if !text.is_empty() && !is_again {
                cells.entry(*column).or_default().push(text);
            }
        }
    }
    let mut before: Option<u32> = None;
    let mut is_apart = false;
    all.into_iter()
        .map(|(at, parts)| {
            let is_gap = |before: u32| (before + 1..at).any(|column| !sheet.hides_column(column));
            is_apart = is_apart || before.is_some_and(is_gap);
            before = Some(at);
            let key = names.get(&at).cloned().unwrap_or_default();
            Column { at, parts, key, cells: cells.remove(&at).unwrap_or_default(), is_apart }
        })
        .collect()
}

/// Writes the mapping, a line for each column in the order of the sheet.
fn text(sheet: &str, known: &known::Known, guesses: &[(String, guess::Guess)]) -> String {
    let mut head = vec![("format", json!(super::mapping::FORMAT)), ("vocabulary", json!(sheet))];
    if let Some(catalog) = &known.catalog {
        head.push(("catalog", json!(catalog)));
        if known.is_foreign {
            head.push(("coverage", json!("listed")));
        }
    }
    let mut text = "{\n".to_owned();
    for (name, value) in head {
        text.push_str(&format!("  {}: {value},\n", json!(name)));
    }
    text.push_str("  \"columns\": {\n");
    for (at, (key, guess)) in guesses.iter().enumerate() {
        let comma = if at + 1 == guesses.len() { "" } else { "," };
        text.push_str(&format!("    {}: {}{comma}\n", json!(key), inline(&guess.value())));
    }
    text.push_str("  }\n}\n");
    text
}

/// Writes a value on one line, with spaces inside braces.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let (why, what): (Vec<_>, Vec<_>) = fields.iter().partition(|(name, _)| *name == "guess");
            let fields: Vec<String> = what
                .into_iter()
                .chain(why)
                .map(|(name, value)| format!("{}: {}", json!(name), inline(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
