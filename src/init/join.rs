//! Several starters in one matrix: rows of one id are one row that answers to all of them.
//!
//! The words of the first win. Duties and evidence that only a later one has are added for its own controls,
//! so that nobody takes on for one framework what another asks for.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::id;
use crate::matrix::Deed;
use crate::matrix::value::list;
use crate::pack::{Control, Pack};

type Fields = Map<String, Value>;

/// Returns one matrix of the starters of several frameworks, and of what every engagement settles.
pub(super) fn joined(frameworks: Vec<Value>, core: Option<Value>) -> Value {
    let mut starters = frameworks.into_iter();
    let Some(mut matrix) = starters.next() else { return core.unwrap_or_else(|| json!({})) };
    for later in starters {
        let defaults = defaults_of_its_own(&matrix, &later);
        join(&mut matrix, &later, &defaults);
    }
    if let Some(core) = core {
        join(&mut matrix, &core, &[]);
    }
    matrix
}

/// Joins a later starter to a matrix that people work with, and returns the services of the starter that the matrix does
/// not have: a framework brings requirements, and no service that nobody ordered or that was dropped.
pub(super) fn consolidate(matrix: &mut Value, mut later: Value) -> Vec<String> {
    let ours: BTreeSet<String> = ids(list(matrix, "services")).collect();
    let left: Vec<String> = ids(list(&later, "services")).filter(|id| !ours.contains(id)).collect();
    // A matrix without any service says nothing of them yet.
    let left = if ours.is_empty() { Vec::new() } else { left };
    let is_left = |id: &Value| id.as_str().is_some_and(|id| left.iter().any(|left| left == id));
    retain(&mut later, "services", |service| !is_left(&service["id"]));
    for row in later["rows"].as_array_mut().into_iter().flatten() {
        retain(row, "services", |service| !is_left(service));
    }
    let defaults = defaults_of_its_own(matrix, &later);
    join(matrix, &later, &defaults);
    left
}

fn ids(items: &[Value]) -> impl Iterator<Item = String> {
    items.iter().filter_map(|item| item["id"].as_str()).map(str::to_owned)
}

/// Keeps some items of a list, and takes out the list of which nothing is left.
fn retain(value: &mut Value, name: &str, keep: impl Fn(&Value) -> bool) {
    let Some(fields) = value.as_object_mut() else { return };
    let Some(items) = fields.get_mut(name).and_then(Value::as_array_mut) else { return };
    items.retain(keep);
    if items.is_empty() {
        fields.remove(name);
    }
}

/// Returns a starter without owners for a pack that has none: one row for each control of its catalogue that needs an owner,
/// or for those of the groups and baselines that are named. Where other rows stand beside them, ids begin with the pack's:
/// rows of one id would become one row, and `1.1` is another thing in every framework.
pub(super) fn unowned(pack: &Pack, include: &[String], is_alone: bool) -> Value {
    let is_meant = |control: &&Control| include.is_empty() || include.iter().any(|one| control.is_in(one));
    let mut ids = BTreeSet::new();
    let controls = pack
        .catalogue()
        .into_iter()
        .flat_map(|catalogue| catalogue.tops().filter(is_meant).map(move |top| (catalogue, top)));
    let rows: Vec<Value> = controls
        .enumerate()
        .map(|(at, (catalogue, control))| {
            let own =
                if is_alone { id::row(&control.id) } else { id::row(&format!("{} {}", pack.id, control.id)) };
            let id = if ids.insert(own.clone()) { own } else { format!("control-{}", at + 1) };
            json!({
                "id": id, "title": control.title,
                "controls": [format!("{}:{}", catalogue.id, control.id)], "allocation": "unassigned",
            })
        })
        .collect();
    let mut framework = json!({ "pack": pack.id, "coverage": "complete" });
    if !include.is_empty() {
        framework["include"] = json!(include);
    }
    json!({
        "format": "countersign/matrix/1", "id": pack.id, "kind": "engagement", "version": "1.0", "title": pack.title,
        "frameworks": [framework],
        "review": { "every": "P12M", "triggers": ["a service is added or ends"] },
        "parties": [
            { "id": "client", "side": "client", "name": "{client}", "kind": "other" },
            { "id": "provider", "side": "provider", "name": "{provider}", "kind": "other" },
        ],
        "defaults": { "duties": [{ "do": "accountable", "party": "client" }] },
        "rows": rows,
    })
}

/// Joins a later starter; rows that only it has get these default duties, unless they name their own.
fn join(matrix: &mut Value, later: &Value, defaults: &[Value]) {
    if let (Value::Object(ours), Value::Object(theirs)) = (&mut *matrix, later) {
        for list in ["frameworks", "documents", "services", "scopes"] {
            extend(ours, theirs, list, |item| item.get("id").or_else(|| item.get("pack")).cloned());
        }
        join_parties(ours, theirs);
        if let (Some(Value::Object(ours)), Some(Value::Object(theirs))) =
            (ours.get_mut("review"), theirs.get("review"))
        {
            extend(ours, theirs, "triggers", |item| Some(item.clone()));
        }
    }
    keep_longest(matrix, later);
    for row in list(later, "rows") {
        let known = matrix["rows"].as_array_mut().into_iter().flatten().find(|ours| ours["id"] == row["id"]);
        match (known, row) {
            (Some(Value::Object(ours)), Value::Object(theirs)) => join_row(ours, theirs),
            _ => {
                let mut row = row.clone();
                for duty in defaults {
                    if list(&row, "duties").iter().all(|own| own["do"] != duty["do"]) {
                        push(&mut row, "duties", duty.clone());
                    }
                }
                push(matrix, "rows", row);
            }
        }
    }
}

/// Returns the default duties of a later framework that differ from those of the matrix: another official
/// answers for HIPAA than for CMMC.
fn defaults_of_its_own(matrix: &Value, later: &Value) -> Vec<Value> {
    let ours = list(&matrix["defaults"], "duties");
    list(&later["defaults"], "duties").iter().filter(|duty| !ours.contains(duty)).cloned().collect()
}

fn join_parties(ours: &mut Fields, theirs: &Fields) {
    let Some(Value::Array(later)) = theirs.get("parties") else { return };
    for party in later {
        let known = ours.get_mut("parties").and_then(Value::as_array_mut).into_iter().flatten();
        let known = known.into_iter().find(|one| one["id"] == party["id"]);
        let Some(Value::Object(known)) = known else {
            if let Some(Value::Array(parties)) = ours.get_mut("parties") {
                parties.push(party.clone());
            }
            continue;
        };
        let Value::Object(party) = party else { continue };
        extend(known, party, "handles", |item| Some(item.clone()));
        extend(known, party, "contacts", |item| item.get("id").cloned());
        extend(known, party, "authorizations", |item| Some(item.clone()));
        if let Some(Value::Array(handles)) = known.get_mut("handles")
            && handles.len() > 1
        {
            handles.retain(|data| data != "none");
        }
    }
}

/// Evidence is kept as long as the strictest of the frameworks wants.
fn keep_longest(matrix: &mut Value, later: &Value) {
    let years = |value: &Value| value["defaults"]["retention"].as_str().and_then(days).unwrap_or_default();
    if years(later) > years(matrix) {
        matrix["defaults"]["retention"] = later["defaults"]["retention"].clone();
    }
}

fn days(duration: &str) -> Option<i64> {
    let span: jiff::Span = duration.parse().ok()?;
    Some(i64::from(span.get_years()) * 365 + i64::from(span.get_months()) * 30 + i64::from(span.get_days()))
}

fn join_row(ours: &mut Fields, theirs: &Fields) {
    let (mine, its) = (controls(ours), controls(theirs));
    let (before, later) = (performing_sides(ours), performing_sides(theirs));
    for list in ["controls", "references", "services", "tools", "scope"] {
        extend(ours, theirs, list, |item| Some(item.clone()));
    }
    let splits = ours.get("allocation") != theirs.get("allocation") && before.is_disjoint(&later);
    if splits && !mine.is_empty() && !its.is_empty() {
        narrow_performers(ours, &mine);
    }
    join_duties(ours, theirs, &its);
    for list in ["evidence", "reports"] {
        let its = if list == "evidence" { its.as_slice() } else { &[] };
        let theirs = narrowed(theirs, list, its);
        let name = |item: &Value| item.get("artifact").or_else(|| item.get("what")).cloned();
        extend(ours, &theirs, list, name);
    }
    allocate(ours, theirs, splits);
}

/// Adds the duties that the row lacks; one that it has for some controls only holds for theirs, too.
fn join_duties(ours: &mut Fields, theirs: &Fields, its: &[Value]) {
    let mut duties = ours.get("duties").and_then(Value::as_array).cloned().unwrap_or_default();
    let known = duties.len();
    let ids: Vec<Value> = duties.iter().filter_map(|duty| duty.get("id").cloned()).collect();
    for duty in theirs.get("duties").and_then(Value::as_array).into_iter().flatten() {
        let wanted = duty.get("controls").and_then(Value::as_array).map_or(its, Vec::as_slice);
        let same =
            |own: &&mut Value| ["do", "party", "phase"].iter().all(|field| own.get(field) == duty.get(field));
        let mut alike: Vec<&mut Value> = duties[..known].iter_mut().filter(same).collect();
        if alike.iter().any(|own| own.get("controls").is_none()) {
            continue;
        }
        if let Some(own) = alike.first_mut() {
            add(own, "controls", wanted);
            continue;
        }
        let mut duty = duty.clone();
        if !wanted.is_empty() {
            duty["controls"] = json!(wanted);
        }
        if duty.get("id").is_some_and(|id| ids.contains(id)) {
            duty.as_object_mut().and_then(|duty| duty.remove("id"));
        }
        duties.push(duty);
    }
    ours.insert("duties".to_owned(), Value::Array(duties));
}

/// Says again which side acts, so that the allocation agrees with the duties.
fn allocate(ours: &mut Fields, theirs: &Fields, splits: bool) {
    let is_work =
        |one: Option<&Value>| matches!(one.and_then(Value::as_str), Some("client" | "provider" | "shared"));
    let (mine, its) = (ours.get("allocation"), theirs.get("allocation"));
    if mine == its || !is_work(its) {
        return;
    }
    if !is_work(mine) {
        ours.insert("allocation".to_owned(), its.cloned().unwrap_or_default());
    } else {
        ours.insert("allocation".to_owned(), json!("shared"));
    }
    let is_shared = ours["allocation"] == "shared";
    if is_shared && !ours.contains_key("shared") {
        let shared = theirs.get("shared").cloned().unwrap_or_else(|| shared(ours, splits));
        ours.insert("shared".to_owned(), shared);
    }
}

/// Says how a row is shared that one framework gives to one side and another to the other.
fn shared(row: &Fields, splits: bool) -> Value {
    let mut parts: Vec<String> = Vec::new();
    for duty in performers(row) {
        let text = duty["text"].as_str().or_else(|| row.get("activity")?.as_str()).unwrap_or("does its part");
        let party = duty["party"].as_str().unwrap_or_default();
        let part = format!("{{{party}}}: {}", text.trim_end_matches('.'));
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    json!({ "mode": if splits { "split-objective" } else { "joint" }, "details": parts.join("; ") })
}

fn narrow_performers(row: &mut Fields, to: &[Value]) {
    for duty in row.get_mut("duties").and_then(Value::as_array_mut).into_iter().flatten() {
        if performs(duty) && duty.get("controls").is_none() {
            duty["controls"] = json!(to);
        }
    }
}

fn performing_sides(row: &Fields) -> std::collections::BTreeSet<String> {
    performers(row).filter_map(|duty| duty["party"].as_str().map(str::to_owned)).collect()
}

fn performers(row: &Fields) -> impl Iterator<Item = &Value> {
    row.get("duties").and_then(Value::as_array).into_iter().flatten().filter(|duty| performs(duty))
}

fn performs(duty: &Value) -> bool {
    let deed: Option<Deed> = serde_json::from_value(duty["do"].clone()).ok();
    deed.is_some_and(|deed| deed.counts() == Deed::Perform)
}

fn controls(row: &Fields) -> Vec<Value> {
    row.get("controls").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Returns a list of a row in which each item holds for these controls, unless it says for which.
fn narrowed(row: &Fields, name: &str, to: &[Value]) -> Fields {
    let mut items = row.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for item in items.iter_mut().filter(|item| !to.is_empty() && item.get("controls").is_none()) {
        item["controls"] = json!(to);
    }
    Fields::from_iter([(name.to_owned(), Value::Array(items))])
}

/// Adds the items of a list whose name is not in ours.
fn extend(ours: &mut Fields, theirs: &Fields, name: &str, key: impl Fn(&Value) -> Option<Value>) {
    let Some(Value::Array(later)) = theirs.get(name) else { return };
    if later.is_empty() {
        return;
    }
    let Value::Array(items) = ours.entry(name).or_insert_with(|| json!([])) else { return };
    for item in later {
        if items.iter().all(|own| key(own) != key(item)) {
            items.push(item.clone());
        }
    }
}

fn add(value: &mut Value, name: &str, more: &[Value]) {
    let Some(Value::Array(items)) = value.get_mut(name) else { return };
    for item in more {
        if !items.contains(item) {
            items.push(item.clone());
        }
    }
}

fn push(value: &mut Value, name: &str, item: Value) {
    if let Some(fields) = value.as_object_mut()
        && let Value::Array(items) = fields.entry(name).or_insert_with(|| json!([]))
    {
        items.push(item);
    }
}
