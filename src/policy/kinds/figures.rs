//! Kind `figures-agree`: a time in the words of a row is one of its times.
//!
//! Looked at are deadlines ("within 24 hours", "in 2 business days") and rhythms ("every quarter") of the activity and
//! of the words on how a row is shared, where the row has times of that sort at all: there nobody can tell which one
//! was agreed.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Hit, Subject, length, limit};
use crate::finding::Place;
use crate::matrix::{Duration, Row};
use crate::policy::given::{Captures, Regex};

/// Times in words and times in fields are the same.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiguresAgree {}

static DEADLINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:within|no later than|not later than|at most|at the latest) (?P<count>\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty) (?:business |working |calendar |wall )?(?P<unit>minute|hour|day|week|month|year)s?\b",
    )
});
static RHYTHM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:(?:every|each|once a|once per) (?P<unit>day|week|month|quarter|year|three years)|(?P<word>daily|weekly|monthly|quarterly|semiannually|half-yearly|annually|yearly|triennially))\b",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("this pattern is ours")
}

impl FiguresAgree {
    /// Returns one hit for each text with a time that is none of its row's.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate().filter(|(_, row)| row.allocation.is_work());
        rows.flat_map(|(at, row)| of_row(subject, at, row)).collect()
    }
}

fn of_row(subject: &Subject<'_>, at: usize, row: &Row) -> Vec<Hit> {
    let (deadlines, rhythms) = (deadlines(row), rhythms(subject, row));
    let details = row.shared.as_ref().and_then(|shared| shared.details.as_ref());
    let texts = [("activity", row.activity.as_ref()), ("shared/details", details)];
    let texts = texts.into_iter().filter_map(|(field, text)| Some((field, text?)));
    let fault = |text: &str| {
        let late = DEADLINE.captures_iter(text).find(|found| {
            !deadlines.is_empty() && minutes(found).is_some_and(|minutes| !deadlines.contains(&minutes))
        });
        let rare = RHYTHM.captures_iter(text).find(|found| {
            !rhythms.is_empty()
                && !is_multiplied(text, found)
                && rhythm(found).is_some_and(|rhythm| !rhythms.contains(&rhythm))
        });
        late.or(rare).map(|found| found[0].to_owned())
    };
    let hit = |field: &str, words: String, what: &str| {
        let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/{field}")));
        hit.with("words", words).with("what", what)
    };
    let none = texts.filter_map(|(field, text)| Some(hit(field, fault(text)?, "none of its fields does")));
    let mut hits: Vec<Hit> = none.collect();
    if hits.is_empty() {
        let slower = limit::faults(row).into_iter();
        hits.extend(slower.map(|(which, words, what)| hit(&format!("duties/{which}"), words, &what)));
    }
    hits
}

/// Returns whether a rhythm is another one by the word before it: "twice yearly".
fn is_multiplied(text: &str, found: &Captures<'_>) -> bool {
    let before = text[..found.get(0).map_or(0, |all| all.start())].trim_end().to_lowercase();
    ["twice", "times", "half", "half-", "bi", "second", "other"].iter().any(|word| before.ends_with(word))
}

/// Returns all lengths of time of a row, in minutes.
fn deadlines(row: &Row) -> BTreeSet<i64> {
    let duties = row.duties.iter().filter_map(|duty| duty.within.as_ref());
    let reports = row.reports.iter().filter_map(|report| report.within.as_ref());
    let mut all: BTreeSet<i64> = duties.chain(reports).filter_map(|within| within.time.minutes()).collect();
    if !all.is_empty() {
        let lasting = row.duties.iter().filter_map(|duty| duty.lasting.as_ref());
        let kept = row.evidence.iter().filter_map(|evidence| evidence.retention.as_ref());
        all.extend(lasting.chain(kept).filter_map(Duration::minutes));
    }
    all
}

/// Returns all rhythms of a row; empty where it has none that comes round.
fn rhythms(subject: &Subject<'_>, row: &Row) -> BTreeSet<i64> {
    let own = row.duties.iter().filter_map(|duty| duty.cadence.as_deref());
    let reports = row.reports.iter().filter_map(|report| report.cadence.as_deref());
    let all = own.chain(reports).chain(subject.matrix.cadence(row));
    all.filter_map(length::of_rhythm).filter(|minutes| *minutes > 0).collect()
}

/// Returns how long the time is that a text states, in minutes.
pub(super) fn minutes(found: &Captures<'_>) -> Option<i64> {
    const WORDS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let count = found["count"].to_lowercase();
    let count = match count.as_str() {
        "twelve" => 12,
        "fourteen" => 14,
        "thirty" => 30,
        word => match WORDS.iter().position(|one| *one == word) {
            Some(at) => i64::try_from(at).ok()? + 1,
            None => word.parse().ok()?,
        },
    };
    let unit = match found["unit"].to_lowercase().as_str() {
        "minute" => 1,
        "hour" => 60,
        "day" => 24 * 60,
        "week" => 7 * 24 * 60,
        "month" => 30 * 24 * 60,
        _ => 365 * 24 * 60,
    };
    Some(count * unit)
}

fn rhythm(found: &Captures<'_>) -> Option<i64> {
    let word = found.name("unit").or_else(|| found.name("word"))?.as_str().to_lowercase();
    length::of_rhythm(match word.as_str() {
        "day" | "daily" => "daily",
        "week" | "weekly" => "weekly",
        "month" | "monthly" => "monthly",
        "quarter" | "quarterly" => "quarterly",
        "semiannually" | "half-yearly" => "semiannual",
        "year" | "annually" | "yearly" => "annual",
        _ => "triennial",
    })
}
