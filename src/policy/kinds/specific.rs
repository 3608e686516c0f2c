//! Kind `specific-activity`: a row says what is done, not only what it is about.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Row;

/// The most words of a text that may be a mere topic.
const FEW: usize = 3;

/// An activity is more than a title.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpecificActivity {}

impl SpecificActivity {
    /// Returns one hit for each row whose activity is missing, a title, or a few words without rhythm or scope.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let titles = titles(subject);
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter(|(_, row)| row.allocation.is_work())
            .filter_map(|(at, row)| {
                let Some(activity) = &row.activity else {
                    return Some(Hit::row(at).with("what", "does not say what is done"));
                };
                let what = fault(activity, row, &titles)?;
                Some(Hit::in_row(at, Place::value(format!("/rows/{at}/activity"))).with("what", what))
            })
            .collect()
    }
}

fn fault(activity: &str, row: &Row, titles: &BTreeSet<String>) -> Option<&'static str> {
    let words = folded(activity);
    if words == folded(&row.title) {
        return Some("has its own title for an activity");
    }
    if titles.contains(&words) {
        return Some("has a title of the catalogue for an activity");
    }
    let rhythm = row.cadence.is_some()
        || row.duties.iter().any(|duty| duty.cadence.is_some() || duty.within.is_some());
    let few = activity.split_whitespace().count() <= FEW;
    (few && !rhythm && row.scope.is_empty()).then_some("names a topic, not what is done")
}

fn titles(subject: &Subject<'_>) -> BTreeSet<String> {
    let catalogues = subject.matrix.catalogs().filter_map(|id| subject.packs.catalogue(id));
    catalogues
        .flat_map(|catalogue| {
            let controls = catalogue.items.iter().map(|item| folded(&item.title));
            controls.chain(catalogue.groups.iter().map(|group| folded(&group.title)))
        })
        .collect()
}

/// Returns a text without case, punctuation and double spaces.
fn folded(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
