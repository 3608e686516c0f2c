//! Which version is in force on a day.

use super::day::Day;
use super::name::{MatrixId, Version};
use super::standing::{Dispute, MatrixStanding, Replaced, Standing, State, VersionStanding};

/// What is in force on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Force {
    /// Nothing that all parties agreed to holds yet.
    Nothing,
    /// This version.
    Version(Version),
    /// This version held last, and its end has passed.
    Ended(Version),
    /// It cannot be said: by one reading `by` holds, by the other `otherwise`.
    InDoubt {
        /// The matrix and version that is contested.
        by: (MatrixId, Version),
        /// What holds if it does not.
        otherwise: Option<Version>,
    },
}

impl Force {
    /// Says whether this version of the matrix is in force, for certain or by one reading.
    pub fn may_be(&self, version: Version) -> bool {
        match self {
            Self::Version(one) => *one == version,
            Self::InDoubt { otherwise, .. } => *otherwise == Some(version),
            Self::Nothing | Self::Ended(_) => false,
        }
    }
}

impl Standing {
    /// Returns what is in force of a matrix on a day.
    pub fn in_force(&self, id: &MatrixId, day: Day) -> Force {
        self.matrices.get(id).map_or(Force::Nothing, |matrix| matrix.in_force(day))
    }
}

impl MatrixStanding {
    /// Returns what is in force on a day: the highest standing version whose day has come, unless it has ended.
    pub fn in_force(&self, day: Day) -> Force {
        let has_begun = |one: &&VersionStanding| one.begins().is_some_and(|from| from <= day);
        let begun = || self.versions.values().rev().filter(has_begun);
        let top = begun().find(|one| one.state.is_standing());
        let in_doubt = begun().find(|one| one.may_stand());
        let certain = top.map(|one| one.version);
        if let Some(doubt) = in_doubt.filter(|one| certain.is_none_or(|top| one.version > top)) {
            return Force::InDoubt { by: (doubt.id.clone(), doubt.version), otherwise: certain };
        }
        let Some(top) = top else { return Force::Nothing };
        let replaced = || self.replaced.iter().filter(|end| end.on <= day);
        if top.ends().is_some_and(|until| until <= day) || replaced().any(|end| end.is_certain) {
            return Force::Ended(top.version);
        }
        match replaced().next() {
            Some(end) => Force::InDoubt { by: (end.by.clone(), end.version), otherwise: certain },
            None => Force::Version(top.version),
        }
    }

    /// Returns what takes the place of the whole matrix on a day, where that is certain.
    pub fn replaced_on(&self, day: Day) -> Option<&Replaced> {
        self.replaced.iter().find(|end| end.is_certain && end.on == day)
    }

    /// Settles how each standing version stands on the day.
    pub(super) fn settle(&mut self, day: Day) {
        let force = self.in_force(day);
        let has_begun = |one: &VersionStanding| one.begins().is_some_and(|from| from <= day);
        let standing = self.versions.values().rev().filter(|one| one.state.is_standing());
        let top = standing.filter(|one| has_begun(one)).map(|one| one.version).next();
        for one in self.versions.values_mut().filter(|one| one.state.is_standing()) {
            one.state = match (top, &force) {
                _ if !has_begun(one) => State::Future,
                (Some(top), _) if top != one.version => State::Superseded(top),
                (_, Force::Ended(_)) => State::Ended,
                (_, Force::InDoubt { .. }) => State::InDoubt,
                (_, Force::Version(_) | Force::Nothing) => State::InForce,
            };
        }
    }
}

impl VersionStanding {
    fn begins(&self) -> Option<Day> {
        self.head.as_ref().map(|head| head.effective_from)
    }

    fn ends(&self) -> Option<Day> {
        self.head.as_ref().and_then(|head| head.effective_until)
    }

    /// Says whether all parties agreed in a reading that cannot be ruled out.
    pub(super) fn may_stand(&self) -> bool {
        matches!(self.state, State::Detached | State::Contested(Dispute::OrderUnknown | Dispute::KeyRevoked))
    }
}
