//! What stands before the rows: who, under which agreement, when, where, with which services.

use std::fmt::Write as _;

use super::sentence::{self, Sentence, term};
use crate::matrix::{Authorization, Contact, Coverage, Matrix, MatrixKind, Party, Review, Scope, Service};
use crate::report::words::list;

/// Some facts under a heading.
pub(super) struct Section {
    /// The heading.
    pub(super) title: &'static str,
    /// The facts.
    pub(super) items: Vec<Item>,
}

/// One fact and what belongs to it.
pub(super) struct Item {
    /// What it is about.
    pub(super) who: String,
    /// What is said of it.
    pub(super) text: String,
    /// Further lines.
    pub(super) more: Vec<String>,
}

impl Item {
    fn plain(text: impl Into<String>) -> Self {
        Self { who: String::new(), text: text.into(), more: Vec::new() }
    }

    fn named(who: impl Into<String>, text: impl Into<String>) -> Self {
        Self { who: who.into(), text: text.into(), more: Vec::new() }
    }
}

/// Returns the sections of a matrix's head; what is empty is left out.
pub(super) fn sections(matrix: &Matrix, party: Option<&str>) -> Vec<Section> {
    let defaults = matrix.defaults.duties.iter().filter(|duty| party.is_none_or(|id| duty.party == id));
    let mut always: Vec<Item> = defaults
        .map(|duty| sentence::duty(matrix, duty))
        .map(|Sentence { who, does }| Item::named(who, does))
        .collect();
    if let Some(retention) = &matrix.defaults.retention {
        always.push(Item::plain(format!("evidence is kept {}", retention.words())));
    }
    let mut sections = vec![
        Section {
            title: "Parties",
            items: matrix.parties.iter().map(|one| self::party(matrix, one)).collect(),
        },
        Section { title: "Agreement and days", items: days(matrix) },
        Section { title: "Where it applies", items: matrix.scopes.iter().map(scope).collect() },
        Section {
            title: "Services",
            items: matrix.services.iter().map(|one| service_item(matrix, one)).collect(),
        },
        Section { title: "Documents", items: documents(matrix) },
        Section { title: "In every row that does not say otherwise", items: always },
    ];
    sections.retain(|section| !section.items.is_empty());
    sections
}

fn party(matrix: &Matrix, party: &Party) -> Item {
    let mut facts = vec![party.side.word().to_owned()];
    facts.extend(party.kind.as_deref().map(term));
    if !party.handles.is_empty() {
        facts.push(format!("handles {}", list(&terms(&party.handles))));
    }
    if let Some(bound) = &party.bound_by {
        facts.push(format!("bound through {}", sentence::name(matrix, bound)));
    }
    let mut more: Vec<String> = contacts(party);
    more.extend(party.business_hours.as_ref().map(|hours| format!("business hours: {hours}")));
    more.extend(party.authorizations.iter().map(authorization));
    Item { who: party.name.clone(), text: facts.join("; "), more }
}

/// Returns the contacts of a party in the order in which they are tried.
pub(super) fn contacts(party: &Party) -> Vec<String> {
    let mut contacts: Vec<&Contact> = party.contacts.iter().collect();
    contacts.sort_by_key(|contact| contact.escalation.unwrap_or(u32::MAX));
    contacts.into_iter().map(contact).collect()
}

/// Returns an authorization with its days: "fedramp high, F1603087869, as of 2026-10-01".
pub(super) fn authorization(held: &Authorization) -> String {
    let parts = [
        held.reference.clone(),
        held.as_of.map(|day| format!("as of {day}")),
        held.expires.map(|day| format!("until {day}")),
    ];
    let mut line = term(&held.kind);
    parts.into_iter().flatten().for_each(|part| line.push_str(&format!(", {part}")));
    line
}

fn terms(words: &[String]) -> Vec<String> {
    words.iter().map(|word| term(word)).collect()
}

fn contact(contact: &Contact) -> String {
    let order = contact.escalation.map(|number| format!("call {number}: ")).unwrap_or_default();
    let who: Vec<String> = [&contact.role, &contact.name].into_iter().flatten().cloned().collect();
    let who = if who.is_empty() { contact.id.clone() } else { who.join(", ") };
    let how: String =
        [&contact.channel, &contact.hours].into_iter().flatten().map(|part| format!(", {part}")).collect();
    format!("{order}{who}{how}")
}

fn days(matrix: &Matrix) -> Vec<Item> {
    let mut items = Vec::new();
    if matrix.kind == MatrixKind::Standard {
        items.push(Item::plain("a provider's own standard, without a client"));
    }
    if let Some(agreement) = &matrix.agreement {
        let kind = agreement.kind.as_ref().map(|kind| format!(" ({})", term(kind))).unwrap_or_default();
        let exhibit = agreement.exhibit.as_ref().map(|exhibit| format!(", exhibit {exhibit}"));
        let reference = agreement.reference.as_deref().unwrap_or("no reference");
        let text = format!("{reference}{kind}{}", exhibit.unwrap_or_default());
        items.push(Item::named("Agreement", text));
    }
    let catalogs: Vec<String> = matrix.frameworks.iter().map(framework).collect();
    if !catalogs.is_empty() {
        items.push(Item::named("Answers", catalogs.join("; ")));
    }
    if let Some(from) = matrix.effective_from {
        let until = matrix.effective_until.map(|day| format!(", no longer on {day}")).unwrap_or_default();
        let why = matrix.retroactive.as_ref().map(|why| format!("; before it was signed, because {why}"));
        items.push(Item::named("Takes effect", format!("on {from}{until}{}", why.unwrap_or_default())));
    }
    items.extend(matrix.review.as_ref().and_then(review));
    items
}

fn framework(framework: &crate::matrix::Framework) -> String {
    let mut out = framework.pack.clone();
    if let Some(edition) = &framework.edition {
        let _ = write!(out, " {edition}");
    }
    if !framework.include.is_empty() {
        let _ = write!(out, " ({})", framework.include.join(", "));
    }
    out.push_str(match framework.coverage {
        Coverage::Complete => ", all of it",
        Coverage::Listed => ", only what is listed",
    });
    out
}

fn review(review: &Review) -> Option<Item> {
    let mut parts = Vec::new();
    parts.extend(review.every.as_ref().map(|every| format!("every {}", every.words())));
    parts.extend(review.last.map(|day| format!("last on {day}")));
    if !review.triggers.is_empty() {
        parts.push(format!("and when {}", review.triggers.join(", or ")));
    }
    (!parts.is_empty()).then(|| Item::named("Reviewed", parts.join(", ")))
}

fn scope(scope: &Scope) -> Item {
    let mut parts: Vec<String> = scope.environment.iter().map(|word| term(word)).collect();
    parts.extend(scope.assets.as_deref().map(|assets| format!("assets: {}", term(assets))));
    let lists = [
        ("data", &terms(&scope.data)),
        ("systems", &scope.systems),
        ("locations", &scope.locations),
        ("without", &scope.excludes),
    ];
    for (term, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
        parts.push(format!("{term}: {}", words.join(", ")));
    }
    Item::named(scope.title.as_ref().unwrap_or(&scope.id), parts.join("; "))
}

fn service_item(matrix: &Matrix, service: &Service) -> Item {
    let by = service.party.as_deref().map_or("nobody named", |party| sentence::name(matrix, party));
    Item::named(service.name.as_ref().unwrap_or(&service.id), format!("by {by}{}", service_days(service)))
}

/// Returns a service with its days.
pub(super) fn service(service: &Service) -> String {
    format!("{}{}", service.name.as_ref().unwrap_or(&service.id), service_days(service))
}

fn service_days(service: &Service) -> String {
    let mut text = String::new();
    if let Some(day) = service.starts_on {
        let _ = write!(text, ", from {day}");
    }
    if let Some(day) = service.ends_on {
        let _ = write!(text, ", no longer on {day}");
    }
    text
}

fn documents(matrix: &Matrix) -> Vec<Item> {
    let document = |document: &crate::matrix::Document| {
        let party = document.party.as_ref().map(|party| format!(" of {}", sentence::name(matrix, party)));
        let section = document.section.as_ref().map(|section| format!(", {section}")).unwrap_or_default();
        let text = format!(
            "{}{}{section}",
            term(document.kind.as_deref().unwrap_or("document")),
            party.unwrap_or_default()
        );
        Item::named(document.reference.as_ref().unwrap_or(&document.id), text)
    };
    matrix.documents.iter().map(document).collect()
}
