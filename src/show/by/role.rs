//! What one person has to do, and when: the duties of a role at a party, by how often they come up.

use super::{Leaf, named};
use crate::matrix::{Duty, Matrix, Row};
use crate::show::sentence::{self, name};

/// A party, and a role in it; None for work that names no role.
type Role<'a> = (&'a str, Option<&'a str>);

/// The terms in the order of reading.
pub(super) const TERMS: &[&str] = &[
    "all the time",
    "every day",
    "every week",
    "every month",
    "every quarter",
    "twice a year",
    "once a year",
    "every three years",
    "when it comes up",
    "at another interval",
    "without an interval",
    "in every other row",
    "is called when",
];

/// A duty with its row; `None` where it is one of the defaults.
struct Held<'a> {
    duty: &'a Duty,
    row: Option<&'a Row>,
}

/// Returns a leaf for each role, or for those of one party.
pub(super) fn leaves(matrix: &Matrix, only: Option<&str>) -> Vec<Leaf> {
    let own =
        matrix.rows.iter().flat_map(|row| row.duties.iter().map(move |duty| Held { duty, row: Some(row) }));
    let defaults = matrix.defaults.duties.iter().map(|duty| Held { duty, row: None });
    let mut roles: Vec<(Role<'_>, Vec<Held<'_>>)> = Vec::new();
    for held in own.chain(defaults).filter(|held| only.is_none_or(|party| held.duty.party == party)) {
        let key = (held.duty.party.as_str(), held.duty.role.as_deref());
        match roles.iter_mut().find(|(known, _)| *known == key) {
            Some((_, all)) => all.push(held),
            None => roles.push((key, vec![held])),
        }
    }
    let place = |party: &str| matrix.parties.iter().position(|one| one.id == party);
    roles.sort_by_key(|((party, role), _)| (place(party), role.is_none(), *role));
    roles.iter().map(|((party, role), held)| leaf(matrix, party, *role, held)).collect()
}

fn leaf(matrix: &Matrix, party: &str, role: Option<&str>, held: &[Held<'_>]) -> Leaf {
    let mut leaf = Leaf::of(format!("{}: {}", name(matrix, party), role.unwrap_or("no role named")));
    if role.is_none() {
        leaf.alarm = Some("no role is named: nobody knows who has to do this");
    }
    for term in TERMS {
        leaf.add(term, held.iter().filter(|one| when(matrix, one) == *term).map(|one| said(matrix, one)));
    }
    let contacts = matrix.party(party).map_or(&[][..], |party| &party.contacts);
    let own: Vec<String> = contacts
        .iter()
        .filter(|contact| role.is_some() && contact.role.as_deref() == role)
        .map(|contact| format!("{party}/{}", contact.id))
        .collect();
    let late = |row: &Row| row.duties.iter().any(|duty| duty.escalate.iter().any(|call| own.contains(call)));
    leaf.add(
        "is called when",
        matrix.rows.iter().filter(|row| late(row)).map(|row| format!("{} is late", named(row))),
    );
    leaf
}

/// Returns under which term a duty stands.
fn when(matrix: &Matrix, held: &Held<'_>) -> &'static str {
    let Some(row) = held.row else { return "in every other row" };
    let cadence = held.duty.cadence.as_deref().or_else(|| matrix.cadence(row));
    match cadence {
        Some("continuous") => "all the time",
        Some("daily") => "every day",
        Some("weekly") => "every week",
        Some("monthly") => "every month",
        Some("quarterly") => "every quarter",
        Some("semiannual") => "twice a year",
        Some("annual") => "once a year",
        Some("triennial") => "every three years",
        Some("on-event") => "when it comes up",
        Some(_) => "at another interval",
        None if held.duty.within.is_some() => "when it comes up",
        None => "without an interval",
    }
}

fn said(matrix: &Matrix, held: &Held<'_>) -> String {
    let does = sentence::duty(matrix, held.duty).does;
    held.row.map_or_else(|| does.clone(), |row| format!("{}: {does}", named(row)))
}
