//! Kind `one-accountable`: each row has one party that answers for it, wherever the row applies.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Allocation, Deed, Duty, Row};

/// Exactly one accountable party per row, scope and control.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneAccountable {}

impl OneAccountable {
    /// Returns a hit for each row with none or with two; one hit at the defaults where no row has any.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let accountable = |duty: &&Duty| duty.deed == Deed::Accountable;
        let has_any = |row: &Row| matrix.duties(row).any(|duty| duty.deed == Deed::Accountable);
        if !matrix.rows.is_empty() && !matrix.rows.iter().any(has_any) {
            let hit = Hit::at(Place::key("/rows"));
            return vec![hit.with("what", "no row and no default names who is accountable")];
        }
        let mut hits = Vec::new();
        for (at, row) in matrix.rows.iter().enumerate() {
            if row.allocation == Allocation::NotApplicable {
                continue;
            }
            let duties: Vec<&Duty> = matrix.duties(row).filter(accountable).collect();
            if duties.is_empty() {
                let what = format!("nobody is accountable for row `{}`", row.id);
                hits.push(Hit::row(at).with("what", what));
            } else if let Some((first, second)) = rivals(&duties) {
                let (first, second) = (&first.party, &second.party);
                let what = format!("`{first}` and `{second}` are both accountable for row `{}`", row.id);
                hits.push(Hit::row(at).with("what", what));
            }
        }
        hits
    }
}

/// Returns two duties of different parties that are accountable for the same thing.
fn rivals<'a>(duties: &[&'a Duty]) -> Option<(&'a Duty, &'a Duty)> {
    let pairs = duties
        .iter()
        .enumerate()
        .flat_map(|(at, first)| duties[at + 1..].iter().map(move |second| (*first, *second)));
    let overlap = |left: &[String], right: &[String]| {
        left.is_empty() || right.is_empty() || left.iter().any(|one| right.contains(one))
    };
    pairs.into_iter().find(|(first, second)| {
        first.party != second.party
            && overlap(&first.scope, &second.scope)
            && overlap(&first.controls, &second.controls)
    })
}
