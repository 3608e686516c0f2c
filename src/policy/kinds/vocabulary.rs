//! Kind `words-are-known`: a word that rules look for is written as they look for it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;

/// Kinds of documents, authorizations and evidence in the usual spelling; other words are left alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WordsAreKnown {
    /// The words, by what they name: `documents`, `authorizations`, `evidence`.
    pub words: BTreeMap<String, Vec<String>>,
    /// Other names of a word, in any case.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
}

impl WordsAreKnown {
    /// Returns one hit for each word that is a known one in another spelling.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut tell = |list: &str, pointer: String, row: Option<usize>, word: Option<&String>| {
            let meant = word.and_then(|word| Some((word, self.meant(list, word)?)));
            hits.extend(meant.map(|(word, meant)| {
                Hit { row, ..Hit::at(Place::value(pointer)) }.with("word", word).with("meant", meant)
            }));
        };
        for (at, document) in subject.matrix.documents.iter().enumerate() {
            tell("documents", format!("/documents/{at}/kind"), None, document.kind.as_ref());
        }
        for (at, party) in subject.matrix.parties.iter().enumerate() {
            for (which, one) in party.authorizations.iter().enumerate() {
                tell(
                    "authorizations",
                    format!("/parties/{at}/authorizations/{which}/kind"),
                    None,
                    Some(&one.kind),
                );
            }
        }
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            for (which, one) in row.evidence.iter().enumerate() {
                tell("evidence", format!("/rows/{at}/evidence/{which}/kind"), Some(at), one.kind.as_ref());
            }
        }
        hits
    }

    /// Returns the known word that another spelling means; `None` for a known word and for a new one.
    fn meant(&self, list: &str, word: &str) -> Option<&str> {
        let known = self.words.get(list)?;
        if known.iter().any(|one| one == word) {
            return None;
        }
        let wanted = letters(word);
        let same = known.iter().find(|one| letters(one) == wanted).map(String::as_str);
        let also = self.also.iter().find(|(other, meant)| letters(other) == wanted && known.contains(meant));
        same.or_else(|| also.map(|(_, meant)| meant.as_str()))
    }
}

/// Returns the letters and digits of a word, which is all that tells words apart.
fn letters(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
