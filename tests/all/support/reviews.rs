//! Reviews in test matrices: both parties read a row as it stands.

use countersign::matrix::text_digest;
use serde_json::{Value, json};

/// Writes into every row that both read it as it stands, on this day.
pub(crate) fn read_all(matrix: &mut Value, on: &str) {
    let rows = matrix["rows"].as_array().map_or(0, Vec::len);
    (0..rows).for_each(|row| read(matrix, row, on));
}

/// Writes into one row that both read it as it stands, on this day.
pub(crate) fn read(matrix: &mut Value, row: usize, on: &str) {
    let signs = |party: &&Value| party["side"] == "client" || party["side"] == "provider";
    let parties: Vec<Value> = matrix["parties"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(signs)
        .map(|party| party["id"].clone())
        .collect();
    let sha256 = text_digest(&matrix["rows"][row], &matrix["defaults"]);
    let entry = |party: &Value| json!({ "party": party, "on": on, "outcome": "agreed", "sha256": sha256 });
    matrix["rows"][row]["reviewed"] = parties.iter().map(entry).collect();
}
