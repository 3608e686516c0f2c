//! Kind `concrete-words`: no placeholder stands where a time should.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use serde::Deserialize;

use super::{Hit, Subject, length};
use crate::finding::Place;
use crate::matrix::Row;
use crate::policy::given::Regex;

/// Texts do not say "as needed" where nothing else says when.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Words")]
pub struct ConcreteWords {
    phrases: AhoCorasick,
    hollow: AhoCorasick,
    rhythms: AhoCorasick,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// The phrases, as people write them.
    words: Vec<String>,
    /// Phrases that say nothing even beside a time: "per agreed schedule".
    #[serde(default)]
    hollow: Vec<String>,
    /// Phrases that only a rhythm makes good, not a deadline after an event: "regularly".
    #[serde(default)]
    rhythms: Vec<String>,
}

impl TryFrom<Words> for ConcreteWords {
    type Error = String;

    fn try_from(words: Words) -> Result<Self, String> {
        let build = |phrases: &[String]| {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(true).match_kind(MatchKind::LeftmostLongest);
            builder.build(phrases).map_err(|error| error.to_string())
        };
        Ok(Self {
            phrases: build(&words.words)?,
            hollow: build(&words.hollow)?,
            rhythms: build(&words.rhythms)?,
        })
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
        let details = row.shared.as_ref().and_then(|shared| shared.details.as_ref());
        let comes_round =
            |cadence: Option<&String>| cadence.is_some_and(|it| length::of_rhythm(it).is_some());
        let rhythm = comes_round(row.cadence.as_ref());
        let mut texts = Vec::new();
        texts.extend(row.activity.as_ref().map(|text| (format!("/rows/{at}/activity"), text, timed, rhythm)));
        texts.extend(details.map(|text| (format!("/rows/{at}/shared/details"), text, timed, true)));
        for (duty_at, duty) in row.duties.iter().enumerate() {
            let timed = duty.cadence.is_some() || duty.within.is_some();
            let rhythm = rhythm || comes_round(duty.cadence.as_ref());
            let pointer = format!("/rows/{at}/duties/{duty_at}/text");
            texts.extend(duty.text.as_ref().map(|text| (pointer, text, timed, rhythm)));
        }
        let hit = |(pointer, text, timed, rhythm): (String, &String, bool, bool)| {
            let words = self.vague(text, timed, rhythm)?;
            Some(Hit::in_row(at, Place::value(pointer)).with("words", words).with("advice", advice(words)))
        };
        texts.into_iter().filter_map(hit).collect()
    }

    /// Returns the words of a text that leave open what its fields do not say either.
    fn vague<'a>(&self, text: &'a str, timed: bool, rhythm: bool) -> Option<&'a str> {
        let lists = [(&self.phrases, timed), (&self.hollow, false), (&self.rhythms, rhythm)];
        let mut found =
            lists.into_iter().filter(|(_, is_good)| !is_good).flat_map(|(list, _)| list.find_iter(text));
        found.find(|found| is_vague(text, found.range())).map(|found| &text[found.range()])
    }
}

/// What follows "as required by" says by what; a bound in the same sentence says how often at least.
static BOUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\bat least (?:once|twice|every|each|annual|year|quarter|month|week|dai)|\b(?:every|each|once a|once per|per) (?:\d+ )?(?:day|week|month|quarter|year|hour)|\bwithin \S+ \S*(?:hour|day|week|month|minute)|\b(?:daily|weekly|monthly|quarterly|annually|yearly)\b",
    )
    .expect("this pattern is ours")
});

/// Returns whether a phrase leaves open what the text has to say: it is no part of a word, names no source, and its
/// sentence has no bound.
fn is_vague(text: &str, phrase: Range<usize>) -> bool {
    let begins = text[..phrase.start].rfind(['.', ';']).map_or(0, |at| at + 1);
    let ends = text[phrase.end..].find(['.', ';']).map_or(text.len(), |at| phrase.end + at);
    let source =
        text[phrase.end..].strip_prefix(" by ").or_else(|| text[phrase.end..].strip_prefix(" under "));
    let named = |rest: &str| rest.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit());
    let names_source = source.is_some_and(|rest| named(rest.strip_prefix("the ").unwrap_or(rest)));
    stands_alone(text, phrase) && !names_source && !BOUND.is_match(&text[begins..ends])
}

/// Returns what a phrase leaves open.
fn advice(words: &str) -> &'static str {
    let words = words.to_ascii_lowercase();
    let is_condition =
        ["applicable", "appropriate", "possible", "feasible"].iter().any(|one| words.contains(one));
    if is_condition { "in which cases" } else { "when" }
}

/// Returns whether a phrase is no part of a longer word.
fn stands_alone(text: &str, phrase: Range<usize>) -> bool {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    !is_letter(text[..phrase.start].chars().next_back()) && !is_letter(text[phrase.end..].chars().next())
}
