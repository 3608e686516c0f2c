//! Reviews written into rows: who read which text, on which day, and what came of it.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{list, rows_mut, text};
use crate::error::{Error, Result};
use crate::matrix::{Outcome, text_digest};

/// What some parties say of some rows.
#[derive(Clone, Debug)]
pub struct Review {
    /// The parties, each with the person that was there, where one is named.
    pub parties: Vec<(String, Option<String>)>,
    /// The day.
    pub on: Date,
    /// What came of it.
    pub outcome: Outcome,
    /// What is disputed, or was remarked.
    pub note: Option<String>,
}

impl Review {
    /// Refuses what no review may say.
    ///
    /// # Errors
    /// Where nobody was there, a dispute has no note, or the day is still to come.
    pub fn demand_sound(&self, today: Date) -> Result<()> {
        if self.parties.is_empty() {
            return Err(Error::usage("a review says who was there").hint("name the parties with `--by`"));
        }
        if self.on > today {
            return Err(Error::usage(format!(
                "nobody can have reviewed anything on {}, which is still to come",
                self.on
            )));
        }
        if self.outcome == Outcome::Disputed && self.note.as_deref().is_none_or(|note| note.trim().is_empty())
        {
            return Err(Error::usage("a dispute says what it is about").hint("add `--note TEXT`"));
        }
        Ok(())
    }

    /// Writes the review into a row; what the other parties said stays.
    ///
    /// # Errors
    /// Where the matrix has no such row.
    pub fn write(&self, matrix: &mut Value, row: &str) -> Result<()> {
        self.write_of(matrix, row, None)
    }

    /// Writes a review of another text than the row has now, named by its digest.
    ///
    /// # Errors
    /// As [`Review::write`].
    pub fn write_of(&self, matrix: &mut Value, row: &str, digest: Option<&str>) -> Result<()> {
        let at = super::name::Noun::Row.find(matrix, row)?;
        let defaults = matrix.get("defaults").cloned().unwrap_or_default();
        let order: Vec<String> =
            list(matrix, "parties").iter().map(|party| text(party, "id").to_owned()).collect();
        let place = |party: &str| order.iter().position(|one| one == party);
        let Some(row) = matrix.pointer_mut(&at) else { return Ok(()) };
        let read = digest.map_or_else(|| text_digest(row, &defaults), str::to_owned);
        let mut entries = entries(row);
        for (party, person) in &self.parties {
            let mut entry =
                json!({ "party": party, "on": self.on, "outcome": self.outcome.word(), "sha256": read });
            for (name, value) in [("by", person), ("note", &self.note)] {
                if let Some(value) = value {
                    entry[name] = json!(value);
                }
            }
            match entries.iter_mut().find(|one| text(one, "party") == party) {
                Some(one) => *one = entry,
                None => {
                    let later = |one: &Value| place(text(one, "party")) > place(party);
                    let at = entries.iter().position(later).unwrap_or(entries.len());
                    entries.insert(at, entry);
                }
            }
        }
        row["reviewed"] = Value::Array(entries);
        Ok(())
    }
}

/// Returns the reviews of a row in the form of today.
fn entries(row: &Value) -> Vec<Value> {
    let Some(older) = row.get("reviewed").filter(|reviewed| reviewed.is_object()) else {
        return list(row, "reviewed").to_vec();
    };
    let entry = |party: &Value| {
        let mut entry = older.clone();
        entry["party"] = party.clone();
        entry.as_object_mut().and_then(|fields| fields.remove("by"));
        entry
    };
    list(older, "by").iter().map(entry).collect()
}

/// The texts that reviews name, before an edit that changes names alone.
#[derive(Debug)]
pub struct Carried(Vec<String>);

impl Carried {
    /// Remembers the digest of every row.
    pub fn before(matrix: &Value) -> Self {
        let defaults = matrix.get("defaults").cloned().unwrap_or_default();
        Self(list(matrix, "rows").iter().map(|row| text_digest(row, &defaults)).collect())
    }

    /// Lets each review that held before hold for the text of now, and returns how many those are.
    pub fn over(&self, matrix: &mut Value) -> usize {
        let defaults = matrix.get("defaults").cloned().unwrap_or_default();
        let mut reviews = 0;
        for (row, was) in rows_mut(matrix).zip(&self.0) {
            let is = text_digest(row, &defaults);
            if is == *was {
                continue;
            }
            let entries = row.get_mut("reviewed").and_then(Value::as_array_mut).into_iter().flatten();
            for entry in entries.filter(|entry| text(entry, "sha256") == was) {
                entry["sha256"] = json!(is);
                reviews += 1;
            }
        }
        reviews
    }
}
