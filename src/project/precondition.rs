//! What stands before a signature besides the rules: the one list that `check`, `status` and `sign` go by.
//!
//! The rules judge a text by itself. These depend on the sign-offs and on the day: who may sign, which versions were agreed,
//! whether the first day has passed. A text on which this list is silent is not refused by `sign` for any of these reasons.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::matrix::{Matrix, MatrixKind, Side};
use crate::trust::head::Head;
use crate::trust::name::{MatrixId, PartyId, Version};
use crate::trust::standing::{Standing, StatementStanding, VersionStanding};
use crate::trust::statement::Decision;

/// Something that keeps a version from being signed, or that its signers should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// Where in the matrix it is, as a JSON pointer.
    pub pointer: String,
    /// What it is.
    pub message: String,
    /// Why that is in the way, if that needs saying.
    pub because: Option<String>,
    /// What helps.
    pub help: String,
    /// Whether the version cannot be signed because of it.
    pub blocks: bool,
}

impl Obstacle {
    fn new(pointer: &str, message: String, help: impl Into<String>) -> Self {
        Self { pointer: pointer.to_owned(), message, because: None, help: help.into(), blocks: true }
    }

    fn because(self, cause: String) -> Self {
        Self { because: Some(cause), ..self }
    }
}

/// What a text says that it wants to be, as far as this list depends on it.
#[derive(Clone, Debug)]
pub struct Intended {
    id: Option<MatrixId>,
    version: Option<Version>,
    first_day: Option<Date>,
    is_retroactive: bool,
    /// The parties that have to sign, by id.
    signing: BTreeSet<String>,
    last_review: Option<Date>,
    /// Other matrices that it ends, with the version that it names.
    replaces: Vec<(String, String)>,
}

impl From<&Head> for Intended {
    fn from(head: &Head) -> Self {
        Self {
            id: Some(head.id.clone()),
            version: Some(head.version),
            first_day: Some(head.effective_from.0),
            is_retroactive: head.retroactive.is_some(),
            signing: head.signing.iter().map(ToString::to_string).collect(),
            last_review: None,
            replaces: Vec::new(),
        }
    }
}

impl From<&Matrix> for Intended {
    fn from(matrix: &Matrix) -> Self {
        let signs = |side: Side| matches!(side, Side::Client | Side::Provider);
        let parties = matrix.parties.iter().filter(|party| signs(party.side));
        let others = matrix.replaces.iter().filter(|one| one.id != matrix.id);
        Self {
            id: matrix.id.parse().ok(),
            version: matrix.version.parse().ok(),
            first_day: matrix.effective_from,
            is_retroactive: matrix.retroactive.as_ref().is_some_and(|reason| !reason.trim().is_empty()),
            signing: parties.map(|party| party.id.clone()).collect(),
            last_review: matrix.review.as_ref().and_then(|review| review.last),
            replaces: others.map(|one| (one.id.clone(), one.version.clone())).collect(),
        }
    }
}

/// Returns what stands before a signature of a matrix. Nobody signs a standard that is one party's alone; of it nothing is
/// said.
pub fn of_matrix(matrix: &Matrix, standing: &Standing, day: Date) -> Vec<Obstacle> {
    let intended = Intended::from(matrix);
    if matrix.kind == MatrixKind::Standard && intended.signing.len() < 2 {
        return Vec::new();
    }
    let mut all = of(&intended, standing, day);
    // Of an engagement the rule `matrix-has-first-day` says it.
    if matrix.kind == MatrixKind::Standard && intended.first_day.is_none() {
        let message = format!("{} does not say from which day it is in force", name(&intended));
        all.push(Obstacle::new("", message, "set `effectiveFrom`"));
    }
    all
}

/// Returns what stands before a signature, the most fundamental first.
pub fn of(intended: &Intended, standing: &Standing, day: Date) -> Vec<Obstacle> {
    let mut all: Vec<Obstacle> = parties(intended, standing).into_iter().collect();
    all.extend(number(intended, standing));
    all.extend(passed(intended, day));
    all.extend(unreviewed(intended, day));
    all.extend(intended.replaces.iter().enumerate().filter_map(|(at, one)| replaced(at, one, standing)));
    all
}

fn name(intended: &Intended) -> String {
    match (&intended.version, &intended.id) {
        (Some(version), Some(id)) => format!("version {version} of `{id}`"),
        _ => "this version".to_owned(),
    }
}

/// Those who may sign have to be those whom the matrix is between.
fn parties(intended: &Intended, standing: &Standing) -> Option<Obstacle> {
    let roll = standing.roster()?;
    let roster: BTreeSet<String> = roll.parties().iter().map(ToString::to_string).collect();
    if roster == intended.signing {
        return None;
    }
    let all = |names: &BTreeSet<String>| names.iter().cloned().collect::<Vec<_>>().join(" and ");
    let message = format!("{} is between {}", name(intended), all(&intended.signing));
    let help = "client and provider parties of the matrix have to be the parties of the list of those who may sign, by \
                their ids: `countersign roster propose`";
    let cause = format!("those who may sign here belong to {}", all(&roster));
    Some(Obstacle::new("/parties", message, help).because(cause))
}

/// A number has to come after what was agreed.
fn number(intended: &Intended, standing: &Standing) -> Option<Obstacle> {
    let (id, version) = intended.id.as_ref().zip(intended.version)?;
    let last = last_agreed(standing, id)?;
    // A text under a number that was offered has to be that offer; `offered-text-is-kept` says so.
    if last.version <= version {
        return None;
    }
    let message = format!("version {} of `{id}` is already agreed", last.version);
    let help = format!("raise `version` in the matrix above {}", last.version);
    let cause = format!("version {version} does not come after it");
    Some(Obstacle::new("/version", message, help).because(cause))
}

/// A first day in the past needs a reason that all sign.
fn passed(intended: &Intended, day: Date) -> Option<Obstacle> {
    let first = intended.first_day?;
    if day <= first || intended.is_retroactive {
        return None;
    }
    let message = format!("{} is to be in force from {first}, and that day has passed", name(intended));
    let help = "set a later `effectiveFrom`, or give the reason in `retroactive`, and raise `version` if it was offered \
                already";
    Some(Obstacle::new("/effectiveFrom", message, help))
}

/// A review that is still to come has not been held.
fn unreviewed(intended: &Intended, day: Date) -> Option<Obstacle> {
    let last = intended.last_review.filter(|last| *last > day)?;
    let message = format!("the last review of the whole matrix is dated {last}, which has not come yet");
    Some(Obstacle::new("/review/last", message, "set `review.last` to the day on which the review was held"))
}

/// A version ends another matrix as a whole, whichever of its versions is current; the number should be that one.
fn replaced(at: usize, (id, version): &(String, String), standing: &Standing) -> Option<Obstacle> {
    let current =
        id.parse().ok().and_then(|id| last_agreed(standing, &id)).map(|one| one.version.to_string());
    let message = match current {
        Some(current) if current == *version => return None,
        Some(current) => {
            format!(
                "`replaces` names `{id}` {version}, and {current} is current: the matrix `{id}` ends as a whole"
            )
        }
        None => format!("`replaces` names `{id}` {version}, which was never agreed here: it ends nothing"),
    };
    let help = format!("name the version of `{id}` that is in force: `countersign status {id}`");
    let pointer = format!("/replaces/{at}/version");
    Some(Obstacle { blocks: false, ..Obstacle::new(&pointer, message, help) })
}

/// Returns the highest version that all parties agreed to.
pub fn last_agreed<'a>(standing: &'a Standing, id: &MatrixId) -> Option<&'a VersionStanding> {
    standing.matrices.get(id)?.versions.values().rev().find(|one| one.state.is_final())
}

/// Returns the highest version above this number that a signer of the party approved. An offer that was accepted stays open
/// to whoever has not closed it, so the next one needs a higher number.
pub fn higher_approved<'a>(
    standing: &'a Standing,
    id: &MatrixId,
    version: Version,
    party: &PartyId,
) -> Option<&'a VersionStanding> {
    let approved = |one: &&VersionStanding| {
        one.statements
            .iter()
            .filter_map(StatementStanding::accepted)
            .any(|said| said.party == *party && said.decision == Decision::Approve)
    };
    let versions = standing.matrices.get(id)?.versions.values();
    versions.rev().take_while(|one| one.version > version).find(approved)
}
