//! Kind `obligations`: what law or contract asks beside the controls has a row.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Allocation;

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
        let Some(pack) = subject.packs.get(&self.pack) else { return Vec::new() };
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
}
