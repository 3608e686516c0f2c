//! Kind `usual-time-kept`: work for which the framework names no time does not take longer than is usual.

use serde::Deserialize;

use super::{Hit, Subject, length};
use crate::finding::Place;
use crate::matrix::{Clock, Deed, Duty, Row, Within};
use crate::pack::wording::{Usual, find};

/// The usual times of a catalogue are kept.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsualTimeKept {
    /// The catalogue.
    pub catalog: String,
}

impl UsualTimeKept {
    /// Returns one hit for each duty that may take longer.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate().filter(|(_, row)| row.allocation.is_work());
        rows.flat_map(|(at, row)| self.row(subject, at, row)).collect()
    }

    fn row(&self, subject: &Subject<'_>, at: usize, row: &Row) -> Vec<Hit> {
        let usual = self.usual(subject, row);
        if usual.is_empty() {
            return Vec::new();
        }
        let duties = row.duties.iter().enumerate();
        let hit = |(which, duty): (usize, &Duty)| {
            let within = duty.within.as_ref().filter(|_| acts(duty))?;
            let longest = length::of_deadline(within)?;
            let one = usual.iter().find(|one| is_about(one, within) && is_longer(longest, one))?;
            let business = if within.clock == Some(Clock::Business) { " of business time" } else { "" };
            let takes = format!("{}{business}", within.time.words());
            let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/duties/{which}/within")));
            let hit = hit.with("takes", takes).with("usual", one.time.words());
            Some(hit.with("of", &one.of))
        };
        duties.filter_map(hit).collect()
    }

    /// Returns the usual times for the controls of a row.
    fn usual<'a>(&self, subject: &Subject<'a>, row: &Row) -> Vec<&'a Usual> {
        let Some(catalogue) = subject.packs.catalogue(&self.catalog) else { return Vec::new() };
        let own = row.controls.iter().filter_map(|name| name.strip_prefix(&self.catalog)?.strip_prefix(':'));
        let controls = own.filter_map(|id| catalogue.get(id));
        controls.flat_map(|control| catalogue.lineage(control).flat_map(|above| &above.usual)).collect()
    }
}

fn acts(duty: &Duty) -> bool {
    matches!(duty.deed.counts(), Deed::Perform | Deed::Notify)
}

/// The event that starts the clock says what the time is of.
fn is_about(usual: &Usual, within: &Within) -> bool {
    let event = within.of.as_deref().unwrap_or_default().to_lowercase();
    usual.about.iter().any(|word| find(&event, word).is_some())
}

fn is_longer(longest: i64, usual: &Usual) -> bool {
    usual.time.minutes().is_some_and(|minutes| longest > minutes)
}
