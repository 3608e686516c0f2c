//! Kind `text-is-its-own`: no sentence stands twice where it can be true once.
//!
//! Two rows with one activity, or two parties of a row with one duty in the same words, come from copying: one of the
//! two places describes nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Deed, Duty, Mode, Row};
use crate::pack::spelling::folded;

/// Activities and duties are not copies of one another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextIsItsOwn {}

impl TextIsItsOwn {
    /// Returns one hit for each second place with the same sentence.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut seen: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut hits = Vec::new();
        let rows = &subject.matrix.rows;
        for (at, row) in rows.iter().enumerate().filter(|(_, row)| row.allocation.is_work()) {
            hits.extend(duties(at, row));
            let Some(activity) = row.activity.as_deref() else { continue };
            let earlier = seen.entry(folded(activity)).or_default();
            if let Some(other) = earlier.iter().find(|other| is_same_place(&rows[**other], row)) {
                let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/activity")));
                let what = format!("has the activity of row `{}` word for word", rows[*other].id);
                hits.push(
                    hit.with("what", what).beside(Place::opening(format!("/rows/{other}")), "the other row"),
                );
            }
            earlier.push(at);
        }
        hits
    }
}

/// The same work in another scope, or for a control of another framework, has the same words.
fn is_same_place(one: &Row, two: &Row) -> bool {
    let overlap =
        one.scope.is_empty() || two.scope.is_empty() || one.scope.iter().any(|it| two.scope.contains(it));
    fn catalogs(row: &Row) -> Vec<&str> {
        row.controls.iter().filter_map(|it| it.split(':').next()).collect()
    }
    let (left, right) = (catalogs(one), catalogs(two));
    let is_one_framework = left.iter().any(|it| right.contains(it)) || left.is_empty() || right.is_empty();
    overlap && is_one_framework && folded(&one.title) != folded(&two.title)
}

/// Returns the duty that repeats what another party of the row does.
fn duties(at: usize, row: &Row) -> Option<Hit> {
    let is_split =
        row.shared.as_ref().is_some_and(|shared| matches!(shared.mode, Some(Mode::SplitScope | Mode::Joint)));
    let works = |duty: &Duty| duty.deed.counts() == Deed::Perform && duty.scope.is_empty();
    let repeats = |which: usize| {
        let (duty, text) = (&row.duties[which], row.duties[which].text.as_deref()?);
        let is_twin = |other: &&Duty| {
            works(other)
                && other.party != duty.party
                && other.text.as_deref().is_some_and(|it| folded(it) == folded(text))
        };
        (works(duty) && text.contains(' '))
            .then(|| row.duties[..which].iter().any(|it| is_twin(&it)))
            .filter(|it| *it)
    };
    let which = (0..row.duties.len()).filter(|_| !is_split).find(|which| repeats(*which).is_some())?;
    let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/duties/{which}/text")));
    Some(hit.with("what", "gives two parties one duty in the same words"))
}
