//! What all changes together mean for each party.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::{Change, Class, RowId};
use super::holder::Part;
use super::identity::PartyId;
use crate::matrix::Deed;

/// What one party has more, less, sooner and to prove.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// The party's id.
    pub party: String,
    /// Its name.
    pub name: String,
    /// Rows in which it has work that it did not have.
    pub takes_on: Vec<RowId>,
    /// Rows in which it no longer has work, a say or a proof that it had.
    pub gives_up: Vec<RowId>,
    /// Rows in which it must newly approve or decide.
    pub must_approve: Vec<RowId>,
    /// Rows in which it has less time, or acts more often.
    pub faster: Vec<RowId>,
    /// Rows for which it must newly collect or keep evidence.
    pub must_prove: Vec<RowId>,
}

impl Effect {
    /// Returns whether nothing changes for the party.
    pub fn is_empty(&self) -> bool {
        [&self.takes_on, &self.gives_up, &self.must_approve, &self.faster, &self.must_prove]
            .into_iter()
            .all(Vec::is_empty)
    }
}

/// What somebody does in a row that only one side has, without what its kin did.
pub(crate) type Parts = BTreeMap<RowId, BTreeSet<Part>>;

#[derive(Default)]
struct Rows<'a> {
    takes_on: BTreeSet<&'a RowId>,
    gives_up: BTreeSet<&'a RowId>,
    must_approve: BTreeSet<&'a RowId>,
    faster: BTreeSet<&'a RowId>,
    must_prove: BTreeSet<&'a RowId>,
}

/// Returns what changes for each party, in the order of the parties.
pub(crate) fn of(changes: &[Change], parts: &Parts, parties: &[PartyId]) -> Vec<Effect> {
    let mut by_party: BTreeMap<&str, Rows<'_>> = BTreeMap::new();
    for change in changes {
        let Some(row) = &change.row else { continue };
        match change.class {
            Class::RowAdded | Class::RowRemoved => {
                for (party, deed) in parts.get(row).into_iter().flatten() {
                    by_party.entry(party).or_default().note(row, *deed, change.class == Class::RowAdded);
                }
            }
            Class::DeadlineTightened => {
                if let Some(party) = &change.party {
                    by_party.entry(party).or_default().faster.insert(row);
                }
            }
            _ => {
                let deed = deed_of(change);
                for party in &change.takes_on {
                    by_party.entry(party).or_default().note(row, deed, true);
                }
                for party in &change.relieved {
                    by_party.entry(party).or_default().note(row, deed, false);
                }
            }
        }
    }
    let list = |rows: &BTreeSet<&RowId>| rows.iter().map(|row| (*row).clone()).collect();
    let effects = parties.iter().filter_map(|party| {
        let rows = by_party.get(party.id.as_str())?;
        Some(Effect {
            party: party.id.clone(),
            name: party.name.clone(),
            takes_on: list(&rows.takes_on),
            gives_up: list(&rows.gives_up),
            must_approve: list(&rows.must_approve),
            faster: list(&rows.faster),
            must_prove: list(&rows.must_prove),
        })
    });
    effects.filter(|effect| !effect.is_empty()).collect()
}

/// Returns what the moved thing consists of; proof counts as keeping it.
fn deed_of(change: &Change) -> Deed {
    let otherwise = if change.class == Class::EvidenceChanged { Deed::RetainEvidence } else { Deed::Perform };
    change.deed.unwrap_or(otherwise)
}

impl<'a> Rows<'a> {
    fn note(&mut self, row: &'a RowId, deed: Deed, more: bool) {
        let rows = match deed.counts() {
            Deed::Inform | Deed::Consult => return,
            _ if !more => &mut self.gives_up,
            Deed::Approve => &mut self.must_approve,
            Deed::RetainEvidence => &mut self.must_prove,
            _ => &mut self.takes_on,
        };
        rows.insert(row);
    }
}
