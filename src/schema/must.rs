//! The schema that a rule brings along.

use jsonschema::Validator;
use serde_json::Value;

/// A small schema from a rule, compiled within limits.
#[derive(Debug)]
pub struct Must {
    validator: Validator,
}

impl Must {
    /// Compiles `schema`, or says why it is refused.
    pub fn compile(schema: &Value) -> Result<Self, String> {
        let validator = super::options().build(schema).map_err(|error| error.to_string())?;
        Ok(Self { validator })
    }

    /// Returns whether `node` satisfies the schema.
    pub fn is_valid(&self, node: &Value) -> bool {
        self.validator.is_valid(node)
    }

    /// Returns the pointers below `node` that do not satisfy the schema, each with what is wrong.
    pub fn faults(&self, node: &Value) -> Vec<(String, String)> {
        let told = |error: jsonschema::ValidationError<'_>| {
            (error.instance_path().as_str().to_owned(), error.masked_with("the value").to_string())
        };
        self.validator.iter_errors(node).map(told).collect()
    }
}
