//! What the checker said of a version when it was offered.
//!
//! For standing these are bytes with a digest. They are read so that no signer signs what nobody can read.

use serde::{Deserialize, Serialize};

use super::canonical::{self, Flaw};
use super::day::Day;
use super::fault::Severity;
use super::name::Digest;
use super::statement::MatrixRef;

/// The `format` of a judgement.
pub const FORMAT: &str = "countersign/judged/1";

/// A pack by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedPack {
    /// The pack's id.
    pub id: String,
    /// The digest of its data.
    pub sha256: Digest,
}

/// A policy file by its digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedPolicy {
    /// The path, relative to the root.
    pub path: String,
    /// The digest of the file.
    pub sha256: Digest,
}

/// A waiver that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JudgedWaiver {
    /// The rule that it answers.
    pub rule: String,
    /// The row, if it answers for one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// Why.
    pub reason: String,
    /// Who owns the open point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Who approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// The last day it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Day>,
}

/// A finding without its words, which later releases may put better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedFinding {
    /// The rule.
    pub rule: String,
    /// What it weighed.
    pub severity: Severity,
    /// The row, if it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// The place in the matrix.
    pub pointer: String,
    /// Whether a waiver answered it.
    pub waived: bool,
}

/// The judgement as both parties sign it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Judged {
    /// Always [`FORMAT`].
    pub format: String,
    /// The day of the judgement.
    pub as_of: Day,
    /// The version of this program.
    pub tool: String,
    /// What was judged.
    pub matrix: MatrixRef,
    /// The digest of the schema.
    pub schema: Digest,
    /// The packs in use.
    pub packs: Vec<JudgedPack>,
    /// The digest of `countersign.json`; none without the file.
    pub config: Option<Digest>,
    /// The digest of `waivers.json`; absent without the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waivers_file: Option<Digest>,
    /// The engagement's own rules.
    pub policies: Vec<JudgedPolicy>,
    /// The waivers applied.
    pub waivers: Vec<JudgedWaiver>,
    /// What was found.
    pub findings: Vec<JudgedFinding>,
}

impl Judged {
    /// Reads a judgement, refusing every spelling but the one that is signed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        canonical::read(bytes, FORMAT, |one: &Self| &one.format)
    }

    /// Returns the bytes of `judged.json`.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::write(self)
    }
}
