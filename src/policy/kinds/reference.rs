//! Kind `references`: whatever a matrix names by id exists in it.

use std::collections::HashSet;
use std::fmt::Arguments;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Duty, Matrix, Row};
use crate::near;

/// Names lead somewhere.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct References {
    /// What is named.
    pub to: Target,
}

/// What is named by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// A party.
    Party,
    /// A scope.
    Scope,
    /// A service.
    Service,
    /// A document.
    Document,
    /// A contact, as `party/contact`.
    Contact,
    /// Another row.
    Row,
    /// A control or scope of the row, narrowed by a duty or an evidence.
    PartOfRow,
}

impl References {
    /// Returns one hit for each name that leads nowhere.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let known = known(matrix, self.to);
        let known: HashSet<&str> = known.iter().map(String::as_str).collect();
        let mut hits = Vec::new();
        let mut of_head = |name: &str, pointer: Arguments<'_>| {
            let meant = dangling(&known, name);
            hits.extend(meant.map(|meant| hit(Hit::at(value(pointer)), "the head", name, meant)));
        };
        head_names(matrix, self.to, &mut of_head);
        for (at, row) in matrix.rows.iter().enumerate() {
            if self.to == Target::PartOfRow {
                hits.extend(parts(subject, at, row));
                continue;
            }
            let mut of_row = |name: &str, pointer: Arguments<'_>| {
                let whose = || format!("row `{}`", row.id);
                let meant = dangling(&known, name);
                hits.extend(meant.map(|meant| hit(Hit::in_row(at, value(pointer)), &whose(), name, meant)));
            };
            row_names(format_args!("/rows/{at}"), row, self.to, &mut of_row);
        }
        hits
    }
}

/// What is told of each name and of its pointer, which is written out only where it is wanted.
type Tell<'a> = &'a mut dyn FnMut(&str, Arguments<'_>);

fn value(pointer: Arguments<'_>) -> Place {
    Place::value(pointer.to_string())
}

fn hit(hit: Hit, whose: &str, name: &str, meant: String) -> Hit {
    hit.with("where", whose).with("name", name).with("meant", meant)
}

/// Returns the suggestion for a name that is not known, empty where nothing is near.
fn dangling(known: &HashSet<&str>, name: &str) -> Option<String> {
    if known.contains(name) {
        return None;
    }
    let near = near::nearest(name, known.iter().copied());
    Some(near.map(|one| format!("; did you mean `{one}`?")).unwrap_or_default())
}

fn known(matrix: &Matrix, target: Target) -> Vec<String> {
    match target {
        Target::Party => matrix.parties.iter().map(|party| party.id.clone()).collect(),
        Target::Scope => matrix.scopes.iter().map(|scope| scope.id.clone()).collect(),
        Target::Service => matrix.services.iter().map(|service| service.id.clone()).collect(),
        Target::Document => matrix.documents.iter().map(|document| document.id.clone()).collect(),
        Target::Row => matrix.rows.iter().map(|row| row.id.clone()).collect(),
        Target::Contact => {
            let contacts =
                matrix.parties.iter().flat_map(|party| party.contacts.iter().map(move |one| (party, one)));
            contacts.map(|(party, contact)| format!("{}/{}", party.id, contact.id)).collect()
        }
        Target::PartOfRow => Vec::new(),
    }
}

fn head_names(matrix: &Matrix, target: Target, tell: Tell<'_>) {
    if target == Target::Party {
        for (at, party) in matrix.parties.iter().enumerate() {
            one(format_args!("/parties/{at}/boundBy"), party.bound_by.as_deref(), tell);
        }
        for (at, document) in matrix.documents.iter().enumerate() {
            one(format_args!("/documents/{at}/party"), document.party.as_deref(), tell);
        }
        for (at, service) in matrix.services.iter().enumerate() {
            one(format_args!("/services/{at}/party"), service.party.as_deref(), tell);
        }
    }
    for (at, duty) in matrix.defaults.duties.iter().enumerate() {
        duty_names(format_args!("/defaults/duties/{at}"), duty, target, tell);
    }
}

fn row_names(base: Arguments<'_>, row: &Row, target: Target, tell: Tell<'_>) {
    for (at, duty) in row.duties.iter().enumerate() {
        duty_names(format_args!("{base}/duties/{at}"), duty, target, tell);
    }
    match target {
        Target::Party => party_names(base, row, tell),
        Target::Scope => {
            list(format_args!("{base}/scope"), &row.scope, tell);
            for (at, one) in row.by_scope.iter().enumerate() {
                list(format_args!("{base}/byScope/{at}/scope"), &one.scope, tell);
            }
        }
        Target::Service => list(format_args!("{base}/services"), &row.services, tell),
        Target::Document => {
            for (at, edge) in row.inherits.iter().enumerate() {
                one(format_args!("{base}/inherits/{at}/document"), edge.document.as_deref(), tell);
            }
            for (at, citation) in row.documents.iter().enumerate() {
                tell(&citation.document, format_args!("{base}/documents/{at}/document"));
            }
        }
        Target::Row => {
            for (at, edge) in row.inherits.iter().enumerate() {
                for (which, part) in edge.responsibilities.iter().enumerate() {
                    let pointer = format_args!("{base}/inherits/{at}/responsibilities/{which}/row");
                    one(pointer, part.row.as_deref(), tell);
                }
            }
        }
        Target::Contact | Target::PartOfRow => {}
    }
}

fn party_names(base: Arguments<'_>, row: &Row, tell: Tell<'_>) {
    for (at, edge) in row.inherits.iter().enumerate() {
        tell(&edge.by, format_args!("{base}/inherits/{at}/by"));
        tell(&edge.from, format_args!("{base}/inherits/{at}/from"));
    }
    for (at, evidence) in row.evidence.iter().enumerate() {
        one(format_args!("{base}/evidence/{at}/collector"), evidence.collector.as_deref(), tell);
    }
    for (at, report) in row.reports.iter().enumerate() {
        one(format_args!("{base}/reports/{at}/by"), report.by.as_deref(), tell);
        list(format_args!("{base}/reports/{at}/to"), &report.to, tell);
    }
    for (at, entry) in row.reviewed.iter().enumerate() {
        let party = entry.party.as_deref();
        if entry.is_older_form {
            one(format_args!("{base}/reviewed/by/{at}"), party, tell);
        } else {
            one(format_args!("{base}/reviewed/{at}/party"), party, tell);
        }
    }
}

fn duty_names(base: Arguments<'_>, duty: &Duty, target: Target, tell: Tell<'_>) {
    match target {
        Target::Party => {
            tell(&duty.party, format_args!("{base}/party"));
            list(format_args!("{base}/to"), &duty.to, tell);
        }
        Target::Contact => list(format_args!("{base}/escalate"), &duty.escalate, tell),
        Target::Scope => list(format_args!("{base}/scope"), &duty.scope, tell),
        Target::Service | Target::Document | Target::Row | Target::PartOfRow => {}
    }
}

fn one(pointer: Arguments<'_>, name: Option<&str>, tell: Tell<'_>) {
    if let Some(name) = name {
        tell(name, pointer);
    }
}

fn list(pointer: Arguments<'_>, names: &[String], tell: Tell<'_>) {
    for (at, name) in names.iter().enumerate() {
        tell(name, format_args!("{pointer}/{at}"));
    }
}

/// Returns hits for duties and evidence that speak of a control or scope which the row does not have.
fn parts(subject: &Subject<'_>, at: usize, row: &Row) -> Vec<Hit> {
    let narrowed =
        row.duties.iter().enumerate().map(|(which, duty)| ("duties", which, &duty.scope, &duty.controls));
    let evidence = row.evidence.iter().enumerate();
    let evidence = evidence.map(|(which, one)| ("evidence", which, &one.scope, &one.controls));
    let whose = format!("row `{}`", row.id);
    let none = Vec::new();
    let variations = row.by_scope.iter().enumerate();
    let variations = variations.map(|(which, one)| ("byScope", which, &one.scope, &none));
    let mut hits = Vec::new();
    for (list, which, scope, controls) in narrowed.chain(evidence).chain(variations) {
        let foreign = |name: &&String| !row.scope.is_empty() && !row.scope.contains(name);
        for (part, name) in scope.iter().enumerate().filter(|(_, name)| foreign(name)) {
            let place = Place::value(format!("/rows/{at}/{list}/{which}/scope/{part}"));
            hits.push(hit(Hit::in_row(at, place), &whose, name, String::new()));
        }
        for (part, name) in controls.iter().enumerate().filter(|(_, name)| !belongs(subject, row, name)) {
            let place = Place::value(format!("/rows/{at}/{list}/{which}/controls/{part}"));
            hits.push(hit(Hit::in_row(at, place), &whose, name, String::new()));
        }
    }
    hits
}

fn belongs(subject: &Subject<'_>, row: &Row, name: &str) -> bool {
    if row.controls.iter().any(|own| own == name) {
        return true;
    }
    let Some((catalog, id)) = name.split_once(':') else { return false };
    let Some(catalogue) = subject.packs.catalogue(catalog) else { return true };
    let Some(control) = catalogue.get(id) else { return false };
    let is_row_s = |above: &str| row.controls.iter().any(|own| own.split_once(':') == Some((catalog, above)));
    catalogue.lineage(control).any(|above| is_row_s(&above.id))
}
