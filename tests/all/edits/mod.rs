//! Edits of sound, signable matrices, written before the rules that see them: wrong ones are seen, right ones are not
//! accused.
//!
//! An edit is a list of steps; `at` leads to a place (`rows/<id>/duties/<do>:<party>/within/time`), `set` puts a value
//! there and a step without `set` takes the place away. `*` stands for every entry, `+` for one more, `#0` for a
//! position.

mod independent;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use countersign::facts::Facts;
use countersign::finding::Severity;
use countersign::matrix::Matrix;
use countersign::pack::{Packs, shipped_file, shipped_ids};
use countersign::policy::config::Config;
use countersign::policy::kinds::Subject;
use countersign::policy::{Policy, example};
use countersign::schema;
use serde::Deserialize;
use serde_json::Value;

static PACKS: LazyLock<Packs> = LazyLock::new(|| Packs::shipped(shipped_ids()));
static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::assemble(&PACKS, &[], &Config::default()).expect("the shipped rules are sound"));

#[derive(Deserialize)]
struct Edit {
    id: String,
    on: String,
    what: String,
    edit: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    at: String,
    set: Option<Value>,
}

fn edits(name: &str) -> Vec<Edit> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edits").join(name);
    serde_json::from_slice(&std::fs::read(path).expect("the edits are there")).expect("edits")
}

/// Returns what an edit adds to what the rules say, as `rule: message`.
fn said_of(edit: &Edit) -> BTreeSet<String> {
    let before = example::signable(&edit.on, &PACKS).expect("a pack with a starter");
    let mut after = before.clone();
    for step in &edit.edit {
        let path: Vec<&str> = step.at.split('/').collect();
        let done = take(&mut after, &path, step.set.as_ref());
        assert!(done > 0, "{}: nothing at {}", edit.id, step.at);
    }
    example::read_again(&mut after);
    let known = findings(&edit.id, before);
    findings(&edit.id, after).difference(&known).cloned().collect()
}

fn findings(id: &str, value: Value) -> BTreeSet<String> {
    let faults = schema::validate(schema::Kind::Matrix, &value);
    assert!(faults.is_empty(), "{id}: {faults:#?}");
    findings_of(value, Severity::Warning)
}

/// Returns what is said of a matrix from a weight on, as `rule: message`.
fn findings_of(value: Value, from: Severity) -> BTreeSet<String> {
    let matrix = Matrix::of(&value).expect("a matrix");
    let facts = Facts::of(&matrix, value, &PACKS, example::TODAY, true);
    let subject = Subject {
        matrix: &matrix,
        facts: &facts,
        packs: &PACKS,
        today: example::TODAY,
        offered: true,
        before: None,
        bases: &[],
        together: &[],
    };
    let found = POLICY.evaluate(&subject, &"edit.json".into());
    let grave = found.iter().filter(|finding| finding.severity <= from);
    grave.map(|finding| format!("{}: {}", finding.rule, finding.message)).collect()
}

/// Does a step wherever its path leads and returns at how many places.
fn take(value: &mut Value, path: &[&str], set: Option<&Value>) -> usize {
    let Some((first, rest)) = path.split_first() else { return 0 };
    match value {
        Value::Object(fields) if rest.is_empty() => {
            match set {
                Some(set) => drop(fields.insert((*first).to_owned(), set.clone())),
                None => return usize::from(fields.remove(*first).is_some()),
            }
            1
        }
        Value::Object(fields) => match fields.get_mut(*first) {
            Some(field) => take(field, rest, set),
            None if rest == ["+"] => {
                let list = fields.entry(*first).or_insert_with(|| Value::Array(Vec::new()));
                take(list, rest, set)
            }
            None => 0,
        },
        Value::Array(items) if *first == "+" => {
            items.extend(set.cloned());
            1
        }
        Value::Array(items) => {
            let meant: Vec<usize> = items
                .iter()
                .enumerate()
                .filter(|(at, item)| is_meant(first, *at, item))
                .map(|(at, _)| at)
                .collect();
            let meant = if *first == "*" { meant } else { meant.into_iter().take(1).collect() };
            if rest.is_empty() && set.is_none() {
                meant.iter().rev().for_each(|at| drop(items.remove(*at)));
                return meant.len();
            }
            meant.into_iter().map(|at| take(&mut items[at], rest, set)).sum()
        }
        _ => 0,
    }
}

fn is_meant(word: &str, at: usize, item: &Value) -> bool {
    let duty =
        word.split_once(':').is_some_and(|(deed, party)| item["do"] == *deed && item["party"] == *party);
    word == "*" || item["id"] == *word || duty || word == format!("#{at}")
}

#[test]
fn a_starter_made_ready_has_nothing_against_it() {
    let said: Vec<(&str, BTreeSet<String>)> = shipped_ids()
        .into_iter()
        .filter(|pack| shipped_file(pack, "starter.json").is_some())
        .map(|pack| (pack, example::signable(pack, &PACKS).expect("every shipped pack has a starter")))
        .map(|(pack, value)| (pack, findings(pack, value)))
        .collect();
    for (pack, said) in &said {
        said.iter().for_each(|said| println!("{pack}: {said}"));
    }
    assert!(said.iter().all(|(_, said)| said.is_empty()), "the findings above");
}

#[test]
fn wrong_edits_are_seen() {
    let edits = edits("wrong.json");
    assert!(edits.len() >= 60);
    let mut unseen = Vec::new();
    for edit in &edits {
        let said = said_of(edit);
        if std::env::var_os("SHOW_EDITS").is_some() {
            println!("{}: {}\n    {said:#?}", edit.id, edit.what);
        }
        if said.is_empty() {
            unseen.push(edit.id.as_str());
        }
    }
    assert!(unseen.is_empty(), "{unseen:?} of {} wrong edits", edits.len());
}

#[test]
fn right_edits_are_not_accused() {
    let edits = edits("right.json");
    assert!(edits.len() >= 30);
    for edit in &edits {
        let said = said_of(edit);
        assert!(said.is_empty(), "{} ({}): {said:#?}", edit.id, edit.what);
    }
}
