//! Kinds about reviews: everybody has read each row, the text that is there, and again after it changed.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Matrix, Reviewed, Row, Side, TextRead, short_name};
use crate::report::words;

/// Both sides, and everybody with a duty in it, have walked through each row.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalkedThrough {}

impl WalkedThrough {
    /// Returns one hit for each row that somebody has not walked through, or not yet.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter_map(|(at, row)| {
            let who = absent(subject.matrix, row, subject.today)?;
            let hit = if row.reviewed.is_empty() {
                Hit::row(at)
            } else {
                Hit::in_row(at, Place::value(format!("/rows/{at}/reviewed")))
            };
            Some(hit.with("who", who))
        })
        .collect()
    }
}

/// Says who has not walked through a row by a day; `None` if everybody has. Whether the row changed since is another
/// question.
pub(crate) fn absent(matrix: &Matrix, row: &Row, today: Date) -> Option<String> {
    let complete = row.reviewed.iter().filter(|entry| entry.outcome.is_some());
    let days: Vec<(Date, Option<&str>)> =
        complete.filter_map(|entry| Some((entry.on?, entry.party.as_deref()))).collect();
    if days.is_empty() {
        return Some("nobody has".to_owned());
    }
    if days.iter().any(|(on, _)| *on > today) {
        return Some("on a day still to come, somebody has".to_owned());
    }
    let there: BTreeSet<&str> = days.iter().filter_map(|(_, party)| *party).collect();
    let is_there = |side: Side| there.iter().any(|party| matrix.side(party) == Some(side));
    match (is_there(Side::Client), is_there(Side::Provider)) {
        (true, true) => None,
        (false, true) => Some("nobody of the client has".to_owned()),
        (true, false) => Some("nobody of the provider has".to_owned()),
        (false, false) => Some("nobody who is named has".to_owned()),
    }
    .or_else(|| {
        let missing = matrix.duties(row).find(|duty| !is_represented(matrix, &duty.party, &there))?;
        let name = matrix.party(&missing.party).map_or(&*missing.party, |party| short_name(&party.name));
        Some(format!("nobody of {name} has"))
    })
}

/// Returns whether a party with a duty was there. A subprovider may be spoken for by the party that answers for it; a
/// party that is not in the matrix is another rule's finding.
fn is_represented(matrix: &Matrix, party: &str, there: &BTreeSet<&str>) -> bool {
    let Some(known) = matrix.party(party) else { return true };
    let by_another = known.side == Side::Subprovider
        && known.bound_by.as_deref().is_none_or(|binding| there.contains(binding));
    known.side == Side::External || there.contains(party) || by_another
}

/// A row did not change after it was reviewed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewFollowsChange {}

impl ReviewFollowsChange {
    /// Returns one hit for each row that says something new under an old review.
    ///
    /// A review that names its text is compared with the row itself. Any other is compared with the texts before: the
    /// one of the last commit, the version agreed last, and the revision asked for.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let before: Vec<BTreeMap<&str, &Row>> = subject
            .before
            .into_iter()
            .chain(subject.bases.iter().map(|base| &base.matrix))
            .map(|matrix| matrix.rows.iter().map(|row| (row.id.as_str(), row)).collect())
            .collect();
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter_map(|(at, row)| {
            let which = row.reviewed.iter().position(|entry| entry.text == TextRead::Changed);
            let which = which.or_else(|| {
                let was = before.iter().filter_map(|rows| rows.get(row.id.as_str()).copied());
                was.filter(|was| says(was) != says(row)).find_map(|was| unrenewed(was, row))
            })?;
            Some(stale(at, which, &row.reviewed[which]))
        })
        .collect()
    }
}

/// Returns the first review of a row, of an unknown text, that the row had before, too.
fn unrenewed(was: &Row, row: &Row) -> Option<usize> {
    row.reviewed.iter().position(|entry| entry.text == TextRead::Unknown && was.reviewed.contains(entry))
}

fn stale(at: usize, which: usize, entry: &Reviewed) -> Hit {
    let field = if entry.is_older_form { "on".to_owned() } else { which.to_string() };
    let on = entry.on.map_or_else(|| "an unknown day".to_owned(), |on| on.to_string());
    Hit::in_row(at, Place::value(format!("/rows/{at}/reviewed/{field}"))).with("on", on)
}

/// Returns the row without what changes weekly, without what it accepts and without the review itself.
fn says(row: &Row) -> Row {
    Row { reviewed: Vec::new(), status: None, native: Vec::new(), accepts: Vec::new(), ..row.clone() }
}

/// Reviews name the text that was read.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewNamesText {}

impl ReviewNamesText {
    /// Returns one hit that counts the rows with a review of an unknown text.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let is_unknown = |row: &Row| row.reviewed.iter().any(|entry| entry.sha256.is_none());
        let rows = &subject.matrix.rows;
        let count = rows.iter().filter(|row| is_unknown(row)).count();
        let Some(first) = rows.iter().position(is_unknown) else { return Vec::new() };
        let hit = Hit::at(Place::value(format!("/rows/{first}/reviewed")));
        vec![hit.with("count", words::count(count, "row")).with("first", &rows[first].id)]
    }
}
