//! Kind `references`: whatever a matrix names by id exists in it.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Duty, Matrix, Row};

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
        let mut hits = Vec::new();
        let mut named = Vec::new();
        head_names(matrix, self.to, &mut named);
        for (pointer, name) in named.drain(..) {
            let place = Hit::at(Place::value(pointer));
            hits.extend(dangling(&known, name).map(|meant| hit(place, "the head", name, meant)));
        }
        for (at, row) in matrix.rows.iter().enumerate() {
            if self.to == Target::PartOfRow {
                hits.extend(parts(subject, at, row));
                continue;
            }
            let whose = format!("row `{}`", row.id);
            row_names(at, row, self.to, &mut named);
            for (pointer, name) in named.drain(..) {
                let found = dangling(&known, name);
                hits.extend(
                    found.map(|meant| hit(Hit::in_row(at, Place::value(pointer)), &whose, name, meant)),
                );
            }
        }
        hits
    }
}

fn hit(hit: Hit, whose: &str, name: &str, meant: String) -> Hit {
    hit.with("where", whose).with("name", name).with("meant", meant)
}

/// Returns the suggestion for a name that is not known, empty where nothing is near.
fn dangling(known: &[String], name: &str) -> Option<String> {
    if known.iter().any(|one| one == name) {
        return None;
    }
    let near = known.iter().min_by_key(|one| strsim::damerau_levenshtein(one, name));
    let near = near.filter(|one| strsim::damerau_levenshtein(one, name) <= name.len().div_ceil(3));
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

type Names<'a> = Vec<(String, &'a str)>;

fn head_names<'a>(matrix: &'a Matrix, target: Target, names: &mut Names<'a>) {
    if target == Target::Party {
        for (at, party) in matrix.parties.iter().enumerate() {
            names.extend(party.bound_by.as_deref().map(|by| (format!("/parties/{at}/boundBy"), by)));
        }
        for (at, document) in matrix.documents.iter().enumerate() {
            names.extend(document.party.as_deref().map(|party| (format!("/documents/{at}/party"), party)));
        }
        for (at, service) in matrix.services.iter().enumerate() {
            names.extend(service.party.as_deref().map(|party| (format!("/services/{at}/party"), party)));
        }
    }
    for (at, duty) in matrix.defaults.duties.iter().enumerate() {
        duty_names(&format!("/defaults/duties/{at}"), duty, target, names);
    }
}

fn row_names<'a>(at: usize, row: &'a Row, target: Target, names: &mut Names<'a>) {
    let base = format!("/rows/{at}");
    for (duty_at, duty) in row.duties.iter().enumerate() {
        duty_names(&format!("{base}/duties/{duty_at}"), duty, target, names);
    }
    match target {
        Target::Party => party_names(&base, row, names),
        Target::Scope => list(&format!("{base}/scope"), &row.scope, names),
        Target::Service => list(&format!("{base}/services"), &row.services, names),
        Target::Document => {
            for (edge_at, edge) in row.inherits.iter().enumerate() {
                names.extend(
                    edge.document
                        .as_deref()
                        .map(|name| (format!("{base}/inherits/{edge_at}/document"), name)),
                );
            }
        }
        Target::Row => {
            for (edge_at, edge) in row.inherits.iter().enumerate() {
                for (which, one) in edge.responsibilities.iter().enumerate() {
                    let pointer = format!("{base}/inherits/{edge_at}/responsibilities/{which}/row");
                    names.extend(one.row.as_deref().map(|row| (pointer, row)));
                }
            }
        }
        Target::Contact | Target::PartOfRow => {}
    }
}

fn party_names<'a>(base: &str, row: &'a Row, names: &mut Names<'a>) {
    for (at, edge) in row.inherits.iter().enumerate() {
        names.push((format!("{base}/inherits/{at}/by"), &edge.by));
        names.push((format!("{base}/inherits/{at}/from"), &edge.from));
    }
    for (at, evidence) in row.evidence.iter().enumerate() {
        names.extend(
            evidence.collector.as_deref().map(|party| (format!("{base}/evidence/{at}/collector"), party)),
        );
    }
    for (at, report) in row.reports.iter().enumerate() {
        names.extend(report.by.as_deref().map(|by| (format!("{base}/reports/{at}/by"), by)));
        list(&format!("{base}/reports/{at}/to"), &report.to, names);
    }
    if let Some(reviewed) = &row.reviewed {
        list(&format!("{base}/reviewed/by"), &reviewed.by, names);
    }
}

fn duty_names<'a>(base: &str, duty: &'a Duty, target: Target, names: &mut Names<'a>) {
    match target {
        Target::Party => {
            names.push((format!("{base}/party"), &duty.party));
            list(&format!("{base}/to"), &duty.to, names);
        }
        Target::Contact => list(&format!("{base}/escalate"), &duty.escalate, names),
        Target::Scope => list(&format!("{base}/scope"), &duty.scope, names),
        Target::Service | Target::Document | Target::Row | Target::PartOfRow => {}
    }
}

fn list<'a>(pointer: &str, items: &'a [String], names: &mut Names<'a>) {
    names.extend(items.iter().enumerate().map(|(at, item)| (format!("{pointer}/{at}"), item.as_str())));
}

/// Returns hits for duties and evidence that speak of a control or scope which the row does not have.
fn parts(subject: &Subject<'_>, at: usize, row: &Row) -> Vec<Hit> {
    let narrowed =
        row.duties.iter().enumerate().map(|(which, duty)| ("duties", which, &duty.scope, &duty.controls));
    let evidence = row.evidence.iter().enumerate();
    let evidence = evidence.map(|(which, one)| ("evidence", which, &one.scope, &one.controls));
    let whose = format!("row `{}`", row.id);
    let mut hits = Vec::new();
    for (list, which, scope, controls) in narrowed.chain(evidence) {
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
