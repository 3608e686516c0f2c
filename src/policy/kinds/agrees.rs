//! Kind `allocation-agrees`: the side that a row is allocated to is the side that acts in it.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Allocation, Deed, Row, Side};

/// The allocation agrees with who performs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllocationAgrees {}

impl AllocationAgrees {
    /// Returns one hit for each row whose allocation its own duties contradict.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter_map(|(at, row)| {
            let (duty, why) = contradiction(row, |party| subject.matrix.side(party))?;
            let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/allocation")));
            let beside = Place::value(format!("/rows/{at}/duties/{duty}/party"));
            Some(
                hit.with("allocation", row.allocation.word())
                    .with("why", why)
                    .beside(beside, "this duty disagrees"),
            )
        })
        .collect()
    }
}

fn contradiction(row: &Row, side: impl Fn(&str) -> Option<Side>) -> Option<(usize, String)> {
    let disagrees = |deed: Deed, side: Side| match row.allocation {
        Allocation::Client => side.is_providing() && deed.counts() == Deed::Perform,
        Allocation::Provider => side == Side::Client && deed.counts() == Deed::Perform,
        Allocation::Inherited => {
            side == Side::Client && (deed.counts() == Deed::Perform || deed == Deed::RetainEvidence)
        }
        Allocation::NotApplicable | Allocation::Unassigned => deed.counts() == Deed::Perform,
        Allocation::Shared => false,
    };
    let duties = row.duties.iter().enumerate();
    duties
        .filter_map(|(at, duty)| Some((at, duty, side(&duty.party)?)))
        .find(|(_, duty, side)| disagrees(duty.deed, *side))
        .map(|(at, duty, _)| (at, format!("`{}` {} in it", duty.party, duty.deed.says())))
}
