//! Kind `named-party-acts`: the words of a shared row and its duties name the same parties.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Hit, Subject, is_word};
use crate::finding::Place;
use crate::matrix::{Deed, Party, Row, Side, short_name};
use crate::policy::given::Regex;

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
    if let Some(stranger) = stranger(subject, details) {
        return Some(format!("the words give work to {stranger}, which is no party of the matrix"));
    }
    if let Some(idle) = named.iter().find(|party| !takes_part(row, party)) {
        return Some(format!("the words name {}, which has no duty in it", idle.name));
    }
    if let Some(silent) = unnamed_side(subject, row, details) {
        return Some(format!("the words do not say what {silent} does, which has duties in it"));
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

/// "Lakeside Dental reports each leaver": a name of several words in front of what somebody does.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<name>[A-Z][\w&'’-]+(?: (?:of |and |& )?[A-Z][\w&'’-]+)+(?:,? (?:Inc|LLC|Ltd|Corp|GmbH|plc)\.?)?),? (?P<verb>[a-z]+(?:[^s]s|es))\b",
    )
    .expect("this pattern is ours")
});

/// Returns the name of a company that acts in the words and is neither a party nor known to the matrix otherwise.
fn stranger<'a>(subject: &Subject<'_>, details: &'a str) -> Option<&'a str> {
    let matrix = subject.matrix;
    let contacts = matrix.parties.iter().flat_map(|party| &party.contacts);
    let contacts = contacts.flat_map(|contact| contact.role.iter().chain(&contact.name));
    let roles = matrix.rows.iter().flat_map(|row| &row.duties).filter_map(|duty| duty.role.as_ref());
    let services = matrix.services.iter().filter_map(|service| service.name.as_ref());
    let systems = matrix.scopes.iter().flat_map(|scope| scope.systems.iter().chain(&scope.title));
    let tools = matrix.rows.iter().flat_map(|row| &row.tools);
    let names = matrix.parties.iter().map(|party| &party.name);
    let known: Vec<String> = names
        .chain(contacts)
        .chain(roles)
        .chain(services)
        .chain(systems)
        .chain(tools)
        .map(|name| name.to_lowercase())
        .collect();
    let is_known = |name: &str| {
        let name = name.to_lowercase();
        known.iter().any(|one| one.contains(&name) || name.contains(short_name(one)))
    };
    let begins = |clause: &str| matrix.parties.iter().any(|it| clause.starts_with(first_word(&it.name)));
    // Only beside a clause on a party: there, who begins a clause is meant as one.
    clauses(details).find(|clause| begins(clause))?;
    let found = clauses(details).filter_map(|clause| SUBJECT.captures(clause)?.name("name"));
    found.map(|name| name.as_str()).find(|name| !is_known(name))
}

/// Returns the party that works in a row whose every clause begins with one of the other side.
fn unnamed_side<'a>(subject: &'a Subject<'_>, row: &Row, details: &str) -> Option<&'a str> {
    let parties = || subject.matrix.parties.iter().filter(|party| party.side != Side::External);
    let mut sides = clauses(details).map(|clause| {
        let begins = |party: &&Party| clause.starts_with(first_word(&party.name));
        parties().find(begins).map(|party| party.side == Side::Client)
    });
    let is_client = sides.next()??;
    if !sides.all(|side| side == Some(is_client)) {
        return None;
    }
    let is_other = |party: &&Party| (party.side == Side::Client) != is_client;
    let acts = |party: &&Party| row.duties.iter().any(|duty| duty.party == party.id && is_act(duty.deed));
    let names = |party: &&Party| is_word(details, first_word(&party.name));
    let mut others = parties().filter(is_other);
    let unnamed = others.clone().find(acts)?;
    let covers_both = ["each", "both", "parties", "client", "customer", "provider", "vendor", "the other"];
    let is_named = others.any(|party| names(&party)) || covers_both.iter().any(|word| is_word(details, word));
    (!is_named).then_some(unnamed.name.as_str())
}

/// Returns the parts of the words on a shared row that each say what somebody does.
fn clauses(details: &str) -> impl Iterator<Item = &str> {
    details.split(';').map(str::trim).filter(|clause| !clause.is_empty())
}

/// Returns the word by which people call a party: "Harbor" of "Harbor MSP, LLC".
fn first_word(name: &str) -> &str {
    name.split([' ', ',']).find(|word| word.len() > 2 && !word.eq_ignore_ascii_case("the")).unwrap_or(name)
}

/// Returns whether a deed is more than paper work.
fn is_act(deed: Deed) -> bool {
    !matches!(deed, Deed::Document | Deed::RetainEvidence | Deed::Accountable | Deed::Inform | Deed::Consult)
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
