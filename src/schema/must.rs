//! The schema that a rule brings along.
//!
//! It may come from a pull request: what could cost more than its size is refused before it is compiled.

use jsonschema::Validator;
use serde_json::Value;

use super::words::visible;
use super::{fault, limits, options};

/// A small schema of a rule, compiled within limits.
#[derive(Debug)]
pub struct Must {
    schema: Value,
    validator: Validator,
}

impl Must {
    /// Compiles `schema`, or says in one sentence why it is refused.
    pub fn compile(schema: &Value) -> Result<Self, String> {
        limits::inspect(schema)?;
        let validator = options().build(schema).map_err(|error| refused(&error))?;
        Ok(Self { schema: schema.clone(), validator })
    }

    /// Returns whether `node` satisfies the schema.
    pub fn is_valid(&self, node: &Value) -> bool {
        self.validator.is_valid(node)
    }

    /// Returns the pointer below `node` of the first part that does not satisfy the schema, without saying why:
    /// most rules have a message of their own, and the explanation costs far more than the verdict.
    pub fn place(&self, node: &Value) -> Option<String> {
        self.validator.iter_errors(node).map(|error| error.instance_path().as_str().to_owned()).min()
    }

    /// Returns what does not satisfy the schema: the pointer below `node`, and what is wrong there.
    pub fn faults(&self, node: &Value) -> Vec<(String, String)> {
        if self.is_valid(node) {
            return Vec::new();
        }
        let faults = fault::explain(&self.validator, &self.schema, node, "the value");
        faults.into_iter().map(|fault| (fault.pointer, fault.message)).collect()
    }
}

fn refused(error: &jsonschema::ValidationError<'_>) -> String {
    let place = error.instance_path().as_str();
    let reason: String = visible(&error.masked_with("the value").to_string()).chars().take(200).collect();
    match place {
        "" => format!("not a JSON Schema: {reason}"),
        _ => format!("not a JSON Schema at `{}`: {reason}", visible(place)),
    }
}
