//! One line in place of seventy-five equal ones.

use std::collections::BTreeMap;

use super::fingerprint::named;
use crate::finding::Finding;

/// Findings of one rule in one file are shown in full up to this many.
const MOST: usize = 3;

/// A finding to show, and those that one line names after it.
pub(super) struct Fold<'a> {
    /// The finding that is shown.
    pub(super) first: &'a Finding,
    /// The others of its kind.
    pub(super) others: Vec<&'a Finding>,
}

/// Folds findings of one rule and severity in one file, in the order of their first.
pub(super) fn fold<'a>(findings: impl Iterator<Item = &'a Finding>, all: bool) -> Vec<Fold<'a>> {
    let findings: Vec<&Finding> = findings.collect();
    let key = |finding: &'a Finding| (finding.severity, &*finding.rule, &*finding.file);
    let mut sizes = BTreeMap::new();
    for finding in &findings {
        *sizes.entry(key(finding)).or_insert(0_usize) += 1;
    }
    let mut folds: Vec<Fold> = Vec::new();
    let mut places: BTreeMap<_, usize> = BTreeMap::new();
    for finding in findings {
        let folded = !all && sizes[&key(finding)] > MOST;
        match places.get(&key(finding)).filter(|_| folded) {
            Some(place) => folds[*place].others.push(finding),
            None => {
                places.insert(key(finding), folds.len());
                folds.push(Fold { first: finding, others: Vec::new() });
            }
        }
    }
    folds
}

/// Returns what a finding is about in a word or two: its row, else the first thing its message names.
pub(super) fn subject(finding: &Finding) -> Option<String> {
    finding.row.as_deref().map(str::to_owned).or_else(|| named(&finding.message).next())
}
