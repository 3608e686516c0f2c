//! Values that are too many, too few, too long or too large, in the reader's words.

use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value;

use super::words::{count, found, grouped};

/// Returns the rule and the message where `kind` is about a bound.
pub(super) fn message(name: &str, kind: &Kind, instance: &Value) -> Option<(&'static str, String)> {
    match kind {
        Kind::MinLength { limit } => Some(too_small(name, *limit, instance)),
        Kind::MaxLength { limit } => Some(too_big(name, *limit, instance)),
        Kind::MinItems { limit } => Some(too_small(name, *limit, instance)),
        Kind::MaxItems { limit } => Some(too_big(name, *limit, instance)),
        Kind::MinProperties { limit } => Some(too_small(name, *limit, instance)),
        Kind::MaxProperties { limit } => Some(too_big(name, *limit, instance)),
        Kind::Minimum { limit } => Some(beyond(name, "at least", limit, instance)),
        Kind::Maximum { limit } => Some(beyond(name, "at most", limit, instance)),
        Kind::ExclusiveMinimum { limit } => Some(beyond(name, "more than", limit, instance)),
        Kind::ExclusiveMaximum { limit } => Some(beyond(name, "less than", limit, instance)),
        _ => None,
    }
}

fn too_small(name: &str, limit: u64, instance: &Value) -> (&'static str, String) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    (
        "schema-size",
        format!("{name} needs at least {}, found {}", amount(limit, instance), grouped(size(instance))),
    )
}

fn too_big(name: &str, limit: u64, instance: &Value) -> (&'static str, String) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    (
        "schema-size",
        format!("{name} may have at most {}, found {}", amount(limit, instance), grouped(size(instance))),
    )
}

fn beyond(name: &str, bound: &str, limit: &Value, instance: &Value) -> (&'static str, String) {
    ("schema-value", format!("{name} must be {bound} {limit}, found {}", found(instance)))
}

/// Returns the size that a bound of characters, entries or fields counts.
fn size(instance: &Value) -> u64 {
    let size = match instance {
        Value::String(text) => text.chars().count(),
        Value::Array(list) => list.len(),
        Value::Object(fields) => fields.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    size as u64
}

fn amount(number: usize, instance: &Value) -> String {
    match instance {
        Value::Array(_) => count(number, "entry", "entries"),
        Value::Object(_) => count(number, "field", "fields"),
        _ => count(number, "character", "characters"),
    }
}
