//! Kind `separate-approval`: nobody approves his own work.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Deed, Duty, Row};

/// In each row somebody approves who does not do the work himself.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeparateApproval {}

impl SeparateApproval {
    /// Returns one hit for each row all of whose approvers do its work too.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate().filter(|(_, row)| row.allocation.is_work());
        rows.filter_map(|(at, row)| {
            let (party, role) = own_judge(subject, row).or_else(|| own_reviewer(subject, row))?;
            let party = subject.matrix.party(party).map_or(party, |party| &party.name);
            let hit = Hit::in_row(at, Place::key(format!("/rows/{at}/duties")));
            Some(hit.with("party", party).with("role", role))
        })
        .collect()
    }
}

/// Returns the party and role that approve their own work, where nobody else approves it.
fn own_judge<'a>(subject: &'a Subject<'_>, row: &'a Row) -> Option<(&'a str, &'a str)> {
    let with = |is: fn(Deed) -> bool| {
        let duties = subject.matrix.duties(row).filter(move |duty| is(duty.deed));
        duties.map(holder).collect::<Option<BTreeSet<_>>>()
    };
    let judges = with(|deed| matches!(deed, Deed::Approve | Deed::Decide | Deed::Verify | Deed::Agree))?;
    let workers = with(|deed| deed.counts() == Deed::Perform)?;
    let (party, _) = judges.first().filter(|_| judges.is_subset(&workers))?;
    let duty = row
        .duties
        .iter()
        .find(|duty| duty.party == *party && judges.iter().any(|one| Some(one) == holder(duty).as_ref()))?;
    Some((&duty.party, duty.role.as_deref()?))
}

/// Returns the party and role that alone look at their own work, in a row whose control asks for another's eyes.
fn own_reviewer<'a>(subject: &'a Subject<'_>, row: &'a Row) -> Option<(&'a str, &'a str)> {
    let asks = row.controls.iter().filter_map(|name| name.split_once(':')).any(|(catalog, id)| {
        let catalogue = subject.packs.catalogue(catalog);
        catalogue
            .is_some_and(|it| it.get(id).is_some_and(|one| it.lineage(one).any(|above| above.independent)))
    });
    let looks = |duty: &&Duty| matches!(duty.deed, Deed::Review | Deed::Verify);
    let works = |duty: &&Duty| duty.deed.counts() == Deed::Perform && duty.deed != Deed::Review;
    let workers: BTreeSet<_> = row.duties.iter().filter(works).filter_map(holder).collect();
    let mut lookers = row.duties.iter().filter(looks).peekable();
    let first = *lookers.peek().filter(|_| asks)?;
    let is_own = |duty: &Duty| holder(duty).is_some_and(|holder| workers.contains(&holder));
    lookers.all(is_own).then_some(())?;
    Some((&first.party, first.role.as_deref()?))
}

/// Returns who holds a duty; `None` if no role is named.
fn holder(duty: &Duty) -> Option<(String, String)> {
    Some((duty.party.clone(), duty.role.as_ref()?.trim().to_lowercase()))
}
