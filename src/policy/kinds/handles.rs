//! Kind `handles-agree`: a party is said to handle the data that its work touches.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Deed, Party, Row};

/// What parties do agrees with what they are said to handle.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandlesAgree {
    /// The catalogue that says which work touches which data.
    pub catalog: String,
}

impl HandlesAgree {
    /// Returns one hit for each party whose work, or whose service that others inherit, touches other data.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut found: BTreeMap<usize, (usize, &Row, Vec<String>)> = BTreeMap::new();
        for row in
            subject.matrix.rows.iter().filter(|row| row.allocation.is_work() || !row.inherits.is_empty())
        {
            for touches in self.touches(subject, row) {
                for (at, party) in subject.matrix.parties.iter().enumerate() {
                    if is_other(party, &touches) && is_at_work(row, party) {
                        found.entry(at).or_insert((0, row, touches.clone())).0 += 1;
                    }
                }
            }
        }
        let hit = |(at, (count, row, touches)): (usize, (usize, &Row, Vec<String>))| {
            let party = &subject.matrix.parties[at];
            let rows = if count == 1 {
                format!("row `{}`", row.id)
            } else {
                format!("{count} rows, `{}` first", row.id)
            };
            Hit::at(Place::value(format!("/parties/{at}/handles")))
                .with("party", &party.name)
                .with("handles", party.handles.join(", "))
                .with("touches", touches.join(" or "))
                .with("rows", rows)
        };
        found.into_iter().map(hit).collect()
    }

    /// Returns, for each control of a row whose work touches data, the kinds of data.
    fn touches(&self, subject: &Subject<'_>, row: &Row) -> Vec<Vec<String>> {
        let Some(catalogue) = subject.packs.catalogue(&self.catalog) else { return Vec::new() };
        let of_pack = |name: &'_ String| {
            let control = catalogue.get(name.strip_prefix(&self.catalog)?.strip_prefix(':')?)?;
            catalogue.lineage(control).map(|above| &above.touches).find(|touches| !touches.is_empty())
        };
        let mut all: Vec<Vec<String>> = row.controls.iter().filter_map(of_pack).cloned().collect();
        all.sort();
        all.dedup();
        all
    }
}

/// Returns whether a providing party says what it handles, and names none of these.
fn is_other(party: &Party, touches: &[String]) -> bool {
    let names_one = party.handles.iter().any(|one| touches.contains(one));
    party.side.is_providing() && !party.handles.is_empty() && !names_one
}

fn is_at_work(row: &Row, party: &Party) -> bool {
    row.duties.iter().any(|duty| duty.party == party.id && duty.deed.counts() == Deed::Perform)
        || row.inherits.iter().any(|edge| edge.from == party.id && edge.extent.as_deref() != Some("none"))
}
