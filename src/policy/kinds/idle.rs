//! Kind `party-has-duty`: who signs does something.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Party, Side};

/// Each client and provider has a duty.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartyHasDuty {}

impl PartyHasDuty {
    /// Returns one hit for each signing party without any duty.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let signs = |side: Side| matches!(side, Side::Client | Side::Provider);
        let parties = matrix.parties.iter().enumerate().filter(|(_, party)| signs(party.side));
        let acts =
            |party: &str| matrix.rows.iter().flat_map(|row| &row.duties).any(|duty| duty.party == party);
        let by_default = |party: &str| matrix.defaults.duties.iter().any(|duty| duty.party == party);
        // Of one row, and with one party a side, allocation and duties say the same already.
        let has_peer = |party: &Party| {
            matrix.parties.iter().any(|other| other.id != party.id && other.side == party.side)
        };
        let idle = parties.filter(|(_, party)| {
            (matrix.rows.len() > 1 || has_peer(party)) && !acts(&party.id) && !by_default(&party.id)
        });
        idle.map(|(at, party)| Hit::at(Place::opening(format!("/parties/{at}"))).with("party", &party.name))
            .collect()
    }
}
