//! What the people of the tour write into the matrix.

use serde_json::{Value, json};

use super::Calendar;
use crate::matrix::text_digest;
use crate::pack::Packs;

/// The row that Ann deletes.
const SECOND_FACTOR: &str = "multifactor-authentication";
/// The row that she makes vague, and that changes hands later.
const LOG_REVIEW: &str = "log-review";
/// The row that somebody moves to the client in passing.
const SESSION_WATCH: &str = "remote-access-monitoring";

/// A row is deleted, another becomes vague.
pub(super) fn tailor_badly(matrix: &mut Value, _: &Calendar) {
    rows(matrix).retain(|row| row["id"] != SECOND_FACTOR);
    let row = row(matrix, LOG_REVIEW);
    row["activity"] = json!("Review logs as needed");
    row.as_object_mut().and_then(|row| row.remove("cadence"));
    for duty in row["duties"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        duty.remove("cadence");
        duty.remove("within");
    }
}

/// Both rows are put right.
pub(super) fn mend(matrix: &mut Value, _: &Calendar) {
    let whole = starter();
    let is = |id: &'static str| move |row: &&Value| row["id"] == id;
    let of = |id: &'static str| whole.iter().find(is(id)).cloned().unwrap_or_default();
    *row(matrix, LOG_REVIEW) = of(LOG_REVIEW);
    let before = whole.iter().position(|row| row["id"] == SECOND_FACTOR).unwrap_or_default();
    let rows = rows(matrix);
    rows.insert(before.min(rows.len()), of(SECOND_FACTOR));
}

/// The head is completed and every row agreed.
pub(super) fn walk_through(matrix: &mut Value, calendar: &Calendar) {
    let today = calendar.today.to_string();
    matrix["agreement"] = json!({ "kind": "msa", "reference": "MSA-2026-014", "exhibit": "C" });
    matrix["documents"] = json!([
        { "id": "ssp", "kind": "ssp", "party": "acme-defense", "reference": "SSP 4.2" },
        { "id": "services", "kind": "service-description", "party": "harbor-msp", "reference": "SD-2026-03" },
    ]);
    matrix["effectiveFrom"] = json!(today);
    matrix["review"]["last"] = json!(today);
    matrix["scopes"] = json!([{
        "id": "cui-enclave", "title": "CUI enclave and the machines that reach it", "environment": "cloud", "assets": "cui",
        "systems": ["Entra ID", "SharePoint", "CAD workstations", "File server"],
    }]);
    let contacts = [
        json!([{ "id": "it-manager", "role": "IT manager", "channel": "it@acme.example", "escalation": 1 }]),
        json!([{ "id": "desk", "role": "Security desk", "channel": "+1 555 0100", "hours": "24x7", "escalation": 1 }]),
    ];
    for (party, contacts) in matrix["parties"].as_array_mut().into_iter().flatten().zip(contacts) {
        party["contacts"] = contacts;
    }
    review(matrix, &today);
}

/// Both parties read every row and agree.
fn review(matrix: &mut Value, today: &str) {
    let defaults = matrix["defaults"].clone();
    for row in rows(matrix) {
        let read = text_digest(row, &defaults);
        let entry = |party: &str| json!({ "party": party, "on": today, "outcome": "agreed", "sha256": read });
        row["reviewed"] = json!([entry("acme-defense"), entry("harbor-msp")]);
    }
}

/// The client takes over a piece of work, in the next version.
pub(super) fn move_log_review(matrix: &mut Value, calendar: &Calendar) {
    matrix["version"] = json!("2.0");
    matrix["effectiveFrom"] = json!(calendar.next.to_string());
    let row = row(matrix, LOG_REVIEW);
    row["shared"]["details"] = json!(
        "Harbor MSP delivers the logs and alerts of the managed systems; Acme Defense reviews them and decides whether it \
         is an incident"
    );
    for duty in row["duties"].as_array_mut().into_iter().flatten() {
        if duty["do"] == "perform" || duty["do"] == "document" {
            duty["party"] = json!("acme-defense");
            duty["role"] = json!("Security analyst");
        }
    }
}

/// A piece of the provider's work becomes the client's, without a word on why.
pub(super) fn move_session_watch(matrix: &mut Value, calendar: &Calendar) {
    matrix["version"] = json!("2.0");
    matrix["effectiveFrom"] = json!(calendar.next.to_string());
    let row = row(matrix, SESSION_WATCH);
    row["allocation"] = json!("client");
    for duty in row["duties"].as_array_mut().into_iter().flatten() {
        if duty["party"] == "harbor-msp" {
            duty["party"] = json!("acme-defense");
            duty["role"] = json!("IT manager");
        }
    }
}

/// Returns the rows of the starter with the names filled in as `init` does.
fn starter() -> Vec<Value> {
    let packs = Packs::shipped(["core", "cmmc-l2"]);
    let Some(pack) = packs.get("cmmc-l2") else { return Vec::new() };
    let engagement = crate::init::Engagement {
        include: std::collections::BTreeMap::new(),
        client: super::CLIENT.to_owned(),
        provider: super::PROVIDER.to_owned(),
        frameworks: vec![std::sync::Arc::clone(pack)],
        id: None,
        ci: None,
    };
    let start = crate::init::start(&engagement, &packs);
    let text =
        start.ok().and_then(|start| start.files.last().map(|file| file.text.clone())).unwrap_or_default();
    let mut matrix: Value = serde_json::from_str(&text).unwrap_or_default();
    std::mem::take(rows(&mut matrix))
}

fn rows(matrix: &mut Value) -> &mut Vec<Value> {
    if !matrix["rows"].is_array() {
        matrix["rows"] = json!([]);
    }
    matrix["rows"].as_array_mut().expect("the rows are a list")
}

fn row<'a>(matrix: &'a mut Value, id: &str) -> &'a mut Value {
    rows(matrix)
        .iter_mut()
        .find(|row| row["id"] == id)
        .expect("the starter has the rows that the story is about")
}
