//! Who owned something on a day: the answer of every matrix that has it.

use std::rc::Rc;

use serde::Serialize;

use super::agreed::Agreed;
use super::note::{Coming, Contest, Desk};
use super::period::{self, Period};
use super::row::RowAnswer;
use super::subject::{Meant, Subject};
use super::{Ledger, TOOL};
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::report::NOT_IN_FORCE;
use crate::status::words::{Names, not_in_force};
use crate::trust::force::Force;
use crate::trust::name::{MatrixId, Version};
use crate::trust::standing::MatrixStanding;

/// What a matrix says about what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A version in force has rows for it.
    InForce,
    /// It cannot be said which of two readings holds.
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

/// The answer of one matrix.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The matrix's id.
    pub matrix: String,
    /// What people call it.
    pub title: String,
    /// What it says.
    pub standing: Standing,
    /// The same in words.
    pub says: String,
    /// What holds: one reading, or two where it is in doubt, or none.
    pub readings: Vec<Reading>,
    /// The version that held last, where it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<String>,
    /// Since when nothing holds, where it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Versions that were agreed and whose day had not come.
    pub coming: Vec<Coming>,
    /// Statements that dispute the version without changing anything.
    pub contests: Vec<Contest>,
    /// What else a reader must not miss.
    pub notes: Vec<String>,
}

/// What a text that is worked on says, of a matrix of which nobody ever agreed to anything.
#[derive(Clone, Debug, Serialize)]
pub struct Proposed {
    /// The matrix's id.
    pub matrix: String,
    /// What people call it.
    pub title: String,
    /// The version that it is to be.
    pub version: String,
    /// Its rows.
    pub rows: Vec<RowAnswer>,
}

/// The whole answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Who {
    format: &'static str,
    tool: &'static str,
    /// What was asked, as it was typed.
    pub asked: String,
    /// The controls that it may mean.
    pub meant: Vec<Meant>,
    /// The day that was asked about.
    pub as_of: String,
    /// What was looked at: the work tree, or a commit.
    pub known_at: String,
    /// What each matrix says, those that have rows for it first.
    pub answers: Vec<Answer>,
    /// What texts are to say of matrices of which nobody ever agreed to anything, where nothing in force answers.
    pub drafts: Vec<Proposed>,
    /// What the command exits with.
    pub exit_code: u8,
}

impl Who {
    /// Says whether any matrix in force has a row for it and none is in doubt.
    fn exit_code(answers: &[Answer]) -> u8 {
        let is = |standing: Standing| answers.iter().any(|one| one.standing == standing);
        if is(Standing::InForce) && !is(Standing::InDoubt) { 0 } else { NOT_IN_FORCE }
    }
}

impl Ledger<'_> {
    /// Says who owned something on the day that was judged, by every matrix that ever had it, or by one.
    ///
    /// `working` reads the texts that are worked on; it is asked only where nothing in force answers.
    ///
    /// # Errors
    /// Where nothing has that name, or an agreed text cannot be read.
    pub fn who(
        &self,
        subject: &Subject<'_>,
        only: Option<&MatrixId>,
        working: &dyn Fn() -> Vec<Rc<Matrix>>,
    ) -> Result<Who> {
        let mut answers = self.answers(subject, only)?;
        let mut drafts = Vec::new();
        if !answers.iter().any(|one| one.standing == Standing::InForce) {
            let texts = working();
            let is_known = |id: &MatrixId| {
                self.matrices().contains_key(id) || texts.iter().any(|text| text.id == id.as_str())
            };
            if let Some(id) = only.filter(|id| !is_known(id)) {
                return Err(self.no_matrix(id.as_str()));
            }
            let agreed = self.books.agreed();
            let is_draft = |text: &&Rc<Matrix>| {
                only.is_none_or(|id| id.as_str() == text.id) && !agreed.contains(text.id.as_str())
            };
            drafts = texts.iter().filter(is_draft).filter_map(|text| proposed(text, subject)).collect();
        }
        if answers.is_empty() && drafts.is_empty() && subject.meant.is_empty() {
            answers = self.answers(&subject.by_title(), only)?;
            if answers.is_empty() {
                return Err(self.nothing_named(subject));
            }
        }
        Ok(Who {
            format: "countersign/who/1",
            tool: TOOL,
            asked: subject.asked.clone(),
            meant: subject.meant.clone(),
            as_of: self.day().to_string(),
            known_at: self.at.clone(),
            exit_code: Who::exit_code(&answers),
            answers,
            drafts,
        })
    }

    fn answers(&self, subject: &Subject<'_>, only: Option<&MatrixId>) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        for (id, matrix) in self.matrices().iter().filter(|(id, _)| only.is_none_or(|one| one == *id)) {
            answers.extend(self.answer(id, matrix, subject)?);
        }
        answers.sort_by_key(|one| one.standing);
        Ok(answers)
    }

    /// Returns the error about a matrix that nobody offered.
    pub fn no_matrix(&self, id: &str) -> Error {
        let known: Vec<String> = self.matrices().keys().map(ToString::to_string).collect();
        let error = Error::nothing(format!("no version of a matrix `{id}` was ever offered for signature"));
        if known.is_empty() {
            return error
                .hint("`countersign status` shows where every matrix stands, `countersign show` a draft");
        }
        error.hint(format!("those that were are {}", known.join(", ")))
    }

    pub(super) fn nothing_named(&self, subject: &Subject<'_>) -> Error {
        let error = Error::nothing(format!(
            "nothing is called `{}`: no row, control, objective or reference of any matrix here",
            subject.asked
        ));
        let like = subject.like();
        let near = like.first().map(|one| format!("did you mean `{one}`? ")).unwrap_or_default();
        error.hint(format!(
            "{near}`countersign status` shows the matrices, `countersign show MATRIX` their rows"
        ))
    }

    /// Returns what a matrix says, or nothing where no version of it ever had what was asked.
    fn answer(
        &self,
        id: &MatrixId,
        matrix: &MatrixStanding,
        subject: &Subject<'_>,
    ) -> Result<Option<Answer>> {
        let periods = period::periods(matrix);
        let now = period::on(&periods, self.day());
        let readings = self.readings(id, now, subject)?;
        let has_rows = readings.iter().any(|one| !one.rows.is_empty());
        if !has_rows && !self.ever(id, matrix, subject)? {
            return Ok(None);
        }
        let top = certain(id, &now.force);
        let shown = top.or_else(|| matrix.versions.keys().next_back().copied());
        let names = shown.and_then(|version| self.text(id, version));
        let names = names.map(|text| Names::of_matrix(&text)).unwrap_or_default();
        let desk = Desk { ledger: self, matrix, day: self.day(), names };
        let coming = desk.coming();
        let standing = standing(&now.force, has_rows, !coming.is_empty());
        let held = top.and_then(|version| matrix.versions.get(&version));
        let is_held = matches!(standing, Standing::InForce | Standing::InDoubt);
        let mut notes: Vec<String> =
            held.filter(|_| is_held).and_then(|one| desk.late(one)).into_iter().collect();
        if standing == Standing::Absent {
            notes.extend(self.before(id, &periods, subject)?);
        }
        notes.extend(desk.unsettled(top));
        Ok(Some(Answer {
            matrix: id.to_string(),
            title: self.title(id),
            standing,
            says: self.says(standing, now, matrix, &desk.names),
            last: top.filter(|_| standing == Standing::Ended || ended(&now.force)).map(|one| one.to_string()),
            since: now.from.filter(|_| ended(&now.force)).map(|day| day.to_string()),
            contests: held.filter(|_| is_held).map(|one| desk.contests(one)).unwrap_or_default(),
            readings,
            coming,
            notes,
        }))
    }

    /// Says whether any version of a matrix has rows for what was asked, whether or not it was agreed.
    fn ever(&self, id: &MatrixId, matrix: &MatrixStanding, subject: &Subject<'_>) -> Result<bool> {
        for (version, one) in &matrix.versions {
            let text = match self.text(id, *version) {
                None if one.is_complete() => self.agreed_text(id, *version).map(Some)?,
                other => other,
            };
            if text.is_some_and(|text| !subject.rows(&text).is_empty()) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Says until when a version in force had rows for what was asked, where none has any more.
    fn before(&self, id: &MatrixId, periods: &[Period], subject: &Subject<'_>) -> Result<Option<String>> {
        let past = periods.iter().rev().filter(|one| one.until.is_some_and(|until| until <= self.day()));
        for period in past {
            let Force::Version(version) = period.force else { continue };
            let text = self.agreed_text(id, version)?;
            if let [row, ..] = subject.rows(&text)[..] {
                let until = period.until.map(|day| day.to_string()).unwrap_or_default();
                let row = format!("row `{}`", row.id);
                return Ok(Some(format!("version {version} had it in {row}, until {until}")));
            }
        }
        Ok(None)
    }

    fn readings(&self, id: &MatrixId, now: &Period, subject: &Subject<'_>) -> Result<Vec<Reading>> {
        match &now.force {
            Force::Nothing | Force::Ended(_) => Ok(Vec::new()),
            Force::Version(version) => Ok(vec![self.reading(id, *version, now, subject)?]),
            Force::InDoubt { by, otherwise } => {
                let stands = format!("if {} stands", named(id, by));
                let first = if by.0 == *id {
                    Reading { condition: Some(stands), ..self.reading(id, by.1, now, subject)? }
                } else {
                    nobody(format!("{stands}, which takes the place of this matrix"))
                };
                let condition = format!("if {} does not stand", named(id, by));
                let second = match otherwise {
                    Some(version) => Reading {
                        condition: Some(condition),
                        from: self.begins(id, *version),
                        ..self.reading(id, *version, now, subject)?
                    },
                    None => nobody(condition),
                };
                Ok(vec![first, second])
            }
        }
    }

    fn begins(&self, id: &MatrixId, version: Version) -> Option<String> {
        self.version(id, version)?.head.as_ref().map(|head| head.effective_from.to_string())
    }

    fn reading(
        &self,
        id: &MatrixId,
        version: Version,
        now: &Period,
        subject: &Subject<'_>,
    ) -> Result<Reading> {
        let text = self.agreed_text(id, version)?;
        let rows = subject.rows(&text);
        let names = Names::of_matrix(&text);
        Ok(Reading {
            condition: None,
            version: Some(version.to_string()),
            from: now.from.map(|day| day.to_string()),
            until: now.until.map(|day| day.to_string()),
            rows: rows.into_iter().map(|row| RowAnswer::of(&text, row, Some(subject))).collect(),
            agreed: self.version(id, version).map(|one| Agreed::of(self, one, &names)),
        })
    }

    /// Says what holds in a period, and who by it.
    fn says(&self, standing: Standing, now: &Period, matrix: &MatrixStanding, names: &Names) -> String {
        let why = why(standing, now, matrix, names);
        match standing {
            Standing::InForce | Standing::Nothing => why,
            Standing::InDoubt => format!("it cannot be said who: {why}"),
            Standing::NotYet => format!("nobody yet: {why}"),
            Standing::Absent | Standing::Ended => format!("nobody: {why}"),
        }
    }
}

/// Says what holds in a period.
pub(super) fn why(standing: Standing, now: &Period, matrix: &MatrixStanding, names: &Names) -> String {
    let until = now.until.map(|day| format!(" until {day}")).unwrap_or_default();
    let from = now.from.map(|day| day.to_string()).unwrap_or_default();
    match &now.force {
        Force::InDoubt { .. } => not_in_force(&now.force, Some(matrix), names).unwrap_or_default(),
        Force::Version(version) if standing == Standing::Absent => {
            format!("version {version} is in force from {from}{until} and has no row for it")
        }
        Force::Version(version) => format!("version {version} is in force from {from}{until}"),
        Force::Ended(version) => {
            let by = matrix.replaced.iter().find(|end| end.is_certain && Some(end.on) == now.from);
            let next = by.map_or("nothing has taken its place".to_owned(), |end| {
                format!("{} {} took its place", end.by, end.version)
            });
            format!("version {version} ended on {from}, and {next}")
        }
        Force::Nothing if standing == Standing::NotYet => {
            "all had agreed, but the first day had not come".to_owned()
        }
        Force::Nothing => "nobody had agreed to anything".to_owned(),
    }
}

fn proposed(text: &Matrix, subject: &Subject<'_>) -> Option<Proposed> {
    let rows = subject.rows(text).into_iter();
    let rows: Vec<RowAnswer> = rows.map(|row| RowAnswer::of(text, row, Some(subject))).collect();
    (!rows.is_empty()).then(|| Proposed {
        matrix: text.id.clone(),
        title: text.title.clone(),
        version: text.version.clone(),
        rows,
    })
}

fn ended(force: &Force) -> bool {
    matches!(force, Force::Ended(_))
}

/// Returns the highest version that holds by any reading, or that held last.
fn certain(id: &MatrixId, force: &Force) -> Option<Version> {
    match force {
        Force::Nothing => None,
        Force::Version(version) | Force::Ended(version) => Some(*version),
        Force::InDoubt { by, otherwise } => (*otherwise).max((by.0 == *id).then_some(by.1)),
    }
}

pub(super) fn standing(force: &Force, has_rows: bool, is_coming: bool) -> Standing {
    match force {
        Force::Nothing if is_coming => Standing::NotYet,
        Force::Nothing => Standing::Nothing,
        Force::Ended(_) => Standing::Ended,
        Force::InDoubt { .. } => Standing::InDoubt,
        Force::Version(_) if has_rows => Standing::InForce,
        Force::Version(_) => Standing::Absent,
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
