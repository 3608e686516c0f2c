//! What an accepted statement weighs in a reading: in full, in question, or not at all.
//!
//! A reading believes the chain of rosters up to one of them. Under the highest of these every accepted statement weighs.
//! Under an older one a statement weighs if the next roster sealed it. Unsealed, an approve or acknowledge weighs as a last
//! word only: else a party could give its last word and take it back by completing a roster that others had signed before.
//! A revoked key puts its statements in question.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::Chain;
use super::name::{Digest, Fingerprint};
use super::reason::Reason;
use super::standing::{StatementStanding, Verdict};
use super::statement::{Decision, Statement};

/// What one statement weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// It counts.
    Full,
    /// Its key is revoked: it counts in one reading and not in the other.
    Revoked,
    /// An unsealed last word whose key or whose parties a later roster no longer has: as above.
    Left,
    /// It came under an old roster, which the next one does not seal, by a key that was revoked before that.
    Late(KeyState),
}

/// Whether the key of a late statement was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum KeyState {
    /// It was not.
    Good,
    /// The roster that left the statement out sealed the revocation.
    Revoked,
}

impl Weight {
    /// Returns the verdict on an accepted statement of this weight.
    pub(super) fn verdict(self) -> Verdict {
        match self {
            Self::Full => Verdict::Accepted,
            Self::Revoked | Self::Late(KeyState::Revoked) => Verdict::Void(Reason::KeyRevoked),
            Self::Left => Verdict::Void(Reason::KeyLeft),
            Self::Late(KeyState::Good) => Verdict::Void(Reason::Unsealed),
        }
    }
}

/// The keys that their parties gave up.
#[derive(Clone, Debug, Default)]
pub(super) struct Revoked {
    /// Keys revoked under the roster in force, each with the statements that every revocation of it stands by.
    pub(super) now: BTreeMap<Fingerprint, BTreeSet<Digest>>,
    /// Keys whose revocation a later roster sealed.
    pub(super) settled: BTreeSet<Fingerprint>,
}

impl Revoked {
    /// Says whether a key is revoked.
    pub(super) fn has(&self, key: &Fingerprint) -> bool {
        self.now.contains_key(key) || self.settled.contains(key)
    }
}

/// One way to read the files: rosters up to `last` hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub(super) chain: &'a Chain<'a>,
    pub(super) revoked: &'a Revoked,
    /// The number of the highest roster that this reading believes.
    pub(super) last: u32,
}

impl Reading<'_> {
    /// Says whether the roster after `number` seals a digest.
    fn is_sealed(&self, digest: &Digest, number: u32) -> bool {
        number < self.last && self.chain.is_sealed(digest, number)
    }

    /// Returns what a statement weighs among the others of its version; `None` if it is not accepted, or names a roster
    /// that this reading does not believe.
    pub(super) fn weigh(&self, one: &StatementStanding, all: &[StatementStanding]) -> Option<Weight> {
        let statement = one.accepted()?;
        let number = statement.roster.number;
        if number > self.last {
            return None;
        }
        if self.is_sealed(&one.digest, number) {
            return Some(Weight::Full);
        }
        let may_close = matches!(statement.decision, Decision::Approve | Decision::Acknowledge);
        if number < self.last && !may_close {
            return Some(Weight::Late(KeyState::Good));
        }
        if self.revoked.settled.contains(&statement.key) && number < self.last {
            return Some(Weight::Late(KeyState::Revoked));
        }
        if self.is_disowned(one, statement) && !self.is_confirmed(one, statement, all) {
            return Some(Weight::Revoked);
        }
        Some(if self.is_still_listed(statement) { Weight::Full } else { Weight::Left })
    }

    /// Says whether a statement is an approve that counts as one, and not only as a last word.
    pub(super) fn is_approval(&self, digest: &Digest, statement: &Statement) -> bool {
        let number = statement.roster.number;
        statement.decision == Decision::Approve && (number == self.last || self.is_sealed(digest, number))
    }

    /// Says whether every roster after the statement's own has the same parties and lists its key.
    fn is_still_listed(&self, statement: &Statement) -> bool {
        let number = statement.roster.number;
        let lists = |number: u32| {
            self.chain
                .numbered(number)
                .is_some_and(|roll| roll.key(&statement.party, &statement.signer, &statement.key).is_some())
        };
        self.chain.has_same_parties(number, self.last) && (number..=self.last).all(lists)
    }

    fn is_disowned(&self, one: &StatementStanding, statement: &Statement) -> bool {
        self.revoked.now.get(&statement.key).is_some_and(|kept| !kept.contains(&one.digest))
    }

    /// Says whether another key of the same party, itself not revoked, approved or acknowledged with this in sight.
    fn is_confirmed(&self, one: &StatementStanding, own: &Statement, all: &[StatementStanding]) -> bool {
        let confirms = |other: &StatementStanding, said: &Statement| {
            let number = said.roster.number;
            let is_timely = number == self.last || self.is_sealed(&other.digest, number);
            is_timely
                && said.party == own.party
                && said.key != own.key
                && !self.revoked.has(&said.key)
                && matches!(said.decision, Decision::Approve | Decision::Acknowledge)
                && said.after.binary_search(&one.digest).is_ok()
        };
        all.iter().any(|other| other.accepted().is_some_and(|said| confirms(other, said)))
    }
}
