//! Kind `row-is-of-one-mind`: what a row says in one field it does not deny in another.

use serde::Deserialize;

use super::{Hit, Subject, is_word};
use crate::finding::Place;
use crate::matrix::{Allocation, Deed, Row, Side, short_name};

/// Status, offers and words agree with whose row it is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowIsOfOneMind {}

impl RowIsOfOneMind {
    /// Returns one hit for each row that contradicts itself.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter_map(|(at, row)| {
            let (field, what) =
                applicability(row).or_else(|| offer(subject, row)).or_else(|| words(subject, row))?;
            Some(Hit::in_row(at, Place::value(format!("/rows/{at}/{field}"))).with("what", what))
        })
        .collect()
    }
}

fn applicability(row: &Row) -> Option<(&'static str, String)> {
    let implementation = row.status.as_ref()?.implementation.as_deref()?;
    let is_set_aside = row.allocation == Allocation::NotApplicable;
    let says_so = implementation == "not-applicable";
    let field = "status/implementation";
    match (is_set_aside, says_so) {
        (true, false) => Some((field, format!("does not apply, and its status is `{implementation}`"))),
        (false, true) if row.allocation.is_work() => {
            Some((field, format!("is `{}`, and its status is `not-applicable`", row.allocation.word())))
        }
        _ => None,
    }
}

/// What is offered for inheritance in full leaves the client nothing to do, and a client's own row offers nothing.
fn offer(subject: &Subject<'_>, row: &Row) -> Option<(&'static str, String)> {
    let offered = row.offered.as_deref()?;
    let works = |duty: &crate::matrix::Duty| {
        duty.deed.counts() == Deed::Perform && subject.matrix.side(&duty.party) == Some(Side::Client)
    };
    let client = row.duties.iter().any(works);
    match (offered, row.allocation) {
        ("yes", Allocation::Client) => Some(("offered", "is the client's, and is offered to it".to_owned())),
        ("yes", _) if client => {
            Some(("offered", "can be inherited in full, and the client performs in it".to_owned()))
        }
        ("no", Allocation::Inherited) => {
            Some(("offered", "is inherited, and nothing of it is offered".to_owned()))
        }
        _ => None,
    }
}

/// A row of one side whose words give the work to the other.
fn words(subject: &Subject<'_>, row: &Row) -> Option<(&'static str, String)> {
    let other = match row.allocation {
        Allocation::Client => Side::Provider,
        Allocation::Provider => Side::Client,
        _ => return None,
    };
    let text = row.activity.as_deref()?;
    let party = subject.matrix.parties.iter().find(|party| party.side == other)?;
    let names = [party.name.as_str(), short_name(&party.name), generic(other)];
    let gives = |name: &&&str| {
        let given = [
            format!("{name} is responsible"),
            format!("{name} is fully responsible"),
            format!("{name} is solely responsible"),
        ];
        given.iter().any(|phrase| is_word(text, phrase)) && !text.to_lowercase().contains("not responsible")
    };
    let name = names.iter().find(gives)?;
    Some((
        "activity",
        format!("is `{}`, and its words say that {name} is responsible", row.allocation.word()),
    ))
}

fn generic(side: Side) -> &'static str {
    if side == Side::Client { "the customer" } else { "the provider" }
}
