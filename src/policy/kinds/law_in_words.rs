//! Kind `law-in-words`: a row says what its text says, where no field holds it.
//!
//! A threshold, a channel or an order of things stands in sentences only. The pack holds beginnings of words, one of
//! which a row that answers the text has, and others that it has not, save denied.

use serde::Deserialize;

use super::{Hit, Subject, is_part};
use crate::finding::Place;
use crate::matrix::{Row, Side, short_name};
use crate::pack::wording::{Wording, asserts, find};

/// Rows say what the texts of a pack say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawInWords {
    /// The pack.
    pub pack: String,
}

impl LawInWords {
    /// Returns one hit for each row that says something else than its text, or not what it has to say.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(pack) = subject.packs.get(&self.pack) else { return Vec::new() };
        let mut hits = Vec::new();
        let binding = pack.obligations.iter().filter(|one| one.is_in_force() && !one.wording.is_empty());
        for one in binding {
            let rows = at_work(subject, |row| row.references.iter().any(|name| one.is_named_by(name)));
            let source = if one.source.is_empty() { &one.reference } else { &one.source };
            one.wording.iter().for_each(|wording| hits.extend(fault(subject, wording, &rows, source)));
        }
        let catalogue = pack.catalogue();
        for control in catalogue.into_iter().flat_map(|catalogue| &catalogue.items) {
            if control.wording.is_empty() {
                continue;
            }
            let whole = format!("{}:{}", self.pack, control.id);
            let rows = at_work(subject, |row| row.controls.iter().any(|own| is_part(subject, own, &whole)));
            control
                .wording
                .iter()
                .for_each(|wording| hits.extend(fault(subject, wording, &rows, &control.id)));
        }
        hits
    }
}

fn at_work<'a>(subject: &Subject<'a>, is_meant: impl Fn(&Row) -> bool) -> Vec<(usize, &'a Row)> {
    let rows = subject.matrix.rows.iter().enumerate();
    rows.filter(|(_, row)| row.allocation.is_work() && row.activity.is_some() && is_meant(row)).collect()
}

/// Returns what is wrong with the words of the rows that answer one text; `None` if no row does.
fn fault(subject: &Subject<'_>, wording: &Wording, rows: &[(usize, &Row)], source: &str) -> Option<Hit> {
    let meant =
        |text: &String| wording.about.is_empty() || wording.about.iter().any(|it| find(text, it).is_some());
    let rows: Vec<(usize, String)> =
        rows.iter().map(|(at, row)| (*at, text(row))).filter(|(_, it)| meant(it)).collect();
    let (first, _) = rows.first()?;
    let hit = |at: usize, what: String| {
        let place = Place::value(format!("/rows/{at}/activity"));
        Hit::in_row(at, place).with("what", what).with("source", source)
    };
    let never: Vec<String> = wording.never.iter().flat_map(|phrase| filled(subject, phrase)).collect();
    let said =
        rows.iter().find_map(|(at, text)| Some((at, never.iter().find(|phrase| asserts(text, phrase))?)));
    if let Some((at, phrase)) = said {
        return Some(hit(*at, format!("says \"{}\", and {}", phrase.trim(), wording.because)));
    }
    let says = |(_, text): &(usize, String)| wording.says.iter().any(|phrase| find(text, phrase).is_some());
    let is_silent = !wording.says.is_empty() && !rows.iter().any(says);
    is_silent.then(|| hit(*first, format!("does not say that {}", wording.because)))
}

/// Returns a phrase with the name of each providing party, in full and as people write it.
fn filled(subject: &Subject<'_>, phrase: &str) -> Vec<String> {
    if !phrase.contains("{provider}") {
        return vec![phrase.to_owned()];
    }
    let providing = subject.matrix.parties.iter().filter(|party| party.side != Side::Client);
    let names = providing.map(|party| short_name(&party.name)).chain(["the provider"]);
    names.map(|name| phrase.replace("{provider}", &name.to_lowercase())).collect()
}

/// Returns what a row says in sentences, in lower case: title and evidence are labels.
fn text(row: &Row) -> String {
    let details = row.shared.as_ref().and_then(|shared| shared.details.as_ref());
    let duties = row.duties.iter().filter_map(|duty| duty.text.as_ref());
    let texts = row.activity.iter().chain(details).chain(duties).map(String::as_str);
    texts.collect::<Vec<_>>().join("\n").to_lowercase()
}
