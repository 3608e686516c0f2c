//! How many findings of which weight, and how many of them stand before a signature.

use super::words::count;
use super::{Report, Summary};
use crate::finding::{Finding, Severity};

/// Findings that count, by weight.
///
/// In a draft, what would be an error in an offered version is a warning; it is counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Findings that fail the gate.
    pub(super) errors: usize,
    /// Warnings that would stay warnings.
    pub(super) warnings: usize,
    /// Notes.
    pub(super) notes: usize,
    /// Warnings that have to be settled before a signature.
    pub(super) unsettled: usize,
}

impl Tally {
    /// Counts the findings of one matrix.
    pub(super) fn of(report: &Report, summary: &Summary) -> Self {
        let own = |finding: &&Finding| match &finding.matrix {
            Some(matrix) => **matrix == *summary.id,
            None => *finding.file == *summary.file,
        };
        Self::count(report.counting().filter(own), summary.blocking)
    }

    /// Counts all findings of a report.
    pub(super) fn total(report: &Report) -> Self {
        let blocking = report.matrices.iter().map(|summary| summary.blocking).sum();
        Self::count(report.counting(), blocking)
    }

    fn count<'a>(findings: impl Iterator<Item = &'a Finding>, blocking: usize) -> Self {
        let mut tally = Self::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => tally.errors += 1,
                Severity::Warning => tally.warnings += 1,
                Severity::Note => tally.notes += 1,
                Severity::Off => {}
            }
        }
        tally.unsettled = blocking.saturating_sub(tally.errors).min(tally.warnings);
        tally.warnings -= tally.unsettled;
        tally
    }

    /// Returns the figures in words: "0 errors, 3 warnings; 112 more to settle before it can be signed".
    pub(super) fn words(self, it: &str) -> String {
        let mut words = format!("{}, {}", count(self.errors, "error"), count(self.warnings, "warning"));
        if self.notes > 0 {
            words = format!("{words}, {}", count(self.notes, "note"));
        }
        match self.unsettled {
            0 => words,
            more => format!("{words}; {more} more to settle before {it} can be signed"),
        }
    }

    /// Returns whether nothing counts at all.
    pub(super) fn is_clean(self) -> bool {
        self == Self::default()
    }
}
