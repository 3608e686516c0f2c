//! Kind `phases-owned`: where a control has several steps, each has somebody.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::finding::Place;
use crate::matrix::Row;
use crate::pack::{Catalogue, Control};

/// Every phase that the catalogue flags has a duty.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhasesOwned {
    /// The catalogue.
    pub catalog: String,
}

impl PhasesOwned {
    /// Returns one hit for each control that has rows, some of whose phases nobody owns.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(catalogue) = subject.packs.catalogue(&self.catalog) else { return Vec::new() };
        let phased = catalogue.items.iter().filter(|control| !control.phases.is_empty());
        phased.filter_map(|control| self.control(subject, catalogue, control)).collect()
    }

    fn control(&self, subject: &Subject<'_>, catalogue: &Catalogue, control: &Control) -> Option<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        let rows: Vec<(usize, &Row)> = rows
            .filter(|(_, row)| row.allocation.is_work() && self.answers(catalogue, row, control))
            .collect();
        let (first, _) = rows.first()?;
        let owned: BTreeSet<&str> =
            rows.iter().flat_map(|(_, row)| &row.duties).filter_map(|duty| duty.phase.as_deref()).collect();
        let missing: Vec<&String> =
            control.phases.iter().filter(|phase| !owned.contains(phase.as_str())).collect();
        if missing.is_empty() {
            return None;
        }
        let hit = Hit::in_row(*first, Place::key(format!("/rows/{first}/duties")));
        Some(hit.with("control", &control.id).with("title", &control.title).with("phases", listed(&missing)))
    }

    fn answers(&self, catalogue: &Catalogue, row: &Row, control: &Control) -> bool {
        row.controls.iter().any(|name| {
            name.strip_prefix(self.catalog.as_str())
                .and_then(|rest| catalogue.get(rest.strip_prefix(':')?))
                .is_some_and(|own| catalogue.lineage(own).any(|above| above.id == control.id))
        })
    }
}
