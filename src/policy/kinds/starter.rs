//! Kind `differs-from-starter`: a row is not the starter's text that nobody has read.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::pack::Pack;

/// A row that equals the starter's has at least been walked through.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiffersFromStarter {
    /// The pack whose starter is meant.
    pub pack: String,
}

impl DiffersFromStarter {
    /// Returns one hit for each row with the starter's activity and without a review.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        if subject.matrix.rows.iter().all(|row| row.reviewed.is_some()) {
            return Vec::new();
        }
        let Some(pack) = subject.packs.get(&self.pack) else { return Vec::new() };
        let activities = activities(pack);
        let rows = subject.matrix.rows.iter().enumerate();
        let unread = rows.filter(|(_, row)| {
            row.reviewed.is_none() && row.activity.as_ref().is_some_and(|text| activities.contains(text))
        });
        unread.map(|(at, _)| Hit::in_row(at, Place::value(format!("/rows/{at}/activity")))).collect()
    }
}

fn activities(pack: &Pack) -> BTreeSet<String> {
    let starter = pack.starter_value().unwrap_or_default();
    let rows = starter.get("rows").and_then(serde_json::Value::as_array);
    rows.into_iter().flatten().filter_map(|row| Some(row.get("activity")?.as_str()?.to_owned())).collect()
}
