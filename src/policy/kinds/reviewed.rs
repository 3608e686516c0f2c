//! Kind `review-follows-change`: a row that changed has been walked through again.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Row;

/// A row did not change after it was reviewed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFollowsChange {}

impl ReviewFollowsChange {
    /// Returns one hit for each row that says something new under an old review.
    ///
    /// The text before is the one the caller knows: the last commit, or the version in force.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(before) = subject.before else { return Vec::new() };
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            let Some(reviewed) = &row.reviewed else { continue };
            let Some(was) = before.rows.iter().find(|was| was.id == row.id) else { continue };
            if was.reviewed.as_ref() == Some(reviewed) && says(was) != says(row) {
                let place = Place::value(format!("/rows/{at}/reviewed/on"));
                let on = reviewed.on.map_or_else(|| "an unknown day".to_owned(), |on| on.to_string());
                hits.push(Hit::in_row(at, place).with("on", on));
            }
        }
        hits
    }
}

/// Returns the row without what changes weekly and without the review itself.
fn says(row: &Row) -> Row {
    Row { reviewed: None, status: None, native: Vec::new(), ..row.clone() }
}
