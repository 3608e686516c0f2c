//! Kind `obligations`: what law or contract asks beside the controls has an owner.
//!
//! To mention a text is not to own it: a row owns an obligation that is about it, in which the party whom the text
//! names does what it asks for.

use serde::Deserialize;

use super::label::words;
use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Allocation, Coverage, Row};
use crate::pack::Obligation;

/// Every obligation of a pack has a row of its own, or a fitting one, with its owner in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Obligations {
    /// The pack.
    pub pack: String,
    /// Only these, by id; empty for all.
    #[serde(default)]
    pub only: Vec<String>,
    /// A row that names at least so many texts is a list of terms, and settles each of them.
    #[serde(default)]
    pub list_of: Option<usize>,
}

impl Obligations {
    /// Returns one hit for each obligation that nobody owns.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(pack) = subject.packs.get(&self.pack).filter(|_| !self.is_elsewhere(subject)) else {
            return Vec::new();
        };
        let wanted = pack.obligations.iter().filter(|one| one.is_in_force());
        let wanted = wanted.filter(|one| self.only.is_empty() || self.only.contains(&one.id));
        wanted.filter_map(|one| self.hit(subject, one)).collect()
    }

    /// Returns what keeps an obligation from being owned: the first fault of the row that comes nearest.
    fn hit(&self, subject: &Subject<'_>, one: &Obligation) -> Option<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        let naming = rows.filter(|(_, row)| row.references.iter().any(|name| one.is_named_by(name)));
        let mut faults = Vec::new();
        for (at, row) in naming {
            faults.push((at, self.fault(subject, one, row)?));
        }
        let (hit, what) = match faults.into_iter().next() {
            Some((at, what)) => (Hit::in_row(at, Place::key(format!("/rows/{at}/references"))), what),
            None => (Hit::at(Place::key("/rows")), "has no row".to_owned()),
        };
        Some(hit.with("title", &one.title).with("reference", &one.reference).with("what", what))
    }

    fn fault(&self, subject: &Subject<'_>, one: &Obligation, row: &Row) -> Option<String> {
        let is_list = self.list_of.is_some_and(|least| row.references.len() >= least);
        if is_list && row.allocation != Allocation::Unassigned {
            return None;
        }
        fault(subject, one, row)
    }

    /// A matrix that answers only a part of a framework leaves the obligations to another one.
    fn is_elsewhere(&self, subject: &Subject<'_>) -> bool {
        let mut frameworks = subject.matrix.frameworks.iter();
        subject.together.contains(&self.pack)
            || frameworks.any(|one| one.pack == self.pack && one.coverage == Coverage::Listed)
    }
}

/// Says why a row that names an obligation does not settle it; `None` if it does.
fn fault(subject: &Subject<'_>, one: &Obligation, row: &Row) -> Option<String> {
    match row.allocation {
        Allocation::Unassigned => return Some("has a row without an owner".to_owned()),
        Allocation::NotApplicable if one.conditional => return None,
        Allocation::NotApplicable => return Some("cannot be set aside as not applicable".to_owned()),
        Allocation::Client | Allocation::Provider | Allocation::Shared | Allocation::Inherited => {}
    }
    if !row.controls.is_empty() && !fits(one, row) {
        return Some(format!("is only mentioned in row `{}`, which is about something else", row.id));
    }
    let is_owners = |duty: &crate::matrix::Duty| {
        subject.matrix.side(&duty.party).is_some_and(|side| one.is_of(side)) && one.is_answered_by(duty.deed)
    };
    let whose = if one.owner.is_empty() { "owner" } else { &one.owner };
    (!row.duties.iter().any(is_owners))
        .then(|| format!("is the {whose}'s, who does not act in row `{}`", row.id))
}

/// How many words a row has to share with an obligation that it is about.
const SHARED: usize = 2;

/// Returns whether a row is about an obligation: it answers a control of the same text, or shares words with it.
fn fits(one: &Obligation, row: &Row) -> bool {
    let names = std::iter::once(&one.reference).chain(&one.aliases);
    let is_same = |name: &String| {
        row.controls.iter().filter_map(|control| control.split_once(':')).any(|(_, id)| name.ends_with(id))
    };
    if names.into_iter().any(is_same) {
        return true;
    }
    let wanted: Vec<String> =
        words(&one.title).chain(one.aliases.iter().flat_map(|text| words(text))).collect();
    let mut own: Vec<String> =
        words(row.label()).chain(row.activity.iter().flat_map(|text| words(text))).collect();
    own.sort_unstable();
    own.dedup();
    own.iter().filter(|word| wanted.contains(word)).count() >= SHARED
}
