//! Kind `built-in`: faults that a reader reports before there is a matrix to run rules on.
//!
//! The rule's data gives them a text, references and examples like any other rule.

use serde::Deserialize;

use super::{Hit, Subject};

/// A fault of reading; the rule's id is the finding's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuiltIn {
    /// Who reports it.
    pub reader: Reader,
}

impl BuiltIn {
    /// Finds nothing: its reader has reported it before.
    pub(super) fn look(&self, _: &Subject<'_>) -> Vec<Hit> {
        Vec::new()
    }
}

/// Who reports a built-in fault, and so what its examples are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// The loader of files: examples are the texts of files.
    Text,
    /// The matrix schema: examples are laid over a matrix.
    Schema,
    /// The reader of waivers: examples carry `waivers` beside the matrix's fields.
    Waivers,
    /// The check of a whole repository: shown by tests, without examples.
    Repository,
    /// The judgement of sign-offs, which no configuration adjusts: shown by tests, without examples.
    SignOffs,
}
