//! Who owned something on a day: the answer of every matrix that has it.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde::Serialize;

use super::note::{Coming, Contest, MatrixOnDay};
use super::reading::{Reading, certain};
use super::row::RowAnswer;
use super::standing::Standing;
use super::subject::{Meant, Subject};
use super::{Ledger, TOOL};
use crate::error::{Error, Result};
use crate::matrix::{Matrix, MatrixKind};
use crate::project::words::Names;
use crate::report::{NOT_IN_FORCE, words};
use crate::trust::force::Force;
use crate::trust::name::{MatrixId, Version};
use crate::trust::period::{self, Period};
use crate::trust::standing::MatrixStanding;

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
    /// Whether it is a provider's standard, to which nobody agrees.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standard: bool,
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
        if let Some(scope) = subject.scope() {
            self.must_have_scope(scope, only, &working())?;
        }
        let mut answers = self.answers(subject, only)?;
        let is_answered = answers.iter().any(|one| one.standing == Standing::InForce);
        let drafts = if is_answered { Vec::new() } else { self.drafts(subject, only, &working())? };
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

    /// Refuses a scope that no version and no draft has.
    fn must_have_scope(&self, name: &str, only: Option<&MatrixId>, drafts: &[Rc<Matrix>]) -> Result<()> {
        let versions =
            self.matrices().iter().flat_map(|(id, one)| one.versions.keys().map(move |at| (id, *at)));
        let is_asked = |id: &str| only.is_none_or(|one| one.as_str() == id);
        let texts = versions.filter(|(id, _)| is_asked(id.as_str())).filter_map(|(id, at)| self.text(id, at));
        let drafts = drafts.iter().filter(|draft| is_asked(&draft.id)).map(Rc::clone);
        let mut known = BTreeSet::new();
        for text in texts.chain(drafts) {
            if text.scope_named(name).is_some() {
                return Ok(());
            }
            known.extend(text.scopes.iter().map(|scope| scope.id.clone()));
        }
        let known: Vec<String> = known.into_iter().collect();
        let hint = if known.is_empty() {
            "no matrix here names scopes".to_owned()
        } else {
            format!("the scopes are {}", words::list(&known))
        };
        Err(Error::usage(format!("no matrix has a scope `{name}`")).hint(hint))
    }

    /// Returns what drafts say of matrices of which nobody ever agreed to anything.
    fn drafts(
        &self,
        subject: &Subject<'_>,
        only: Option<&MatrixId>,
        texts: &[Rc<Matrix>],
    ) -> Result<Vec<Proposed>> {
        let is_known = |id: &MatrixId| {
            self.matrices().contains_key(id) || texts.iter().any(|text| text.id == id.as_str())
        };
        if let Some(id) = only.filter(|id| !is_known(id)) {
            return Err(self.no_matrix(id.as_str()));
        }
        let agreed = self.signoffs.agreed();
        let is_draft = |text: &&Rc<Matrix>| {
            only.is_none_or(|id| id.as_str() == text.id) && !agreed.contains(text.id.as_str())
        };
        Ok(texts.iter().filter(is_draft).filter_map(|text| proposed(text, subject)).collect())
    }

    fn answers(&self, subject: &Subject<'_>, only: Option<&MatrixId>) -> Result<Vec<Answer>> {
        let mut answers = Vec::new();
        for (id, matrix) in self.matrices().iter().filter(|(id, _)| only.is_none_or(|one| one == *id)) {
            answers.extend(self.answer(id, matrix, subject)?);
        }
        answers.sort_by_key(|one| one.standing);
        Ok(answers)
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
        let mut readings = self.readings(id, now, subject)?;
        let mut has_rows = readings.iter().any(|one| !one.rows.is_empty());
        let mut notes = Vec::new();
        if !has_rows
            && let Some(version) = certain(&now.force)
            && let Some((called, note)) = self.followed(id, version, subject)?
        {
            readings = self.readings(id, now, &called)?;
            has_rows = true;
            notes.push(note);
        }
        if !has_rows && !self.ever(id, matrix, subject)? {
            return Ok(None);
        }
        let top = certain(&now.force);
        let on_day =
            MatrixOnDay { ledger: self, matrix, day: self.day(), names: self.names(id, matrix, top) };
        let coming = on_day.coming(&periods);
        let standing = Standing::of(&now.force, has_rows, !coming.is_empty());
        let is_held = matches!(standing, Standing::InForce | Standing::InDoubt);
        let held = top.filter(|_| is_held).and_then(|version| matrix.versions.get(&version));
        notes.extend(held.and_then(|one| on_day.late(one)));
        match standing {
            Standing::Absent => notes.extend(self.before(id, &periods, subject)?),
            Standing::InDoubt => notes.extend(same(&readings)),
            Standing::InForce | Standing::NotYet | Standing::Ended | Standing::Nothing => {}
        }
        notes.extend(on_day.unsettled(top));
        let has_ended = standing == Standing::Ended;
        Ok(Some(Answer {
            matrix: id.to_string(),
            title: self.title(id),
            standing,
            says: standing.says(now, matrix, &on_day.names),
            last: top.filter(|_| has_ended).map(|one| one.to_string()),
            since: now.from.filter(|_| has_ended).map(|day| day.to_string()),
            contests: held.map(|one| on_day.contests(one)).unwrap_or_default(),
            readings,
            coming,
            notes,
        }))
    }

    /// Returns what people call the parties: by this version, or by the highest there is.
    fn names(&self, id: &MatrixId, matrix: &MatrixStanding, version: Option<Version>) -> Names {
        let shown = version.or_else(|| matrix.versions.keys().next_back().copied());
        let text = shown.and_then(|version| self.text(id, version));
        text.map(|text| Names::of_matrix(&text)).unwrap_or_default()
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
                return Ok(Some(format!("version {version} had it in {row}, no longer on {until}")));
            }
        }
        Ok(None)
    }
}

fn proposed(text: &Matrix, subject: &Subject<'_>) -> Option<Proposed> {
    let rows = subject.answers_in(text);
    (!rows.is_empty()).then(|| Proposed {
        matrix: text.id.clone(),
        title: text.title.clone(),
        version: text.version.clone(),
        standard: text.kind == MatrixKind::Standard,
        rows,
    })
}

/// Says that the rows are the same by every reading, if they are.
fn same(readings: &[Reading]) -> Option<String> {
    let (first, others) = readings.split_first()?;
    let said = "by every reading the rows say the same; which version is in force stays open";
    (!others.is_empty() && others.iter().all(|one| one.rows == first.rows)).then(|| said.to_owned())
}
