//! Kinds `walked-through` and `review-follows-change`: both parties have read each row, and again after it changed.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Matrix, Reviewed, Row, Side};

/// Both sides have walked through each row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalkedThrough {}

impl WalkedThrough {
    /// Returns one hit for each row that one side at least has not walked through, or not yet.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter_map(|(at, row)| {
            let who = absent(subject.matrix, row, subject.today)?;
            let hit = match &row.reviewed {
                Some(_) => Hit::in_row(at, Place::value(format!("/rows/{at}/reviewed"))),
                None => Hit::row(at),
            };
            Some(hit.with("who", who))
        })
        .collect()
    }
}

/// Says who has not walked through a row by a day; nothing where both sides have.
pub(crate) fn absent(matrix: &Matrix, row: &Row, today: Date) -> Option<&'static str> {
    let Some(Reviewed { on: Some(on), outcome: Some(_), by, .. }) = &row.reviewed else {
        return Some("nobody has");
    };
    if *on > today {
        return Some("on a day still to come, somebody has");
    }
    let is_there = |side: Side| by.iter().any(|party| matrix.side(party) == Some(side));
    match (is_there(Side::Client), is_there(Side::Provider)) {
        (true, true) => None,
        (false, true) => Some("nobody of the client has"),
        (true, false) => Some("nobody of the provider has"),
        (false, false) => Some("nobody who is named has"),
    }
}

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
