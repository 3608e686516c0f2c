//! How versions stand, in words for people: parties by their names, days as they are.

use std::collections::{BTreeMap, BTreeSet};

use super::calendar::Calendar;
use crate::matrix::Matrix;
use crate::report::words::{count, list, short_name};
use crate::trust::force::{Answer, Force};
use crate::trust::name::{MatrixId, PartyId, Version};
use crate::trust::standing::{MatrixStanding, Question, State, VersionStanding};

/// What people call the parties.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Takes the names from pairs of id and name.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(id, name)| (id.to_owned(), short_name(name).to_owned())).collect())
    }

    /// Takes the names from a matrix.
    pub fn of_matrix(matrix: &Matrix) -> Self {
        Self::of(matrix.parties.iter().map(|party| (party.id.as_str(), party.name.as_str())))
    }

    /// Returns what people call a party; its id where no matrix says.
    pub fn name(&self, party: &PartyId) -> String {
        self.0.get(party.as_str()).cloned().unwrap_or_else(|| party.to_string())
    }
}

/// Says who has still to sign: "Acme has still to sign", "2 signers of Acme and Harbor have still to sign".
pub fn lacking(missing: &BTreeMap<PartyId, u32>, names: &Names) -> String {
    let who: Vec<String> = missing
        .iter()
        .map(|(party, number)| match number {
            1 => names.name(party),
            more => format!("{} of {}", count(*more as usize, "signer"), names.name(party)),
        })
        .collect();
    let verb = if missing.values().sum::<u32>() == 1 { "has" } else { "have" };
    if who.is_empty() {
        "nobody may sign it yet".to_owned()
    } else {
        format!("{} {verb} still to sign", list(&who))
    }
}

/// Says how a version stands, with the days of one that was agreed.
pub fn standing(one: &VersionStanding, calendar: &Calendar<'_>, names: &Names) -> String {
    unsettled(one, names).unwrap_or_else(|| calendar.says(one))
}

/// Says how a version stands that not all agreed to, or whose agreement is in question.
pub fn unsettled(one: &VersionStanding, names: &Names) -> Option<String> {
    Some(match &one.state {
        State::Future | State::InForce | State::Superseded(_) | State::Ended | State::InDoubt => return None,
        State::Offered => format!("offered for signature; {}", lacking(&one.missing, names)),
        State::Complete => format!("approved by all; {}", waiting(one, names)),
        State::InQuestion(question) => format!("in question: {}", why(*question)),
    })
}

/// Says whose last word a complete version waits for, and who is bound already.
fn waiting(one: &VersionStanding, names: &Names) -> String {
    let all = |parties: &BTreeSet<PartyId>| {
        list(&parties.iter().map(|party| names.name(party)).collect::<Vec<_>>())
    };
    let waits = format!("it waits for the last word of {}", all(&one.waits_for));
    let verb = if one.bound.len() == 1 { "is" } else { "are" };
    match one.bound.is_empty() {
        true => format!("{waits}; nobody is bound yet"),
        false => format!("{waits}; {} {verb} bound once that is given", all(&one.bound)),
    }
}

fn why(question: Question) -> &'static str {
    match question {
        Question::KeyRevoked => "a key that signed what it needs was revoked",
        Question::KeyLeft => "a last word that it needs came under an old list of those who may sign",
        Question::RosterDoubted => {
            "it rests on a list of those who may sign that is complete only by a revoked key"
        }
    }
}

/// Why nothing is in force where the fingerprint that was given is another's.
pub const NOT_BELIEVED: &str = "the fingerprint that was given is of no roster here, so nothing counts";

/// Says why a matrix is not in force; nothing where it is.
pub fn not_in_force(calendar: Option<&Calendar<'_>>, names: &Names) -> Option<String> {
    let never = || Some("no version was ever offered for signature".to_owned());
    let Some(calendar) = calendar else { return never() };
    let versions = &calendar.matrix.versions;
    let shown = match &calendar.now().force {
        Force::Version(_) => return None,
        Force::InDoubt { by, readings } => return Some(doubt(by, readings, calendar.matrix, names)),
        Force::Ended(version) => versions.get(version),
        Force::Nothing => versions.values().next_back(),
    };
    shown.map_or_else(never, |one| Some(named(one, standing(one, calendar, names))))
}

/// Says why it cannot be said what is in force: which version of which matrix is in question, and every possible answer.
pub fn doubt(
    by: &(MatrixId, Version),
    readings: &[Answer],
    matrix: &MatrixStanding,
    names: &Names,
) -> String {
    let (id, version) = by;
    let own = matrix.versions.get(version).filter(|one| one.id == *id);
    let own = own.and_then(|one| Some(named(one, unsettled(one, names)?)));
    let doubt = own.unwrap_or_else(|| format!("version {version} of {id} may have taken its place"));
    format!("{doubt}; {}", possible(readings))
}

/// Names every possible answer: "1.2 or 1.1 is in force", "1.1 or nothing is in force".
fn possible(readings: &[Answer]) -> String {
    let name = |one: &Answer| match one {
        Answer::Version(version) => version.to_string(),
        Answer::Nothing | Answer::Ended(_) => "nothing".to_owned(),
    };
    let mut names: Vec<String> = readings.iter().map(name).collect();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    format!("{} is in force", names.join(" or "))
}

fn named(one: &VersionStanding, standing: String) -> String {
    format!("version {}: {standing}", one.version)
}
