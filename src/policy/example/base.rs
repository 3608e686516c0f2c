//! What examples are laid over: the minimal matrix, or a pack's starter made ready for signature.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lay;
use crate::matrix::text_digest;
use crate::pack::{Packs, shipped_file};
use crate::policy::Rule;

/// The bases of one run, each built once.
#[derive(Debug, Default)]
pub(super) struct Bases {
    built: BTreeMap<String, Value>,
}

impl Bases {
    /// Returns what the examples of a rule are laid over.
    pub(super) fn of(&mut self, rule: &Rule, packs: &Packs) -> Result<&Value, String> {
        let pack = match rule.examples.on.as_deref() {
            Some("starter") => rule.origin.to_string(),
            _ => String::new(),
        };
        if !self.built.contains_key(&pack) {
            let base = if pack.is_empty() { minimal()? } else { ready(&pack, packs)? };
            self.built.insert(pack.clone(), base);
        }
        self.built.get(&pack).ok_or_else(|| "the base was just built".to_owned())
    }
}

/// Returns the smallest matrix that no rule has anything to say about.
fn minimal() -> Result<Value, String> {
    shipped("minimal.json")
}

/// Returns a pack's starter with names, contacts, days and reviews filled in, and with the rows that every
/// agreement needs.
pub(super) fn ready(pack: &str, packs: &Packs) -> Result<Value, String> {
    let starter = packs.get(pack).and_then(|pack| pack.starter.as_deref());
    let starter = starter.ok_or_else(|| format!("`{pack}` is no pack with a starter"))?;
    let core = shipped_file("core", "starter.json").unwrap_or("{}");
    let mut matrix = read(&named(starter))?;
    let mut common = read(&named(core))?;
    add_missing_rows(&mut matrix, &mut common);
    lay(&mut matrix, &shipped("ready.json")?);
    let defaults = matrix.get("defaults").cloned().unwrap_or_default();
    for row in rows(&mut matrix) {
        let read = text_digest(row, &defaults);
        let entry =
            |party: &str| json!({ "party": party, "on": "2026-11-03", "outcome": "agreed", "sha256": read });
        row["reviewed"] = json!([entry("client"), entry("provider")]);
    }
    Ok(matrix)
}

/// Makes each review that names a text one of the text that is there: an example changes a row for other reasons.
pub(super) fn read_again(matrix: &mut Value) {
    let defaults = matrix.get("defaults").cloned().unwrap_or_default();
    for row in rows(matrix) {
        let read = text_digest(row, &defaults);
        let entries = row.get_mut("reviewed").and_then(Value::as_array_mut).into_iter().flatten();
        for digest in entries.filter_map(|entry| entry.get_mut("sha256")) {
            *digest = json!(read);
        }
    }
}

fn add_missing_rows(matrix: &mut Value, common: &mut Value) {
    let taken: Vec<Value> = rows(matrix).filter_map(|row| row.get("id").cloned()).collect();
    let missing = rows(common).filter(|row| row.get("id").is_none_or(|id| !taken.contains(id)));
    let missing: Vec<Value> = missing.map(|row| row.take()).collect();
    if let Some(Value::Array(rows)) = matrix.get_mut("rows") {
        rows.extend(missing);
    }
}

fn rows(matrix: &mut Value) -> impl Iterator<Item = &mut Value> {
    matrix.get_mut("rows").and_then(Value::as_array_mut).into_iter().flatten()
}

fn named(text: &str) -> String {
    text.replace("{client}", "Acme Defense, Inc.").replace("{provider}", "Harbor MSP, LLC")
}

fn shipped(name: &str) -> Result<Value, String> {
    read(shipped_file("core", name).ok_or_else(|| format!("this build has no `{name}`"))?)
}

fn read(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
