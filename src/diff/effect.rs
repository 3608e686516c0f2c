//! What all changes together mean for each party.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::change::{Change, Class, RowId};
use super::holder::{Part, is_work};
use super::identity::PartyId;
use super::proof::{Proof, Proofs};
use super::value::tidy;
use crate::matrix::{Deed, Duty, Matrix};

/// What one party has more, less, sooner and to prove. Rows come in the order of the version after.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Effect {
    /// The party's id.
    pub party: String,
    /// Its name.
    pub name: String,
    /// Rows in which it has work that it did not have.
    pub takes_on: Vec<RowId>,
    /// Rows in which it has nothing to do any more, and somebody else has where the row is still there.
    pub gives_up: Vec<RowId>,
    /// Rows that were shared and in which it alone works now.
    pub alone: Vec<RowId>,
    /// Rows in which it no longer does what it did, and still has another part.
    pub otherwise: Vec<RowId>,
    /// Rows in which it must newly approve, decide or define.
    pub must_approve: Vec<RowId>,
    /// Rows in which it has less time, or acts more often.
    pub faster: Vec<RowId>,
    /// Deadlines that it did not have.
    pub new_deadlines: Vec<NewDeadline>,
    /// Rows for which it must newly collect or keep evidence.
    pub must_prove: Vec<RowId>,
    /// Rows in which words came or went that may change what it has to do.
    pub words_may_change: Vec<RowId>,
    /// Rows in which its work is described in other words, none of them known to change a duty.
    pub described_otherwise: Vec<RowId>,
    /// Evidence that it must keep and did not keep.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub must_keep: Vec<Proof>,
    /// Evidence that it must collect and did not collect.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub must_collect: Vec<Proof>,
}

/// A deadline that comes with a duty that is new to the party, or that its duty did not have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NewDeadline {
    /// The row.
    pub row: RowId,
    /// What is to be done by then.
    #[serde(rename = "do")]
    pub deed: Deed,
    /// By when.
    pub within: Value,
}

impl Effect {
    /// Returns whether nothing changes for the party.
    pub fn is_empty(&self) -> bool {
        self.lists().into_iter().all(|(_, rows)| rows.is_empty()) && self.new_deadlines.is_empty()
    }

    /// Returns every list of rows with the word that people and programs find it by.
    pub fn lists(&self) -> [(&'static str, &[RowId]); 9] {
        [
            ("takes-on", &self.takes_on),
            ("gives-up", &self.gives_up),
            ("alone", &self.alone),
            ("otherwise", &self.otherwise),
            ("must-approve", &self.must_approve),
            ("faster", &self.faster),
            ("must-prove", &self.must_prove),
            ("words-may-change", &self.words_may_change),
            ("described-otherwise", &self.described_otherwise),
        ]
    }
}

/// What somebody does in a row that only one side has, without what its kin did.
pub(crate) type Parts = BTreeMap<RowId, BTreeSet<Part>>;

/// Who works in a row that changed.
#[derive(Default)]
pub(crate) struct Holding {
    /// Where the row stands: first those of the version after, then those that are gone.
    pub(crate) place: (usize, usize),
    /// Whether both sides had a part of it.
    pub(crate) was_shared: bool,
    /// Whether somebody has to do work of it now.
    pub(crate) is_work: bool,
    /// Whether nobody owns it now.
    pub(crate) nobody: bool,
    /// Who worked in it.
    pub(crate) worked: BTreeSet<String>,
    /// Who works in it.
    pub(crate) works: BTreeSet<String>,
    /// Who has anything to do in it, work or proof or reports.
    pub(crate) has_part: BTreeSet<String>,
}

/// The rows that changed.
pub(crate) type Holdings = BTreeMap<RowId, Holding>;

/// What the changes mean, with what they are measured against.
pub(crate) struct Measure<'a> {
    pub(crate) after: &'a Matrix,
    pub(crate) parts: &'a Parts,
    pub(crate) holdings: &'a Holdings,
    pub(crate) proofs: &'a Proofs,
}

#[derive(Default)]
struct Rows<'a> {
    takes_on: BTreeSet<&'a RowId>,
    less: BTreeSet<&'a RowId>,
    gives_up: BTreeSet<&'a RowId>,
    alone: BTreeSet<&'a RowId>,
    otherwise: BTreeSet<&'a RowId>,
    must_approve: BTreeSet<&'a RowId>,
    faster: BTreeSet<&'a RowId>,
    new_deadlines: Vec<NewDeadline>,
    must_prove: BTreeSet<&'a RowId>,
    words_may_change: BTreeSet<&'a RowId>,
    described_otherwise: BTreeSet<&'a RowId>,
}

impl<'a> Measure<'a> {
    /// Returns what changes for each party, in the order of the parties.
    pub(crate) fn effects(&self, changes: &'a [Change], parties: &[PartyId]) -> Vec<Effect> {
        let mut by_party: BTreeMap<&str, Rows<'a>> = BTreeMap::new();
        for change in changes {
            let Some(row) = &change.row else { continue };
            self.note(&mut by_party, row, change);
            for duty in self.arriving(row, change) {
                let Some(within) = &duty.within else { continue };
                let within = tidy(serde_json::to_value(within).unwrap_or_default());
                let deadline = NewDeadline { row: row.clone(), deed: duty.deed, within };
                let deadlines = &mut by_party.entry(&duty.party).or_default().new_deadlines;
                if !deadlines.contains(&deadline) {
                    deadlines.push(deadline);
                }
            }
        }
        for (row, holding) in self.holdings {
            if let Some(party) = holding.now_alone() {
                by_party.entry(party).or_default().alone.insert(row);
            }
        }
        for (party, proofs) in self.proofs.keep.iter().chain(&self.proofs.collect) {
            let rows = by_party.entry(party).or_default();
            rows.must_prove.extend(proofs.iter().map(|proof| &proof.row));
        }
        for (party, rows) in &mut by_party {
            rows.settle(party, self.holdings);
        }
        let effects = parties.iter().filter_map(|party| {
            let rows = by_party.remove(party.id.as_str())?;
            Some(self.effect(party, rows))
        });
        effects.filter(|effect| !effect.is_empty()).collect()
    }

    fn note(&self, by_party: &mut BTreeMap<&'a str, Rows<'a>>, row: &'a RowId, change: &'a Change) {
        match change.class {
            Class::RowAdded | Class::RowRemoved => {
                for (party, deed) in self.parts.get(row).into_iter().flatten() {
                    by_party.entry(party).or_default().note(row, *deed, change.class == Class::RowAdded);
                }
            }
            Class::WordsMayChangeDuty | Class::DescribedOtherwise => self.note_words(by_party, row, change),
            _ if change.field == "duties.do" => self.note_deed(by_party, row, change),
            Class::DeadlineTightened if is_new_deadline(change) => {}
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

    /// Notes that the work of a party, or of all that have a part in the row, stands there in other words.
    fn note_words(&self, by_party: &mut BTreeMap<&'a str, Rows<'a>>, row: &'a RowId, change: &'a Change) {
        let everyone = || self.holdings.get(row).map(|holding| &holding.has_part).into_iter().flatten();
        let parties: Vec<&'a String> = match &change.party {
            Some(party) => vec![party],
            None => everyone().collect(),
        };
        for party in parties {
            let rows = by_party.entry(party).or_default();
            match change.class {
                Class::WordsMayChangeDuty => rows.words_may_change.insert(row),
                _ => rows.described_otherwise.insert(row),
            };
        }
    }

    /// Notes that a party does something else in a row, which may be an approval that it had not to give.
    fn note_deed(&self, by_party: &mut BTreeMap<&'a str, Rows<'a>>, row: &'a RowId, change: &'a Change) {
        let deed = |value: &Value| serde_json::from_value::<Deed>(value.clone()).ok();
        let (Some(party), Some(was), Some(is)) = (&change.party, deed(&change.before), deed(&change.after))
        else {
            return;
        };
        let rows = by_party.entry(party).or_default();
        rows.note(row, was, false);
        if was.counts() != is.counts() {
            rows.note(row, is, true);
        }
    }

    /// Returns the duties that somebody has by this change and did not have like this.
    fn arriving(&self, row: &RowId, change: &Change) -> Vec<&'a Duty> {
        let place: Vec<&str> = change.pointer.after.split('/').skip(1).collect();
        let number = |at: usize| place.get(at).and_then(|word| word.parse::<usize>().ok());
        let duty = || match place.first() {
            Some(&"defaults") => self.after.defaults.duties.get(number(2)?),
            _ => self.after.rows.get(number(1)?)?.duties.get(number(3)?),
        };
        match change.field.as_str() {
            "rows" if change.class == Class::RowAdded => {
                let mine = |duty: &&Duty| {
                    let part = (duty.party.clone(), duty.deed.counts());
                    self.parts.get(row).is_some_and(|parts| parts.contains(&part))
                };
                let added = number(1).and_then(|place| self.after.rows.get(place));
                added.map(|row| self.after.duties(row).filter(mine).collect()).unwrap_or_default()
            }
            "duties" if !change.after.is_null() => duty().into_iter().collect(),
            "duties.party" | "duties.do" => duty().into_iter().collect(),
            _ if is_new_deadline(change) => duty().into_iter().collect(),
            _ => Vec::new(),
        }
    }

    fn effect(&self, party: &PartyId, mut rows: Rows<'_>) -> Effect {
        let place = |row: &RowId| self.holdings.get(row).map(|holding| holding.place);
        let list = |rows: &BTreeSet<&RowId>| {
            let mut rows: Vec<RowId> = rows.iter().map(|row| (*row).clone()).collect();
            rows.sort_by_key(place);
            rows
        };
        rows.new_deadlines.sort_by_key(|deadline| place(&deadline.row));
        let proofs = |of: &BTreeMap<String, Vec<Proof>>| {
            let mut proofs = of.get(&party.id).cloned().unwrap_or_default();
            proofs.sort_by_key(|proof| place(&proof.row));
            proofs
        };
        Effect {
            party: party.id.clone(),
            name: party.name.clone(),
            takes_on: list(&rows.takes_on),
            gives_up: list(&rows.gives_up),
            alone: list(&rows.alone),
            otherwise: list(&rows.otherwise),
            must_approve: list(&rows.must_approve),
            faster: list(&rows.faster),
            new_deadlines: rows.new_deadlines,
            must_prove: list(&rows.must_prove),
            words_may_change: list(&rows.words_may_change),
            described_otherwise: list(&rows.described_otherwise),
            must_keep: proofs(&self.proofs.keep),
            must_collect: proofs(&self.proofs.collect),
        }
    }
}

impl Holding {
    /// Returns the only one that works in a row which several shared.
    fn now_alone(&self) -> Option<&str> {
        let mut works = self.works.iter();
        match (works.next(), works.next()) {
            (Some(party), None) if self.was_shared && self.is_work && self.worked.len() > 1 => {
                self.worked.get(party).map(String::as_str)
            }
            _ => None,
        }
    }
}

/// Returns whether a duty has a deadline now and had none.
fn is_new_deadline(change: &Change) -> bool {
    change.field == "duties.within" && change.before.is_null() && !change.after.is_null()
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
            _ if !more => &mut self.less,
            Deed::Approve => &mut self.must_approve,
            Deed::RetainEvidence => &mut self.must_prove,
            _ => &mut self.takes_on,
        };
        rows.insert(row);
    }

    /// Tells a row that the party left from one in which it only does something else.
    fn settle(&mut self, party: &str, holdings: &Holdings) {
        self.described_otherwise.retain(|row| !self.words_may_change.contains(row));
        for row in std::mem::take(&mut self.less) {
            let Some(holding) = holdings.get(row) else { continue };
            let gains = [&self.takes_on, &self.must_approve, &self.must_prove];
            let stays = holding.has_part.contains(party) || gains.iter().any(|rows| rows.contains(row));
            if holding.worked.contains(party) {
                self.takes_on.remove(row);
            }
            if holding.nobody || self.alone.contains(row) || self.takes_on.contains(row) {
                continue;
            }
            let rows = if stays { &mut self.otherwise } else { &mut self.gives_up };
            rows.insert(row);
        }
    }
}

/// Returns the parties that work, of all that have a part.
pub(crate) fn workers(parts: &BTreeSet<Part>) -> BTreeSet<String> {
    parts.iter().filter(|(_, deed)| is_work(*deed)).map(|(party, _)| party.clone()).collect()
}
