//! The mark `effective.json`: what someone wrote down about a version in force. It changes nothing.

use serde::{Deserialize, Serialize};

use super::canonical::{self, Flaw};
use super::day::Day;
use super::name::Digest;
use super::statement::{MatrixRef, RosterRef};

/// The `format` of a mark.
pub const FORMAT: &str = "countersign/mark/1";

/// A mark as anyone may write it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Mark {
    /// Always [`FORMAT`].
    pub format: String,
    /// The version that is marked.
    pub matrix: MatrixRef,
    /// The day from which it holds.
    pub effective_from: Day,
    /// The roster under which it was approved.
    pub roster: RosterRef,
    /// The last words that it rests on, sorted.
    pub statements: Vec<Digest>,
}

impl Mark {
    /// Reads a mark, refusing every spelling but one.
    pub fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        canonical::read(bytes, FORMAT, |one: &Self| &one.format)
    }

    /// Returns the bytes of `effective.json`.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::write(self)
    }
}
