//! Kind `provider-share`: the provider holds at most a share of the rows.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Allocation, Deed, Duty, Row};

/// Not too much is the provider's alone, and it does not approve what it does.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ProviderShare {
    /// The largest share of rows that are the provider's alone, 0 to 1.
    pub most: f64,
    /// The largest share of rows in which the provider performs and nobody else approves, 0 to 1.
    #[serde(default = "all")]
    pub most_unapproved: f64,
    /// The fewest rows of which a share says something.
    #[serde(default = "few")]
    pub fewest: usize,
}

fn few() -> usize {
    10
}

fn all() -> f64 {
    1.0
}

impl ProviderShare {
    /// Returns one hit where one of the provider's shares of the rows with work is larger.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = || subject.matrix.rows.iter().filter(|row| row.allocation.is_work());
        let work = rows().count();
        let own = rows().filter(|row| row.allocation == Allocation::Provider).count();
        let unapproved = rows().filter(|row| is_unapproved(subject, row)).count();
        #[expect(clippy::cast_precision_loss, reason = "rows are at most 20,000")]
        let over = |count: usize, most: f64| count as f64 > most * work as f64;
        if work < self.fewest || (!over(own, self.most) && !over(unapproved, self.most_unapproved)) {
            return Vec::new();
        }
        let hit = Hit::at(Place::key("/rows")).with("own", own.to_string()).with("work", work.to_string());
        vec![hit.with("unapproved", unapproved.to_string())]
    }
}

/// Returns whether the provider performs a row, and approves it alone.
fn is_unapproved(subject: &Subject<'_>, row: &Row) -> bool {
    let is_providers = |duty: &Duty| subject.matrix.side(&duty.party).is_some_and(|side| side.is_providing());
    let of = |deed: Deed| row.duties.iter().filter(move |duty| duty.deed.counts() == deed);
    of(Deed::Perform).any(is_providers)
        && of(Deed::Approve).next().is_some()
        && of(Deed::Approve).all(is_providers)
}
