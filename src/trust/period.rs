//! What was in force of a matrix, period by period.
//!
//! [`events`] asks the judgement on every day on which it can change; [`fold`] makes periods of the answers. Periods
//! touch each other and cover all time, so every instant has exactly one. Whoever says since when or until when something
//! is in force reads it here.

use std::collections::BTreeSet;

use super::day::Day;
use super::force::Force;
use super::standing::MatrixStanding;

/// A day, and what is in force from it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The first day.
    pub day: Day,
    /// What is in force.
    pub force: Force,
}

/// Days in a row on which the same was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day; none for the beginning of time.
    pub from: Option<Day>,
    /// The first day that no longer belongs to it; none where no end is known.
    pub until: Option<Day>,
    /// What was in force.
    pub force: Force,
}

impl Period {
    /// Says whether a day belongs to the period.
    pub fn has(&self, day: Day) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }
}

/// Returns every day on which what is in force of a matrix can change, with what is in force from it on.
pub fn events(matrix: &MatrixStanding) -> Vec<Event> {
    let versions = matrix.versions.values();
    let own = versions.flat_map(|one| {
        let until = one.head.as_ref().and_then(|head| head.effective_until);
        [one.begin.possible, one.begin.certain, until]
    });
    let own = own.flatten();
    let days: BTreeSet<Day> = own.chain(matrix.replaced.iter().map(|end| end.on)).collect();
    days.into_iter().map(|day| Event { day, force: matrix.in_force(day) }).collect()
}

/// Makes periods of events, which come in the order of their days.
pub fn fold(events: impl IntoIterator<Item = Event>) -> Vec<Period> {
    let mut periods = vec![Period { from: None, until: None, force: Force::Nothing }];
    for event in events {
        let Some(last) = periods.last_mut().filter(|last| last.force != event.force) else { continue };
        last.until = Some(event.day);
        periods.push(Period { from: Some(event.day), until: None, force: event.force });
    }
    periods
}

/// Returns the periods of a matrix.
pub fn periods(matrix: &MatrixStanding) -> Vec<Period> {
    fold(events(matrix))
}

/// Returns the period that a day belongs to.
pub fn on(periods: &[Period], day: Day) -> &Period {
    let begun = periods.partition_point(|one| one.from.is_none_or(|from| from <= day));
    &periods[begun.saturating_sub(1)]
}
