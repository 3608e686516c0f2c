//! Deadlines and rhythms: which are new, shorter, longer or not to be compared, for whom and in which row.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::phrase::Speaker;
use crate::diff::{Change, Class, RowId};
use crate::matrix::Deed;

/// What became of a deadline or a rhythm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Time {
    /// There was none.
    New,
    /// Less time, or more often.
    Shorter,
    /// More time, less often, or none any more.
    Longer,
    /// Another clock or another start.
    Other,
}

impl Time {
    pub(super) const ALL: [Self; 4] = [Self::New, Self::Shorter, Self::Longer, Self::Other];

    /// Returns what a party has, to be followed by a number of rows.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::New => "new deadline or rhythm in",
            Self::Shorter => "shorter deadline or rhythm in",
            Self::Longer => "longer deadline or rhythm, or none any more, in",
            Self::Other => "deadline by another clock or start in",
        }
    }

    fn of(change: &Change) -> Option<Self> {
        match change.class {
            Class::DeadlineTightened if change.before.is_null() => Some(Self::New),
            Class::DeadlineTightened => Some(Self::Shorter),
            Class::DeadlineLoosened => Some(Self::Longer),
            Class::DeadlineChanged => Some(Self::Other),
            _ => None,
        }
    }
}

/// All deadlines and rhythms of rows that changed, by party; those of nobody in particular under an empty name.
#[derive(Default)]
pub(super) struct Times<'a> {
    all: BTreeMap<(&'a str, Time), BTreeMap<&'a RowId, Vec<String>>>,
}

impl<'a> Times<'a> {
    pub(super) fn of(speaker: &Speaker<'a>) -> Self {
        let mut times = Self::default();
        for change in &speaker.diff.changes {
            let Some(row) = &change.row else { continue };
            times.note(speaker, row, change);
            for (party, said) in arriving(speaker, row, change) {
                times.push(party, Time::New, row, said);
            }
        }
        for effect in &speaker.diff.effects {
            for deadline in &effect.new_deadlines {
                times.push(&effect.party, Time::New, &deadline.row, speaker.new_deadline(deadline));
            }
        }
        times
    }

    fn note(&mut self, speaker: &Speaker<'a>, row: &'a RowId, change: &'a Change) {
        let Some(time) = Time::of(change) else { return };
        // The effects have those of duties, with the ones that arrive with a duty.
        if time == Time::New && change.field == "duties.within" && change.party.is_some() {
            return;
        }
        let said = speaker.timing(change);
        match &change.party {
            Some(party) => self.push(party, time, row, said),
            None => {
                let workers = workers(speaker, row);
                let parties = if workers.is_empty() { BTreeSet::from([""]) } else { workers };
                parties.into_iter().for_each(|party| self.push(party, time, row, said.clone()));
            }
        }
    }

    fn push(&mut self, party: &'a str, time: Time, row: &'a RowId, said: String) {
        let list = self.all.entry((party, time)).or_default().entry(row).or_default();
        if !list.contains(&said) {
            list.push(said);
        }
    }

    /// Returns the rows of a party with what is said of each, in the order of the rows.
    pub(super) fn rows(&self, speaker: &Speaker<'_>, party: &str, time: Time) -> Vec<String> {
        let Some(by_row) = self.all.get(&(party, time)) else { return Vec::new() };
        let rows = speaker.diff.rows.iter().filter_map(|facts| {
            let all = by_row.get(&facts.row)?;
            // A rhythm of the row says nothing beside the same one of a duty.
            let repeats =
                |one: &str| all.iter().any(|other| other != one && other.ends_with(&format!(" {one}")));
            let said: Vec<&str> = all.iter().map(String::as_str).filter(|one| !repeats(one)).collect();
            Some(format!("{}: {}", speaker.row(&facts.row), said.join("; ")))
        });
        rows.collect()
    }

    /// Returns in how many rows somebody has such a deadline or rhythm.
    pub(super) fn count(&self, time: Time) -> usize {
        let rows = self.all.iter().filter(|((_, kind), _)| *kind == time).flat_map(|(_, rows)| rows.keys());
        rows.collect::<BTreeSet<_>>().len()
    }

    /// Returns the parties that have any.
    pub(super) fn parties(&self) -> BTreeSet<&'a str> {
        self.all.keys().map(|(party, _)| *party).collect()
    }
}

/// Returns the parties that do the work of a row now.
fn workers<'a>(speaker: &Speaker<'a>, row: &RowId) -> BTreeSet<&'a str> {
    speaker.told(row).map(|told| told.doing(|deed| deed.counts() == Deed::Perform)).unwrap_or_default()
}

/// Returns the rhythms that come with duties which are new to their party.
fn arriving<'a>(speaker: &Speaker<'a>, row: &'a RowId, change: &'a Change) -> Vec<(&'a str, String)> {
    let rhythm = |duty: &'a Value| {
        let party = duty.get("party")?.as_str()?;
        let deed: Deed = serde_json::from_value(duty.get("do")?.clone()).ok()?;
        let cadence = speaker.rhythm(duty.get("cadence")?);
        Some((party, format!("{} {cadence}", deed.says())))
    };
    match change.field.as_str() {
        "duties" => rhythm(&change.after).into_iter().collect(),
        "rows" if change.class == Class::RowAdded => {
            let duties = change.after.get("duties").and_then(Value::as_array).into_iter().flatten();
            let mut all: Vec<(&str, String)> = duties.filter_map(rhythm).collect();
            if let Some(cadence) = change.after.get("cadence") {
                let said = speaker.rhythm(cadence);
                all.extend(workers(speaker, row).into_iter().map(|party| (party, said.clone())));
            }
            all.retain(|(party, _)| change.takes_on.iter().any(|to| to == party));
            all
        }
        _ => Vec::new(),
    }
}
