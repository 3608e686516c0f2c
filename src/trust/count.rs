//! Counting approvals: per party, distinct signers, under one roster, for one same content.

use std::collections::BTreeMap;

use super::chain::Chain;
use super::name::{Digest, PartyId};
use super::reason::Reason;
use super::roster::Roll;
use super::standing::{StatementStanding, Verdict};
use super::statement::{Decision, Statement, VersionRef};

/// How much an approve weighs by itself, before anything is taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    /// It counts.
    Full,
    /// Its key was revoked, and its party does not stand by it.
    Disowned,
    /// It came under an old roster, unsealed.
    Late,
}

/// One approve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vote<'a> {
    pub(super) digest: Digest,
    pub(super) statement: &'a Statement,
    pub(super) weight: Weight,
}

/// The approvals that are equal in roster and previous version; matrix, judgement and day are those of the folder.
#[derive(Clone, Debug)]
pub(super) struct Ballot<'a> {
    pub(super) roll: &'a Roll,
    pub(super) previous: Option<VersionRef>,
    pub(super) votes: Vec<Vote<'a>>,
}

impl<'a> Ballot<'a> {
    /// Collects the approvals of a folder into ballots.
    pub(super) fn all(statements: &'a [StatementStanding], chain: &'a Chain<'_>) -> Vec<Self> {
        let mut ballots: BTreeMap<(u32, Option<VersionRef>), Self> = BTreeMap::new();
        for vote in statements.iter().filter_map(vote) {
            let previous = vote.statement.previous;
            let Some(roll) = chain.numbered(vote.statement.roster.number) else { continue };
            let ballot = ballots.entry((roll.roster.number, previous));
            ballot.or_insert_with(|| Self { roll, previous, votes: Vec::new() }).votes.push(vote);
        }
        ballots.into_values().collect()
    }

    /// Returns the parties that lack signers when only the votes that `keep` names are counted.
    pub(super) fn missing(&self, keep: impl Fn(&Vote<'a>) -> bool) -> BTreeMap<PartyId, u32> {
        let kept = self.votes.iter().filter(|vote| keep(vote));
        self.roll.missing(kept.map(|vote| (&vote.statement.party, &vote.statement.signer)))
    }

    /// Says whether every party reaches its threshold with the votes that `keep` names.
    pub(super) fn suffices(&self, keep: impl Fn(&Vote<'a>) -> bool) -> bool {
        self.missing(keep).is_empty()
    }

    /// Says whether `statement` had seen enough approvals of every party but its own.
    pub(super) fn others_seen_by(&self, statement: &Statement) -> bool {
        let missing = self.missing(|vote| statement.after.binary_search(&vote.digest).is_ok());
        missing.keys().all(|party| *party == statement.party)
    }

    /// Returns the vote with this digest.
    pub(super) fn vote(&self, digest: &Digest) -> Option<&Vote<'a>> {
        self.votes.iter().find(|vote| vote.digest == *digest)
    }
}

fn vote(one: &StatementStanding) -> Option<Vote<'_>> {
    let statement = one.statement.as_ref().filter(|statement| statement.decision == Decision::Approve)?;
    let weight = match &one.verdict {
        Verdict::Accepted => Weight::Full,
        Verdict::Void(Reason::KeyRevoked) => Weight::Disowned,
        Verdict::Void(_) => Weight::Late,
        Verdict::Refused(_) => return None,
    };
    Some(Vote { digest: one.digest, statement, weight })
}
