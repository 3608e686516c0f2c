//! What a matrix has to say about something on a day, in a word and in words.

use serde::Serialize;

use crate::project::words::{self, Names};
use crate::trust::force::Force;
use crate::trust::period::Period;
use crate::trust::standing::MatrixStanding;

/// What a matrix says about what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A version in force has rows for it.
    InForce,
    /// It cannot be said which of several readings holds.
    InDoubt,
    /// A version is in force and has no row for it.
    Absent,
    /// All have agreed, and the first day had not come.
    NotYet,
    /// What held last has ended.
    Ended,
    /// Nobody had agreed to anything.
    Nothing,
}

impl Standing {
    /// Returns what is to be said of what is in force; `is_coming` says that an agreed version waits for its day.
    pub(super) fn of(force: &Force, has_rows: bool, is_coming: bool) -> Self {
        match force {
            Force::Nothing if is_coming => Self::NotYet,
            Force::Nothing => Self::Nothing,
            Force::Ended(_) => Self::Ended,
            Force::InDoubt { .. } if has_rows => Self::InDoubt,
            Force::Version(_) if has_rows => Self::InForce,
            Force::InDoubt { .. } | Force::Version(_) => Self::Absent,
        }
    }

    /// Says what holds in a period, and who by it.
    pub(super) fn says(self, now: &Period, matrix: &MatrixStanding, names: &Names) -> String {
        let why = self.why(now, matrix, names);
        match self {
            Self::InForce | Self::Nothing => why,
            Self::InDoubt => format!("it cannot be said who: {why}"),
            Self::NotYet => format!("nobody yet: {why}"),
            Self::Absent | Self::Ended => format!("nobody: {why}"),
        }
    }

    /// Says what holds in a period.
    pub(super) fn why(self, now: &Period, matrix: &MatrixStanding, names: &Names) -> String {
        let until = now.until.map(|day| format!(", no longer on {day}")).unwrap_or_default();
        let from = now.from.map(|day| day.to_string()).unwrap_or_default();
        match &now.force {
            Force::InDoubt { .. } if self == Self::Absent => {
                "it cannot be said which version is in force, and none that may be has a row for it"
                    .to_owned()
            }
            Force::InDoubt { by, readings } => words::doubt(by, readings, matrix, names),
            Force::Version(version) if self == Self::Absent => {
                format!("version {version} is in force from {from}{until}, and has no row for it")
            }
            Force::Version(version) => format!("version {version} is in force from {from}{until}"),
            Force::Ended(version) => {
                let by = now.from.and_then(|day| matrix.replaced_on(day));
                let next = by.map_or("nothing has taken its place".to_owned(), |end| {
                    format!("{} {} took its place", end.by, end.version)
                });
                format!("version {version} ended on {from}, and {next}")
            }
            Force::Nothing if self == Self::NotYet => {
                "all had agreed, but the first day had not come".to_owned()
            }
            Force::Nothing => "nobody had agreed to anything".to_owned(),
        }
    }
}
