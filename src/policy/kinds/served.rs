//! Kind `performer-is-of-service`: who performs a row provides one of its services, or is bound by who does.

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::finding::Place;
use crate::matrix::{Deed, Matrix, Row};

/// The performer of a row is the party of one of its services.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerformerIsOfService {}

impl PerformerIsOfService {
    /// Returns one hit for each row whose services are all another party's than its performer.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let mut hits = Vec::new();
        for (at, row) in matrix.rows.iter().enumerate() {
            let Some(parties) = parties(matrix, row) else { continue };
            let performs = |party: &str| {
                matrix.side(party).is_some_and(|side| side.is_providing()) && !is_of(matrix, party, &parties)
            };
            let mut duties = row.duties.iter().enumerate();
            let stranger =
                duties.find(|(_, duty)| duty.deed.counts() == Deed::Perform && performs(&duty.party));
            hits.extend(stranger.map(|(which, duty)| {
                let party = matrix.party(&duty.party).map_or(duty.party.as_str(), |party| &party.name);
                let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/duties/{which}/party")));
                hit.with("party", party)
                    .with("services", listed(&row.services))
                    .with("others", listed(&parties))
            }));
        }
        hits
    }
}

/// Returns the parties of a row's services; `None` if it has none, or one that says no party.
fn parties<'a>(matrix: &'a Matrix, row: &Row) -> Option<Vec<&'a str>> {
    let named = row.services.iter().filter_map(|id| matrix.services.iter().find(|service| service.id == *id));
    let parties: Vec<&str> = named.map(|service| service.party.as_deref()).collect::<Option<_>>()?;
    (!parties.is_empty()).then_some(parties)
}

/// Returns whether a party is one of these, or bound through one of them.
fn is_of(matrix: &Matrix, party: &str, parties: &[&str]) -> bool {
    let bound = |party: &&str| matrix.party(party)?.bound_by.as_deref();
    std::iter::successors(Some(party), bound).take(matrix.parties.len() + 1).any(|one| parties.contains(&one))
}
