//! Kind `may-act-is-bounded`: who may act without asking may not stop the business.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Deed;
use crate::pack::wording::asserts;

/// A standing permission names steps that can be undone and hit one account or machine.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MayActIsBounded {
    /// Beginnings of words for steps that need a decision.
    pub words: Vec<String>,
}

impl MayActIsBounded {
    /// Returns one hit for each standing permission that reaches further.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            for (which, duty) in row.duties.iter().enumerate().filter(|(_, duty)| duty.deed == Deed::MayAct) {
                let Some(text) = duty.text.as_deref() else { continue };
                let lower = text.to_lowercase();
                if let Some(word) = self.words.iter().find(|word| asserts(&lower, word)) {
                    let place = Place::value(format!("/rows/{at}/duties/{which}/text"));
                    let party = subject.matrix.party(&duty.party).map_or(&duty.party, |party| &party.name);
                    hits.push(Hit::in_row(at, place).with("party", party).with("words", word));
                }
            }
        }
        hits
    }
}
