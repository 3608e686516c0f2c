//! The names and ids of an engagement in the matrix that was made of starters.

use serde_json::{Value, json};

use super::Engagement;
use super::id::Ids;
use crate::pack::starter::Names;
use crate::report::words;

/// The fields that name one party.
const PARTY: [&str; 5] = ["party", "collector", "boundBy", "by", "from"];
/// The fields that name several.
const PARTIES: [&str; 2] = ["to", "by"];

/// Fills in who the parties are, everywhere in a matrix.
pub(super) fn fill(matrix: &mut Value, engagement: &Engagement, ids: &Ids, names: &Names) {
    walk(matrix, "", ids, names);
    matrix["id"] = json!(ids.matrix);
    matrix["$schema"] = json!("../.vscode/countersign/matrix.schema.json");
    let frameworks: Vec<String> = engagement.frameworks.iter().map(|pack| pack.title.clone()).collect();
    matrix["title"] = json!(format!("{} and {}: {}", names.client, names.provider, words::list(&frameworks)));
    for party in matrix["parties"].as_array_mut().into_iter().flatten() {
        match party["id"].as_str() {
            Some("client") => party["name"] = json!(engagement.client),
            Some("provider") => party["name"] = json!(engagement.provider),
            _ => continue,
        }
        party["id"] = id(&party["id"], ids);
    }
}

/// Fills the ids and the names of the parties into a starter that is to be consolidated.
pub(super) fn ids_and_names(starter: &mut Value, ids: &Ids, names: &Names) {
    walk(starter, "", ids, names);
    for party in starter["parties"].as_array_mut().into_iter().flatten() {
        party["id"] = id(&party["id"], ids);
    }
}

fn walk(value: &mut Value, field: &str, ids: &Ids, names: &Names) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name != "native" {
                    walk(value, name, ids, names);
                }
            }
        }
        Value::Array(items) if PARTIES.contains(&field) => {
            items.iter_mut().for_each(|item| *item = id(item, ids))
        }
        Value::Array(items) if field == "escalate" => {
            items.iter_mut().for_each(|item| *item = contact(item, ids))
        }
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, field, ids, names)),
        Value::String(_) if PARTY.contains(&field) => *value = id(value, ids),
        Value::String(text) => *text = names.fill(text),
        _ => {}
    }
}

/// Returns the id of a party that a starter calls `client` or `provider`.
fn id(value: &Value, ids: &Ids) -> Value {
    match value.as_str() {
        Some("client") => json!(ids.client),
        Some("provider") => json!(ids.provider),
        _ => value.clone(),
    }
}

/// Returns a contact, written `party/contact`, with the party's id.
fn contact(value: &Value, ids: &Ids) -> Value {
    match value.as_str().and_then(|text| text.split_once('/')) {
        Some((party, contact)) => {
            let party = id(&json!(party), ids);
            json!(format!("{}/{contact}", party.as_str().unwrap_or_default()))
        }
        None => value.clone(),
    }
}
