//! A sheet beside a starter: where both say the same of a control, where they differ, and what is taken of whom.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::merge::{Found, Index, allocation, bring, called, duties, items};
use super::{Parties, Understood};
use crate::matrix::ROWS;

/// What a sheet says beside a starter.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// How many rows of the sheet give the work to the same side as the starter.
    pub agree: usize,
    /// Where they differ.
    pub differ: Vec<Difference>,
    /// Rows of the sheet that give the work to nobody.
    pub silent: Vec<String>,
    /// Rows of the starter that no row of the sheet speaks of.
    pub unspoken: Vec<String>,
    /// Rows of the sheet that the starter has nothing for.
    pub beyond: Vec<String>,
}

/// A row of the sheet that gives the work to another side.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What the sheet calls it: its controls.
    pub called: String,
    /// Whose it is by the sheet.
    pub sheet: String,
    /// Whose it is by the starter.
    pub starter: String,
    /// The rows of the starter.
    pub rows: Vec<String>,
}

impl Difference {
    /// Says whether a person means it by this: a row of the starter, or the controls of the sheet.
    pub fn is_called(&self, name: &str) -> bool {
        let same = |one: &str| crate::pack::spelling::normal(one) == crate::pack::spelling::normal(name);
        self.rows.iter().any(|row| row == name)
            || self.called.eq_ignore_ascii_case(name)
            || same(&self.called)
    }
}

/// Compares a sheet with the matrix of a starter.
pub fn beside(matrix: &Value, understood: &Understood) -> Beside {
    let index = Index::of(matrix);
    let (mut beside, mut spoken) = (Beside::default(), BTreeSet::new());
    for row in &understood.rows {
        let rows = index.rows(row);
        if rows.is_empty() {
            beside.beyond.push(called(row));
            continue;
        }
        spoken.extend(rows.iter().copied());
        let sheet = row["allocation"].as_str().unwrap_or_default();
        let starter = owner(matrix, &rows);
        match sheet {
            "unassigned" => beside.silent.push(called(row)),
            _ if sheet == starter => beside.agree += 1,
            _ => beside.differ.push(Difference {
                called: called(row),
                sheet: sheet.to_owned(),
                starter,
                rows: rows.iter().map(|at| index.ids[*at].clone()).collect(),
            }),
        }
    }
    let unspoken = index.ids.iter().enumerate().filter(|(at, _)| !spoken.contains(at));
    beside.unspoken = unspoken.map(|(_, id)| id.clone()).collect();
    beside
}

/// Returns whose several rows are together.
fn owner(matrix: &Value, rows: &[usize]) -> String {
    let all: BTreeSet<&str> = rows.iter().filter_map(|at| matrix[ROWS][at]["allocation"].as_str()).collect();
    let sides = all.iter().filter(|one| matches!(**one, "client" | "provider" | "shared")).count();
    match (all.len(), sides) {
        (1, _) => all.first().map(|one| (*one).to_owned()).unwrap_or_default(),
        (_, 2..) => "shared".to_owned(),
        _ => all.into_iter().collect::<Vec<_>>().join(" and "),
    }
}

/// Takes what the sheet says where `takes` says so; elsewhere the starter stays. Returns how many rows changed.
///
/// Where one row of the sheet is several of the starter, it says whose they are and not how they are worded.
pub fn take(
    matrix: &mut Value,
    understood: &Understood,
    parties: &Parties,
    takes: &dyn Fn(&Difference) -> bool,
) -> usize {
    let index = Index::of(matrix);
    let differ = beside(matrix, understood).differ;
    let mut changed = 0;
    for row in &understood.rows {
        let name = called(row);
        let Some(difference) = differ.iter().find(|one| one.called == name).filter(|one| takes(one)) else {
            continue;
        };
        let is_one = matches!(index.find(row), Found::One(_));
        for at in index.rows(row) {
            let Some(own) = matrix[ROWS].get_mut(at).and_then(Value::as_object_mut) else { continue };
            match is_one {
                true => bring(
                    own,
                    row,
                    understood.titled.contains(row["id"].as_str().unwrap_or_default()),
                    parties,
                ),
                false => owner_alone(own, row, &difference.sheet, parties),
            }
            changed += 1;
        }
    }
    super::merge::add_parties(matrix, parties);
    changed
}

/// Brings in whose a row is, without words, and what the source said.
fn owner_alone(own: &mut Map<String, Value>, row: &Value, says: &str, parties: &Parties) {
    let mut wordless = row.clone();
    for duty in wordless.get_mut("duties").and_then(Value::as_array_mut).into_iter().flatten() {
        duty.as_object_mut().and_then(|duty| duty.remove("text"));
    }
    duties(own, &wordless, parties);
    allocation(own, says, parties);
    if says == "shared"
        && own.get("shared").is_none()
        && let Some(shared) = row.get("shared")
    {
        own.insert("shared".to_owned(), json!(shared));
    }
    items(own, row, "native", &["vocabulary", "field"]);
    items(own, row, "inherits", &["by", "from"]);
}
