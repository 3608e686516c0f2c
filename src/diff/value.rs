//! Typed values as plain JSON objects, so that no field of a matrix can be forgotten.
//!
//! Absent, `null` and an empty list are one thing; the order of a list means nothing.

use serde::Serialize;
use serde_json::{Map, Value};

/// A JSON object without empty members.
pub(crate) type Object = Map<String, Value>;

/// Returns a typed value as an object without empty members.
pub(crate) fn object(value: &impl Serialize) -> Object {
    match serde_json::to_value(value).map(tidy) {
        Ok(Value::Object(object)) => object,
        _ => Object::new(),
    }
}

/// Drops members that say nothing; a `native` value is kept whatever it is.
pub(crate) fn tidy(mut value: Value) -> Value {
    clean(&mut value);
    value
}

fn clean(value: &mut Value) {
    match value {
        Value::Object(members) => members.retain(|name, value| {
            if name == "value" {
                return true;
            }
            clean(value);
            !says_nothing(name, value)
        }),
        Value::Array(list) => list.iter_mut().for_each(clean),
        _ => {}
    }
}

fn says_nothing(name: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::String(text) => name == "title" && text.is_empty(),
        _ => false,
    }
}

/// Returns whether two values say the same, whatever the order of their lists.
pub(crate) fn same(before: &Value, after: &Value) -> bool {
    before == after || (has_list(before) && has_list(after) && canonical(before) == canonical(after))
}

fn has_list(value: &Value) -> bool {
    match value {
        Value::Array(_) => true,
        Value::Object(members) => has_lists(members),
        _ => false,
    }
}

/// Says whether an object has a list somewhere, so that it can say the same in another order.
pub(crate) fn has_lists(members: &Object) -> bool {
    members.values().any(has_list)
}

/// Returns one text for all values that say the same.
pub(crate) fn canonical(value: &Value) -> String {
    let mut out = String::new();
    write_canonical(value, &mut out);
    out
}

/// Returns one text for all objects that say the same.
pub(crate) fn canonical_object(object: &Object) -> String {
    let mut out = String::new();
    write_members(object, &mut out);
    out
}

fn write_canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(list) => {
            let mut parts: Vec<String> = list.iter().map(canonical).collect();
            parts.sort_unstable();
            out.push('[');
            for part in parts {
                out.push_str(&part);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => write_members(members, out),
        Value::String(text) => write_text(text, out),
        scalar => out.push_str(&scalar.to_string()),
    }
}

fn write_members(members: &Object, out: &mut String) {
    let mut members: Vec<(&String, &Value)> = members.iter().collect();
    members.sort_unstable_by_key(|(name, _)| *name);
    out.push('{');
    for (name, value) in members {
        write_text(name, out);
        out.push(':');
        write_canonical(value, out);
        out.push(',');
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    let is_plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        out.extend(["\"", text, "\""]);
        return;
    }
    out.push_str(&serde_json::to_string(text).expect("a text is JSON"));
}

/// A field that two objects do not share: its name and both values, `null` where it is absent.
pub(crate) type Difference = (String, Value, Value);

/// Returns the field if two typed values of it do not say the same.
pub(crate) fn difference<T: PartialEq + Serialize>(name: &str, before: &T, after: &T) -> Option<Difference> {
    if before == after {
        return None;
    }
    let [before, after] = [before, after].map(|side| member(name, side));
    (!same(&before, &after)).then(|| (name.to_owned(), before, after))
}

/// Returns a typed value as a member of an object, `null` where it says nothing.
fn member(name: &str, value: &impl Serialize) -> Value {
    let value = serde_json::to_value(value).map(tidy).unwrap_or_default();
    if says_nothing(name, &value) { Value::Null } else { value }
}

/// Returns the fields in which two objects differ, in the order of their names.
pub(crate) fn differences(before: &Object, after: &Object) -> Vec<Difference> {
    let mut names: Vec<&String> = before.keys().chain(after.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let [before, after] = [before, after].map(|side| side.get(name).unwrap_or(&Value::Null));
            (!same(before, after)).then(|| (name.clone(), before.clone(), after.clone()))
        })
        .collect()
}

/// Returns the text of a member, empty where there is none.
pub(crate) fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Returns the value at a path of names joined by dots, such as `within.of`.
pub(crate) fn at<'a>(object: &'a Object, path: &str) -> Option<&'a Value> {
    let mut names = path.split('.');
    let first = object.get(names.next()?)?;
    names.try_fold(first, |value, name| value.get(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_are_the_same_in_any_order() {
        assert!(same(&json!(["a", "b"]), &json!(["b", "a"])));
        assert!(!same(&json!(["a", "b"]), &json!(["a", "a"])));
        assert!(same(&json!({ "x": [{ "y": [1, 2] }, 3] }), &json!({ "x": [3, { "y": [2, 1] }] })));
    }

    #[test]
    fn empty_members_say_nothing() {
        let native = json!({ "a": null, "b": [], "title": "", "value": null });
        assert_eq!(Value::Object(object(&native)), json!({ "value": null }));
    }
}
