//! Edits by an assessor who had seen neither the rules nor the code, run as they were written.
//!
//! An edit is a list of steps over JSON pointers (RFC 6901) within a row or the document; their README says how they
//! are meant. What is said of each is a golden file, so that a reader can judge whether it is said for the reason
//! that the assessor gives.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::LazyLock;

use countersign::finding::Severity;
use countersign::matrix::text_digest;
use countersign::policy::example;
use countersign::schema;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{PACKS, findings_of};

/// Wrong edits that no rule sees.
///
/// What it takes to read is not in the fields: that one of two roles has only a part, and who does what in a clause.
const UNSEEN: &[&str] = &["w78", "w103", "w115"];

/// Right edits of which something is said: the work of the provider touches backups of CUI, which it is said not to
/// handle; the assessor is in doubt about it too.
const ACCUSED: &[&str] = &["r31"];

static BEFORE: LazyLock<BTreeMap<&str, (Value, BTreeSet<String>)>> = LazyLock::new(|| {
    let ready = |pack| example::signable(pack, &PACKS).expect("a pack with a starter");
    ["cmmc-l2", "hipaa", "soc2"]
        .map(|pack| (pack, (ready(pack), findings_of(ready(pack), Severity::Warning))))
        .into()
});

#[derive(Deserialize)]
struct Edit {
    id: String,
    framework: String,
    what: String,
    edit: Vec<Step>,
}

#[derive(Deserialize)]
struct Doubt {
    id: String,
    why: String,
}

#[derive(Deserialize)]
struct Step {
    op: Op,
    row: Option<String>,
    path: String,
    value: Option<Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Op {
    Set,
    Add,
    Remove,
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> Vec<T> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edits/independent");
    serde_json::from_slice(&std::fs::read(folder.join(name)).expect("the edits are there")).expect("edits")
}

/// Returns what an edit adds to what the rules say, as `rule: message`.
///
/// A text that the schema refuses is seen as that. What only compares a row with the starter is left out: an edit
/// often puts the starter's own words back.
fn said_of(edit: &Edit) -> BTreeSet<String> {
    let (before, known) = &BEFORE[&*edit.framework];
    let mut after = before.clone();
    edit.edit.iter().for_each(|step| take(&mut after, step, &edit.id));
    read_again(&mut after, before);
    let faults = schema::validate(schema::Kind::Matrix, &after);
    if !faults.is_empty() {
        let grave = faults.into_iter().map(|fault| fault.in_file("edit.json"));
        return grave.map(|fault| format!("{}: {}", fault.rule, fault.message)).collect();
    }
    let mut said: BTreeSet<String> =
        findings_of(after, Severity::Warning).difference(known).cloned().collect();
    said.retain(|said| !said.contains("-starter-"));
    said
}

/// Makes each review one of the text that is there, and gives an added row the reviews of the first.
fn read_again(matrix: &mut Value, before: &Value) {
    let defaults = matrix.get("defaults").cloned().unwrap_or_default();
    let usual = before["rows"][0]["reviewed"].clone();
    for row in matrix["rows"].as_array_mut().expect("rows") {
        let fields = row.as_object_mut().expect("a row is an object");
        fields.entry("reviewed").or_insert_with(|| usual.clone());
        let digest = text_digest(row, &defaults);
        for entry in row["reviewed"].as_array_mut().into_iter().flatten() {
            entry["sha256"] = digest.clone().into();
        }
    }
}

fn take(matrix: &mut Value, step: &Step, id: &str) {
    let value = step.value.as_ref().map(named);
    let rows = matrix["rows"].as_array_mut().expect("rows");
    let at = step.row.as_ref().map(|wanted| {
        let at = rows.iter().position(|row| row["id"] == **wanted);
        at.unwrap_or_else(|| panic!("{id}: no row {wanted}"))
    });
    if let (Some(at), "") = (at, &*step.path) {
        rows.remove(at);
        return;
    }
    let target = match at {
        Some(at) => &mut matrix["rows"][at],
        None => matrix,
    };
    let path: Vec<String> =
        step.path.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect();
    put(target, &path, step.op, value, &format!("{id}: {}", step.path));
}

/// Does one step below a value; parents that are missing are made.
fn put(target: &mut Value, path: &[String], op: Op, value: Option<Value>, place: &str) {
    let (first, rest) = path.split_first().expect("a path has parts");
    if target.is_null() {
        *target = if first == "-" { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
    }
    match target {
        Value::Object(fields) if rest.is_empty() && matches!(op, Op::Remove) => {
            fields.remove(first).unwrap_or_else(|| panic!("{place}: nothing to remove"));
        }
        Value::Object(fields) if rest.is_empty() => {
            fields.insert(first.clone(), value.expect("a value to put"));
        }
        Value::Object(fields) => {
            put(fields.entry(first.clone()).or_insert(Value::Null), rest, op, value, place);
        }
        // A row has one review a party: `/reviewed/on` is the day of each.
        Value::Array(entries) if first == "on" => {
            entries.iter_mut().for_each(|entry| put(entry, path, op, value.clone(), place));
        }
        Value::Array(items) if first == "-" => items.push(value.expect("a value to add")),
        Value::Array(items) => {
            let at: usize = first.parse().unwrap_or_else(|_| panic!("{place}: no index {first}"));
            match (op, rest) {
                (Op::Remove, []) => drop(items.remove(at)),
                (Op::Add, []) => items.insert(at, value.expect("a value to add")),
                (Op::Set, []) => items[at] = value.expect("a value to put"),
                _ => put(&mut items[at], rest, op, value, place),
            }
        }
        _ => panic!("{place}: leads nowhere"),
    }
}

/// Fills in the names of the parties as the customising step does.
fn named(value: &Value) -> Value {
    let text = value.to_string().replace("{client}", "Acme Defense, Inc.");
    serde_json::from_str(&text.replace("{provider}", "Harbor MSP, LLC")).expect("a value with names in it")
}

/// What is said of one edit.
struct Said {
    edit: Edit,
    said: BTreeSet<String>,
}

static WRONG: LazyLock<Vec<Said>> = LazyLock::new(|| all_said("wrong.json"));
static RIGHT: LazyLock<Vec<Said>> = LazyLock::new(|| all_said("right.json"));

fn all_said(name: &str) -> Vec<Said> {
    let edits: Vec<Edit> = read(name);
    edits.into_iter().map(|edit| Said { said: said_of(&edit), edit }).collect()
}

/// Returns the ids of those of which something is said, or of which nothing is.
fn ids(of: &[Said], spoken: bool) -> Vec<&str> {
    of.iter().filter(|of| of.said.is_empty() != spoken).map(|of| of.edit.id.as_str()).collect()
}

/// Writes one edit with what is said of it, the first few where it is much.
fn write(page: &mut String, of: &Said, doubts: &[Doubt]) {
    const SHOWN: usize = 4;
    let doubt = doubts.iter().find(|doubt| doubt.id == of.edit.id);
    let doubt = doubt.map(|doubt| format!(" (in doubt: {})", doubt.why)).unwrap_or_default();
    let _ = writeln!(page, "{} {}: {}{doubt}", of.edit.id, of.edit.framework, of.edit.what);
    of.said.iter().take(SHOWN).for_each(|said| *page += &format!("    {said}\n"));
    if let Some(more @ 1..) = of.said.len().checked_sub(SHOWN) {
        let _ = writeln!(page, "    and {more} more");
    }
}

#[test]
fn what_is_said_of_each_is_as_it_was_read() {
    let doubts: Vec<Doubt> = read("doubtful.json");
    let mut page = String::new();
    WRONG.iter().chain(&*RIGHT).for_each(|of| write(&mut page, of, &doubts));
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/edits-independent.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &page).expect("the golden file can be written");
    }
    assert_eq!(std::fs::read_to_string(&path).expect("the golden file is there"), page);
}

#[test]
fn wrong_ones_are_seen() {
    assert_eq!(WRONG.len(), 137);
    let unseen = ids(&WRONG, false);
    assert_eq!(unseen, UNSEEN, "{} of {} are seen", WRONG.len() - unseen.len(), WRONG.len());
}

#[test]
fn right_ones_are_not_accused() {
    assert_eq!(RIGHT.len(), 55);
    assert_eq!(ids(&RIGHT, true), ACCUSED, "of {}", RIGHT.len());
}
