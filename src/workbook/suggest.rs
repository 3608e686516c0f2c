//! A first mapping for a sheet that nobody has described, with what was guessed marked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::Controls;
use super::book::{Book, Sheet};
use super::clean::{clean, is_blank, is_mark};
use super::table::headings;
use crate::error::{Error, Result};
use crate::pack::Packs;
use crate::pack::spelling::folded;

/// The most different values that a column of a vocabulary has.
const MOST_VALUES: usize = 14;
/// How many rows are looked at.
const LOOKED_AT: usize = 2_000;

/// Writes a first mapping.
///
/// # Errors
/// Where no sheet looks like a table.
pub fn suggest(book: &Book, sheet: Option<&str>, packs: &Packs) -> Result<String> {
    let visible = book.sheets.iter().filter(|it| !it.is_hidden && sheet.is_none_or(|name| it.name == name));
    let best =
        visible.filter_map(|sheet| Some((head(sheet)?, sheet))).max_by_key(|((first, last), sheet)| {
            (headings(sheet, *first, *last).len().min(24), sheet.lines.len())
        });
    let Some(((first, last), sheet)) = best else {
        return Err(Error::usage("no sheet looks like a table: a row of headings with rows below it"));
    };
    let columns = headings(sheet, first, last);
    let cells = |column: u32| -> Vec<String> {
        let below = sheet.lines.range(last + 1..).take(LOOKED_AT);
        below.filter_map(|(_, line)| line.cell(column)).map(|cell| clean(&cell.text).0).collect()
    };
    let (catalog, control) = catalog(&columns, &cells, packs);
    let mut mapped = Map::new();
    for (column, parts) in &columns {
        let heading = unique(parts, &columns);
        let meaning = if Some(*column) == control { json!("control") } else { guess(parts, &cells(*column)) };
        mapped.insert(heading, meaning);
    }
    let known = ["control", "title", "id", "reference"];
    if !mapped.values().any(|it| known.iter().any(|word| *it == **word || it["field"] == **word))
        && let Some(first) = mapped.values_mut().next()
    {
        *first = json!({ "field": "title", "guess": "the first column; say what a row is known by" });
    }
    let mut mapping = json!({
        "format": super::mapping::FORMAT,
        "vocabulary": sheet.name,
        "columns": mapped,
    });
    if let Some(catalog) = catalog {
        mapping["catalog"] = catalog.into();
    }
    let fields = ["format", "vocabulary", "catalog", "columns"];
    let ordered: Vec<(&str, Value)> =
        fields.iter().filter_map(|name| Some((*name, mapping.get(*name)?.clone()))).collect();
    Ok(crate::matrix::write::fields(&ordered))
}

/// Returns where the headings stand: the row, or two rows, with the most short texts above other rows.
fn head(sheet: &Sheet) -> Option<(u32, u32)> {
    let count = |row: &u32| {
        let line = &sheet.lines[row];
        line.cells
            .iter()
            .filter(|(_, cell)| !cell.is_number && cell.text.chars().count() <= 90 && !is_mark(&cell.text))
            .count()
    };
    let rows: Vec<u32> = sheet.lines.keys().copied().take(40).collect();
    let most = rows.iter().map(count).max()?;
    let first = *rows.iter().find(|row| count(row) >= 2 && count(row) * 10 >= most * 6)?;
    sheet.lines.range(first + 1..).next()?;
    // A row above may head the columns that this one leaves out: headings of two levels, merged downwards.
    let fills_gap = |above: u32| {
        let line = sheet.lines.get(&above)?;
        (line.cells.len() >= 2
            && line.cells.iter().any(|(column, _)| sheet.lines[&first].cell(*column).is_none()))
        .then_some(above)
    };
    if let Some(above) = first.checked_sub(1).and_then(fills_gap) {
        return Some((above, first));
    }
    let below = sheet.lines.get(&(first + 1))?;
    let is_second = below.cells.len() >= 2
        && below
            .cells
            .iter()
            .all(|(_, cell)| !is_mark(&cell.text) && !cell.text.chars().any(|it| it.is_ascii_digit()))
        && below.cells.first().map(|it| it.0) != sheet.lines[&first].cells.first().map(|it| it.0);
    Some((first, first + u32::from(is_second)))
}

/// Returns the heading by which a column is named: the lowest, or all of them where others have the same.
fn unique(parts: &[String], all: &BTreeMap<u32, Vec<String>>) -> String {
    let last = parts.last().cloned().unwrap_or_default();
    match all.values().filter(|other| other.last() == Some(&last)).count() {
        1 => last,
        _ => parts.join(" / "),
    }
}

/// Finds the column of controls and the catalogue that knows most of them.
fn catalog(
    columns: &BTreeMap<u32, Vec<String>>,
    cells: &dyn Fn(u32) -> Vec<String>,
    packs: &Packs,
) -> (Option<String>, Option<u32>) {
    let mut best: (usize, Option<String>, Option<u32>) = (0, None, None);
    for column in columns.keys() {
        let cells = cells(*column);
        for pack in packs.frameworks() {
            let Some(catalogue) = packs.catalogue(&pack.id) else { continue };
            let known = cells.iter().filter(|text| catalogue.spelled(text).is_some()).count();
            if known > best.0 && known * 2 > cells.len() {
                best = (known, Some(pack.id.clone()), Some(*column));
            }
        }
    }
    if best.2.is_none() {
        let any = Controls::of(None, None);
        let likely = |column: &&u32| {
            let (cells, name) = (cells(**column), folded(&columns[column].join(" ")));
            !cells.is_empty()
                && cells.iter().filter(|text| any.looks_like_one(text)).count() * 10 > cells.len() * 8
                && ["control", "requirement", "id", "ref", "criteria", "objective", "practice"]
                    .iter()
                    .any(|word| name.contains(word))
        };
        best.2 = columns.keys().find(likely).copied();
    }
    (best.1, best.2)
}

/// Guesses what a column means, by its heading and its cells.
fn guess(parts: &[String], cells: &[String]) -> Value {
    let name = folded(&parts.join(" "));
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let values: BTreeSet<&str> = cells.iter().map(String::as_str).collect();
    let is_vocabulary = !values.is_empty()
        && values.len() <= MOST_VALUES
        && values.len() * 3 <= cells.len().max(6)
        && values.iter().all(|it| it.len() <= 60);
    let owner = owner(&name);
    if !cells.is_empty() && cells.iter().all(|it| is_mark(it) || is_blank(it)) {
        return match owner {
            Some(owner) => json!({ "mark": owner, "guess": "a mark under this heading makes it theirs" }),
            None => {
                json!({ "field": "native", "guess": "marks whose meaning is not clear from the heading" })
            }
        };
    }
    let is_letters = |it: &&str| it.len() <= 7 && it.chars().all(|c| "RASCIrasci/,; -".contains(c));
    if is_vocabulary && values.iter().all(is_letters) {
        return match owner {
            Some(side @ ("client" | "provider")) => json!({ "raci": side, "guess": "letters of RACI" }),
            _ => {
                json!({ "field": "native", "guess": "letters of RACI; say whose, as { \"raci\": \"provider\" }" })
            }
        };
    }
    let known: Map<String, Value> = values
        .iter()
        .map(|value| ((*value).to_owned(), json!(owner_of_value(value).unwrap_or("unassigned"))))
        .collect();
    if is_vocabulary
        && values.iter().filter(|value| owner_of_value(value).is_some()).count() * 2 >= values.len()
    {
        return json!({ "values": known, "guess": "whose each value makes the row; `unassigned` is what was not clear" });
    }
    if has(&["responsib", "duties", "activities"])
        && let Some(side @ ("client" | "provider")) = owner
    {
        return json!({ "duty": "perform", "party": side, "empty": ["N/A", "None"], "guess": "what this side does" });
    }
    match () {
        () if has(&["title", "control name", "requirement name"]) => {
            json!({ "field": "title", "guess": "by its heading" })
        }
        () if has(&["description", "statement", "activity", "task"]) => {
            json!({ "field": "activity", "guess": "by its heading" })
        }
        () if has(&["shared", "details"]) => json!({ "field": "details", "guess": "by its heading" }),
        () if has(&["evidence", "artifact"]) => json!({ "field": "evidence", "guess": "by its heading" }),
        () if has(&["frequency", "cadence"]) => json!({ "field": "cadence", "guess": "by its heading" }),
        () if has(&["family", "section", "domain", "category"]) => {
            json!({ "field": "group", "guess": "by its heading" })
        }
        () => json!({ "field": "native", "guess": "kept as it is" }),
    }
}

/// Returns whose a heading says the work is.
fn owner(name: &str) -> Option<&'static str> {
    let has = |words: &[&str]| words.iter().any(|word| name.split(' ').any(|it| it == *word));
    match () {
        () if has(&["shared", "both", "joint", "jointly"]) => Some("shared"),
        () if has(&["inherited", "inherit"]) => Some("inherited"),
        () if has(&[
            "client",
            "customer",
            "customers",
            "entity",
            "osc",
            "osa",
            "agency",
            "tenant",
            "csc",
            "merchant",
        ]) =>
        {
            Some("client")
        }
        () if has(&[
            "provider",
            "msp",
            "mssp",
            "esp",
            "csp",
            "tpsp",
            "vendor",
            "microsoft",
            "aws",
            "azure",
            "ovhcloud",
            "ovh",
            "google",
            "supplier",
        ]) =>
        {
            Some("provider")
        }
        () => None,
    }
}

/// Returns whose a value makes a row.
fn owner_of_value(value: &str) -> Option<&'static str> {
    let name = folded(value);
    match &*name {
        "n a" | "na" | "not applicable" | "none required" => Some("not-applicable"),
        "full" => Some("provider"),
        "partial" => Some("shared"),
        _ => owner(&name),
    }
}
