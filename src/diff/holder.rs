//! Who has a row: the parties on the sides that its allocation names, as its duties tell.

use std::collections::BTreeSet;

use crate::matrix::{Allocation, Deed, Duty, Matrix, Row, Side};

/// A party and what it does.
pub(crate) type Part = (String, Deed);

/// Returns whether a deed is work that somebody has to do.
pub(crate) fn is_work(deed: Deed) -> bool {
    !matches!(deed, Deed::Inform | Deed::Consult | Deed::Accountable | Deed::RetainEvidence)
}

/// Returns whether anyone does work in a row.
pub(crate) fn has_worker(matrix: &Matrix, row: &Row) -> bool {
    matrix.duties(row).any(|duty| is_work(duty.deed))
}

/// Returns the parties that have a row by its allocation, in any of its scopes.
pub(crate) fn holders(matrix: &Matrix, row: &Row) -> BTreeSet<String> {
    let divisions = matrix.divisions(row);
    divisions.iter().flat_map(|division| holders_of(matrix, division)).collect()
}

/// Returns the parties that have a row in one scope.
pub(crate) fn holders_in(matrix: &Matrix, row: &Row, scope: &str) -> BTreeSet<String> {
    let divisions = matrix.divisions(row);
    let here =
        divisions.iter().filter(|one| one.scope.is_empty() || one.scope.iter().any(|own| own == scope));
    here.flat_map(|division| holders_of(matrix, division)).collect()
}

/// Returns whether anyone does work in a row in one scope.
pub(crate) fn has_worker_in(matrix: &Matrix, row: &Row, scope: &str) -> bool {
    let reaches = |duty: &&Duty| duty.scope.is_empty() || duty.scope.iter().any(|own| own == scope);
    matrix.duties(row).filter(reaches).any(|duty| is_work(duty.deed))
}

fn holders_of(matrix: &Matrix, row: &Row) -> BTreeSet<String> {
    match row.allocation {
        Allocation::Client => on_side(matrix, row, |side| side == Side::Client),
        Allocation::Provider => on_side(matrix, row, Side::is_providing),
        Allocation::Shared => {
            let mut both = on_side(matrix, row, |side| side == Side::Client);
            both.extend(on_side(matrix, row, Side::is_providing));
            both
        }
        Allocation::Inherited => {
            let sources = row.inherits.iter().map(|edge| edge.from.as_str());
            sources.filter(|id| matrix.party(id).is_some()).map(str::to_owned).collect()
        }
        Allocation::NotApplicable | Allocation::Unassigned => BTreeSet::new(),
    }
}

/// Returns the parties of a side that work in the row, else those of the side that can sign.
fn on_side(matrix: &Matrix, row: &Row, is_meant: impl Fn(Side) -> bool) -> BTreeSet<String> {
    let working: BTreeSet<String> = matrix
        .duties(row)
        .filter(|duty| is_work(duty.deed))
        .filter(|duty| matrix.side(&duty.party).is_some_and(&is_meant))
        .map(|duty| duty.party.clone())
        .collect();
    if !working.is_empty() {
        return working;
    }
    let signing = |side: Side| matches!(side, Side::Client | Side::Provider) && is_meant(side);
    matrix.parties.iter().filter(|party| signing(party.side)).map(|party| party.id.clone()).collect()
}

/// Returns everything that somebody does in a row, by duty or by allocation.
pub(crate) fn parts(matrix: &Matrix, row: &Row) -> BTreeSet<Part> {
    let duties = matrix.duties(row).map(|duty| (duty.party.clone(), duty.deed.counts()));
    let mut parts: BTreeSet<Part> = duties.collect();
    for holder in holders(matrix, row) {
        if !parts.iter().any(|(party, deed)| *party == holder && is_work(*deed)) {
            parts.insert((holder, Deed::Perform));
        }
    }
    parts
}

/// Returns the parties that keep the evidence of a row.
pub(crate) fn keepers(matrix: &Matrix, row: &Row) -> Vec<String> {
    let keepers = matrix.duties(row).filter(|duty| duty.deed == Deed::RetainEvidence);
    let parties: BTreeSet<String> = keepers.map(|duty| duty.party.clone()).collect();
    parties.into_iter().collect()
}
