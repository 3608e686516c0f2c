//! A person who signs for a party, and whether he may.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::trust::name::{Digest, NotAName, PartyId, SignerId};
use crate::trust::roster::{Enrolled, Roll};
use crate::trust::sshsig::PublicKey;
use crate::trust::standing::{RevocationState, Standing};

/// A signer of a party, written `acme/bob`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signer {
    /// The party.
    pub party: PartyId,
    /// The person.
    pub id: SignerId,
}

impl FromStr for Signer {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (party, id) = text.split_once('/').ok_or("write it as PARTY/SIGNER, such as acme/bob")?;
        let told = |error: NotAName| error.to_string();
        Ok(Self { party: party.parse().map_err(told)?, id: id.parse().map_err(told)? })
    }
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.party, self.id)
    }
}

/// Returns the roster in force.
///
/// # Errors
/// Where there is none, or the fingerprint from the contract is another's.
pub fn roster(standing: &Standing) -> Result<&Roll> {
    if !standing.is_anchored {
        return Err(foreign());
    }
    standing.roster().ok_or_else(|| match standing.proposed() {
        Some(one) => Error::usage("who may sign is not settled yet: keys have still to sign the first list")
            .because(super::roster::lacks(one))
            .hint("each of them runs `countersign roster sign`"),
        None => Error::usage("it is not settled yet who may sign")
            .hint("`countersign roster start --help` shows how to begin"),
    })
}

/// Says that the fingerprint that was given is of none of the lists here.
pub(super) fn foreign() -> Error {
    Error::cannot_judge("no list of signers here has the fingerprint that was given")
        .hint("compare it with the contract; `countersign roster show` prints the one that is here")
}

/// Returns the keys with which statements can be signed now, with those who hold them.
///
/// # Errors
/// Where there is no roster in force.
pub fn enrolled(standing: &Standing) -> Result<Vec<Enrolled>> {
    let keys = roster(standing)?.keys.iter();
    Ok(keys.filter(|one| !is_revoked(standing, &one.key)).cloned().collect())
}

impl Signer {
    /// Returns the keys that the signer may sign statements with now.
    ///
    /// # Errors
    /// Where the roster does not know him, his keys are revoked, or his party has already agreed to the next roster.
    pub fn keys<'a>(&self, standing: &'a Standing) -> Result<Vec<&'a PublicKey>> {
        let roll = roster(standing)?;
        self.demand_settled(standing)?;
        self.keys_in(roll, standing)
    }

    /// Returns the signer's keys in a roster, without those that are revoked.
    pub fn keys_in<'a>(&self, roll: &'a Roll, standing: &Standing) -> Result<Vec<&'a PublicKey>> {
        let own = roll.keys.iter().filter(|one| one.party == self.party && one.signer == self.id);
        let all: Vec<&PublicKey> = own.map(|one| &one.key).collect();
        if all.is_empty() {
            let known: Vec<String> = roll
                .roster
                .parties
                .iter()
                .flat_map(|party| party.signers.iter().map(move |one| format!("{}/{}", party.id, one.id)))
                .collect();
            return Err(Error::usage(format!("`{self}` may not sign here"))
                .hint(format!("those who may are {}", known.join(", "))));
        }
        let usable: Vec<&PublicKey> = all.into_iter().filter(|key| !is_revoked(standing, key)).collect();
        if usable.is_empty() {
            return Err(Error::usage(format!("every key of `{self}` is revoked"))
                .hint("`countersign roster propose --add-key` proposes a new one; all parties sign that"));
        }
        Ok(usable)
    }

    /// Returns the keys with which the signer may close a version, or tell the others something about it. A next roster
    /// that his party signed does not stand in the way if it seals `approvals`: what closes them counts under it too.
    ///
    /// # Errors
    /// Where the roster does not know him, his keys are revoked, or the next roster leaves out one of these approvals.
    pub fn keys_beside<'a>(
        &self,
        standing: &'a Standing,
        approvals: &[Digest],
    ) -> Result<Vec<&'a PublicKey>> {
        let roll = roster(standing)?;
        let next = standing.proposed().and_then(|one| one.roll.as_ref());
        if !next.is_some_and(|next| seals_all(next, approvals)) {
            self.demand_settled(standing)?;
        }
        self.keys_in(roll, standing)
    }

    /// Refuses while the party has already agreed to the next roster: what it signs now would not count under that one.
    fn demand_settled(&self, standing: &Standing) -> Result<()> {
        let Some(next) = standing.proposed() else { return Ok(()) };
        if next.signed.iter().all(|(party, ..)| *party != self.party) {
            return Ok(());
        }
        let number = next.roll.as_ref().map_or(0, |roll| roll.roster.number);
        Err(Error::usage(format!("`{}` has already agreed to a new list of signers (roster {number})", self.party))
            .because("what is signed under the old list would not count once the new one is complete")
            .because(super::roster::lacks(next))
            .hint("complete it first with `countersign roster sign`, or replace it with `countersign roster propose --replace`"))
    }
}

/// Says whether a roster seals all of these.
pub fn seals_all(roll: &Roll, digests: &[Digest]) -> bool {
    digests.iter().all(|one| roll.roster.seals.binary_search(one).is_ok())
}

/// Says whether a key was revoked.
pub fn is_revoked(standing: &Standing, key: &PublicKey) -> bool {
    let print = key.fingerprint();
    let mut effective = standing.revocations.iter().filter(|one| one.state == RevocationState::Effective);
    effective.any(|one| one.revocation.key == print)
}
