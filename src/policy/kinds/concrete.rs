//! Kind `concrete-words`: no placeholder stands where a time should.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Row;

/// Texts do not say "as needed" where nothing else says when.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Words")]
pub struct ConcreteWords {
    phrases: AhoCorasick,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// The phrases, as people write them.
    words: Vec<String>,
}

impl TryFrom<Words> for ConcreteWords {
    type Error = String;

    fn try_from(words: Words) -> Result<Self, String> {
        let mut builder = AhoCorasick::builder();
        builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest);
        let phrases = builder.build(&words.words).map_err(|error| error.to_string())?;
        Ok(Self { phrases })
    }
}

impl ConcreteWords {
    /// Returns one hit for each text that holds a placeholder and has no time beside it.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        rows.flat_map(|(at, row)| self.in_row(at, row)).collect()
    }

    fn in_row(&self, at: usize, row: &Row) -> Vec<Hit> {
        let timed = row.cadence.is_some()
            || row.duties.iter().any(|duty| duty.cadence.is_some() || duty.within.is_some());
        let mut texts = Vec::new();
        if !timed {
            texts.extend(row.activity.as_ref().map(|text| (format!("/rows/{at}/activity"), text)));
            let details = row.shared.as_ref().and_then(|shared| shared.details.as_ref());
            texts.extend(details.map(|text| (format!("/rows/{at}/shared/details"), text)));
        }
        for (duty_at, duty) in row.duties.iter().enumerate() {
            if duty.cadence.is_none() && duty.within.is_none() {
                texts.extend(
                    duty.text.as_ref().map(|text| (format!("/rows/{at}/duties/{duty_at}/text"), text)),
                );
            }
        }
        let hit = |(pointer, text): (String, &String)| {
            let found = self.phrases.find_iter(text).find(|found| stands_alone(text, found.range()))?;
            Some(Hit::in_row(at, Place::value(pointer)).with("words", &text[found.range()]))
        };
        texts.into_iter().filter_map(hit).collect()
    }
}

/// Returns whether a phrase is no part of a longer word.
fn stands_alone(text: &str, phrase: Range<usize>) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !is_letter(text[..phrase.start].chars().next_back()) && !is_letter(text[phrase.end..].chars().next())
}
