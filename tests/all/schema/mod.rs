//! The schemas, and what they say about broken files.

#![allow(clippy::unwrap_used, missing_docs)]

mod laws;
mod messages;
mod must;
mod published;

use countersign::schema::Kind;
use serde_json::Value;

/// Reads one of our example files, `tests/fixtures/format/<name>.json`.
fn example(name: &str) -> Value {
    let path = format!("{}/tests/fixtures/format/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the names of all example files.
fn example_names() -> Vec<String> {
    let folder = format!("{}/tests/fixtures/format", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).expect("the folder of examples is there");
    let paths = files.map(|file| file.expect("a readable folder").path());
    let mut names: Vec<String> =
        paths.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Returns the kind that the `format` of a file names.
fn kind_of(document: &Value) -> Kind {
    let word = document["format"].as_str().unwrap().split('/').nth(1).unwrap();
    Kind::ALL.iter().copied().find(|kind| kind.word() == word).unwrap()
}

/// Calls `visit` with the pointer of every value in `value`, the root first.
fn each_pointer(value: &Value, at: &str, visit: &mut impl FnMut(&str, &Value)) {
    visit(at, value);
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let token = name.replace('~', "~0").replace('/', "~1");
                each_pointer(inner, &format!("{at}/{token}"), visit);
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                each_pointer(inner, &format!("{at}/{index}"), visit);
            }
        }
        _ => {}
    }
}

/// Sets the value at `pointer`, whose parent is there; the entry after the last of a list is added.
fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, last) = pointer.rsplit_once('/').expect("not the root");
    let last = last.replace("~1", "/").replace("~0", "~");
    match document.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}")) {
        Value::Object(fields) => drop(fields.insert(last, value)),
        Value::Array(list) if last.parse() == Ok(list.len()) => list.push(value),
        Value::Array(list) => list[last.parse::<usize>().unwrap()] = value,
        other => panic!("{parent} is {other}"),
    }
}

/// Removes the field at `pointer`.
fn remove(document: &mut Value, pointer: &str) {
    let (parent, last) = pointer.rsplit_once('/').expect("not the root");
    document.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(last).unwrap();
}
