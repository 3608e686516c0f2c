//! Who agreed to a version, when each says to have signed, and how to prove it.

use serde::Serialize;

use super::Ledger;
use crate::project::words::Names;
use crate::trust::name::{Digest, MatrixId, Version};
use crate::trust::roster::Roll;
use crate::trust::standing::{Standing, StatementStanding, Verdict, VersionStanding};
use crate::trust::statement::{Decision, Statement, folder};

/// One signer's agreement, or another of his statements.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signature {
    /// The party's id.
    pub party: String,
    /// What people call the party.
    pub party_name: String,
    /// The signer's id.
    pub signer: String,
    /// The signer's name in the list of those who may sign.
    pub name: String,
    /// His office.
    pub role: String,
    /// The fingerprint of the key.
    pub key: String,
    /// When the signer says to have signed. It is a claim.
    pub signed_at: String,
    /// Where the statement lies; its signature lies beside it.
    pub statement: String,
}

impl Signature {
    /// Says who signed when: "Bob (IT manager) for Acme Defense on 2026-01-14".
    pub fn says(&self) -> String {
        let role = if self.role.is_empty() { String::new() } else { format!(" ({})", self.role) };
        format!("{}{role} for {} on {}", self.name, self.party_name, self.day())
    }

    /// Returns the day on which the signer says to have signed.
    pub fn day(&self) -> &str {
        self.signed_at.split('T').next().unwrap_or(&self.signed_at)
    }
}

/// What makes a version agreed.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Agreed {
    /// The version.
    pub version: String,
    /// The first day in force that the version names.
    pub effective_from: String,
    /// The first day no longer in force that the version names.
    pub effective_until: Option<String>,
    /// The day on which the last party gave its last word, as its signers say.
    pub agreed_on: Option<String>,
    /// Why the version holds from a day before it was agreed.
    pub retroactive: Option<String>,
    /// The number of the list of those who may sign.
    pub roster: Option<u32>,
    /// The fingerprint of that list.
    pub roster_sha256: Option<String>,
    /// The digest of the text.
    pub sha256: Option<String>,
    /// Where text, statements and signatures lie.
    pub folder: String,
    /// Who agreed.
    pub signatures: Vec<Signature>,
}

impl Agreed {
    /// Describes how a version was agreed.
    pub(super) fn of(ledger: &Ledger<'_>, one: &VersionStanding, names: &Names) -> Self {
        let standing = &ledger.signoffs.standing;
        let head = one.head.as_ref();
        let agreed_on = one.closed_on;
        let is_late = head.zip(agreed_on).is_some_and(|(head, day)| day > head.effective_from);
        let roster = one.agreement.as_ref().map(|agreement| agreement.roster);
        Self {
            version: one.version.to_string(),
            effective_from: head.map(|head| head.effective_from.to_string()).unwrap_or_default(),
            effective_until: head.and_then(|head| head.effective_until).map(|day| day.to_string()),
            agreed_on: agreed_on.map(|day| day.to_string()),
            retroactive: head.filter(|_| is_late).and_then(|head| head.retroactive.clone()),
            roster: roster.map(|roster| roster.number),
            roster_sha256: roster.map(|roster| roster.sha256.to_string()),
            sha256: one.sha256.map(|digest| digest.to_string()),
            folder: folder(&one.id, one.version),
            signatures: once_each(approvals(one).map(|(at, said)| signature(standing, at, said, names))),
        }
    }
}

impl Ledger<'_> {
    /// Returns who approved a version, whether all have or not: "Bob (IT manager) for Acme Defense on 2026-01-14".
    pub fn signers(&self, id: &MatrixId, version: Version, names: &Names) -> Vec<String> {
        let standing = &self.signoffs.standing;
        let Some(one) = standing.version(id, version) else { return Vec::new() };
        let accepted = one.statements.iter().filter(|at| at.verdict == Verdict::Accepted);
        let said = accepted.filter_map(|at| Some((at, at.statement.as_ref()?)));
        let approvals = said.filter(|(_, said)| said.decision == Decision::Approve);
        once_each(approvals.map(|(at, said)| signature(standing, at, said, names)))
            .iter()
            .map(Signature::says)
            .collect()
    }
}

/// Keeps one signature of each signer: who approved twice agreed once.
fn once_each(signatures: impl Iterator<Item = Signature>) -> Vec<Signature> {
    let mut told: Vec<Signature> = Vec::new();
    for one in signatures {
        if told.iter().all(|known| (&known.party, &known.signer) != (&one.party, &one.signer)) {
            told.push(one);
        }
    }
    told
}

fn approvals(one: &VersionStanding) -> impl Iterator<Item = (&StatementStanding, &Statement)> {
    let counts = |digest: &Digest| {
        one.agreement.as_ref().is_some_and(|agreement| agreement.approvals.binary_search(digest).is_ok())
    };
    let said = one.statements.iter().filter(move |at| counts(&at.digest));
    said.filter_map(|at| Some((at, at.statement.as_ref()?)))
}

/// Says who made a statement, by the names in the list under which he made it.
pub(super) fn signature(
    standing: &Standing,
    at: &StatementStanding,
    said: &Statement,
    names: &Names,
) -> Signature {
    let roster = roll(standing, said.roster.number).map(|roll| &roll.roster);
    let parties = roster.into_iter().flat_map(|roster| &roster.parties);
    let signer = parties.flat_map(|party| &party.signers).find(|signer| signer.id == said.signer);
    Signature {
        party: said.party.to_string(),
        party_name: names.name(&said.party),
        signer: said.signer.to_string(),
        name: signer.map_or_else(|| said.signer.to_string(), |signer| signer.name.clone()),
        role: signer.map(|signer| signer.role.clone()).unwrap_or_default(),
        key: said.key.to_string(),
        signed_at: said.signed_at.to_string(),
        statement: at.path.clone(),
    }
}

fn roll(standing: &Standing, number: u32) -> Option<&Roll> {
    standing.rosters.get(&number)?.roll.as_ref()
}
