//! Kind `clocks-kept`: who answers an obligation does so in the time, by the clock and from the event that its text names.
//!
//! Slower is a finding, stricter never. Where the obligation starts with somebody else's notice (`hearsFrom`), the
//! notice has to leave at least half of the time.

use serde::Deserialize;

use super::{Hit, Subject, is_part, length};
use crate::finding::Place;
use crate::matrix::{Clock, Deed, Duty, Row, Within};
use crate::pack::wording::find;
use crate::pack::{LegalClock, Obligation};

/// Deadlines, rhythms and times of keeping that the obligations of a pack set are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ClocksKept {
    /// The pack.
    pub pack: String,
    /// Only rows that name nothing else: where a row settles several things, its times may be those of another.
    #[serde(default)]
    pub own_rows: bool,
}

/// Words for an event that comes after the discovery of what happened.
const LATER: [&str; 20] = [
    "confirm",
    "declar",
    "determin",
    "validat",
    "classif",
    "verif",
    "investigat",
    "conclu",
    "signature",
    "signed",
    "signing",
    "approv",
    "complet",
    "assess",
    "analys",
    "closure",
    "closing",
    "decid",
    "decision",
    "escalat",
];

impl ClocksKept {
    /// Returns one hit for each duty that is slower than the text of its obligation.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(pack) = subject.packs.get(&self.pack) else { return Vec::new() };
        let binding = pack.obligations.iter().filter(|one| one.is_in_force());
        binding.flat_map(|one| Law { subject, one, own_rows: self.own_rows }.hits()).collect()
    }
}

/// An obligation and the matrix that answers it.
struct Law<'a> {
    subject: &'a Subject<'a>,
    one: &'a Obligation,
    own_rows: bool,
}

impl Law<'_> {
    fn hits(&self) -> Vec<Hit> {
        let rows = self.subject.matrix.rows.iter().enumerate();
        let mut hits = Vec::new();
        for (at, row) in rows.filter(|(_, row)| row.allocation.is_work()) {
            let is_meant = !self.own_rows || row.references.len() == 1;
            if is_meant && row.references.iter().any(|name| self.one.is_named_by(name)) {
                hits.extend(self.deadlines(at, row));
                hits.extend(self.rhythms(at, row));
                hits.extend(self.keeping(at, row));
            }
            hits.extend(self.notices(at, row));
        }
        hits
    }

    /// Returns the duties by which the owner answers, with their positions.
    fn answers<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = (usize, &'r Duty)> {
        row.duties.iter().enumerate().filter(|(_, duty)| {
            let side = self.subject.matrix.side(&duty.party);
            self.one.is_answered_by(duty.deed) && side.is_some_and(|side| self.one.is_of(side))
        })
    }

    fn deadlines(&self, at: usize, row: &Row) -> Vec<Hit> {
        let Some(clock) = &self.one.clock else { return Vec::new() };
        let mut hits = Vec::new();
        let mut is_timed = false;
        let mut is_answered = false;
        for (duty_at, duty) in self.answers(row) {
            is_answered = true;
            let Some(within) = &duty.within else {
                let rhythm = duty.cadence.as_deref().or(row.cadence.as_deref());
                let rhythm = rhythm.and_then(length::of_rhythm);
                is_timed |= rhythm.zip(allowed(clock)).is_some_and(|(rhythm, allowed)| rhythm <= allowed);
                continue;
            };
            is_timed = true;
            let fault = slower(within, clock).or_else(|| self.later(within, clock));
            let place = Place::value(format!("/rows/{at}/duties/{duty_at}/within"));
            hits.extend(fault.map(|what| self.hit(Hit::in_row(at, place), what)));
        }
        if is_answered && !is_timed {
            let what = format!("has no deadline, and the text sets {}", says(clock));
            hits.push(self.hit(Hit::in_row(at, Place::key(format!("/rows/{at}/duties"))), what));
        }
        hits
    }

    fn rhythms(&self, at: usize, row: &Row) -> Option<Hit> {
        let longest = length::of_rhythm(self.one.cadence.as_deref()?)?;
        let rhythm =
            |duty: &Duty| duty.cadence.as_deref().or(row.cadence.as_deref()).and_then(length::of_rhythm);
        let shortest = self.answers(row).filter_map(|(_, duty)| rhythm(duty)).min()?;
        let what = format!("comes less often than the text asks: {}", self.one.cadence.as_deref()?);
        let place = || Place::value(format!("/rows/{at}/cadence"));
        let place = if row.cadence.is_some() { place() } else { Place::key(format!("/rows/{at}/duties")) };
        (shortest > longest).then(|| self.hit(Hit::in_row(at, place), what))
    }

    fn keeping(&self, at: usize, row: &Row) -> Vec<Hit> {
        let Some(least) = self.one.retain.as_ref() else { return Vec::new() };
        let Some(minutes) = least.time.minutes() else { return Vec::new() };
        let short = |kept: Option<&crate::matrix::Duration>| {
            kept.filter(|kept| kept.minutes().is_some_and(|kept| kept < minutes)).cloned()
        };
        let keeps = |duty: &Duty| matches!(duty.deed, Deed::RetainEvidence | Deed::Perform);
        let duties = row.duties.iter().enumerate().filter(|(_, duty)| keeps(duty));
        let duties = duties.filter_map(|(which, duty)| {
            Some((format!("/rows/{at}/duties/{which}/for"), short(duty.lasting.as_ref())?))
        });
        let evidence = row.evidence.iter().enumerate().filter_map(|(which, evidence)| {
            Some((format!("/rows/{at}/evidence/{which}/retention"), short(evidence.retention.as_ref())?))
        });
        let hit = |(pointer, kept): (String, crate::matrix::Duration)| {
            let what = format!("keeps for {}, and the text asks for {}", kept.words(), least.time.words());
            self.hit(Hit::in_row(at, Place::value(pointer)), what)
        };
        duties.chain(evidence).map(hit).collect()
    }

    /// Returns the notices that start the owner's clock and come too late for it.
    fn notices(&self, at: usize, row: &Row) -> Vec<Hit> {
        let Some(clock) = self.one.clock.as_ref().filter(|_| self.is_heard_from(row)) else {
            return Vec::new();
        };
        let Some(half) = allowed(clock).map(|minutes| minutes / 2) else { return Vec::new() };
        let other =
            |duty: &Duty| self.subject.matrix.side(&duty.party).is_some_and(|side| !self.one.is_of(side));
        let duties = row.duties.iter().enumerate();
        let notices = duties.filter(|(_, duty)| duty.deed == Deed::Notify && other(duty));
        let fault = |within: &Within| {
            if length::of_deadline(within).is_some_and(|minutes| minutes > half) {
                return Some(format!(
                    "tells within {}{}, which can use up more than half of the {} for {}",
                    within.time.words(),
                    business(within),
                    clock.time.words(),
                    self.one.title
                ));
            }
            self.later(within, clock)
        };
        notices
            .filter_map(|(which, duty)| {
                let what = fault(duty.within.as_ref()?)?;
                let place = Place::value(format!("/rows/{at}/duties/{which}/within"));
                Some(self.hit(Hit::in_row(at, place), what))
            })
            .collect()
    }

    /// Says that a time is counted from an event that comes after the one of the text, or has nothing to do with it.
    fn later(&self, within: &Within, clock: &LegalClock) -> Option<String> {
        let (law, own) = (clock.of.as_deref()?, within.of.as_deref()?);
        let start = own.to_ascii_lowercase();
        let is_later = if law.to_ascii_lowercase().contains("discover") {
            !start.contains("discover") && LATER.iter().any(|word| find(&start, word).is_some())
        } else {
            // What an agreement settles may count from an event of its own.
            !self.own_rows && !shares_word(law, &start)
        };
        is_later.then(|| format!("counts from `{own}`, and the text from {law}"))
    }

    fn is_heard_from(&self, row: &Row) -> bool {
        self.one.hears_from.iter().any(|name| {
            row.references.contains(name) || row.controls.iter().any(|own| is_part(self.subject, own, name))
        })
    }

    fn hit(&self, hit: Hit, what: String) -> Hit {
        let source = if self.one.source.is_empty() { &self.one.reference } else { &self.one.source };
        hit.with("what", what).with("obligation", &self.one.title).with("source", source)
    }
}

fn allowed(clock: &LegalClock) -> Option<i64> {
    length::of_deadline(&Within { time: clock.time.clone(), of: None, clock: clock.clock })
}

fn business(within: &Within) -> &'static str {
    if within.clock == Some(Clock::Business) { " of business time" } else { "" }
}

fn says(clock: &LegalClock) -> String {
    let of = clock.of.as_ref().map(|of| format!(" of {of}")).unwrap_or_default();
    format!("{}{of}", clock.time.words())
}

fn slower(within: &Within, clock: &LegalClock) -> Option<String> {
    let longest = length::of_deadline(within)?;
    (longest > allowed(clock)?).then(|| {
        format!("takes {}{}, and the text sets {}", within.time.words(), business(within), says(clock))
    })
}

/// Returns whether a text in lower case has a word of another, by their beginnings.
fn shares_word(one: &str, start: &str) -> bool {
    super::label::words(one)
        .filter(|word| word.len() > 3)
        .any(|word| find(start, word.get(..5).unwrap_or(&word)).is_some())
}
