//! Why a schema asks for something: the `if` beside the `then` or `else` that asked.

use serde_json::Value;

use super::outline::{below, parent};
use super::words::{quote, shown};

/// The condition that led to a demand.
pub(super) struct Condition<'a> {
    names: Vec<(&'a str, &'a Value)>,
    holds: bool,
}

impl<'a> Condition<'a> {
    /// Finds the condition that `schema_path` lies under.
    pub(super) fn of(schema: &'a Value, schema_path: &str) -> Option<Self> {
        let (path, holds) = branch(schema_path)?;
        let test = schema.pointer(&below(path, "if"))?;
        let mut names: Vec<(&str, &Value)> = test["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, sub)| (name.as_str(), sub))
            .collect();
        for name in test["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !names.iter().any(|(known, _)| *known == name) {
                names.push((name, &Value::Null));
            }
        }
        Some(Self { names, holds })
    }

    /// Returns whether giving the field `name` would have led to the other branch.
    pub(super) fn is_undone_by(&self, name: &str) -> bool {
        !self.holds && self.names.iter().any(|(known, _)| *known == name)
    }

    /// Returns the condition in words, as it is met in `document` at or above `pointer`.
    pub(super) fn in_words(&self, document: &Value, pointer: &str) -> Option<String> {
        let object = self.object(document, pointer)?;
        let met: Vec<String> = self.names.iter().map(|(name, sub)| met(object, name, sub)).collect();
        (!met.is_empty()).then(|| met.join(" and "))
    }

    fn object<'d>(&self, document: &'d Value, pointer: &str) -> Option<&'d Value> {
        let mut here = Some(pointer);
        while let Some(at) = here {
            let value = document.pointer(at)?;
            if !self.holds || self.names.iter().any(|(name, _)| value.get(name).is_some()) {
                return Some(value);
            }
            here = parent(at);
        }
        None
    }
}

/// Returns the schema that holds the last `then` or `else` of the path, and whether it is a `then`.
fn branch(schema_path: &str) -> Option<(&str, bool)> {
    let then = schema_path.rfind("/then/").map(|at| (at, true));
    let other = schema_path.rfind("/else/").map(|at| (at, false));
    let (at, holds) = then.max(other)?;
    Some((&schema_path[..at], holds))
}

fn met(object: &Value, name: &str, sub: &Value) -> String {
    let name_shown = quote(name);
    let Some(value) = object.get(name) else {
        return format!("{name_shown} is not given");
    };
    match sub["required"].get(0).and_then(Value::as_str) {
        Some(inner) => format!("{name_shown} has {}", quote(inner)),
        None if sub.is_null() => format!("{name_shown} is given"),
        None => format!("{name_shown} is {}", shown(value)),
    }
}
