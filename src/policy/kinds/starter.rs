//! Kind `differs-from-starter`: the starter's text has been read before it is signed.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Row, Side};
use crate::pack::Pack;
use crate::pack::starter::Names;

/// Rows that equal the starter's have at least been walked through.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffersFromStarter {
    /// The pack whose starter is meant.
    pub pack: String,
    /// With a share, what is judged is a text that has been read: that not more of its rows than this equal the
    /// starter's, where no system and no place of its own is named.
    #[serde(default)]
    pub most: Option<f64>,
}

impl DiffersFromStarter {
    /// Returns one hit that counts the rows with the starter's activity and without a review.
    ///
    /// That each of these rows wants a review is another rule's finding.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        if let Some(most) = self.most {
            return self.copied(subject, most).into_iter().collect();
        }
        let rows = &subject.matrix.rows;
        if rows.iter().all(|row| !row.reviewed.is_empty()) {
            return Vec::new();
        }
        let Some(pack) = subject.packs.get(&self.pack) else { return Vec::new() };
        let activities = activities(pack, subject);
        let is_unread = |row: &Row| {
            row.reviewed.is_empty()
                && row.activity.as_ref().is_some_and(|text| activities.contains(text.as_str()))
        };
        let count = rows.iter().filter(|row| is_unread(row)).count();
        let Some(first) = rows.iter().position(is_unread) else { return Vec::new() };
        let hit = Hit::at(Place::value(format!("/rows/{first}/activity")));
        let are = if count == 1 { "row is" } else { "rows are" };
        vec![hit.with("count", format!("{count} {are}")).with("first", &rows[first].id)]
    }
}

impl DiffersFromStarter {
    /// Returns a hit where a walk-through of one day has changed nearly nothing.
    fn copied(&self, subject: &Subject<'_>, most: f64) -> Option<Hit> {
        let matrix = subject.matrix;
        let has_own =
            matrix.scopes.iter().any(|scope| !scope.systems.is_empty() || !scope.locations.is_empty());
        let is_read = matrix.rows.iter().all(|row| !row.reviewed.is_empty());
        let days: BTreeSet<_> =
            matrix.rows.iter().flat_map(|row| &row.reviewed).map(|entry| entry.on).collect();
        if has_own || !is_read || days.len() != 1 || days.contains(&None) {
            return None;
        }
        let activities = activities(subject.packs.get(&self.pack)?, subject);
        let is_copied =
            |row: &&Row| row.activity.as_ref().is_some_and(|text| activities.contains(text.as_str()));
        let count = matrix.rows.iter().filter(is_copied).count();
        #[expect(clippy::cast_precision_loss, reason = "rows are at most 20,000")]
        let over = count > FEW && count as f64 > most * matrix.rows.len() as f64;
        let hit = Hit::at(Place::key("/rows")).with("count", count.to_string());
        over.then(|| hit.with("all", matrix.rows.len().to_string()))
    }
}

/// A share of so few rows says nothing.
const FEW: usize = 20;

/// Returns the starter's activities with the parties' names filled in, as `init` does.
fn activities<'a>(pack: &'a Pack, subject: &Subject<'_>) -> BTreeSet<Cow<'a, str>> {
    let name = |side: Side| {
        let party = subject.matrix.parties.iter().find(|party| party.side == side);
        party.map_or("", |party| &party.name)
    };
    let names = Names::of(name(Side::Client), name(Side::Provider));
    let rows = pack.starter_rows().iter();
    rows.filter_map(|row| row.activity.as_ref()).map(|text| names.filled(text)).collect()
}
