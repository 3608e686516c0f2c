//! Kind `scopes-owned`: where a row holds in several places, each of them has somebody.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::finding::Place;
use crate::matrix::{Deed, Row};

/// Each scope of a row has a performer, an approver and a keeper.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScopesOwned {}

const DEEDS: [(Deed, &str); 3] =
    [(Deed::Perform, "performs"), (Deed::Approve, "approves"), (Deed::RetainEvidence, "keeps the evidence")];

impl ScopesOwned {
    /// Returns one hit for each row and deed that is narrowed and leaves a scope to nobody.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate().filter(|(_, row)| row.allocation.is_work());
        let mut hits = Vec::new();
        for (at, row) in rows {
            for (deed, word) in DEEDS {
                let left = left_over(subject, row, deed);
                if !left.is_empty() {
                    let hit = Hit::in_row(at, Place::key(format!("/rows/{at}/duties")));
                    hits.push(hit.with("does", word).with("scopes", listed(&left)));
                }
            }
        }
        hits
    }
}

/// Returns the scopes of a row that no duty of a kind reaches; empty where no such duty is narrowed.
fn left_over<'a>(subject: &'a Subject<'_>, row: &'a Row, deed: Deed) -> Vec<&'a str> {
    let duties: Vec<_> = subject.matrix.duties(row).filter(|duty| duty.deed.counts() == deed).collect();
    if duties.is_empty() || duties.iter().any(|duty| duty.scope.is_empty()) {
        return Vec::new();
    }
    let reached: BTreeSet<&str> = duties.iter().flat_map(|duty| &duty.scope).map(String::as_str).collect();
    let own = row.scope.iter().map(String::as_str);
    let all = subject.matrix.scopes.iter().map(|scope| scope.id.as_str());
    let asked: Vec<&str> = if row.scope.is_empty() { all.collect() } else { own.collect() };
    asked.into_iter().filter(|scope| !reached.contains(scope)).collect()
}
