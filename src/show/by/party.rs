//! A sheet about one party: what it is, what it handles, what it is authorized for, what others inherit from it and what
//! that leaves to them.

use super::{Leaf, named};
use crate::matrix::{Deed, Duty, Inheritance, Matrix, Party, Row};
use crate::show::head;
use crate::show::sentence::{self, term};

/// The terms in the order of reading.
pub(super) const TERMS: &[&str] = &[
    "side",
    "kind",
    "handles",
    "bound through",
    "in a SOC 2 report",
    "authorizations",
    "business hours",
    "contacts",
    "services",
    "documents",
    "inherited from it",
    "leaves to others",
    "inherits",
    "performs",
    "approves",
    "keeps evidence",
    "is told",
];

/// Returns a leaf for each party, or for one.
pub(super) fn leaves(matrix: &Matrix, only: Option<&str>) -> Vec<Leaf> {
    let wanted = matrix.parties.iter().filter(|party| only.is_none_or(|only| party.id == only));
    wanted.map(|party| leaf(matrix, party)).collect()
}

fn leaf(matrix: &Matrix, party: &Party) -> Leaf {
    let mut leaf = Leaf::of(format!("{} [{}]", party.name, party.id));
    leaf.add("side", [party.side.word().to_owned()]);
    leaf.add("kind", party.kind.as_deref().map(term));
    leaf.add("handles", party.handles.iter().map(|data| term(data)));
    leaf.add("bound through", party.bound_by.as_ref().map(|by| sentence::name(matrix, by).to_owned()));
    leaf.add("in a SOC 2 report", party.method.clone());
    leaf.add("authorizations", party.authorizations.iter().map(head::authorization));
    leaf.add("business hours", party.business_hours.clone());
    leaf.add("contacts", head::contacts(party));
    let own = matrix.services.iter().filter(|service| service.party.as_ref() == Some(&party.id));
    leaf.add("services", own.map(head::service));
    let own = matrix.documents.iter().filter(|document| document.party.as_ref() == Some(&party.id));
    leaf.add("documents", own.map(|document| sentence::document(matrix, &document.id)));
    inheritance(&mut leaf, matrix, party);
    let rows = |deed: Deed| {
        let holds =
            move |row: &&Row| matrix.duties(row).any(|duty| is_of(duty, party) && duty.deed.counts() == deed);
        matrix.rows.iter().filter(holds).map(named).collect::<Vec<_>>()
    };
    leaf.add("performs", rows(Deed::Perform));
    leaf.add("approves", rows(Deed::Approve));
    leaf.add("keeps evidence", folded(matrix, rows(Deed::RetainEvidence)));
    let told = matrix.rows.iter().filter(|row| {
        let reports = row.reports.iter().flat_map(|report| &report.to);
        row.duties.iter().flat_map(|duty| &duty.to).chain(reports).any(|to| *to == party.id)
    });
    leaf.add("is told", told.map(named));
    leaf
}

fn is_of(duty: &Duty, party: &Party) -> bool {
    duty.party == party.id
}

/// Says in one line what holds for more than half of all rows.
fn folded(matrix: &Matrix, rows: Vec<String>) -> Vec<String> {
    if rows.len() > 10 && rows.len() * 2 > matrix.rows.len() {
        return vec![format!("of {} of {} rows", rows.len(), matrix.rows.len())];
    }
    rows
}

fn inheritance(leaf: &mut Leaf, matrix: &Matrix, party: &Party) {
    let edges: Vec<(&Row, &Inheritance)> =
        matrix.rows.iter().flat_map(|row| row.inherits.iter().map(move |edge| (row, edge))).collect();
    let from_it = || edges.iter().filter(|(_, edge)| edge.from == party.id);
    leaf.add(
        "inherited from it",
        from_it().map(|(row, edge)| {
            let extent = edge.extent.as_ref().map(|extent| format!(", {extent}")).unwrap_or_default();
            format!("{}: by {}{extent}", named(row), sentence::name(matrix, &edge.by))
        }),
    );
    let left =
        from_it().flat_map(|(row, edge)| edge.responsibilities.iter().map(move |left| (row, edge, left)));
    leaf.add(
        "leaves to others",
        left.map(|(row, edge, left)| {
            let place = left.row.as_deref().unwrap_or(&row.id);
            format!("{}: {} (row {place})", sentence::name(matrix, &edge.by), left.text)
        }),
    );
    let by_it = edges.iter().filter(|(_, edge)| edge.by == party.id);
    leaf.add(
        "inherits",
        by_it.map(|(row, edge)| format!("{}: {}", named(row), sentence::inheritance(matrix, edge))),
    );
}
