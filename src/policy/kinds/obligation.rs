//! Kind `obligations`: what law or contract asks beside the controls has a row.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Allocation, Coverage};

/// Every obligation of a pack is named by a row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Obligations {
    /// The pack.
    pub pack: String,
    /// Only these, by id; empty for all.
    #[serde(default)]
    pub only: Vec<String>,
}

impl Obligations {
    /// Returns one hit for each obligation without a row that somebody owns.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(pack) = subject.packs.get(&self.pack).filter(|_| !self.is_elsewhere(subject)) else {
            return Vec::new();
        };
        let wanted =
            pack.obligations.iter().filter(|one| self.only.is_empty() || self.only.contains(&one.id));
        let owned = |reference: &str| {
            subject.matrix.rows.iter().any(|row| {
                row.allocation != Allocation::Unassigned && row.references.iter().any(|own| own == reference)
            })
        };
        let is_missing = |one: &&crate::pack::Obligation| {
            !owned(&one.reference)
                && !subject.matrix.rows.iter().flat_map(|row| &row.references).any(|own| one.is_named_by(own))
        };
        let hit = |one: &crate::pack::Obligation| {
            Hit::at(Place::key("/rows")).with("title", &one.title).with("reference", &one.reference)
        };
        wanted.filter(is_missing).map(hit).collect()
    }

    /// A matrix that answers only a part of a framework leaves the obligations to another one.
    fn is_elsewhere(&self, subject: &Subject<'_>) -> bool {
        let mut frameworks = subject.matrix.frameworks.iter();
        subject.together.contains(&self.pack)
            || frameworks.any(|one| one.pack == self.pack && one.coverage == Coverage::Listed)
    }
}
