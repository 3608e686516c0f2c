//! Kind `one-performer`: one control in one scope is not done by different parties in different rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Deed, Row};

/// No control of a catalogue stands in two rows with different performers for one scope.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnePerformer {
    /// The catalogue.
    pub catalog: String,
}

impl OnePerformer {
    /// Returns one hit for each pair of rows, at the second.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut first: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut told = BTreeSet::new();
        let mut hits = Vec::new();
        let rows = &subject.matrix.rows;
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.allocation.is_work()) {
            let own = row.controls.iter().enumerate();
            for (which, name) in
                own.filter(|(_, name)| name.split_once(':').is_some_and(|it| it.0 == self.catalog))
            {
                let earlier = first.entry(name).or_default();
                let rival = earlier.iter().find(|other| are_rivals(&rows[**other], row, name));
                if let Some(other) = rival.filter(|other| told.insert((**other, at))) {
                    let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/controls/{which}")));
                    let place = Place::opening(format!("/rows/{other}"));
                    let hit = hit.with("other", &rows[*other].id).with("control", name);
                    hits.push(hit.beside(place, "the other row"));
                }
                earlier.push(at);
            }
        }
        hits
    }
}

fn are_rivals(one: &Row, two: &Row, control: &str) -> bool {
    let overlap = one.scope.is_empty()
        || two.scope.is_empty()
        || one.scope.iter().any(|scope| two.scope.contains(scope));
    let (left, right) = (performers(one, control), performers(two, control));
    overlap && !left.is_empty() && !right.is_empty() && left.is_disjoint(&right)
}

fn performers<'a>(row: &'a Row, control: &str) -> BTreeSet<&'a str> {
    let of_control = |duty: &&crate::matrix::Duty| {
        duty.controls.is_empty() || duty.controls.iter().any(|one| one == control)
    };
    let duties = row.duties.iter().filter(|duty| duty.deed.counts() == Deed::Perform);
    duties.filter(of_control).map(|duty| duty.party.as_str()).collect()
}
