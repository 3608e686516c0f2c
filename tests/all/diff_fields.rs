//! The law that no field of the format is overlooked: the schema is walked, and each field changed alone.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use std::collections::BTreeMap;

use countersign::diff::{apply, compare};
use countersign::matrix::Matrix;
use countersign::schema;
use serde_json::{Value, json};

/// A matrix in which every field of the format stands once at least.
pub(crate) const FULL: &str = include_str!("../diff_fields/full.json");

/// Fields that may change without a change of responsibility, each with its reason.
const SILENT: [(&str, &str); 2] = [
    ("/format", "the schema allows one value only"),
    ("/$schema", "it tells an editor where the schema lies, and says nothing of the matrix"),
];

fn full() -> Value {
    serde_json::from_str(FULL).unwrap()
}

fn typed(value: &Value) -> Matrix {
    Matrix::of(value).unwrap_or_else(|why| panic!("{why}: {value}"))
}

pub(crate) fn is_valid(value: &Value) -> bool {
    schema::validate(schema::Kind::Matrix, value).is_empty()
}

/// A subschema, and where the first value that it describes stands in the full matrix.
pub(crate) struct Node {
    pub(crate) pointer: String,
    pub(crate) schema: Value,
    /// The definition that it refers to, such as `duration`.
    pub(crate) named: String,
    pub(crate) is_required: bool,
}

/// The schema of the matrix, walked from the top.
pub(crate) struct Walk {
    root: Value,
    nodes: Vec<Node>,
}

impl Walk {
    pub(crate) fn all() -> Vec<Node> {
        let root: Value = serde_json::from_str(schema::text(schema::Kind::Matrix)).unwrap();
        let mut walk = Self { root: root.clone(), nodes: Vec::new() };
        walk.below(&root, String::new(), true);
        walk.nodes
    }

    /// Walks a subschema that describes the value at this pointer under a condition, such as a branch of `if`.
    pub(crate) fn branch(schema: &Value, pointer: &str) -> (Value, Vec<Node>) {
        let root: Value = serde_json::from_str(schema::text(schema::Kind::Matrix)).unwrap();
        let mut walk = Self { root, nodes: Vec::new() };
        let schema = walk.resolved(schema).0;
        walk.below(&schema, pointer.to_owned(), true);
        (schema, walk.nodes)
    }

    fn below(&mut self, schema: &Value, pointer: String, is_required: bool) {
        let (schema, named) = self.resolved(schema);
        let required = schema["required"].clone();
        if let Some(fields) = schema["properties"].as_object() {
            for (name, field) in fields {
                let is_required = required.as_array().is_some_and(|all| all.contains(&json!(name)));
                self.below(field, format!("{pointer}/{name}"), is_required);
            }
        }
        if schema["items"].is_object() {
            self.below(&schema["items"], format!("{pointer}/0"), false);
        }
        self.nodes.push(Node { pointer, schema, named, is_required });
    }

    fn resolved(&self, schema: &Value) -> (Value, String) {
        match schema["$ref"].as_str().and_then(|to| to.strip_prefix('#')) {
            Some(to) => (self.root.pointer(to).unwrap().clone(), to.rsplit('/').next().unwrap().to_owned()),
            None => (schema.clone(), String::new()),
        }
    }
}

impl Node {
    pub(crate) fn is_leaf(&self) -> bool {
        !self.schema["properties"].is_object() && !self.schema["items"].is_object()
    }

    fn is_silent(&self) -> bool {
        SILENT.iter().any(|(pointer, _)| *pointer == self.pointer)
    }

    /// Returns a valid value that is not the one given.
    pub(crate) fn other(&self, value: &Value) -> Value {
        let others = match (&self.schema["enum"], self.named.as_str(), value) {
            (Value::Array(words), ..) => words.clone(),
            (_, _, Value::Bool(is)) => vec![json!(!is)],
            (_, _, Value::Number(number)) => vec![json!(number.as_u64().unwrap() + 1)],
            (_, "id", _) => vec![json!("another")],
            (_, "version", _) => vec![json!("7.7")],
            (_, "day", _) => vec![json!("2031-05-06")],
            (_, "duration", _) => vec![json!("P77D")],
            (_, "cadence", _) => vec![json!("P77D")],
            (_, "control", _) => vec![json!("c:7.7")],
            (_, "digest", _) => vec![json!("7".repeat(64))],
            (_, "contact", _) => vec![json!("acme/another")],
            _ => vec![json!("Quite another text than the one before")],
        };
        others.into_iter().find(|other| other != value).unwrap()
    }
}

fn changes(before: &Value, after: &Value) -> usize {
    let (before, after) = (typed(before), typed(after));
    let diff = compare(&before, &after);
    let made = apply(&before, &diff).unwrap();
    assert_eq!(compare(&made, &after).changes, [], "the changes do not make the version after");
    diff.changes.len()
}

#[test]
fn the_full_matrix_has_every_field() {
    let full = full();
    assert!(is_valid(&full), "{:?}", schema::validate(schema::Kind::Matrix, &full));
    let missing: Vec<String> =
        Walk::all().into_iter().map(|node| node.pointer).filter(|at| full.pointer(at).is_none()).collect();
    assert!(missing.is_empty(), "tests/diff_fields/full.json lacks {missing:#?}");
}

#[test]
fn no_field_changes_without_a_change_in_the_diff() {
    let full = full();
    let (mut overlooked, mut refused) = (Vec::new(), Vec::new());
    for node in Walk::all().into_iter().filter(|node| node.is_leaf() && !node.is_silent()) {
        let mut after = full.clone();
        let place = after.pointer_mut(&node.pointer).unwrap();
        *place = node.other(place);
        if !is_valid(&after) {
            refused.push(node.pointer);
        } else if changes(&full, &after) == 0 {
            overlooked.push(node.pointer);
        }
    }
    assert!(refused.is_empty(), "the test makes invalid values of {refused:#?}");
    assert!(overlooked.is_empty(), "a diff does not see {overlooked:#?}");
}

#[test]
fn no_field_goes_without_a_change_in_the_diff() {
    let full = full();
    let mut overlooked = Vec::new();
    for node in Walk::all().into_iter().filter(|node| !node.is_required && !node.is_silent()) {
        let Some((parent, name)) = node.pointer.rsplit_once('/') else { continue };
        let mut after = full.clone();
        match after.pointer_mut(parent).unwrap() {
            Value::Object(fields) => drop(fields.remove(name)),
            Value::Array(items) => drop(items.remove(0)),
            other => panic!("{parent} is {other}"),
        }
        if is_valid(&after) && changes(&full, &after) == 0 {
            overlooked.push(node.pointer);
        }
    }
    assert!(overlooked.is_empty(), "a diff does not see that these went: {overlooked:#?}");
}

#[test]
fn whatever_the_schema_accepts_can_be_read() {
    let full = full();
    let mut seen = BTreeMap::new();
    for node in Walk::all().into_iter().filter(|node| node.schema["properties"].is_object()) {
        let mut least = full.clone();
        let fields = least.pointer_mut(&node.pointer).unwrap().as_object_mut().unwrap();
        let required = node.schema["required"].as_array().cloned().unwrap_or_default();
        fields.retain(|name, _| required.contains(&json!(name)));
        assert!(is_valid(&least), "{}: {:?}", node.pointer, schema::validate(schema::Kind::Matrix, &least));
        seen.extend(Matrix::of(&least).err().map(|why| (node.pointer, why)));
    }
    assert!(seen.is_empty(), "{seen:#?}");
}
