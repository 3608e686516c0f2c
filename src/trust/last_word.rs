//! The last word: whether every party has said, in statements of its own, that it saw the approvals of all others.
//!
//! Approvals count together if they are under one roster and name the same version before. A version is complete when
//! they reach every party's threshold, and final when every party has also given its last word on them. Nothing takes a
//! last word back, so more files never make a version less final.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::chain::Chain;
use super::day::Day;
use super::name::{Digest, PartyId, SignerId};
use super::roster::Roll;
use super::standing::Agreement;
use super::statement::{Decision, Statement, VersionRef};

/// A statement that counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Counted<'a> {
    pub(super) digest: Digest,
    pub(super) statement: &'a Statement,
    /// False for an acknowledgement, and for an approve that is late and can only be a last word.
    pub(super) is_approval: bool,
}

/// Approvals of one version that count together, with the other statements that count beside them.
#[derive(Debug)]
pub(super) struct Ballot<'a> {
    pub(super) roll: &'a Roll,
    chain: &'a Chain<'a>,
    previous: Option<VersionRef>,
    approvals: Vec<Counted<'a>>,
    /// What may be a last word beside the approvals: acknowledgements and late approvals.
    others: Rc<[Counted<'a>]>,
}

impl<'a> Ballot<'a> {
    /// Collects the statements of a version that count into ballots.
    pub(super) fn all(counted: &[Counted<'a>], chain: &'a Chain<'a>) -> Vec<Self> {
        let closes = |one: &&Counted<'a>| {
            !one.is_approval && matches!(one.statement.decision, Decision::Approve | Decision::Acknowledge)
        };
        let others: Rc<[Counted<'a>]> = counted.iter().filter(closes).copied().collect();
        let mut ballots: BTreeMap<(u32, Option<VersionRef>), Self> = BTreeMap::new();
        for one in counted.iter().filter(|one| one.is_approval) {
            let (number, previous) = (one.statement.roster.number, one.statement.previous);
            let Some(roll) = chain.numbered(number) else { continue };
            let ballot = ballots.entry((number, previous)).or_insert_with(|| Self {
                roll,
                chain,
                previous,
                approvals: Vec::new(),
                others: Rc::clone(&others),
            });
            ballot.approvals.push(*one);
        }
        ballots.into_values().collect()
    }

    /// Returns the parties that lack approvals, with how many.
    pub(super) fn missing(&self) -> BTreeMap<PartyId, u32> {
        self.missing_of(|_| true)
    }

    fn missing_of(&self, keep: impl Fn(&Counted<'a>) -> bool) -> BTreeMap<PartyId, u32> {
        let kept = self.approvals.iter().filter(|one| keep(one));
        self.roll.missing(kept.map(|one| (&one.statement.party, &one.statement.signer)))
    }

    /// Says whether a statement lists enough approvals of every party but its own.
    fn saw_all_others(&self, statement: &Statement) -> bool {
        let missing = self.missing_of(|one| statement.after.binary_search(&one.digest).is_ok());
        missing.keys().all(|party| *party == statement.party)
    }

    /// Returns the statements that are last words of their signers.
    fn last_words(&self) -> Vec<Counted<'a>> {
        let number = self.roll.roster.number;
        let is_about_these = |one: &&Counted<'a>| {
            let later = one.statement.roster.number;
            match one.statement.decision {
                Decision::Approve => later == number && one.statement.previous == self.previous,
                _ => later >= number && self.chain.has_same_parties(number, later),
            }
        };
        let all = self.approvals.iter().chain(self.others.iter().filter(is_about_these));
        all.filter(|one| self.saw_all_others(one.statement)).copied().collect()
    }

    /// Returns the day on which each party had given its last word: its signers' earliest, counted by each roster that
    /// they name against the threshold of that roster.
    fn days(&self, words: &[Counted<'a>]) -> BTreeMap<PartyId, Day> {
        let mut earliest: BTreeMap<(&PartyId, u32), BTreeMap<&SignerId, Day>> = BTreeMap::new();
        for Counted { statement, .. } in words {
            let day = statement.signed_at.day();
            let signers = earliest.entry((&statement.party, statement.roster.number)).or_default();
            signers.entry(&statement.signer).and_modify(|first| *first = day.min(*first)).or_insert(day);
        }
        let mut given: BTreeMap<PartyId, Day> = BTreeMap::new();
        for ((party, number), signers) in earliest {
            let mut days: Vec<Day> = signers.into_values().collect();
            days.sort_unstable();
            let threshold = self.chain.numbered(number).and_then(|roll| roll.threshold(party));
            let filled = threshold.and_then(|number| days.get(number.checked_sub(1)? as usize).copied());
            let Some(day) = filled else { continue };
            given.entry(party.clone()).and_modify(|first| *first = day.min(*first)).or_insert(day);
        }
        given
    }

    /// Judges the ballot; with `only`, as if no other last words had been given.
    pub(super) fn tally(&self, only: Option<&[Digest]>) -> Tally {
        let missing = self.missing();
        let mut words = if missing.is_empty() { self.last_words() } else { Vec::new() };
        words.retain(|one| only.is_none_or(|list| list.binary_search(&one.digest).is_ok()));
        let days = self.days(&words);
        let parties: BTreeSet<PartyId> = self.roll.parties().into_iter().cloned().collect();
        let waits_for: BTreeSet<PartyId> =
            parties.iter().filter(|party| !days.contains_key(*party)).cloned().collect();
        let closed = days.values().max().copied().filter(|_| missing.is_empty() && waits_for.is_empty());
        let digests = |list: &[Counted<'a>]| -> Vec<Digest> {
            list.iter().map(|one| one.digest).collect::<BTreeSet<_>>().into_iter().collect()
        };
        Tally {
            closed,
            missing,
            waits_for,
            bound: days.into_keys().collect(),
            agreement: Agreement {
                roster: self.roll.reference(),
                previous: self.previous,
                approvals: digests(&self.approvals),
                last_words: digests(&words),
            },
        }
    }
}

/// What a ballot comes to.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    /// The day on which the last party gave its last word; `None` unless the version is final.
    pub(super) closed: Option<Day>,
    /// The parties that lack approvals, with how many.
    pub(super) missing: BTreeMap<PartyId, u32>,
    /// The parties that have not given their last word.
    pub(super) waits_for: BTreeSet<PartyId>,
    /// The parties that have.
    pub(super) bound: BTreeSet<PartyId>,
    pub(super) agreement: Agreement,
}
