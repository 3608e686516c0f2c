//! What holds of a matrix on a day: one reading, or two where it is in doubt which version is in force.

use serde::Serialize;

use super::Ledger;
use super::agreed::Agreed;
use super::row::RowAnswer;
use super::subject::Subject;
use crate::error::Result;
use crate::project::words::Names;
use crate::trust::force::{Answer, Force};
use crate::trust::name::{MatrixId, Version};
use crate::trust::period::Period;

/// What holds of a matrix, by one reading where there are several.
#[derive(Clone, Debug, Serialize)]
pub struct Reading {
    /// Under which condition, where it is not certain.
    #[serde(rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The version in force; none where by this reading nothing is.
    pub version: Option<String>,
    /// The first day on which it was in force.
    pub from: Option<String>,
    /// The first day on which it no longer was; none where no end is known.
    pub until: Option<String>,
    /// The rows that answer.
    pub rows: Vec<RowAnswer>,
    /// Who agreed to the version.
    pub agreed: Option<Agreed>,
}

impl Ledger<'_> {
    /// Returns what holds in a period by each reading; none where nothing does.
    ///
    /// # Errors
    /// Where a text cannot be read.
    pub(super) fn readings(
        &self,
        id: &MatrixId,
        now: &Period,
        subject: &Subject<'_>,
    ) -> Result<Vec<Reading>> {
        match &now.force {
            Force::Nothing | Force::Ended(_) => Ok(Vec::new()),
            Force::Version(version) => Ok(vec![self.reading(id, *version, now, subject)?]),
            Force::InDoubt { by, readings } => {
                readings.iter().map(|one| self.possible(id, *one, by, now, subject)).collect()
            }
        }
    }

    /// Returns one of several possible readings, with the condition under which it holds.
    fn possible(
        &self,
        id: &MatrixId,
        answer: Answer,
        by: &(MatrixId, Version),
        now: &Period,
        subject: &Subject<'_>,
    ) -> Result<Reading> {
        let is_own = by.0 == *id;
        let name = named(id, by);
        match answer {
            Answer::Version(version) if is_own && version == by.1 => {
                let condition = Some(format!("if {name} stands"));
                Ok(Reading { condition, ..self.reading(id, version, now, subject)? })
            }
            Answer::Version(version) => Ok(Reading {
                condition: Some(format!("if {name} does not stand")),
                from: self.begins(id, version),
                ..self.reading(id, version, now, subject)?
            }),
            Answer::Ended(_) if !is_own => {
                Ok(nobody(format!("if {name} stands, which takes the place of this matrix")))
            }
            Answer::Ended(version) if version == by.1 => {
                Ok(nobody(format!("if {name} stands, which has ended")))
            }
            Answer::Ended(_) | Answer::Nothing => Ok(nobody(format!("if {name} does not stand"))),
        }
    }

    fn begins(&self, id: &MatrixId, version: Version) -> Option<String> {
        self.version(id, version)?.begin.possible.map(|day| day.to_string())
    }

    fn reading(
        &self,
        id: &MatrixId,
        version: Version,
        now: &Period,
        subject: &Subject<'_>,
    ) -> Result<Reading> {
        let text = self.agreed_text(id, version)?;
        let names = Names::of_matrix(&text);
        Ok(Reading {
            condition: None,
            version: Some(version.to_string()),
            from: now.from.map(|day| day.to_string()),
            until: now.until.map(|day| day.to_string()),
            rows: subject.answers_in(&text),
            agreed: self.version(id, version).map(|one| Agreed::of(self, one, &names)),
        })
    }
}

/// Returns the highest version that holds by any reading, or that held last.
pub(super) fn certain(force: &Force) -> Option<Version> {
    match force {
        Force::Nothing => None,
        Force::Version(version) | Force::Ended(version) => Some(*version),
        Force::InDoubt { readings, .. } => readings.iter().filter_map(Answer::version).max(),
    }
}

fn named(id: &MatrixId, by: &(MatrixId, Version)) -> String {
    if by.0 == *id { format!("version {}", by.1) } else { format!("{} {}", by.0, by.1) }
}

fn nobody(condition: String) -> Reading {
    Reading {
        condition: Some(condition),
        version: None,
        from: None,
        until: None,
        rows: Vec::new(),
        agreed: None,
    }
}
