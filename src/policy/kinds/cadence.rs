//! Kind `cadence-kept`: periodic work comes round as often as the catalogue says.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Hit, Subject, length};
use crate::finding::{Place, Severity};
use crate::matrix::{Deed, Row};
use crate::pack::{Catalogue, Control};

/// The longest periods of a catalogue are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CadenceKept {
    /// The catalogue.
    pub catalog: String,
}

impl CadenceKept {
    /// Returns one hit for each row and party whose work comes less often; a warning where no text names the period.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(catalogue) = subject.packs.catalogue(&self.catalog) else { return Vec::new() };
        let rows = subject.matrix.rows.iter();
        let named: BTreeSet<&str> = rows.flat_map(|row| &row.controls).map(String::as_str).collect();
        let rows = subject.matrix.rows.iter().enumerate().filter(|(_, row)| row.allocation.is_work());
        rows.filter_map(|(at, row)| self.row(subject, catalogue, &named, at, row)).collect()
    }

    fn row(
        &self,
        subject: &Subject<'_>,
        catalogue: &Catalogue,
        named: &BTreeSet<&str>,
        at: usize,
        row: &Row,
    ) -> Option<Hit> {
        let (control, period) = self.period(catalogue, named, row)?;
        let longest = length::of_rhythm(period)?;
        let (party, _) = rhythms(subject, row).into_iter().find(|(_, rhythm)| *rhythm > longest)?;
        let pointer = if row.cadence.is_some() { "cadence" } else { "duties" };
        let hit = Hit::in_row(at, Place::key(format!("/rows/{at}/{pointer}")));
        let party = subject.matrix.party(party).map_or(party, |party| &party.name);
        let what = match &control.periodic_source {
            Some(source) => format!("{period} at least, by {source}"),
            None => format!("usual is {period}; the framework names no period"),
        };
        let hit = hit.with("party", party).with("control", &control.id).with("what", what);
        Some(if control.periodic_source.is_some() { hit } else { hit.at_most(Severity::Warning) })
    }

    /// Returns the control of a row with the shortest period: one that the row names, what it is part of, or a part of
    /// it that no other row names.
    fn period<'a>(
        &self,
        catalogue: &'a Catalogue,
        named: &BTreeSet<&str>,
        row: &Row,
    ) -> Option<(&'a Control, &'a str)> {
        let mut bound: Vec<&Control> = Vec::new();
        for name in &row.controls {
            let id = name.strip_prefix(self.catalog.as_str()).and_then(|rest| rest.strip_prefix(':'));
            let Some(control) = id.and_then(|id| catalogue.get(id)) else { continue };
            bound.extend(catalogue.lineage(control));
            let is_unnamed =
                |part: &&Control| !named.contains(format!("{}:{}", self.catalog, part.id).as_str());
            bound.extend(catalogue.parts(control).filter(is_unnamed));
        }
        let periods = bound.into_iter().filter_map(|control| Some((control, control.periodic.as_deref()?)));
        periods.min_by_key(|(_, period)| length::of_rhythm(period))
    }
}

/// Returns the shortest rhythm of each party that does the work of a row; the row's own where nobody has one.
fn rhythms<'a>(subject: &'a Subject<'_>, row: &'a Row) -> BTreeMap<&'a str, i64> {
    let mut shortest: BTreeMap<&str, i64> = BTreeMap::new();
    for duty in &row.duties {
        let is_work = duty.deed.counts() == Deed::Perform || duty.deed == Deed::Review;
        let rhythm = duty.cadence.as_deref().or_else(|| subject.matrix.cadence(row));
        let Some(rhythm) = rhythm.filter(|_| is_work).and_then(length::of_rhythm) else { continue };
        let known = shortest.entry(&duty.party).or_insert(rhythm);
        *known = rhythm.min(*known);
    }
    shortest
}
