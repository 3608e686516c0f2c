//! Kind `control-exists`: what a row answers stands in a catalogue that the matrix names.

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::finding::Place;
use crate::pack::numbering;

/// Controls exist, under their canonical id, in a framework that the matrix names.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlExists {}

impl ControlExists {
    /// Returns one hit for each control that does not exist as it is written.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            for (control_at, control) in row.controls.iter().enumerate() {
                if let Some(what) = fault(subject, control) {
                    let place = Place::value(format!("/rows/{at}/controls/{control_at}"));
                    hits.push(Hit::in_row(at, place).with("control", control).with("what", what));
                }
            }
        }
        hits
    }
}

fn fault(subject: &Subject<'_>, name: &str) -> Option<String> {
    let (catalog, id) = name.split_once(':')?;
    if !subject.matrix.catalogs().any(|known| known == catalog) {
        return Some(format!("names the framework `{catalog}`, which is not among the matrix's frameworks"));
    }
    let catalogue = subject.packs.catalogue(catalog)?;
    if catalogue.get(id).is_some() {
        return None;
    }
    match catalogue.meant(id)[..] {
        [] => {}
        [meant] => {
            return Some(format!(
                "is another spelling of `{catalog}:{}`; `countersign check --fix-ids` writes that",
                meant.id
            ));
        }
        ref several => {
            let ids: Vec<&str> = several.iter().map(|control| control.id.as_str()).collect();
            return Some(format!("may mean {}; write the one that is meant", listed(&ids)));
        }
    }
    if let Some(reference) = obligation(subject, catalog, id) {
        return Some(format!(
            "is an obligation and no control; write `{reference}` into `references` instead"
        ));
    }
    if let Some(withdrawn) = catalogue.withdrawn(id) {
        let into = match &withdrawn.into[..] {
            [] => "nothing took its place".to_owned(),
            into => format!("what it asked for stands in {}", listed(into)),
        };
        return Some(format!("was withdrawn from {}; {into}", catalogue.title));
    }
    if let Some(elsewhere) = numbering::elsewhere(catalogue, id) {
        return Some(format!("does not exist; {elsewhere}"));
    }
    let like = catalogue.like(id);
    let meant = if like.is_empty() { String::new() } else { format!("; did you mean {}?", listed(&like)) };
    Some(format!("does not exist in {}{meant}", catalogue.title))
}

/// Returns the reference of an obligation that somebody took for a control.
fn obligation<'a>(subject: &Subject<'a>, catalog: &str, id: &str) -> Option<&'a str> {
    let mut obligations = subject.packs.get(catalog)?.obligations.iter();
    let is_meant = |reference: &str| {
        reference.strip_suffix(id).is_some_and(|before| before.is_empty() || before.ends_with(' '))
    };
    let found = obligations.find(|one| one.is_named_by(id) || is_meant(&one.reference))?;
    Some(&found.reference)
}
