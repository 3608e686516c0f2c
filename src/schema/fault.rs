//! One mistake in the shape of a file.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jsonschema::error::ValidationErrorKind as Kind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::because::Condition;
use super::message::Reader;
use super::outline::below;
use super::typo::Object;
use super::words::quote;
use crate::finding::{Finding, Place, PointerPart};

/// One mistake in the shape of a file, told in the reader's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The JSON Pointer of what is wrong; of the enclosing object or list where something is missing.
    pub pointer: String,
    /// The part at the pointer that is meant.
    pub anchor: PointerPart,
    /// The rule's id: `schema-unknown-field`, `schema-missing-field`, `schema-type`, `schema-value`,
    /// `schema-pattern`, `schema-size` or `schema-unique`.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Returns the mistakes that `validator` finds in `document`; `root` is what the whole of it is called.
pub(super) fn explain(validator: &Validator, schema: &Value, document: &Value, root: &str) -> Vec<Fault> {
    let reader = Reader { schema, document, root, forms: RefCell::default() };
    let mut objects: BTreeMap<String, Object> = BTreeMap::new();
    let mut values: BTreeMap<String, (u8, Fault)> = BTreeMap::new();
    for error in validator.iter_errors(document) {
        let path = error.instance_path().as_str();
        match error.kind() {
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let object = objects.entry(path.to_owned()).or_default();
                let from = error.schema_path().as_str();
                unexpected.iter().for_each(|field| object.add_unknown(field, from));
            }
            Kind::Required { property: Value::String(field) } => {
                objects.entry(path.to_owned()).or_default().add_missing(field, error.schema_path().as_str());
            }
            _ => keep_first(&mut values, &reader, &error),
        }
    }
    let of_objects = objects.into_iter().flat_map(|(at, object)| object.faults(&reader, &at));
    of_objects.chain(values.into_values().map(|(_, fault)| fault)).collect()
}

/// Keeps one fault for each value: a text that should be a list is not also an unknown word.
fn keep_first(values: &mut BTreeMap<String, (u8, Fault)>, reader: &Reader, error: &ValidationError) {
    let rank = rank(error.kind());
    let place = error.instance_path().as_str();
    if values.get(place).is_none_or(|(before, _)| rank < *before) {
        values.insert(place.to_owned(), (rank, reader.fault(error)));
    }
}

fn rank(kind: &Kind) -> u8 {
    match kind {
        Kind::FalseSchema => 0,
        Kind::Type { .. } => 1,
        Kind::Constant { .. } | Kind::Enum { .. } => 2,
        Kind::Pattern { .. } => 3,
        Kind::Format { .. } => 4,
        _ => 5,
    }
}

impl Fault {
    /// States that a file is refused for a reason that nothing here can tell: better than to let it pass.
    pub(super) fn unexplained() -> Self {
        Self {
            pointer: String::new(),
            anchor: PointerPart::Opening,
            rule: "schema-value",
            message: "the file does not have the shape that its schema asks for".to_owned(),
            help: Some("please report this: it should say what is wrong".to_owned()),
        }
    }

    /// States that `field` should not be in the object at `object`.
    pub(super) fn unknown(object: &str, field: &str, help: Option<String>) -> Self {
        Self {
            pointer: below(object, field),
            anchor: PointerPart::Key,
            rule: "schema-unknown-field",
            message: format!("the field {} is not known here", quote(field)),
            help,
        }
    }

    /// States that `field` is not in the object at `object`.
    pub(super) fn missing(reader: &Reader, object: &str, field: &str, schema_path: &str) -> Self {
        let because = Condition::of(reader.schema, schema_path)
            .and_then(|condition| condition.in_words(reader.document, object))
            .map(|told| format!(", because {told}"));
        Self {
            pointer: object.to_owned(),
            anchor: PointerPart::Opening,
            rule: "schema-missing-field",
            message: format!("the field {} is missing{}", quote(field), because.unwrap_or_default()),
            help: reader.help(&below(object, field)),
        }
    }
}

impl Fault {
    /// Returns the fault as a finding in a file.
    pub fn in_file(self, file: &str) -> Finding {
        let place = Place::Pointer { pointer: self.pointer.into(), anchor: self.anchor };
        let finding = Finding::of_file(self.rule, file, place, self.message);
        match self.help {
            Some(help) => finding.helped(help),
            None => finding,
        }
    }
}
