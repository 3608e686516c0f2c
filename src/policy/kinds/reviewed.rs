//! Kind `review-follows-change`: a row that changed has been walked through again.

use std::collections::BTreeMap;

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
    /// The texts before are the one of the last commit, the version agreed last, and the revision asked for.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let before: Vec<BTreeMap<&str, &Row>> = subject
            .before
            .into_iter()
            .chain(subject.bases.iter().map(|base| &base.matrix))
            .map(|matrix| matrix.rows.iter().map(|row| (row.id.as_str(), row)).collect())
            .collect();
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            let Some(reviewed) = &row.reviewed else { continue };
            let is_stale =
                |was: &&Row| was.reviewed.as_ref() == Some(reviewed) && *was != row && says(was) != says(row);
            if before.iter().filter_map(|rows| rows.get(row.id.as_str()).copied()).any(|was| is_stale(&was)) {
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
