//! Who may sign, by which lists, and which keys were revoked, as a status tells it.

use serde::Serialize;

use super::step::{self, Step};
use crate::project::SignoffState;
use crate::project::words::Names;
use crate::trust::name::{Fingerprint, PartyId};
use crate::trust::roster::Roll;
use crate::trust::sshsig::PublicKey;
use crate::trust::standing::{RevocationState, RevokedKey, RosterStanding, RosterState, Standing};

/// A key that was revoked.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RevokedStatus {
    pub(super) party: String,
    pub(super) signer: String,
    pub(super) key: String,
    pub(super) on: String,
    pub(super) reason: String,
}

/// Who may sign.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RosterStatus {
    pub(super) number: u32,
    pub(super) fingerprint: String,
    pub(super) parties: Vec<PartyStatus>,
}

/// A party of the roster.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PartyStatus {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) threshold: u32,
    pub(super) signers: Vec<String>,
    /// Keys that are not revoked.
    pub(super) keys: usize,
    /// How many people have one.
    #[serde(skip)]
    pub(super) people: usize,
}

/// A roster that lacks signatures.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Proposal {
    pub(super) number: u32,
    pub(super) fingerprint: String,
    pub(super) lacks: Vec<String>,
    /// Who can sign it now.
    #[serde(skip)]
    pub(super) steps: Vec<Step>,
}

pub(super) fn roster(roll: &Roll, signoffs: &SignoffState, names: &Names) -> RosterStatus {
    let parties = roll.roster.parties.iter().map(|party| PartyStatus {
        id: party.id.to_string(),
        name: names.name(&party.id),
        threshold: party.threshold,
        signers: signers_with_keys(party, signoffs).map(|signer| signer.id.to_string()).collect(),
        keys: usable_keys(roll, &party.id, signoffs),
        people: signers_with_keys(party, signoffs).count(),
    });
    RosterStatus {
        number: roll.roster.number,
        fingerprint: roll.digest.grouped(),
        parties: parties.collect(),
    }
}

/// Returns the keys that were revoked.
pub(super) fn revocations(standing: &Standing) -> Vec<RevokedStatus> {
    let counts = |one: &&RevokedKey| !matches!(one.state, RevocationState::Refused(_));
    let revoked = standing.revocations.iter().filter(counts).map(|one| &one.revocation);
    let revoked = revoked.map(|one| RevokedStatus {
        party: one.party.to_string(),
        signer: one.signer.to_string(),
        key: one.key.to_string(),
        on: one.revoked_at.day().to_string(),
        reason: one.reason.clone(),
    });
    revoked.collect()
}

/// Returns the signers of a party who have a key that is not revoked.
pub fn signers_with_keys<'a>(
    party: &'a crate::trust::roster::Party,
    signoffs: &'a SignoffState,
) -> impl Iterator<Item = &'a crate::trust::roster::Signer> {
    let usable = |text: &String| {
        text.parse().is_ok_and(|key: PublicKey| !is_revoked(&signoffs.standing, key.fingerprint()))
    };
    party.signers.iter().filter(move |one| one.keys.iter().any(usable))
}

fn is_revoked(standing: &Standing, print: Fingerprint) -> bool {
    let effective = standing.revocations.iter().filter(|one| one.state == RevocationState::Effective);
    effective.into_iter().any(|one| one.revocation.key == print)
}

/// Returns how many keys of a party are not revoked.
pub fn usable_keys(roll: &Roll, party: &PartyId, signoffs: &SignoffState) -> usize {
    roll.keys
        .iter()
        .filter(|one| one.party == *party && !is_revoked(&signoffs.standing, one.key.fingerprint()))
        .count()
}

pub(super) fn proposal(one: &RosterStanding, names: &Names, signoffs: &SignoffState) -> Option<Proposal> {
    let roll = one.roll.as_ref().filter(|_| one.state == RosterState::Proposed)?;
    let parties = one.need.parties.iter().map(|(party, count)| match count {
        1 => names.name(party),
        more => format!("{more} signers of {}", names.name(party)),
    });
    let keys =
        one.need.keys.iter().map(|key| format!("the new key of {} ({})", key.signer, names.name(&key.party)));
    let lacks = parties.chain(keys).collect();
    let steps = step::of_proposal(one, roll, names, signoffs);
    Some(Proposal { number: roll.roster.number, fingerprint: roll.digest.grouped(), lacks, steps })
}
