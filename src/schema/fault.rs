//! One mistake in the shape of a file.

use jsonschema::Validator;
use serde_json::Value;

use crate::finding::{Anchor, Finding, Place};

/// One mistake in the shape of a file, told in the reader's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The JSON Pointer of what is wrong; of the enclosing object or list where something is missing.
    pub pointer: String,
    /// The part at the pointer that is meant.
    pub anchor: Anchor,
    /// The rule's id: `schema-unknown-field`, `schema-missing-field`, `schema-type`, `schema-value`,
    /// `schema-pattern`, `schema-size` or `schema-unique`.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Returns the mistakes that `validator` finds in `value`.
pub(super) fn explain(validator: &Validator, _schema: &Value, value: &Value) -> Vec<Fault> {
    validator.iter_errors(value).map(|error| plain(&error)).collect()
}

fn plain(error: &jsonschema::ValidationError<'_>) -> Fault {
    Fault {
        pointer: error.instance_path().as_str().to_owned(),
        anchor: Anchor::Value,
        rule: "schema-value",
        message: error.masked_with("the value").to_string(),
        help: None,
    }
}

impl Fault {
    /// Returns the fault as a finding in a file.
    pub fn in_file(self, file: &str) -> Finding {
        let place = Place::Pointer { pointer: self.pointer, anchor: self.anchor };
        let finding = Finding::of_file(self.rule, file, place, self.message);
        match self.help {
            Some(help) => finding.helped(help),
            None => finding,
        }
    }
}
