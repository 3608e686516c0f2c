//! One row as an answer: whom to call and by when, then who does what, the words, and the proof of the work.

use std::collections::BTreeSet;

use serde::Serialize;

use super::contact::ContactToday;
use super::subject::Subject;
use crate::matrix::{Contact, Deed, Duty, Matrix, Party, Row, Within};
use crate::show::sentence::{self, Sentence};

/// Whom to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The party's id.
    pub party: String,
    /// What people call the party.
    pub party_name: String,
    /// The contact's id in the party.
    pub id: String,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Telephone, mail or portal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// When the channel answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
    /// The order in which a party's contacts are tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation: Option<u32>,
    /// How to reach the contact today, which nobody signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<ContactToday>,
}

/// Who has to do something by when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clock {
    /// The party's id.
    pub party: String,
    /// What has to be done.
    #[serde(rename = "do")]
    pub deed: &'static str,
    /// How long, as the matrix has it.
    pub time: String,
    /// What starts the clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Which clock runs: business or wall.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<&'static str>,
    /// Whom to call when it has run out, as `party/contact`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub escalate: Vec<String>,
    /// The same as a sentence.
    pub says: String,
}

/// Who does what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Does {
    /// What is done.
    #[serde(rename = "do")]
    pub deed: &'static str,
    /// The party's id.
    pub party: String,
    /// What people call the party.
    pub party_name: String,
    /// The role at the party.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The controls that it is for, where it is not for all of the row's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub controls: Vec<String>,
    /// Whether it comes from what holds for every row.
    pub default: bool,
    /// The same as a sentence.
    pub says: String,
}

/// A row that answers a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowAnswer {
    /// The row's id.
    pub id: String,
    /// Its label.
    pub title: String,
    /// Whom to call, those who act first.
    pub call: Vec<Call>,
    /// By when.
    pub clocks: Vec<Clock>,
    /// Which side acts, as the matrix has it.
    pub allocation: &'static str,
    /// Who acts, in words.
    pub who: String,
    /// Who acts, without the words that the row adds.
    #[serde(skip)]
    pub side: String,
    /// The words that the row adds to it, each with its term.
    #[serde(skip)]
    pub remarks: Vec<(&'static str, String)>,
    /// Who does what, those who act first.
    pub duties: Vec<Does>,
    /// What is reported to whom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<String>,
    /// The controls it answers.
    pub controls: Vec<String>,
    /// The texts it answers that are no control.
    pub references: Vec<String>,
    /// What is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// Where it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// What is inherited.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inherits: Vec<String>,
    /// What proves the work.
    pub evidence: Vec<String>,
    /// Who keeps the evidence.
    pub keeper: Option<String>,
}

impl RowAnswer {
    /// Describes a row, or the part of it that a question is about.
    pub(super) fn of(matrix: &Matrix, row: &Row, subject: Option<&Subject<'_>>) -> Self {
        let is_asked = |duty: &&Duty| subject.is_none_or(|subject| subject.has_duty(row, duty));
        let mut duties: Vec<&Duty> = matrix.duties(row).filter(is_asked).collect();
        duties.sort_by_key(|duty| rank(duty.deed));
        let evidence = row.evidence.iter();
        let evidence = evidence.filter(|one| subject.is_none_or(|subject| subject.has_evidence(row, one)));
        Self {
            id: row.id.clone(),
            title: row.label().to_owned(),
            call: calls(matrix, &duties),
            clocks: duties.iter().filter_map(|duty| clock(matrix, duty)).collect(),
            allocation: row.allocation.word(),
            who: sentence::allocation(matrix, row),
            side: sentence::side(matrix, row),
            remarks: sentence::remarks(row),
            duties: duties.iter().map(|duty| does(matrix, row, duty)).collect(),
            reports: row.reports.iter().map(|one| said(&sentence::report(matrix, one))).collect(),
            controls: row.controls.clone(),
            references: row.references.clone(),
            activity: row.activity.clone(),
            scope: (!row.scope.is_empty()).then(|| sentence::scopes(matrix, &row.scope)),
            inherits: row.inherits.iter().map(|edge| sentence::inheritance(matrix, edge)).collect(),
            evidence: evidence.map(|one| sentence::evidence(matrix, one)).collect(),
            keeper: sentence::keeper(matrix, row),
        }
    }
}

fn said(sentence: &Sentence) -> String {
    format!("{} {}", sentence.who, sentence.does)
}

/// Those who act come first, then those who decide, then those who write down, keep and answer for it.
fn rank(deed: Deed) -> u8 {
    match deed.counts() {
        Deed::Perform | Deed::Notify | Deed::MayAct => 0,
        Deed::Approve => 1,
        Deed::RetainEvidence => 3,
        Deed::Accountable => 4,
        _ => 2,
    }
}

/// Returns whom to call: the contacts of all who have a duty, in the order of the duties.
fn calls(matrix: &Matrix, duties: &[&Duty]) -> Vec<Call> {
    let mut seen = BTreeSet::new();
    let parties = duties.iter().filter(|duty| seen.insert(&duty.party));
    parties.filter_map(|duty| matrix.party(&duty.party)).flat_map(|party| contacts(matrix, party)).collect()
}

fn contacts(matrix: &Matrix, party: &Party) -> Vec<Call> {
    let mut contacts: Vec<&Contact> = party.contacts.iter().collect();
    contacts.sort_by_key(|contact| contact.escalation.unwrap_or(u32::MAX));
    let call = |contact: &Contact| Call {
        party: party.id.clone(),
        party_name: sentence::name(matrix, &party.id).to_owned(),
        id: contact.id.clone(),
        role: contact.role.clone(),
        name: contact.name.clone(),
        channel: contact.channel.clone(),
        hours: contact.hours.clone(),
        escalation: contact.escalation,
        now: None,
    };
    contacts.into_iter().map(call).collect()
}

fn clock(matrix: &Matrix, duty: &Duty) -> Option<Clock> {
    let Within { time, of, clock } = duty.within.as_ref()?;
    let short = Duty { text: None, role: None, controls: Vec::new(), scope: Vec::new(), ..duty.clone() };
    Some(Clock {
        party: duty.party.clone(),
        deed: duty.deed.word(),
        time: time.as_str().to_owned(),
        of: of.clone(),
        clock: clock.map(crate::matrix::Clock::word),
        escalate: duty.escalate.clone(),
        says: said(&sentence::duty(matrix, &short)),
    })
}

fn does(matrix: &Matrix, row: &Row, duty: &Duty) -> Does {
    Does {
        deed: duty.deed.word(),
        party: duty.party.clone(),
        party_name: sentence::name(matrix, &duty.party).to_owned(),
        role: duty.role.clone(),
        text: duty.text.clone(),
        controls: duty.controls.clone(),
        default: !row.duties.contains(duty),
        says: said(&sentence::duty(matrix, duty)),
    }
}
