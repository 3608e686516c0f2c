//! Kind `unique-ids`: an id names one thing.

use std::collections::HashMap;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;

/// No list of a matrix has two entries of one id.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UniqueIds {}

impl UniqueIds {
    /// Returns one hit for each id that stands a second time in its list.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let mut hits = Vec::new();
        let mut list =
            |pointer: &str, what: &str, row: Option<usize>, ids: &mut dyn Iterator<Item = Option<&str>>| {
                let mut seen: HashMap<&str, usize> = HashMap::new();
                for (at, id) in ids.enumerate().filter_map(|(at, id)| Some((at, id?))) {
                    if let Some(first) = seen.get(id) {
                        let hit = Hit { row, ..Hit::at(Place::value(format!("{pointer}/{at}/id"))) };
                        let first = Place::value(format!("{pointer}/{first}/id"));
                        hits.push(hit.with("id", id).with("list", what).beside(first, "first used here"));
                    } else {
                        seen.insert(id, at);
                    }
                }
            };
        list("/rows", "rows", None, &mut matrix.rows.iter().map(|row| Some(row.id.as_str())));
        list("/parties", "parties", None, &mut matrix.parties.iter().map(|party| Some(party.id.as_str())));
        list("/scopes", "scopes", None, &mut matrix.scopes.iter().map(|scope| Some(scope.id.as_str())));
        list(
            "/services",
            "services",
            None,
            &mut matrix.services.iter().map(|service| Some(service.id.as_str())),
        );
        list("/documents", "documents", None, &mut matrix.documents.iter().map(|one| Some(one.id.as_str())));
        for (at, party) in matrix.parties.iter().enumerate() {
            let contacts = &mut party.contacts.iter().map(|contact| Some(contact.id.as_str()));
            list(&format!("/parties/{at}/contacts"), "contacts", None, contacts);
        }
        for (at, row) in matrix.rows.iter().enumerate() {
            let duties = &mut row.duties.iter().map(|duty| duty.id.as_deref());
            list(&format!("/rows/{at}/duties"), "duties", Some(at), duties);
        }
        hits
    }
}
