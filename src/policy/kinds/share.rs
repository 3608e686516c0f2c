//! Kind `provider-share`: the provider holds at most a share of the rows.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Allocation;

/// Not too much is the provider's alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProviderShare {
    /// The largest share, 0 to 1.
    pub most: f64,
}

impl ProviderShare {
    /// Returns one hit where the provider's share of the rows with work is larger.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let work = subject.matrix.rows.iter().filter(|row| row.allocation.is_work()).count();
        let own = subject.matrix.rows.iter().filter(|row| row.allocation == Allocation::Provider).count();
        #[expect(clippy::cast_precision_loss, reason = "rows are at most 20,000")]
        let over = work > 0 && own as f64 > self.most * work as f64;
        let hit = Hit::at(Place::key("/rows")).with("own", own.to_string()).with("work", work.to_string());
        if over { vec![hit] } else { Vec::new() }
    }
}
