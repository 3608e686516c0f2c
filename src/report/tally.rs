//! How many findings of which weight, and how many of them stand before a signature.

use std::collections::{BTreeMap, BTreeSet};

use super::words::count;
use super::{Report, Summary};
use crate::finding::{Finding, Severity, Stage};

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

/// The tallies of all matrices of a report, counted in one pass.
pub(super) struct Tallies<'a> {
    by_matrix: BTreeMap<&'a str, Tally>,
    by_file: BTreeMap<&'a str, Tally>,
}

impl<'a> Tallies<'a> {
    /// Counts the findings of a report by the matrix or file they belong to.
    pub(super) fn of(report: &'a Report) -> Self {
        let mut tallies = Self { by_matrix: BTreeMap::new(), by_file: BTreeMap::new() };
        for finding in report.counting() {
            let tally = match &finding.matrix {
                Some(matrix) => tallies.by_matrix.entry(&**matrix).or_default(),
                None => tallies.by_file.entry(&*finding.file).or_default(),
            };
            tally.add(finding);
        }
        tallies
    }

    /// Returns the tally of one matrix.
    pub(super) fn of_matrix(&self, summary: &Summary) -> Tally {
        let found = [self.by_matrix.get(&*summary.id), self.by_file.get(&*summary.file)];
        let tally = found.into_iter().flatten().fold(Tally::default(), Tally::plus);
        if summary.blocking == 0 { tally.settled() } else { tally }
    }

    /// Returns the tally of all findings, each counted once, also where two files say that they are one matrix.
    pub(super) fn total(&self, report: &Report) -> Tally {
        let unsigned = report.matrices.iter().filter(|summary| summary.blocking > 0);
        let names: BTreeSet<&str> = unsigned.flat_map(|summary| [&*summary.id, &*summary.file]).collect();
        let all = self.by_matrix.iter().chain(&self.by_file);
        let all = all.map(|(name, tally)| if names.contains(name) { *tally } else { tally.settled() });
        all.fold(Tally::default(), |sum, tally| sum.plus(&tally))
    }
}

impl Tally {
    /// Counts all findings of a report.
    pub(super) fn total(report: &Report) -> Self {
        Tallies::of(report).total(report)
    }

    fn plus(self, other: &Self) -> Self {
        Self {
            errors: self.errors + other.errors,
            warnings: self.warnings + other.warnings,
            notes: self.notes + other.notes,
            unsettled: self.unsettled + other.unsettled,
        }
    }

    fn add(&mut self, finding: &Finding) {
        match finding.severity {
            Severity::Error => self.errors += 1,
            Severity::Warning if finding.stage == Stage::Signature => self.unsettled += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Note => self.notes += 1,
            Severity::Off => {}
        }
    }

    /// Takes all warnings for such as stay: nothing is to be signed.
    fn settled(self) -> Self {
        Self { unsettled: 0, warnings: self.warnings + self.unsettled, ..self }
    }

    /// Returns the figures in words: "0 errors, 115 warnings; 112 of these to settle before it can be signed".
    pub(super) fn words(self, it: &str) -> String {
        self.words_until(&format!("{it} can be signed"))
    }

    /// Says the same where what is to be settled comes before something else than a signature.
    pub(super) fn words_until(self, then: &str) -> String {
        let warnings = self.warnings + self.unsettled;
        let mut words = format!("{}, {}", count(self.errors, "error"), count(warnings, "warning"));
        if self.notes > 0 {
            words = format!("{words}, {}", count(self.notes, "note"));
        }
        match self.unsettled {
            0 => words,
            some => format!("{words}; {some} of these to settle before {then}"),
        }
    }

    /// Returns whether nothing counts at all.
    pub(super) fn is_clean(self) -> bool {
        self == Self::default()
    }
}
