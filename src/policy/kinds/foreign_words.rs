//! Kind `foreign-words`: the words of one framework do not stand in a matrix of another.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Matrix, Row};

/// Terms stand only where their framework or their data is in play, and none claims what no framework gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForeignWords {
    /// Terms and where they belong.
    pub terms: Vec<Terms>,
}

/// Terms of one framework.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// The terms, as they are written.
    pub words: Vec<String>,
    /// The packs whose matrices use them; empty for none.
    pub packs: Vec<String>,
    /// The data that a party or scope handles which uses them.
    #[serde(default)]
    pub data: Vec<String>,
    /// What is wrong with them elsewhere.
    pub because: String,
}

impl ForeignWords {
    /// Returns one hit for each row that speaks of another framework.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let foreign: Vec<&Terms> =
            self.terms.iter().filter(|terms| !terms.is_at_home(subject.matrix)).collect();
        let rows = subject.matrix.rows.iter().enumerate();
        rows.flat_map(|(at, row)| foreign.iter().filter_map(move |terms| terms.in_row(at, row))).collect()
    }
}

impl Terms {
    fn is_at_home(&self, matrix: &Matrix) -> bool {
        let handled = matrix.parties.iter().flat_map(|party| &party.handles);
        let mut data = handled.chain(matrix.scopes.iter().flat_map(|scope| &scope.data));
        matrix.frameworks.is_empty()
            || matrix.frameworks.iter().any(|one| self.packs.contains(&one.pack))
            || data.any(|data| self.data.contains(data))
    }

    fn in_row(&self, at: usize, row: &Row) -> Option<Hit> {
        let details = row.shared.as_ref().and_then(|shared| shared.details.as_ref());
        let texts = row.activity.iter().map(|text| ("activity".to_owned(), text));
        let texts = texts.chain(details.map(|text| ("shared/details".to_owned(), text)));
        let duties = row.duties.iter().enumerate();
        let duties =
            duties.filter_map(|(which, duty)| Some((format!("duties/{which}/text"), duty.text.as_ref()?)));
        let (field, word) = texts.chain(duties).find_map(|(field, text)| {
            Some((field, self.words.iter().find(|word| super::is_word(text, word))?))
        })?;
        let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/{field}")));
        Some(hit.with("word", word).with("because", &self.because))
    }
}
