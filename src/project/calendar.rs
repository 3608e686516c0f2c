//! When the versions of a matrix are in force, as of a day: by the same periods that the ledger answers from.

use crate::trust::day::Day;
use crate::trust::force::Force;
use crate::trust::name::{MatrixId, Version};
use crate::trust::period::{self, Period};
use crate::trust::standing::{MatrixStanding, VersionStanding};

/// The periods of a matrix, and the day from which they are told.
#[derive(Clone, Debug)]
pub struct Calendar<'a> {
    pub(crate) matrix: &'a MatrixStanding,
    periods: Vec<Period>,
    today: Day,
}

impl<'a> Calendar<'a> {
    /// Computes the periods of a matrix that was judged on this day.
    pub fn of(matrix: &'a MatrixStanding, today: Day) -> Self {
        Self { matrix, periods: period::periods(matrix), today }
    }

    /// Returns the period that the day belongs to.
    pub fn now(&self) -> &Period {
        period::on(&self.periods, self.today)
    }

    /// Returns the period after the one that the day belongs to, if any is known.
    pub(crate) fn next(&self) -> Option<&Period> {
        self.now().until.map(|day| period::on(&self.periods, day))
    }

    /// Returns the version in force on the day.
    pub(crate) fn in_force(&self) -> Option<&'a VersionStanding> {
        match self.now().force {
            Force::Version(version) => self.matrix.versions.get(&version),
            Force::Nothing | Force::Ended(_) | Force::InDoubt { .. } => None,
        }
    }

    /// Returns the periods in which exactly this version is in force.
    pub(crate) fn held(&self, version: Version) -> impl Iterator<Item = &Period> {
        self.periods.iter().filter(move |one| one.force == Force::Version(version))
    }

    /// Says when a version that was agreed is in force, and what takes its place.
    pub(crate) fn says(&self, one: &VersionStanding) -> String {
        let held: Vec<String> = self.held(one.version).map(|period| self.period(period)).collect();
        if held.is_empty() { self.never(one) } else { held.join("; ") }
    }

    fn period(&self, period: &Period) -> String {
        let from = period.from.map(|day| day.to_string()).unwrap_or_default();
        let begun = if period.has(self.today) {
            "in force since"
        } else if self.has_come(period.from) {
            "was in force from"
        } else {
            "agreed by all; comes into force on"
        };
        let end = period.until.map(|day| self.end(day)).unwrap_or_default();
        format!("{begun} {from}{end}")
    }

    /// Says what becomes on a day of the version that was in force before.
    fn end(&self, day: Day) -> String {
        let takes = if self.has_come(Some(day)) { "took" } else { "takes" };
        match &period::on(&self.periods, day).force {
            Force::Version(next) => format!(", until {next} {takes} its place on {day}"),
            Force::InDoubt { by, .. } => format!(", in doubt from {day}, when {}", self.may_take(by, day)),
            Force::Ended(_) | Force::Nothing => match self.matrix.replaced_on(day) {
                Some(end) => format!(", until {} {} {takes} its place on {day}", end.by, end.version),
                None => format!(", no longer on {day}"),
            },
        }
    }

    /// Says why a version that was agreed holds on no day, or on none for certain.
    fn never(&self, one: &VersionStanding) -> String {
        let Some(from) = one.begin.possible else {
            return "agreed by all; never in force: its end is not after its first day".to_owned();
        };
        let doubt = self.periods.iter().find_map(|period| match &period.force {
            Force::InDoubt { by, .. } if period.force.may_be(one.version) => Some(by),
            _ => None,
        });
        if let Some(by) = doubt {
            return format!("agreed from {from}, but {}", self.may_take(by, from));
        }
        let (is, has) = if self.has_come(Some(from)) { ("was", "had") } else { ("is", "has") };
        let instead = match &period::on(&self.periods, from).force {
            Force::Version(other) => format!("{other} {is} in force"),
            Force::InDoubt { .. } => format!("it {is} in doubt which other version {is} in force"),
            Force::Ended(_) | Force::Nothing => format!("the matrix {has} ended"),
        };
        format!("agreed by all; never in force: on its first day, {from}, {instead}")
    }

    /// Says that a contested version may take the place of another: "1.1 may have taken its place".
    fn may_take(&self, by: &(MatrixId, Version), day: Day) -> String {
        let own = self.matrix.versions.get(&by.1).is_some_and(|one| one.id == by.0);
        let name = if own { by.1.to_string() } else { format!("{} {}", by.0, by.1) };
        let takes = if self.has_come(Some(day)) { "have taken" } else { "take" };
        format!("{name} may {takes} its place")
    }

    fn has_come(&self, day: Option<Day>) -> bool {
        day.is_none_or(|day| day <= self.today)
    }
}
