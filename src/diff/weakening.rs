//! What makes the gate weaker. Reviewers see it before anything else.
//!
//! The caller compares configuration, policies, packs and waivers; this is what it hands over.

use serde::Serialize;

/// A way in which the checks became weaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weaker {
    /// A rule no longer runs.
    RuleOff,
    /// A rule was removed.
    RuleRemoved,
    /// A finding of the rule weighs less.
    SeverityLowered,
    /// The rule holds later than it did.
    StageLowered,
    /// The rule's own parameters changed.
    ParametersChanged,
    /// A finding was accepted.
    WaiverAdded,
    /// An accepted finding is accepted for longer or for more.
    WaiverWidened,
    /// A pack is no longer used.
    PackRemoved,
    /// A pack's content changed.
    PackChanged,
    /// A matrix itself accepts a finding.
    AcceptanceAdded,
    /// Files no longer count as matrices.
    MatricesNarrowed,
    /// Other matrices cover a catalogue together.
    CoverageChanged,
    /// The gate demands less of a change.
    GateLoosened,
    /// A word no longer counts as one that may change a duty.
    WordDropped,
}

impl Weaker {
    /// Returns the way in words, to be followed by what it is about.
    pub fn says(self) -> &'static str {
        match self {
            Self::RuleOff => "rule switched off",
            Self::RuleRemoved => "rule removed",
            Self::SeverityLowered => "severity lowered",
            Self::StageLowered => "checked later than before",
            Self::ParametersChanged => "rule's parameters changed",
            Self::WaiverAdded => "accepted finding added; it changes no requirement",
            Self::WaiverWidened => "accepted finding widened; it changes no requirement",
            Self::PackRemoved => "pack no longer used",
            Self::PackChanged => "pack changed",
            Self::AcceptanceAdded => "accepted finding written into the matrix; it changes no requirement",
            Self::MatricesNarrowed => "pattern no longer says which files are matrices",
            Self::CoverageChanged => "other matrices cover a catalogue together",
            Self::GateLoosened => "no longer demanded of a change",
            Self::WordDropped => "word no longer counts as one that may change a duty",
        }
    }

    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::RuleOff => "rule-off",
            Self::RuleRemoved => "rule-removed",
            Self::SeverityLowered => "severity-lowered",
            Self::StageLowered => "stage-lowered",
            Self::ParametersChanged => "parameters-changed",
            Self::WaiverAdded => "waiver-added",
            Self::WaiverWidened => "waiver-widened",
            Self::PackRemoved => "pack-removed",
            Self::PackChanged => "pack-changed",
            Self::AcceptanceAdded => "acceptance-added",
            Self::MatricesNarrowed => "matrices-narrowed",
            Self::CoverageChanged => "coverage-changed",
            Self::GateLoosened => "gate-loosened",
            Self::WordDropped => "word-dropped",
        }
    }
}

/// One weakening of the gate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Weakening {
    /// In which way.
    pub kind: Weaker,
    /// The rule, pack, pattern or catalogue that it is about.
    pub subject: String,
    /// The matrix, where it holds for one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<String>,
    /// The row, where it holds for one only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<String>,
    /// What it was, such as `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is, such as `note`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The reason that is given for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The file that says so, relative to the root.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Where in the file, as a JSON Pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl Weakening {
    /// Returns a weakening of which no more is known than what it is about.
    pub fn new(kind: Weaker, subject: impl Into<String>) -> Self {
        Self {
            kind,
            subject: subject.into(),
            matrix: None,
            row: None,
            before: None,
            after: None,
            reason: None,
            file: None,
            pointer: None,
        }
    }
}
