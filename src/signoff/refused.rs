//! What keeps a version from being signed: findings of the rules, as `check` reports them.

use jiff::civil::Date;

use crate::finding::Finding;
use crate::project::Setup;
use crate::source::Source;

/// Findings to settle before a text can be signed.
#[derive(Debug)]
pub struct Refused {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The text.
    pub source: Option<Source>,
    /// The rules, configuration and accepted findings that judged.
    pub setup: Setup,
    /// The day of the judgement.
    pub as_of: Date,
    /// The path of the text.
    pub path: String,
}
