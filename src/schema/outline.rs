//! What a schema says about a place: titles, descriptions, fields.

use serde_json::{Map, Value};

/// A place in a schema: what is said at the field itself, then at the definition it refers to.
pub(super) struct Outline<'a> {
    layers: Vec<&'a Value>,
}

impl<'a> Outline<'a> {
    /// Follows the instance pointer `pointer` down `schema`; `None` where the schema does not name the way.
    pub(super) fn at(schema: &'a Value, pointer: &str) -> Option<Self> {
        let mut here = Self::resolve(schema, schema);
        for token in tokens(pointer) {
            here = Self::resolve(schema, here.child(&token)?);
        }
        Some(here)
    }

    fn resolve(root: &'a Value, schema: &'a Value) -> Self {
        let mut layers = vec![schema];
        let mut last = schema;
        while let Some(next) = last["$ref"].as_str().and_then(|to| root.pointer(to.strip_prefix('#')?)) {
            if layers.len() > 16 {
                break;
            }
            layers.push(next);
            last = next;
        }
        Self { layers }
    }

    fn child(&self, token: &str) -> Option<&'a Value> {
        self.layers.iter().find_map(|layer| {
            let field = layer["properties"].get(token);
            field
                .or_else(|| layer.get("items"))
                .or_else(|| layer.get("additionalProperties").filter(|s| s.is_object()))
        })
    }

    /// Returns the description nearest to the field.
    pub(super) fn description(&self) -> Option<&'a str> {
        self.text("description")
    }

    fn text(&self, key: &str) -> Option<&'a str> {
        self.layers.iter().find_map(|layer| layer[key].as_str())
    }

    /// Returns what belongs in the field, as a sentence without its full stop, with an example where one is short.
    pub(super) fn help(&self) -> Option<String> {
        let description = self.description()?;
        Some(with_example(description, self.layers.iter().find_map(|layer| layer["examples"].get(0))))
    }

    /// Returns the names of the fields that are known here.
    pub(super) fn fields(&self) -> Vec<&'a str> {
        let known = self.layers.iter().filter_map(|layer| layer["properties"].as_object());
        known.flat_map(Map::keys).map(String::as_str).collect()
    }
}

/// Returns `description` without its full stop, with `example` where that is short and plain.
pub(super) fn with_example(description: &str, example: Option<&Value>) -> String {
    let sentence = description.strip_suffix('.').unwrap_or(description);
    match example {
        Some(Value::String(text)) if text.chars().count() <= 40 => {
            format!("{sentence}; for example `{text}`")
        }
        Some(Value::Number(number)) => format!("{sentence}; for example `{number}`"),
        _ => sentence.to_owned(),
    }
}

/// Returns the schema that holds the keyword at the end of `schema_path`, or the one whose branch it is, if titled.
pub(super) fn titled<'a>(schema: &'a Value, schema_path: &str) -> Option<&'a Value> {
    let mut path = parent(schema_path)?;
    loop {
        let here = schema.pointer(path)?;
        if here["title"].is_string() {
            return Some(here);
        }
        path = path.strip_suffix("/then").or_else(|| path.strip_suffix("/else"))?;
    }
}

/// Returns the pointer without its last token; `None` for the root.
pub(super) fn parent(pointer: &str) -> Option<&str> {
    pointer.rfind('/').map(|at| &pointer[..at])
}

/// Returns the tokens of a JSON Pointer, decoded.
pub(super) fn tokens(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(decoded)
}

/// Returns the pointer of `token` below `pointer`.
pub(super) fn below(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

fn decoded(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
