//! Kind `party-documents`: the documents that a framework wants of some parties are named.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Party, Side};

/// Documents of a kind exist, for the matrix or for each party of some kinds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct PartyDocuments {
    /// The kind of document.
    pub document: String,
    /// The kinds of party that each need one of their own; empty: one for the whole matrix.
    #[serde(default)]
    pub party_kinds: Vec<String>,
    /// Kinds of document that serve as well.
    #[serde(default)]
    pub or: Vec<String>,
    /// The kinds of data, one of which such a party handles; empty for any but none.
    #[serde(default)]
    pub handles: Vec<String>,
    /// The sides of such parties; empty for all that provide.
    #[serde(default)]
    pub sides: Vec<Side>,
    /// Whether the document of the party that binds a subprovider serves, where that has no work of its own.
    #[serde(default)]
    pub described_by_binder: bool,
}

impl PartyDocuments {
    /// Returns one hit for each document that is missing.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let has = |party: Option<&str>| {
            matrix.documents.iter().any(|document| {
                document.kind.as_ref().is_some_and(|kind| *kind == self.document || self.or.contains(kind))
                    && document.reference.is_some()
                    && party.is_none_or(|party| document.party.as_deref() == Some(party))
            })
        };
        if self.party_kinds.is_empty() && self.handles.is_empty() {
            let hit =
                Hit::at(Place::key("/parties")).with("party", "the client").with("document", &self.document);
            return if has(None) { Vec::new() } else { vec![hit] };
        }
        let wanting = matrix.parties.iter().enumerate().filter(|(_, party)| {
            party.side.is_providing()
                && party.handles != ["none"]
                && (self.sides.is_empty() || self.sides.contains(&party.side))
                && (self.handles.is_empty() || party.handles.iter().any(|one| self.handles.contains(one)))
                && (self.party_kinds.is_empty()
                    || party.kind.as_ref().is_none_or(|kind| self.party_kinds.contains(kind)))
        });
        // Who has neither a service nor a duty of its own works inside the service of whoever binds it.
        let is_within = |party: &Party| {
            let serves = matrix.services.iter().any(|service| service.party.as_ref() == Some(&party.id));
            let works = matrix.rows.iter().any(|row| row.duties.iter().any(|duty| duty.party == party.id));
            let inherited =
                matrix.rows.iter().any(|row| row.inherits.iter().any(|edge| edge.from == party.id));
            self.described_by_binder
                && !(serves || works || inherited)
                && party.bound_by.as_deref().is_some_and(|binder| has(Some(binder)))
        };
        let missing = wanting.filter(|(_, party)| !has(Some(&party.id)) && !is_within(party));
        missing
            .map(|(at, party)| {
                let hit = Hit::at(Place::opening(format!("/parties/{at}")));
                hit.with("party", &party.name).with("document", &self.document)
            })
            .collect()
    }
}
