//! Fields of a matrix by the names that people use, and values as people type them.
//!
//! `duties.perform.within.time` is a field of the duty to perform; `#2` is the second of a list. What may stand in a
//! field is what the schema says.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::{list, text};
use crate::error::{Error, Result};
use crate::{near, schema};

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(schema::text(schema::Kind::Matrix)).expect("the schema is compiled in, and tested")
});

/// What an element of a list may be called by, the first that it has.
const NAMES: [&str; 10] = ["id", "pack", "do", "artifact", "what", "rule", "party", "by", "text", "kind"];

/// Fields that other edits write, with the command that does.
const ELSEWHERE: [(&str, &str); 4] = [
    ("id", "countersign rename"),
    ("reviewed", "countersign review"),
    ("version", "countersign bump"),
    ("format", "a newer countersign"),
];

/// What becomes of a field.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// It says this.
    To(&'a str),
    /// It says nothing any more.
    Clear,
    /// A list has this, too.
    Add(&'a str),
    /// A list does not have this any more.
    Drop(&'a str),
}

/// A field that was found.
struct Field {
    pointer: String,
    schema: &'static Value,
}

/// Changes a field below `base`, the pointer of a row or nothing for the head.
///
/// # Errors
/// Where there is no such field, or the value cannot stand in it.
pub fn change(matrix: &mut Value, base: &str, path: &str, change: Change<'_>) -> Result<()> {
    let field = find(matrix, base, path)?;
    demand_here(base, path)?;
    let was = matrix.pointer(&field.pointer).cloned();
    match change {
        Change::Clear => {
            if was.is_none() {
                return Err(Error::nothing(format!("`{path}` says nothing already")));
            }
            super::remove::take(matrix, &field.pointer);
            Ok(())
        }
        Change::To(typed) => {
            let mut is = read(field.schema, typed)?;
            if let (Some(Value::Object(was)), Value::Object(new)) = (&was, &mut is)
                && !typed.trim_start().starts_with('{')
            {
                // A length of time alone leaves what it counts from, and by which clock.
                was.iter().for_each(|(name, value)| {
                    new.entry(name).or_insert_with(|| value.clone());
                });
            }
            put(matrix, &field.pointer, is)
        }
        Change::Add(typed) => {
            let items = items(&field, path)?;
            let item = read(items, typed)?;
            let mut all = was.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
            if all.contains(&item) {
                return Err(Error::nothing(format!("`{path}` has `{typed}` already")));
            }
            all.push(item);
            put(matrix, &field.pointer, Value::Array(all))
        }
        Change::Drop(typed) => {
            items(&field, path)?;
            let mut all = was.as_ref().and_then(Value::as_array).cloned().unwrap_or_default();
            let Some(at) = all.iter().position(|item| is_called(item, typed)) else {
                return Err(Error::nothing(format!("`{path}` has no `{typed}`"))
                    .hint(format!("it has {}", names(&all).join(", "))));
            };
            all.remove(at);
            put(matrix, &field.pointer, Value::Array(all))
        }
    }
}

/// Returns the paths that a path means, one for each of several that are called alike, such as all duties to perform.
///
/// # Errors
/// Where nothing is called so.
pub fn every(matrix: &Value, base: &str, path: &str) -> Result<Vec<String>> {
    let mut paths = vec![String::new()];
    for token in path.split('.') {
        let mut next = Vec::new();
        for path in &paths {
            let joined =
                |token: &str| if path.is_empty() { token.to_owned() } else { format!("{path}.{token}") };
            let here = if path.is_empty() { None } else { find(matrix, base, path).ok() };
            let items = here.and_then(|field| matrix.pointer(&field.pointer)?.as_array());
            let alike = items.map(|items| (0..items.len()).filter(|at| is_called(&items[*at], token)));
            match alike.map(Iterator::collect::<Vec<usize>>) {
                Some(found) if found.len() > 1 => {
                    next.extend(found.into_iter().map(|at| joined(&format!("#{}", at + 1))));
                }
                _ => next.push(joined(token)),
            }
        }
        paths = next;
    }
    Ok(paths)
}

fn items(field: &Field, path: &str) -> Result<&'static Value> {
    let items = resolved(field.schema).get("items");
    items.ok_or_else(|| Error::usage(format!("`{path}` is no list")).hint("give the new value itself"))
}

fn demand_here(base: &str, path: &str) -> Result<()> {
    let elsewhere =
        ELSEWHERE.iter().find(|(field, _)| *field == path || path.starts_with(&format!("{field}.")));
    match elsewhere {
        Some((field, command)) if base.is_empty() || *field != "version" => {
            Err(Error::usage(format!("`{field}` is not set by hand")).hint(format!("`{command}` changes it")))
        }
        _ => Ok(()),
    }
}

/// Returns the object of the format that a list in the head holds, read from flags or JSON.
///
/// # Errors
/// Where a field is unknown, or a value cannot stand in it.
pub fn object(list: &str, fields: &[(String, String)]) -> Result<Value> {
    let schema = resolved(
        &resolved(SCHEMA.pointer("/properties").and_then(|all| all.get(list)).unwrap_or(&Value::Null))["items"],
    );
    let mut object = Map::new();
    for (name, typed) in fields {
        let field = property(schema, name)?;
        object.insert(name.clone(), read(field, typed)?);
    }
    Ok(Value::Object(object))
}

/// Returns the names of the fields of the objects in a list of the head, such as `scopes`; of a row's list with its row.
pub fn fields(list: &str) -> Vec<&'static str> {
    let schema = &resolved(SCHEMA.pointer(&format!("/properties/{list}")).unwrap_or(&Value::Null))["items"];
    resolved(schema)["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect()
}

/// Reads an object of a row's list, such as a duty.
///
/// # Errors
/// As [`object`].
pub fn row_object(list: &str, fields: &[(String, String)]) -> Result<Value> {
    let row = resolved(&resolved(&SCHEMA["properties"]["rows"])["items"]);
    let schema = resolved(&resolved(property(row, list)?)["items"]);
    let mut object = Map::new();
    for (name, typed) in fields {
        object.insert(name.clone(), read(property(schema, name)?, typed)?);
    }
    Ok(Value::Object(object))
}

/// Says whether an element of a list is meant by a name: its id, what is done, that and whose, or its text.
pub fn is_called(item: &Value, name: &str) -> bool {
    if item.as_str() == Some(name) {
        return true;
    }
    let own = NAMES.iter().filter_map(|field| item.get(field).and_then(Value::as_str)).any(|own| own == name);
    own || name
        .split_once('@')
        .is_some_and(|(deed, party)| text(item, "do") == deed && text(item, "party") == party)
}

fn names(items: &[Value]) -> Vec<String> {
    let own = |item: &Value| NAMES.iter().find_map(|field| item.get(field)?.as_str()).map(str::to_owned);
    items.iter().filter_map(|item| item.as_str().map(str::to_owned).or_else(|| own(item))).collect()
}

fn find(matrix: &Value, base: &str, path: &str) -> Result<Field> {
    let head = &*SCHEMA;
    let mut field = if base.is_empty() {
        Field { pointer: String::new(), schema: head }
    } else {
        let rows = resolved(&head["properties"]["rows"]);
        Field { pointer: base.to_owned(), schema: &rows["items"] }
    };
    for token in path.split('.') {
        let schema = resolved(field.schema);
        if let Some(items) = schema.get("items") {
            let all = matrix.pointer(&field.pointer).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            let at = element(all, token, path)?;
            field = Field { pointer: format!("{}/{at}", field.pointer), schema: items };
        } else {
            let inner = property(schema, token)?;
            field = Field { pointer: format!("{}/{token}", field.pointer), schema: inner };
        }
    }
    Ok(field)
}

fn element(items: &[Value], token: &str, path: &str) -> Result<usize> {
    if let Some(number) = token.strip_prefix('#').and_then(|number| number.parse::<usize>().ok()) {
        return number
            .checked_sub(1)
            .filter(|at| *at < items.len())
            .ok_or_else(|| Error::nothing(format!("`{path}`: there are {} only", items.len())));
    }
    let found: Vec<usize> = (0..items.len()).filter(|at| is_called(&items[*at], token)).collect();
    match found[..] {
        [one] => Ok(one),
        [] => {
            let known = names(items);
            let error = Error::nothing(format!("`{path}`: nothing is called `{token}`"));
            Err(if known.is_empty() { error } else { error.hint(format!("there are {}", known.join(", "))) })
        }
        _ => {
            let which: Vec<String> = found.iter().map(|at| numbered(*at, &items[*at])).collect();
            Err(Error::usage(format!("`{path}`: several are called `{token}`"))
                .hint(format!("say which by its number: {}; or all of them with --every", which.join("; "))))
        }
    }
}

/// Returns an element with its number and what tells it from others: "#2 (acme, IT manager: Decide on each access)".
fn numbered(at: usize, item: &Value) -> String {
    let whose = ["party", "role", "collector", "scope"]
        .iter()
        .filter_map(|field| item.get(field))
        .map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let whose: Vec<String> = whose.collect();
    let said = ["text", "artifact", "what", "reason"].iter().find_map(|field| item.get(field)?.as_str());
    let said = said.map(|said| format!(": {said}")).unwrap_or_default();
    format!("#{} ({}{said})", at + 1, whose.join(", "))
}

fn property(schema: &'static Value, name: &str) -> Result<&'static Value> {
    let known = schema.get("properties").and_then(Value::as_object);
    if let Some(inner) = known.and_then(|known| known.get(name)) {
        return Ok(inner);
    }
    let names: Vec<&str> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let error = Error::nothing(format!("the format has no field `{name}` here"));
    let near = near::nearest(name, names.iter().copied());
    Err(match near {
        Some(near) => error.hint(format!("did you mean `{near}`?")),
        None if names.is_empty() => error,
        None => error.hint(format!("there are {}", names.join(", "))),
    })
}

fn resolved(schema: &'static Value) -> &'static Value {
    let target = schema.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
    target.and_then(|to| SCHEMA.pointer(to)).map_or(schema, resolved)
}

/// Reads a value as people type it, for a field with this schema.
fn read(schema: &'static Value, typed: &str) -> Result<Value> {
    let schema = resolved(schema);
    let json = || serde_json::from_str::<Value>(typed).map_err(|error| no_value(schema, typed, &error));
    match text(schema, "type") {
        "string" => Ok(Value::from(typed)),
        "array" if !typed.trim_start().starts_with('[') => {
            let items = resolved(&schema["items"]);
            if items.get("properties").is_some() {
                return fields_of(items, typed)?.map(|one| Value::Array(vec![one])).map_or_else(json, Ok);
            }
            let parts = typed.split(',').map(str::trim).filter(|part| !part.is_empty());
            Ok(parts.map(Value::from).collect())
        }
        "object" if !typed.trim_start().starts_with('{') => {
            if let Some(object) = fields_of(schema, typed)? {
                return Ok(object);
            }
            let main = list(schema, "required").first().and_then(Value::as_str);
            let main = main.or_else(|| schema.get("properties")?.get("mode").map(|_| "mode"));
            let Some(main) = main.filter(|main| matches!(*main, "time" | "mode")) else { return json() };
            Ok(Value::Object(Map::from_iter([(main.to_owned(), Value::from(typed))])))
        }
        "" => Ok(serde_json::from_str(typed).unwrap_or_else(|_| Value::from(typed))),
        _ => json(),
    }
}

/// Says that a value cannot stand in a field, and of one with fields of its own how they are typed.
fn no_value(schema: &'static Value, typed: &str, because: &serde_json::Error) -> Error {
    let error = Error::usage(format!("`{typed}` is no value for this field"));
    let parts = schema.get("items").map_or(schema, resolved);
    let names: Vec<&str> =
        parts["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    match names.first() {
        None => error.because(because).hint(text(schema, "description")),
        Some(_) => {
            error.hint(format!("write FIELD=VALUE, with commas between; there are {}", names.join(", ")))
        }
    }
}

/// Reads an object that is typed as its fields, such as `kind=fedramp-high, asOf=2026-10-01`; `None` if it is not. A comma
/// ends a value only where a field of the object follows, so that a sentence keeps its commas.
fn fields_of(schema: &'static Value, typed: &str) -> Result<Option<Value>> {
    let known = schema.get("properties").and_then(Value::as_object);
    let field = |part: &str| {
        let (name, value) = part.split_once('=')?;
        let name = name.trim();
        known?.contains_key(name).then(|| (name.to_owned(), value.trim().to_owned()))
    };
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in typed.split(',') {
        match (field(part), fields.last_mut()) {
            (Some(one), _) => fields.push(one),
            (None, Some((_, value))) => {
                value.push(',');
                value.push_str(part);
            }
            (None, None) => return Ok(None),
        }
    }
    let mut object = Map::new();
    for (name, value) in &fields {
        object.insert(name.clone(), read(property(schema, name)?, value)?);
    }
    Ok(Some(Value::Object(object)))
}

/// Puts a value at a place, and makes the objects above it that are not there.
fn put(matrix: &mut Value, pointer: &str, value: Value) -> Result<()> {
    let Some((parent, last)) = pointer.rsplit_once('/') else { return Ok(()) };
    if matrix.pointer(parent).is_none() {
        put(matrix, parent, Value::Object(Map::new()))?;
    }
    match matrix.pointer_mut(parent) {
        Some(Value::Object(fields)) => drop(fields.insert(last.to_owned(), value)),
        Some(Value::Array(items)) => {
            let at: usize = last.parse().unwrap_or(usize::MAX);
            if let Some(item) = items.get_mut(at) {
                *item = value;
            }
        }
        _ => return Err(Error::usage(format!("nothing can stand at {pointer}"))),
    }
    Ok(())
}
