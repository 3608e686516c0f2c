//! What a check returns: a fact about a matrix, with its place.
//!
//! A finding is data and never interrupts. What kept us from looking is an [`crate::error::Error`].

mod located;

use std::ops::Range;
use std::sync::Arc;

pub use located::{Located, Spot};
use serde::{Deserialize, Serialize};

use crate::trust::fault::{self, Fault};

/// How much a finding weighs, from worst to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Fails the gate.
    Error,
    /// Does not fail the gate unless `--fail-on` says so.
    Warning,
    /// Worth knowing.
    Note,
    /// The rule does not run.
    Off,
}

impl Severity {
    /// Returns the word that people and files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
            Self::Off => "off",
        }
    }
}

/// When a rule holds in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// On every text, drafts included.
    Always,
    /// A warning in a draft, an error once the version is offered for signature.
    Signature,
}

impl Stage {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Signature => "signature",
        }
    }
}

/// Which part of the JSON at a pointer a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerPart {
    /// The value: it is wrong.
    Value,
    /// The key: it should not be there.
    Key,
    /// The opening of the enclosing object or list: something is missing in it.
    Opening,
}

/// Where a finding is, before lines and columns are computed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// A JSON Pointer (RFC 6901) and the part of it that is meant.
    Pointer {
        /// The pointer into the file; its deepest existing ancestor is shown where it dangles.
        pointer: Arc<str>,
        /// The part of the value that is underlined.
        anchor: PointerPart,
    },
    /// A span that a reader of text found by itself, before there was a value.
    Span {
        /// The bytes of the file, end exclusive.
        bytes: Range<usize>,
        /// The pointer where it is known, else empty.
        pointer: Arc<str>,
    },
}

impl Place {
    /// Returns the place of the value at `pointer`.
    pub fn value(pointer: impl Into<Arc<str>>) -> Self {
        Self::Pointer { pointer: pointer.into(), anchor: PointerPart::Value }
    }

    /// Returns the place of the key that `pointer` ends in.
    pub fn key(pointer: impl Into<Arc<str>>) -> Self {
        Self::Pointer { pointer: pointer.into(), anchor: PointerPart::Key }
    }

    /// Returns the opening of the object or list at `pointer`.
    pub fn opening(pointer: impl Into<Arc<str>>) -> Self {
        Self::Pointer { pointer: pointer.into(), anchor: PointerPart::Opening }
    }

    /// Returns the JSON Pointer of the place, empty for the whole document.
    pub fn pointer(&self) -> &str {
        match self {
            Self::File => "",
            Self::Pointer { pointer, .. } | Self::Span { pointer, .. } => pointer,
        }
    }
}

/// What a rule says about itself, where a format has room for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleText {
    /// What is true where the rule is content.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// What to do about a finding.
    pub fix: String,
    /// Where it comes from.
    pub references: Vec<String>,
}

/// Why a finding does not count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Waived {
    /// The reason that the waiver or the row gives.
    pub reason: String,
    /// Who owns the open point, as `party/contact`; empty for a row's own `accepts`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// Who approved, as `party/contact`; empty for a row's own `accepts`, which both parties sign.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub approved_by: String,
    /// The last day it holds, if it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// One fact about a file, as a rule or a reader states it.
///
/// A large project has hundreds of thousands of them at once, so what few have stands in a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id, kebab-case, public for ever.
    pub rule: Arc<str>,
    /// The weight it has here: a signature rule is at most a warning in a draft.
    pub severity: Severity,
    /// When the rule holds in full.
    pub stage: Stage,
    /// What is wrong: lowercase, no full stop, values in backticks.
    pub message: Arc<str>,
    /// What to do about it.
    pub help: Option<Arc<str>>,
    /// The matrix's id, where one is known.
    pub matrix: Option<Arc<str>>,
    /// The row's id, where the finding belongs to a row.
    pub row: Option<Arc<str>>,
    /// The file, relative to the root, with forward slashes.
    pub file: Arc<str>,
    /// Where in the file.
    pub place: Place,
    /// A second place with its label, such as the first of two equal keys.
    pub related: Option<Box<(Place, String)>>,
    /// Why it does not count, if it was accepted.
    pub waived: Option<Box<Waived>>,
    /// The lines and columns, where they were computed while the text was at hand.
    pub located: Option<Spot>,
}

impl Finding {
    /// Builds an error of stage `always` about a file of the project, not yet of one matrix.
    pub fn of_file(rule: &str, file: &str, place: Place, message: impl Into<Arc<str>>) -> Self {
        Self {
            rule: rule.into(),
            severity: Severity::Error,
            stage: Stage::Always,
            message: message.into(),
            help: None,
            matrix: None,
            row: None,
            file: file.into(),
            place,
            related: None,
            waived: None,
            located: None,
        }
    }

    /// Sets the severity.
    #[must_use]
    pub fn weighing(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn helped(mut self, help: impl Into<Arc<str>>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<Fault> for Finding {
    fn from(fault: Fault) -> Self {
        Self {
            severity: fault.severity.into(),
            help: fault.help.map(Into::into),
            matrix: fault.matrix.map(|id| id.as_str().into()),
            ..Self::of_file(fault.rule, &fault.file, Place::File, fault.message)
        }
    }
}

impl From<fault::Severity> for Severity {
    fn from(severity: fault::Severity) -> Self {
        match severity {
            fault::Severity::Error => Self::Error,
            fault::Severity::Warning => Self::Warning,
            fault::Severity::Note => Self::Note,
            fault::Severity::Off => Self::Off,
        }
    }
}

impl From<Severity> for fault::Severity {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
            Severity::Note => Self::Note,
            Severity::Off => Self::Off,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Finding;

    #[test]
    fn a_finding_takes_little_room() {
        assert!(size_of::<Finding>() <= 176, "{} bytes", size_of::<Finding>());
    }
}
