//! Rows of a sheet brought into a matrix that is there: matched by their controls, field by field.
//!
//! What the sheet does not speak of stays. A row that may mean several rows, or a part of one, is a question.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::back::Question;
use super::mapping::Owner;
use super::{Parties, Understood};
use crate::matrix::value::{list, text};
use crate::matrix::{Deed, ROWS};
use crate::pack::spelling;

/// What became of the rows of a sheet.
#[derive(Clone, Debug, Default)]
pub struct Merge {
    /// How many rows of the sheet are rows of the matrix.
    pub matched: usize,
    /// The rows that the matrix did not have.
    pub added: Vec<String>,
    /// The rows of the matrix that the sheet does not speak of.
    pub unspoken: Vec<String>,
    /// What a person has to decide.
    pub questions: Vec<Question>,
}

/// Brings the rows of a sheet into a matrix.
pub fn merge(matrix: &mut Value, understood: &Understood, parties: &Parties) -> Merge {
    let mut merge = Merge::default();
    let index = Index::of(matrix);
    let mut hit: BTreeMap<usize, String> = BTreeMap::new();
    let mut taken: BTreeSet<String> = index.ids.iter().cloned().collect();
    let ask = |row: &Value, why: String, merge: &mut Merge| {
        merge.questions.push(Question { place: understood.account.file.clone(), held: called(row), why });
    };
    for row in &understood.rows {
        match index.find(row) {
            Found::One(at) => {
                if let Some(first) = hit.insert(at, called(row)) {
                    ask(
                        row,
                        format!("`{first}` of the sheet is the row `{}` of the matrix too", index.ids[at]),
                        &mut merge,
                    );
                    continue;
                }
                merge.matched += 1;
                if let Some(own) = matrix[ROWS].get_mut(at).and_then(Value::as_object_mut) {
                    let is_titled = understood.titled.contains(text(row, "id"));
                    bring(own, row, is_titled, parties);
                }
            }
            Found::Several(rows) => {
                let why = format!(
                    "the matrix divides it otherwise, into {}; say which is meant, or use `--onto`",
                    rows.join(", ")
                );
                rows.iter().for_each(|id| drop(hit.insert(index.at(id), called(row))));
                ask(row, why, &mut merge);
            }
            Found::None => {
                let mut new = row.clone();
                let id = super::ids::unique(text(row, "id"), text(row, "title"), &mut taken);
                new["id"] = json!(id);
                if let Some(rows) = matrix[ROWS].as_array_mut() {
                    rows.push(new);
                }
                merge.added.push(id);
            }
        }
    }
    let unspoken = index.ids.iter().enumerate().filter(|(at, _)| !hit.contains_key(at));
    merge.unspoken = unspoken.map(|(_, id)| id.clone()).collect();
    add_parties(matrix, parties);
    merge
}

/// The rows of a matrix by what they answer to.
pub(super) struct Index {
    pub(super) ids: Vec<String>,
    controls: Vec<BTreeSet<String>>,
    titles: Vec<String>,
}

/// Which rows of the matrix a row of the sheet is.
pub(super) enum Found {
    One(usize),
    Several(Vec<String>),
    None,
}

impl Index {
    pub(super) fn of(matrix: &Value) -> Self {
        let rows = list(matrix, ROWS);
        Self {
            ids: rows.iter().map(|row| text(row, "id").to_owned()).collect(),
            controls: rows.iter().map(controls).collect(),
            titles: rows.iter().map(|row| spelling::folded(text(row, "title"))).collect(),
        }
    }

    pub(super) fn at(&self, id: &str) -> usize {
        self.ids.iter().position(|one| one == id).unwrap_or(usize::MAX)
    }

    fn all(&self, fits: impl Fn(usize) -> bool) -> Vec<usize> {
        (0..self.ids.len()).filter(|at| fits(*at)).collect()
    }

    /// Returns the rows of the matrix that a row of the sheet speaks of.
    pub(super) fn rows(&self, row: &Value) -> Vec<usize> {
        match self.find(row) {
            Found::One(at) => vec![at],
            Found::Several(ids) => ids.iter().map(|id| self.at(id)).collect(),
            Found::None => Vec::new(),
        }
    }

    pub(super) fn find(&self, row: &Value) -> Found {
        let own = controls(row);
        if own.is_empty() {
            let id = text(row, "id");
            let title = spelling::folded(text(row, "title"));
            let same = self.all(|at| self.ids[at] == id);
            return self.found(if same.is_empty() { self.all(|at| self.titles[at] == title) } else { same });
        }
        let same = self.all(|at| self.controls[at] == own);
        if !same.is_empty() {
            return self.found(same);
        }
        let touches =
            |at: usize| self.controls[at].iter().any(|known| own.iter().any(|one| is_of(one, known)));
        match self.all(touches) {
            none if none.is_empty() => Found::None,
            some => Found::Several(some.into_iter().map(|at| self.ids[at].clone()).collect()),
        }
    }

    fn found(&self, rows: Vec<usize>) -> Found {
        match rows[..] {
            [] => Found::None,
            [one] => Found::One(one),
            _ => Found::Several(rows.into_iter().map(|at| self.ids[at].clone()).collect()),
        }
    }
}

/// Returns the controls of a row in the form in which two spellings are equal.
fn controls(row: &Value) -> BTreeSet<String> {
    let normal = |control: &str| {
        let (catalog, id) = control.split_once(':').unwrap_or(("", control));
        let normal = spelling::normal(id);
        format!("{catalog}:{}", if normal.is_empty() { id.to_owned() } else { normal })
    };
    list(row, "controls").iter().filter_map(Value::as_str).map(normal).collect()
}

/// Says whether one of two controls is the other or a part of it.
fn is_of(one: &str, other: &str) -> bool {
    let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
    long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '(', ' ', '.']))
}

/// Returns what a row of the sheet is called: its controls, else its title.
pub(super) fn called(row: &Value) -> String {
    let ids: Vec<&str> = list(row, "controls")
        .iter()
        .filter_map(Value::as_str)
        .map(|control| control.split_once(':').map_or(control, |(_, id)| id))
        .collect();
    if ids.is_empty() { text(row, "title").to_owned() } else { ids.join(", ") }
}

/// Brings what a row of the sheet says into a row of the matrix.
pub(super) fn bring(own: &mut Map<String, Value>, row: &Value, is_titled: bool, parties: &Parties) {
    for field in [
        "group",
        "statement",
        "activity",
        "justification",
        "cadence",
        "tools",
        "references",
        "offered",
        "notes",
    ] {
        if let Some(value) = row.get(field) {
            own.insert(field.to_owned(), value.clone());
        }
    }
    if is_titled {
        own.insert("title".to_owned(), row["title"].clone());
    }
    for field in ["status", "shared"] {
        for (name, value) in row.get(field).and_then(Value::as_object).into_iter().flatten() {
            let inner = own.entry(field).or_insert_with(|| json!({}));
            inner[name] = value.clone();
        }
    }
    duties(own, row, parties);
    allocation(own, text(row, "allocation"), parties);
    items(own, row, "native", &["vocabulary", "field"]);
    items(own, row, "inherits", &["by", "from"]);
    items(own, row, "evidence", &["artifact"]);
}

/// Lets the row be whose the sheet says, and takes the work from the sides that have none of it any more.
pub(super) fn allocation(own: &mut Map<String, Value>, says: &str, parties: &Parties) {
    let was = own.get("allocation").and_then(Value::as_str).unwrap_or_default();
    if says == "unassigned" || says == was {
        return;
    }
    own.insert("allocation".to_owned(), json!(says));
    if says != "shared" {
        own.remove("shared");
    }
    let keeps = |side: Owner| match side {
        Owner::Client => matches!(says, "client" | "shared"),
        _ => matches!(says, "provider" | "shared"),
    };
    if let Some(duties) = own.get_mut("duties").and_then(Value::as_array_mut) {
        duties.retain(|duty| !is_work(duty) || keeps(parties.side(text(duty, "party"))));
    }
}

/// Brings in the duties that the sheet names; one without words is there already where its side does any work.
pub(super) fn duties(own: &mut Map<String, Value>, row: &Value, parties: &Parties) {
    for duty in list(row, "duties") {
        let known = own.entry("duties").or_insert_with(|| json!([]));
        let Some(known) = known.as_array_mut() else { return };
        let same =
            |one: &Value| text(one, "do") == text(duty, "do") && text(one, "party") == text(duty, "party");
        let side = parties.side(text(duty, "party"));
        let has_work = known.iter().any(|one| is_work(one) && parties.side(text(one, "party")) == side);
        match (known.iter_mut().find(|one| same(one)), duty.get("text")) {
            (Some(one), Some(text)) => one["text"] = text.clone(),
            (Some(_), None) => {}
            (None, None) if is_work(duty) && has_work => {}
            (None, _) => known.push(duty.clone()),
        }
    }
    if own.get("duties").and_then(Value::as_array).is_some_and(Vec::is_empty) {
        own.remove("duties");
    }
}

fn is_work(duty: &Value) -> bool {
    let deed: Option<Deed> = duty.get("do").and_then(|deed| serde_json::from_value(deed.clone()).ok());
    deed.is_some_and(|deed| deed.counts() == Deed::Perform)
}

/// Brings in the objects of a list that are known by these fields: what one says beside them is said anew.
pub(super) fn items(own: &mut Map<String, Value>, row: &Value, field: &str, known_by: &[&str]) {
    for item in list(row, field) {
        let all = own.entry(field).or_insert_with(|| json!([]));
        let Some(all) = all.as_array_mut() else { return };
        let same = |one: &Value| known_by.iter().all(|name| text(one, name) == text(item, name));
        match all.iter_mut().find(|one| same(one)) {
            Some(one) => {
                for (name, value) in item.as_object().into_iter().flatten() {
                    one[name] = value.clone();
                }
            }
            None => all.push(item.clone()),
        }
    }
}

/// Adds the parties of the mapping that rows name now.
pub(super) fn add_parties(matrix: &mut Value, parties: &Parties) {
    let rows = matrix[ROWS].to_string();
    let known: BTreeSet<String> =
        list(matrix, "parties").iter().map(|one| text(one, "id").to_owned()).collect();
    let new: Vec<Value> = parties
        .values()
        .into_iter()
        .filter(|one| !known.contains(text(one, "id")) && rows.contains(&json!(text(one, "id")).to_string()))
        .collect();
    if let Some(all) = matrix["parties"].as_array_mut() {
        all.extend(new);
    }
}
