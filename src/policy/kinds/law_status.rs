//! Kind `law-is-current`: what a matrix is held against was looked up within a year, and binds.

use jiff::civil::Date;
use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::pack::{Obligation, Pack};

/// The obligations of the matrix's frameworks were checked lately, and those that rows answer are in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawIsCurrent {}

impl LawIsCurrent {
    /// Returns one hit for each framework whose obligations were checked long ago, and for each row that answers a text
    /// which does not bind.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let named = subject.matrix.frameworks.iter().enumerate();
        let packs = named.filter_map(|(at, one)| Some((at, subject.packs.get(&one.pack)?)));
        packs
            .flat_map(|(at, pack)| {
                let old = old(subject.today, pack).map(|(count, day)| {
                    let what = format!("{count} of its obligations were last looked up on {day} or before");
                    Hit::at(Place::value(format!("/frameworks/{at}")))
                        .with("pack", &pack.title)
                        .with("what", what)
                });
                old.into_iter().chain(not_binding(subject, pack))
            })
            .collect()
    }
}

/// Returns how many obligations were checked more than a year ago, with the latest of those days.
fn old(today: Date, pack: &Pack) -> Option<(usize, Date)> {
    let is_old = |day: &Date| today.since(*day).is_ok_and(|span| span.get_days() > 365);
    let days: Vec<Date> = pack.obligations.iter().filter_map(|one| one.as_of).filter(is_old).collect();
    Some((days.len(), days.into_iter().max()?))
}

fn not_binding<'a>(subject: &'a Subject<'_>, pack: &'a Pack) -> impl Iterator<Item = Hit> + 'a {
    let lapsed = pack.obligations.iter().filter(|one| !one.is_in_force());
    lapsed.flat_map(|one: &Obligation| {
        let rows = subject.matrix.rows.iter().enumerate();
        let named = rows.filter(|(_, row)| row.references.iter().any(|name| one.is_named_by(name)));
        named.map(|(at, row)| {
            let status = one.status.as_deref().unwrap_or("not in force");
            let what = format!("row `{}` answers \"{}\", which is {status}", row.id, one.title);
            let hit = Hit::in_row(at, Place::key(format!("/rows/{at}/references")));
            hit.with("pack", &pack.title).with("what", what)
        })
    })
}
