//! Kind `role-of-party`: a role belongs to the party that it stands under.

use serde::Deserialize;

use super::{Hit, Subject, is_word};
use crate::finding::Place;
use crate::matrix::{Duty, Party, short_name};

/// No duty of a party names an officer of another.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleOfParty {}

impl RoleOfParty {
    /// Returns one hit for each duty whose role names another party of the matrix and not its own.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let mut hits = Vec::new();
        for (at, duty) in matrix.defaults.duties.iter().enumerate() {
            let hit = Hit::at(Place::value(format!("/defaults/duties/{at}/role")));
            hits.extend(strange(subject, duty).map(|other| of(hit, "`defaults`", duty, other)));
        }
        for (at, row) in matrix.rows.iter().enumerate() {
            for (which, duty) in row.duties.iter().enumerate() {
                let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/duties/{which}/role")));
                let whose = format!("row `{}`", row.id);
                hits.extend(strange(subject, duty).map(|other| of(hit, &whose, duty, other)));
            }
        }
        hits
    }
}

fn of(hit: Hit, whose: &str, duty: &Duty, other: &Party) -> Hit {
    let role = duty.role.as_deref().unwrap_or_default();
    hit.with("where", whose).with("role", role).with("party", &duty.party).with("other", &other.name)
}

/// Returns the other party that a role names.
fn strange<'a>(subject: &'a Subject<'_>, duty: &Duty) -> Option<&'a Party> {
    let role = duty.role.as_deref()?;
    let names = |party: &Party| {
        let short = short_name(&party.name);
        is_word(role, &party.name) || (short.len() > 2 && is_word(role, short))
    };
    if subject.matrix.party(&duty.party).is_some_and(names) {
        return None;
    }
    subject.matrix.parties.iter().find(|party| party.id != duty.party && names(party))
}
