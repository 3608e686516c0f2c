//! Whether the parties agreed to one version, and what taking an approve back does to that.
//!
//! Order is what the statements themselves show: a statement lists what its signer had before him. Where that shows no
//! order, nobody's word decides: the version is contested, neither in force nor gone.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::Chain;
use super::count::{Ballot, Vote, Weight};
use super::name::{Digest, PartyId};
use super::reason::Reason;
use super::standing::{Agreement, Dispute, StatementStanding, Verdict};
use super::statement::{Decision, Statement};

/// What the approvals of a version come to, before its neighbours are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Every party agreed.
    Complete,
    /// Every party agreed in one reading and not in another.
    KeyRevoked,
    /// As above.
    OrderUnknown,
    /// Taken back before it was complete.
    Withdrawn,
    /// It would be complete with an approve that came too late.
    Late,
    /// Signatures are missing.
    Open,
}

impl Outcome {
    /// Says whether every party agreed, at least in one reading.
    pub(super) fn is_complete(self) -> bool {
        self <= Self::OrderUnknown
    }

    /// Returns the dispute, if there is one.
    pub(super) fn dispute(self) -> Option<Dispute> {
        match self {
            Self::KeyRevoked => Some(Dispute::KeyRevoked),
            Self::OrderUnknown => Some(Dispute::OrderUnknown),
            Self::Late => Some(Dispute::LateApproval),
            Self::Complete | Self::Withdrawn | Self::Open => None,
        }
    }
}

/// What was found about one version by itself.
#[derive(Clone, Debug)]
pub(super) struct Consent {
    pub(super) outcome: Outcome,
    pub(super) agreement: Option<Agreement>,
    pub(super) missing: BTreeMap<PartyId, u32>,
    pub(super) open_for: BTreeSet<PartyId>,
    pub(super) contests: Vec<Digest>,
    /// Approvals by revoked keys that count all the same, for the version is closed for their party.
    pub(super) kept: BTreeSet<Digest>,
    /// Nothing can put it in question any more.
    pub(super) is_closed: bool,
    /// Every party took its approve back, whenever.
    pub(super) is_taken_back_by_all: bool,
    /// Whoever took his approve back had not seen the others': what was signed after that completes it in one reading only,
    /// and a version that all agreed on instead is not put in question by it.
    pub(super) is_abandoned: bool,
}

/// The statements of one version with what is known around them.
pub(super) struct Hearing<'a> {
    pub(super) statements: &'a [StatementStanding],
    pub(super) chain: &'a Chain<'a>,
    /// Whether a complete version names this one as the one before.
    pub(super) is_succeeded: bool,
}

/// What a withdraw does to the approve that it names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// It came before the version was complete: the approve is gone.
    Removes,
    /// It came when the version was agreed: a dispute that changes nothing.
    Disputes,
    /// The order cannot be shown.
    Unknown,
}

impl<'a> Hearing<'a> {
    /// Judges the version by its statements.
    pub(super) fn judge(&self) -> Consent {
        let ballots = Ballot::all(self.statements, self.chain);
        let in_time = |vote: &Vote<'_>| vote.weight != Weight::Late;
        let complete = ballots.iter().filter(|ballot| ballot.suffices(in_time));
        let heard = complete.map(|ballot| Heard::of(self, ballot));
        let preferred = |heard: &Heard<'_, '_>| {
            (heard.outcome, std::cmp::Reverse(heard.ballot.previous), heard.ballot.roll.roster.number)
        };
        match heard.min_by_key(preferred) {
            Some(heard) => heard.consent(),
            None => self.incomplete(&ballots),
        }
    }

    fn incomplete(&self, ballots: &[Ballot<'a>]) -> Consent {
        let taken_back = self.taken_back();
        let counts = |vote: &Vote<'_>| vote.weight == Weight::Full && !taken_back.contains(&vote.digest);
        let current = self.chain.current();
        let open = ballots.iter().filter(|one| current.is_some_and(|roll| roll.digest == one.roll.digest));
        let nearest = open.map(|one| one.missing(counts)).min_by_key(|missing| missing.values().sum::<u32>());
        let missing = nearest.or_else(|| current.map(|roll| roll.missing([]))).unwrap_or_default();
        let votes = || ballots.iter().flat_map(|ballot| &ballot.votes);
        let outcome =
            if ballots.iter().any(|ballot| ballot.suffices(|vote| !taken_back.contains(&vote.digest))) {
                Outcome::Late
            } else if votes().next().is_some() && votes().all(|vote| taken_back.contains(&vote.digest)) {
                Outcome::Withdrawn
            } else {
                Outcome::Open
            };
        Consent {
            outcome,
            agreement: None,
            missing,
            open_for: BTreeSet::new(),
            contests: self.contests(&BTreeSet::new()),
            kept: BTreeSet::new(),
            is_closed: false,
            is_taken_back_by_all: false,
            is_abandoned: false,
        }
    }

    fn said(&self, decision: Decision) -> impl Iterator<Item = (&'a StatementStanding, &'a Statement)> {
        let said = move |one: &'a StatementStanding| Some((one, one.statement.as_ref()?));
        self.statements.iter().filter_map(said).filter(move |(one, statement)| {
            statement.decision == decision && !matches!(one.verdict, Verdict::Refused(_))
        })
    }

    /// Returns the withdraws that have any effect. One by a revoked key has none, unless it takes back an approve that
    /// is disowned with it.
    fn withdraws(&self) -> impl Iterator<Item = (Digest, &'a Statement)> {
        let is_disowned = |digest: Option<Digest>| {
            let named = self.statements.iter().find(|one| Some(one.digest) == digest);
            named.is_some_and(|one| one.verdict == Verdict::Void(Reason::KeyRevoked))
        };
        let has_effect = move |(one, statement): &(&StatementStanding, &Statement)| match &one.verdict {
            Verdict::Accepted => true,
            Verdict::Void(Reason::KeyRevoked) => is_disowned(statement.of),
            Verdict::Void(_) | Verdict::Refused(_) => false,
        };
        self.said(Decision::Withdraw).filter(has_effect).map(|(one, statement)| (one.digest, statement))
    }

    fn taken_back(&self) -> BTreeSet<Digest> {
        self.withdraws().filter_map(|(_, withdraw)| withdraw.of).collect()
    }

    /// Returns what is shown as a dispute: every contest, and every withdraw but those that had an effect.
    fn contests(&self, disputing: &BTreeSet<Digest>) -> Vec<Digest> {
        let effective: BTreeSet<Digest> = self.withdraws().map(|(digest, _)| digest).collect();
        let contests = self.said(Decision::Contest).map(|(one, _)| one.digest);
        let withdraws = self.said(Decision::Withdraw).map(|(one, _)| one.digest);
        let shown = withdraws.filter(|one| disputing.contains(one) || !effective.contains(one));
        contests.chain(shown).collect()
    }

    /// Says whether another party had an approve or acknowledgement before it when it signed something itself.
    fn is_witnessed(&self, digest: &Digest, party: &PartyId) -> bool {
        self.statements.iter().filter(|one| one.verdict == Verdict::Accepted).any(|one| {
            let other = one.statement.as_ref().filter(|statement| statement.party != *party);
            other.is_some_and(|statement| statement.after.binary_search(digest).is_ok())
        })
    }

    /// Says whether a party can no longer take this agreement back: a later version builds on it, or it has itself
    /// acknowledged it. An acknowledgement by a revoked key closes only if another party had seen that key's approve:
    /// who finds a revoked key cannot close anything with it.
    fn is_closed_for(&self, party: &PartyId, ballot: &Ballot<'_>) -> bool {
        let sees_all = |statement: &Statement| {
            ballot.suffices(|vote| statement.after.binary_search(&vote.digest).is_ok())
        };
        let was_seen = |statement: &Statement| {
            let by_key = |vote: &&Vote<'_>| vote.statement.key == statement.key;
            ballot.votes.iter().filter(by_key).any(|vote| self.is_witnessed(&vote.digest, party))
        };
        self.is_succeeded
            || self.said(Decision::Acknowledge).any(|(one, statement)| {
                let is_believed = match &one.verdict {
                    Verdict::Accepted => true,
                    Verdict::Void(Reason::KeyRevoked) => was_seen(statement),
                    Verdict::Void(_) | Verdict::Refused(_) => false,
                };
                is_believed && statement.party == *party && sees_all(statement)
            })
    }

    /// Says whether the next roster seals enough approvals without this statement.
    fn is_sealed_without(&self, withdraw: &Digest, ballot: &Ballot<'_>) -> bool {
        let number = ballot.roll.roster.number;
        !self.chain.is_sealed(withdraw, number) && self.is_sealed(ballot)
    }

    fn is_sealed(&self, ballot: &Ballot<'_>) -> bool {
        ballot.suffices(|vote| self.chain.is_sealed(&vote.digest, ballot.roll.roster.number))
    }

    fn closed(&self, ballot: &Ballot<'_>) -> BTreeSet<PartyId> {
        let parties = ballot.roll.parties().into_iter();
        parties.filter(|party| self.is_closed_for(party, ballot)).cloned().collect()
    }

    fn effect(
        &self,
        digest: &Digest,
        withdraw: &Statement,
        approve: &Vote<'_>,
        ballot: &Ballot<'_>,
        closed: &BTreeSet<PartyId>,
    ) -> Effect {
        let in_time = |vote: &Vote<'_>| vote.weight != Weight::Late;
        let knew = |vote: &Vote<'_>| vote.statement.after.binary_search(digest).is_ok();
        if !ballot.suffices(|vote| in_time(vote) && !knew(vote)) {
            return Effect::Removes;
        }
        let is_agreed = ballot.others_seen_by(approve.statement)
            || closed.contains(&withdraw.party)
            || self.is_sealed_without(digest, ballot);
        if is_agreed {
            return Effect::Disputes;
        }
        let others = ballot.votes.iter().filter(|vote| vote.statement.party != withdraw.party);
        if others.filter(|vote| in_time(vote)).any(knew) { Effect::Removes } else { Effect::Unknown }
    }
}

/// A ballot that every party filled, with what was taken back from it.
struct Heard<'h, 'a> {
    hearing: &'h Hearing<'a>,
    ballot: &'h Ballot<'a>,
    removed: BTreeSet<Digest>,
    disputing: BTreeSet<Digest>,
    /// The parties that can no longer take the agreement back.
    closed: BTreeSet<PartyId>,
    outcome: Outcome,
}

impl<'h, 'a> Heard<'h, 'a> {
    fn of(hearing: &'h Hearing<'a>, ballot: &'h Ballot<'a>) -> Self {
        let closed = hearing.closed(ballot);
        let (mut removed, mut doubtful, mut disputing) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for (digest, withdraw) in hearing.withdraws() {
            let Some(approve) = withdraw.of.and_then(|of| ballot.vote(&of)) else { continue };
            match hearing.effect(&digest, withdraw, approve, ballot, &closed) {
                Effect::Removes => removed.insert(approve.digest),
                Effect::Unknown => doubtful.insert(approve.digest),
                Effect::Disputes => disputing.insert(digest),
            };
        }
        let is_disowned =
            |vote: &Vote<'_>| vote.weight == Weight::Disowned && !closed.contains(&vote.statement.party);
        let left = |vote: &Vote<'_>| vote.weight != Weight::Late && !removed.contains(&vote.digest);
        let certain = |vote: &Vote<'_>| left(vote) && !doubtful.contains(&vote.digest);
        let outcome = if !ballot.suffices(left) {
            Outcome::Withdrawn
        } else if !ballot.suffices(certain) {
            Outcome::OrderUnknown
        } else if !ballot.suffices(|vote| certain(vote) && !is_disowned(vote)) {
            Outcome::KeyRevoked
        } else {
            Outcome::Complete
        };
        Self { hearing, ballot, removed, disputing, closed, outcome }
    }

    fn left(&self, vote: &Vote<'_>) -> bool {
        vote.weight != Weight::Late && !self.removed.contains(&vote.digest)
    }

    fn consent(&self) -> Consent {
        let is_complete = self.outcome.is_complete();
        let taken_back = self.hearing.taken_back();
        let parties: BTreeSet<PartyId> = self.ballot.roll.parties().into_iter().cloned().collect();
        let lacking = self.ballot.missing(|vote| !taken_back.contains(&vote.digest));
        let is_sealed = self.hearing.is_sealed(self.ballot);
        let is_closed = is_sealed || self.closed.len() == parties.len();
        Consent {
            outcome: self.outcome,
            agreement: Some(self.agreement()),
            missing: self.ballot.missing(|vote| self.left(vote)),
            open_for: if is_complete && !is_sealed { self.open_for(&parties) } else { BTreeSet::new() },
            contests: self.hearing.contests(&self.disputing),
            kept: if is_complete { self.kept() } else { BTreeSet::new() },
            is_closed: is_complete && is_closed,
            is_taken_back_by_all: lacking.len() == parties.len(),
            is_abandoned: self.outcome == Outcome::OrderUnknown && self.is_abandoned(),
        }
    }

    /// Says whether nobody who took an approve back had all others before him.
    fn is_abandoned(&self) -> bool {
        let saw_all = |withdraw: &Statement| {
            self.ballot.suffices(|vote| {
                vote.statement.party == withdraw.party || withdraw.after.binary_search(&vote.digest).is_ok()
            })
        };
        self.hearing
            .withdraws()
            .all(|(digest, withdraw)| self.disputing.contains(&digest) || !saw_all(withdraw))
    }

    fn kept(&self) -> BTreeSet<Digest> {
        let disowned = self.ballot.votes.iter().filter(|vote| vote.weight == Weight::Disowned);
        let kept = disowned.filter(|vote| self.closed.contains(&vote.statement.party));
        kept.map(|vote| vote.digest).collect()
    }

    fn agreement(&self) -> Agreement {
        let votes = self.ballot.votes.iter().filter(|vote| self.left(vote));
        let approvals: BTreeSet<Digest> = votes.map(|vote| vote.digest).collect();
        Agreement {
            roster: self.ballot.roll.reference(),
            previous: self.ballot.previous,
            approvals: approvals.into_iter().collect(),
        }
    }

    /// Returns the parties whose approvals did not all come last and that have not closed the version.
    fn open_for(&self, parties: &BTreeSet<PartyId>) -> BTreeSet<PartyId> {
        let came_last = |vote: &Vote<'_>| self.left(vote) && self.ballot.others_seen_by(vote.statement);
        let firm = self.ballot.missing(came_last);
        let is_open = |party: &&PartyId| firm.contains_key(*party) && !self.closed.contains(*party);
        parties.iter().filter(is_open).cloned().collect()
    }
}
