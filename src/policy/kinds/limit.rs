//! Times in words that a duty of the row does not keep: slower than its sentence, by another clock, kept for less.

use std::sync::LazyLock;

use super::figures::minutes;
use super::label::words;
use crate::matrix::{Clock, Deed, Duty, Row, Within};
use crate::pack::wording::find;
use crate::policy::given::{Captures, Regex};

const COUNT: &str =
    r"(?P<count>\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty)";

/// "no later than 24 hours after employment ends", with the event.
static LIMIT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?:within|no later than|not later than|at most|at the latest) {COUNT} (?P<kind>business |working |calendar |wall )?(?P<unit>minute|hour|day|week|month|year)s?(?: (?:of|after|from|following) (?P<event>[^,;.]{{3,80}}))?",
    ))
});
/// A time of any kind that a sentence states: "in 14 days", "within 30".
static STATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?:within|than|most|in|another|latest) (?:a |an )?{COUNT}\b|\b{}(?: \w+)? (?:minute|hour|day|week|month|year)s?\b",
        COUNT.replace("P<count>", ":")
    ))
});
/// "for six years", "kept 12 months".
static KEPT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?:for|kept|keep|hold|held) (?:at least |a further )?{COUNT} (?P<unit>day|week|month|year)s?\b",
    ))
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("this pattern is ours")
}

/// Returns each duty that does not keep a time which the words of the row state, with these and what it says.
pub(super) fn faults(row: &Row) -> Vec<(usize, String, String)> {
    let activity = row.activity.as_deref().unwrap_or_default();
    let details = row.shared.as_ref().and_then(|shared| shared.details.as_deref()).unwrap_or_default();
    let limits: Vec<Captures<'_>> = LIMIT.captures_iter(activity).collect();
    // Where a sentence states several times, nobody can tell by words which one is for which duty.
    let only = (STATED.find_iter(activity).count() == 1).then(|| limits.first()).flatten();
    let is_stated = |duty: &Duty| {
        let own = duty.within.as_ref().and_then(|within| within.time.minutes());
        LIMIT.captures_iter(details).any(|limit| minutes(&limit) == own)
    };
    let notice = begins_with_notice(activity).then(|| row.duties.iter().position(is_notice)).flatten();
    let duties = row.duties.iter().enumerate();
    duties
        .filter_map(|(which, duty)| {
            let slower =
                || only.filter(|_| !is_stated(duty)).and_then(|it| slower(it, duty, notice == Some(which)));
            let other = || limits.iter().find_map(|limit| other_clock(limit, duty));
            let (said, what) = own_words(duty).or_else(slower).or_else(other)?;
            Some((which, said, what))
        })
        .collect()
}

/// The first word of an activity says whether it is a notice.
fn begins_with_notice(activity: &str) -> bool {
    let first = activity.to_lowercase();
    ["notif", "tell", "report", "inform", "call", "send", "give notice"]
        .iter()
        .any(|it| find(&first, it) == Some(0))
}

fn is_notice(duty: &Duty) -> bool {
    duty.deed == Deed::Notify && duty.within.is_some()
}

/// Says that a duty takes longer than a sentence allows, where both start with one event or it is the notice meant.
fn slower(limit: &Captures<'_>, duty: &Duty, is_meant: bool) -> Option<(String, String)> {
    let within = of_act(duty)?;
    let is_late = within.time.minutes()? > minutes(limit)?;
    (is_late && (is_meant || is_same_event(limit, within)))
        .then(|| (words_of(limit), format!("a duty takes {}", within.time.words())))
}

/// Says that a duty counts business hours where a sentence counts all.
fn other_clock(limit: &Captures<'_>, duty: &Duty) -> Option<(String, String)> {
    let within = of_act(duty)?;
    let counts_all = limit.name("kind").is_none() && limit["unit"].eq_ignore_ascii_case("hour");
    let is_other = within.clock == Some(Clock::Business) && within.time.minutes()? == minutes(limit)?;
    (counts_all && is_other && is_same_event(limit, within))
        .then(|| (words_of(limit), "a duty counts business hours only".to_owned()))
}

fn of_act(duty: &Duty) -> Option<&Within> {
    duty.within.as_ref().filter(|_| matches!(duty.deed.counts(), Deed::Perform | Deed::Notify))
}

fn words_of(limit: &Captures<'_>) -> String {
    limit[0].split(" after ").next().unwrap_or_default().to_owned()
}

/// Returns whether two descriptions of an event share a word that tells it from others.
fn is_same_event(limit: &Captures<'_>, within: &Within) -> bool {
    let Some(event) = limit.name("event").map(|event| event.as_str()) else { return false };
    let own = within.of.as_deref().unwrap_or_default().to_lowercase();
    let stem = |word: &str| word.get(..5).unwrap_or(word).to_owned();
    words(event).filter(|word| word.len() > 3).any(|word| find(&own, &stem(&word)).is_some())
}

/// Says that a duty's own words state another time than its fields.
fn own_words(duty: &Duty) -> Option<(String, String)> {
    let text = duty.text.as_deref()?;
    duty.lasting.as_ref().and_then(|lasting| {
        let found = KEPT.captures(text)?;
        let is_other = differ(minutes(&found)?, lasting.minutes()?);
        is_other.then(|| (found[0].to_owned(), format!("its duty lasts {}", lasting.words())))
    })
}

/// Twelve months and a year are one time.
fn differ(one: i64, two: i64) -> bool {
    (one - two).abs() * 50 > one.max(two)
}
