//! Kind `named-party-acts`: the words of a shared row and its duties name the same parties.

use serde::Deserialize;

use super::{Hit, Subject, is_word};
use crate::finding::Place;
use crate::matrix::{Party, Row, Side, short_name};

/// A party that the words name has a duty, and one of several providers with a duty is named.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedPartyActs {}

impl NamedPartyActs {
    /// Returns one hit for each row whose words and duties name different parties.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        let found = rows.filter_map(|(at, row)| {
            let details = row.shared.as_ref()?.details.as_deref()?;
            let what = fault(subject, row, details)?;
            let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/shared/details")));
            Some(hit.with("what", what))
        });
        found.collect()
    }
}

fn fault(subject: &Subject<'_>, row: &Row, details: &str) -> Option<String> {
    let parties = || subject.matrix.parties.iter().filter(|party| party.side != Side::External);
    let named: Vec<&Party> = parties().filter(|party| is_named(details, party)).collect();
    if let Some(idle) = named.iter().find(|party| !takes_part(row, party)) {
        return Some(format!("the words name {}, which has no duty in it", idle.name));
    }
    let at_work = || parties().filter(|party| party.side.is_providing() && has_duty(row, party));
    let is_known = |party: &&Party| named.iter().any(|one| one.id == party.id);
    let unnamed = at_work().find(|party| !is_known(party))?;
    if at_work().count() > 1 {
        let some = named.iter().any(|party| party.side.is_providing());
        return some.then(|| format!("{} has a duty in it, and the words do not name it", unnamed.name));
    }
    let other = named.iter().find(|party| party.side.is_providing())?;
    Some(format!("the words name {}, and {} has the duty", other.name, unnamed.name))
}

fn is_named(text: &str, party: &Party) -> bool {
    let short = short_name(&party.name);
    is_word(text, &party.name) || (short.len() > 2 && is_word(text, short))
}

fn has_duty(row: &Row, party: &Party) -> bool {
    row.duties.iter().any(|duty| duty.party == party.id)
}

/// Returns whether a party acts, is told or is inherited from.
fn takes_part(row: &Row, party: &Party) -> bool {
    has_duty(row, party)
        || row.duties.iter().any(|duty| duty.to.contains(&party.id))
        || row.inherits.iter().any(|edge| edge.from == party.id || edge.by == party.id)
        || row
            .reports
            .iter()
            .any(|report| report.by.as_ref() == Some(&party.id) || report.to.contains(&party.id))
}
