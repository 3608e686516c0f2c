//! Every change of hands between versions in force: stretches of days in which nothing that was asked about changed.
//!
//! Stretches are made of the same periods that [`super::who`] answers from. Drafts are no part of this: what nobody
//! agreed to never held.

use std::rc::Rc;

use serde::Serialize;

use super::agreed::Agreed;
use super::commits::Commits;
use super::row::RowAnswer;
use super::standing::Standing;
use super::subject::Meant;
use super::text::{self, SharedText};
use super::topic::{Kept, Topic};
use super::{Ledger, TOOL};
use crate::diff::render::phrase::Speaker;
use crate::diff::{Change, Comparer};
use crate::error::Result;
use crate::matrix::Matrix;
use crate::project::words::Names;
use crate::report::NOT_IN_FORCE;
use crate::trust::day::Day;
use crate::trust::force::{Answer, Force};
use crate::trust::name::{MatrixId, Version};
use crate::trust::period::{self, Period};
use crate::trust::standing::MatrixStanding;

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// The row's id, if it is about a row.
    pub row: Option<String>,
    /// The row's label with its first control.
    pub title: Option<String>,
    /// What kind of change it is.
    pub class: &'static str,
    /// The change in words.
    pub says: String,
    /// What it said before, in words.
    pub before: String,
    /// What it says now, in words.
    pub after: String,
    /// The parties that now have what they did not have.
    pub takes_on: Vec<String>,
    /// The parties that no longer have what they had.
    pub relieved: Vec<String>,
    /// What a reader must not miss.
    pub notes: Vec<String>,
}

/// Days in a row in which nothing that was asked about changed.
#[derive(Clone, Debug, Serialize)]
pub struct Stretch {
    /// The matrix's id.
    pub matrix: String,
    /// What people call it.
    pub title: String,
    /// What held.
    pub standing: Standing,
    /// The same in words.
    pub says: String,
    /// The first day.
    pub from: Option<String>,
    /// The first day that no longer belongs to it; none where no end is known.
    pub until: Option<String>,
    /// The versions in force, in their order; where it is in doubt, those that may have been.
    pub versions: Vec<Agreed>,
    /// The rows that were asked about.
    pub rows: Vec<RowAnswer>,
    /// What changed with its first version, against the version in force before.
    pub changes: Vec<Changed>,
}

/// Who owned something, when.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct History {
    format: &'static str,
    tool: &'static str,
    /// What was asked, as it was typed; none for everything.
    pub asked: Option<String>,
    /// The controls that it may mean.
    pub meant: Vec<Meant>,
    /// The day that was judged.
    pub today: String,
    /// What was looked at: the work tree, or a commit.
    pub known_at: String,
    /// What there was, matrix by matrix, each in the order of days.
    pub stretches: Vec<Stretch>,
    /// What came of reviews that left a matrix as it is, which nobody signed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<Review>,
    /// What was recorded, agreed or not, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commits: Option<Commits>,
    /// What the command exits with.
    pub exit_code: u8,
}

/// A review that left a matrix as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The matrix's id.
    pub matrix: String,
    /// What came of it, in words.
    pub says: String,
}

impl History {
    /// Adds the reviews without change of matrices that it is about as wholes.
    pub fn add_reviews(&mut self, topic: &Topic<'_>, reviews: Vec<(String, String)>) {
        let own = reviews.into_iter().filter(|(id, _)| topic.is_whole() && topic.is_about(id));
        self.reviews.extend(own.map(|(matrix, says)| Review { matrix, says }));
    }
}

/// A period with the text in force, and the text in force before.
struct Scene<'p> {
    period: &'p Period,
    /// The text that holds, or that holds if what is contested stands.
    text: Option<Rc<SharedText>>,
    /// What the text is compared with.
    before: Option<Rc<SharedText>>,
}

impl Ledger<'_> {
    /// Says who owned something, when, by every matrix that ever had it, or by one.
    ///
    /// # Errors
    /// Where an agreed text cannot be read.
    pub fn history(&self, topic: &Topic<'_>, asked: Option<&str>) -> Result<History> {
        let mut stretches = Vec::new();
        for (id, matrix) in self.matrices().iter().filter(|(id, _)| topic.is_about(id.as_str())) {
            stretches.extend(self.stretches(id, matrix, topic)?);
        }
        Ok(History {
            format: "countersign/history/1",
            tool: TOOL,
            asked: asked.map(str::to_owned),
            meant: topic.meant(),
            today: self.day().to_string(),
            known_at: self.at.clone(),
            exit_code: if is_settled(&stretches, self.day()) { 0 } else { NOT_IN_FORCE },
            stretches,
            reviews: Vec::new(),
            commits: None,
        })
    }

    fn stretches(&self, id: &MatrixId, matrix: &MatrixStanding, topic: &Topic<'_>) -> Result<Vec<Stretch>> {
        let periods = period::periods(matrix);
        let scenes = self.scenes(id, &periods)?;
        let texts: Vec<Option<Rc<SharedText>>> = scenes.iter().map(|scene| scene.text.clone()).collect();
        let kept = topic.kept(&texts, &self.by);
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut is_in_doubt = false;
        for (scene, kept) in scenes.iter().zip(&kept) {
            let next = self.stretch(id, matrix, scene, topic, kept);
            is_in_doubt |= scene.may_have(topic, kept);
            match stretches.last_mut() {
                Some(last) if topic.merges() && next.continues(last) => {
                    last.until = next.until;
                    last.versions.extend(next.versions);
                }
                None if next.standing == Standing::Absent => {}
                _ => stretches.push(next),
            }
        }
        let is_there = |one: &Stretch| one.standing == Standing::InForce || !one.changes.is_empty();
        let is_shown = topic.is_whole() || is_in_doubt || stretches.iter().any(is_there);
        Ok(if is_shown { stretches } else { Vec::new() })
    }

    /// Returns the periods from the first agreement on, each with its text.
    fn scenes<'p>(&self, id: &MatrixId, periods: &'p [Period]) -> Result<Vec<Scene<'p>>> {
        let mut scenes = Vec::new();
        let mut last: Option<Rc<SharedText>> = None;
        let read =
            |version| self.agreed_text(id, version).map(|text| Rc::new(SharedText::of(Matrix::clone(&text))));
        for period in periods.iter().filter(|one| one.force != Force::Nothing) {
            let text = match &period.force {
                Force::Version(version) => Some(read(*version)?),
                Force::InDoubt { by, .. } if by.0 == *id => Some(read(by.1)?),
                Force::InDoubt { .. } | Force::Ended(_) | Force::Nothing => None,
            };
            scenes.push(Scene { period, text: text.clone(), before: last.clone() });
            if matches!(period.force, Force::Version(_)) {
                last = text;
            }
        }
        Ok(scenes)
    }

    fn stretch(
        &self,
        id: &MatrixId,
        matrix: &MatrixStanding,
        scene: &Scene<'_>,
        topic: &Topic<'_>,
        kept: &Kept,
    ) -> Stretch {
        let period = scene.period;
        let is_certain = matches!(period.force, Force::Version(_));
        let text = scene.text.as_deref();
        let names =
            text.or(scene.before.as_deref()).map(|text| Names::of_matrix(&text.head)).unwrap_or_default();
        let rows =
            text.filter(|_| is_certain).map(|text| topic.rows(&text.matrix(), kept)).unwrap_or_default();
        let standing = match &period.force {
            Force::Ended(_) => Standing::Ended,
            Force::InDoubt { .. } => Standing::InDoubt,
            Force::Version(_) if rows.is_empty() && !topic.is_whole() => Standing::Absent,
            Force::Version(_) | Force::Nothing => Standing::InForce,
        };
        let sides = scene.before.as_deref().zip(text);
        Stretch {
            matrix: id.to_string(),
            title: self.title(id),
            standing,
            says: match standing {
                Standing::Absent => "what is in force has no row for it".to_owned(),
                other => other.why(period, matrix, &names),
            },
            from: period.from.map(|day| day.to_string()),
            until: period.until.map(|day| day.to_string()),
            versions: self.agreements(id, &period.force, &names),
            rows,
            changes: sides
                .map(|(before, after)| changed(&self.by, before, after, topic, kept))
                .unwrap_or_default(),
        }
    }

    fn agreements(&self, id: &MatrixId, force: &Force, names: &Names) -> Vec<Agreed> {
        let versions: Vec<Version> = match force {
            Force::Version(version) => vec![*version],
            Force::InDoubt { readings, .. } => readings.iter().filter_map(Answer::version).collect(),
            Force::Ended(_) | Force::Nothing => Vec::new(),
        };
        let found = versions.into_iter().filter_map(|version| self.version(id, version));
        found.map(|one| Agreed::of(self, one, names)).collect()
    }
}

impl Scene<'_> {
    /// Says whether it cannot be told what is in force, and what may be has something about the topic.
    fn may_have(&self, topic: &Topic<'_>, kept: &Kept) -> bool {
        let is_in_doubt = matches!(self.period.force, Force::InDoubt { .. });
        is_in_doubt && self.text.as_deref().is_some_and(|text| !topic.rows(&text.matrix(), kept).is_empty())
    }
}

/// Says whether there is anything to tell, and what is in force on the day is in no doubt.
fn is_settled(stretches: &[Stretch], day: Day) -> bool {
    let day = day.to_string();
    let has_day = |one: &Stretch| {
        one.from.as_ref().is_none_or(|from| *from <= day)
            && one.until.as_ref().is_none_or(|until| day < *until)
    };
    let is_in_doubt = |one: &Stretch| one.standing == Standing::InDoubt && has_day(one);
    !stretches.is_empty() && !stretches.iter().any(is_in_doubt)
}

impl Stretch {
    /// Says whether it only goes on with what held before.
    fn continues(&self, last: &Self) -> bool {
        let holds = matches!(self.standing, Standing::InForce | Standing::Absent);
        holds && self.standing == last.standing && self.changes.is_empty() && self.rows == last.rows
    }
}

/// Returns what changed of what was asked about.
pub(super) fn changed(
    by: &Comparer,
    before: &SharedText,
    after: &SharedText,
    topic: &Topic<'_>,
    kept: &Kept,
) -> Vec<Changed> {
    let diff = text::compare(by, before, after);
    let speaker = Speaker::of(&diff);
    let known = topic.ids(before);
    let asked = diff.changes.iter().filter(|change| topic.has(change, &known, kept));
    asked.map(|change| said(&speaker, change)).collect()
}

fn said<'a>(speaker: &Speaker<'a>, change: &'a Change) -> Changed {
    let callouts = change.callouts.iter().map(|callout| speaker.callout(callout));
    Changed {
        row: change.row.as_ref().map(|row| row.id().to_owned()),
        title: change.row.as_ref().map(|row| speaker.row(row)),
        class: change.class.word(),
        says: speaker.sentence(change),
        before: speaker.before(change),
        after: speaker.after(change),
        takes_on: change.takes_on.clone(),
        relieved: change.relieved.clone(),
        notes: speaker.agreed(change).into_iter().chain(callouts).collect(),
    }
}
