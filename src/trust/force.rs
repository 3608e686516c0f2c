//! Which version is in force on a day.
//!
//! Numbers order versions: of those that have begun, the highest is in force, unless it has ended. Where a version is in
//! question, every answer that a reading gives is named.

use super::day::Day;
use super::name::{MatrixId, Version};
use super::standing::{MatrixStanding, Replaced, Standing, State, VersionStanding};

/// One answer to what is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// Nothing that all parties agreed to holds yet.
    Nothing,
    /// This version held last, and its end has passed.
    Ended(Version),
    /// This version.
    Version(Version),
}

impl Answer {
    /// Returns the version that is in force by this answer.
    pub fn version(&self) -> Option<Version> {
        match self {
            Self::Version(version) => Some(*version),
            Self::Nothing | Self::Ended(_) => None,
        }
    }
}

/// What is in force on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Force {
    /// Nothing that all parties agreed to holds yet.
    Nothing,
    /// This version.
    Version(Version),
    /// This version held last, and its end has passed.
    Ended(Version),
    /// It cannot be said.
    InDoubt {
        /// The matrix and version that is in question.
        by: (MatrixId, Version),
        /// Every answer that is possible, the highest version first.
        readings: Vec<Answer>,
    },
}

impl Force {
    /// Says whether this version of the matrix is in force, for certain or by one reading.
    pub fn may_be(&self, version: Version) -> bool {
        self.readings().contains(&Answer::Version(version))
    }

    /// Returns every answer that is possible: one, or several in doubt.
    pub fn readings(&self) -> Vec<Answer> {
        match self {
            Self::Nothing => vec![Answer::Nothing],
            Self::Version(version) => vec![Answer::Version(*version)],
            Self::Ended(version) => vec![Answer::Ended(*version)],
            Self::InDoubt { readings, .. } => readings.clone(),
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
    /// Returns what is in force on a day: the highest version that has begun, unless it has ended.
    pub fn in_force(&self, day: Day) -> Force {
        let mut readings = Vec::new();
        let mut by = None;
        let mut is_settled = false;
        for one in self.versions.values().rev().filter(|one| one.may_have_begun(day)) {
            let (answers, end) = self.answers(one, day);
            let doubt = end.filter(|_| answers.len() > 1).map(|end| (end.by.clone(), end.version));
            readings.extend(answers);
            is_settled = one.has_begun(day);
            by = by.or(doubt).or_else(|| (!is_settled).then(|| (one.id.clone(), one.version)));
            if is_settled {
                break;
            }
        }
        if !is_settled {
            readings.push(Answer::Nothing);
        }
        match (by, readings.as_slice()) {
            (_, [Answer::Version(version)]) => Force::Version(*version),
            (_, [Answer::Ended(version)]) => Force::Ended(*version),
            (Some(by), _) => Force::InDoubt { by, readings },
            (None, _) => Force::Nothing,
        }
    }

    /// Returns what a version that has begun comes to on a day, with the replacement that decides it.
    fn answers(&self, one: &VersionStanding, day: Day) -> (Vec<Answer>, Option<&Replaced>) {
        let (holds, ended) = (Answer::Version(one.version), Answer::Ended(one.version));
        if one.ends().is_some_and(|until| until <= day) {
            return (vec![ended], None);
        }
        let mut ends = self.replaced.iter().filter(|end| end.on <= day && one.version <= end.ends);
        let certain = ends.clone().find(|end| end.is_certain);
        match certain.or_else(|| ends.next()) {
            None => (vec![holds], None),
            Some(end) if end.is_certain => (vec![ended], Some(end)),
            Some(end) => (vec![holds, ended], Some(end)),
        }
    }

    /// Returns the first day on which a version is the highest of its matrix that has begun, and whether that is certain.
    pub(super) fn takes_over(&self, one: &VersionStanding) -> Vec<(Day, bool)> {
        let higher = || self.versions.range(one.version..).skip(1).map(|(_, other)| other);
        let certain = one.begin.certain.filter(|day| !higher().any(|other| other.may_have_begun(*day)));
        let possible = one.begin.possible.filter(|day| !higher().any(|other| other.has_begun(*day)));
        let possible = possible.filter(|day| certain.is_none_or(|certain| *day < certain));
        possible.map(|day| (day, false)).into_iter().chain(certain.map(|day| (day, true))).collect()
    }

    /// Returns what takes the place of the whole matrix on a day, where that is certain.
    pub fn replaced_on(&self, day: Day) -> Option<&Replaced> {
        self.replaced.iter().find(|end| end.is_certain && end.on == day)
    }

    /// Settles how each final version stands on the day.
    pub(super) fn settle(&mut self, day: Day) {
        let force = self.in_force(day);
        let top = self.versions.values().rev().find(|one| one.has_begun(day)).map(|one| one.version);
        for one in self.versions.values_mut().filter(|one| one.state.is_final()) {
            one.state = match top {
                _ if one.begin.possible.is_none() => State::Ended,
                _ if !one.may_have_begun(day) => State::Future,
                Some(top) if top > one.version => State::Superseded(top),
                _ => match force {
                    Force::Ended(version) if version == one.version => State::Ended,
                    Force::Version(version) if version == one.version => State::InForce,
                    _ => State::InDoubt,
                },
            };
        }
    }
}

impl VersionStanding {
    /// Says whether the version has begun on a day, in every reading.
    pub fn has_begun(&self, day: Day) -> bool {
        self.begin.certain.is_some_and(|from| from <= day)
    }

    /// Says whether the version has begun on a day, in some reading.
    pub fn may_have_begun(&self, day: Day) -> bool {
        self.begin.possible.is_some_and(|from| from <= day)
    }

    fn ends(&self) -> Option<Day> {
        self.head.as_ref().and_then(|head| head.effective_until)
    }

    /// Says whether the version is final in one reading and not in another.
    pub(super) fn may_be_final(&self) -> bool {
        matches!(self.state, State::InQuestion(_))
    }
}
