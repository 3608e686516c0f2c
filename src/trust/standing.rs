//! What a tree proves: rosters, revocations, statements, versions and marks, each with the reason why it counts or not.

use std::collections::{BTreeMap, BTreeSet};

use super::day::{Day, Moment};
use super::fault::Fault;
use super::head::Head;
use super::name::{Digest, Engagement, Fingerprint, MatrixId, PartyId, SignerId, Version};
use super::reason::Reason;
use super::revocation::Revocation;
use super::roster::{Enrolled, Roll};
use super::statement::{Decision, RosterRef, Statement, VersionRef};

/// The standing of everything in a tree on a day.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The day that was judged.
    pub day: Day,
    /// The engagement, once its first roster is complete.
    pub engagement: Option<Engagement>,
    /// Whether the chain holds the fingerprint that was given; true when none was given.
    pub is_anchored: bool,
    /// Every roster file by its number.
    pub rosters: BTreeMap<u32, RosterStanding>,
    /// Every revocation that could be read.
    pub revocations: Vec<RevokedKey>,
    /// Every offered version of every matrix.
    pub matrices: BTreeMap<MatrixId, MatrixStanding>,
    /// Everything that is wrong, worst first.
    pub faults: Vec<Fault>,
}

/// The versions of one matrix.
#[derive(Clone, Debug, Default)]
pub struct MatrixStanding {
    /// Every offered version.
    pub versions: BTreeMap<Version, VersionStanding>,
    /// The days on which versions of the matrix end because a version of another matrix replaces them.
    pub replaced: Vec<Replaced>,
}

/// The end of a matrix by another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The first day on which it no longer holds.
    pub on: Day,
    /// The matrix that takes its place.
    pub by: MatrixId,
    /// The version of that matrix.
    pub version: Version,
    /// The highest version that ends.
    pub ends: Version,
    /// False if it depends on a version that is in question.
    pub is_certain: bool,
}

/// How a roster file stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RosterState {
    /// Signed by all whom it needs.
    Complete,
    /// Well formed, but signatures are missing.
    Proposed,
    /// No roster of this chain.
    Ignored(Reason),
}

/// Whose signatures a roster still lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RosterNeed {
    /// Parties of the roster before, with the number of signers missing.
    pub parties: BTreeMap<PartyId, u32>,
    /// Keys that it adds and that did not sign yet.
    pub keys: Vec<Enrolled>,
}

impl RosterNeed {
    /// Says whether all have signed.
    pub fn is_nothing(&self) -> bool {
        self.parties.is_empty() && self.keys.is_empty()
    }
}

/// One roster file, judged.
#[derive(Clone, Debug)]
pub struct RosterStanding {
    /// Where it lies.
    pub path: String,
    /// The roster, if it is well formed.
    pub roll: Option<Roll>,
    /// How it stands.
    pub state: RosterState,
    /// Whose signatures over it hold.
    pub signed: Vec<(PartyId, SignerId, Fingerprint)>,
    /// Whose signatures it lacks.
    pub need: RosterNeed,
}

impl RosterStanding {
    pub(super) fn ignored(path: &str, reason: Reason) -> Self {
        let state = RosterState::Ignored(reason);
        Self { path: path.to_owned(), roll: None, state, signed: Vec::new(), need: RosterNeed::default() }
    }
}

/// How a revocation stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RevocationState {
    /// The roster in force lists the key, and it is revoked.
    Effective,
    /// A later roster sealed it and no longer lists the key.
    Settled,
    /// It does not count.
    Refused(Reason),
}

/// One revocation, judged.
#[derive(Clone, Debug)]
pub struct RevokedKey {
    /// Where it lies.
    pub path: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What it says.
    pub revocation: Revocation,
    /// How it stands.
    pub state: RevocationState,
}

/// Whether a statement counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Accepted.
    Accepted,
    /// In order by itself, but made too late or with a revoked key.
    Void(Reason),
    /// Not accepted.
    Refused(Reason),
}

impl Verdict {
    /// Returns why it does not count.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Self::Accepted => None,
            Self::Void(reason) | Self::Refused(reason) => Some(reason),
        }
    }
}

impl StatementStanding {
    /// Returns what an accepted statement says, whether it counts or not; `None` if it is refused.
    pub fn accepted(&self) -> Option<&Statement> {
        self.statement.as_ref().filter(|_| !matches!(self.verdict, Verdict::Refused(_)))
    }
}

/// One statement, judged.
#[derive(Clone, Debug)]
pub struct StatementStanding {
    /// Where it lies.
    pub path: String,
    /// The digest of its bytes.
    pub digest: Digest,
    /// What it says, if it could be read. Believe it only where the verdict allows.
    pub statement: Option<Statement>,
    /// Whether it counts.
    pub verdict: Verdict,
}

/// What the parties agreed to when a version became complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// The roster under which they agreed.
    pub roster: RosterRef,
    /// The version that this one follows.
    pub previous: Option<VersionRef>,
    /// The approvals that count together, sorted.
    pub approvals: Vec<Digest>,
    /// The statements by which signers gave their last word on these, sorted.
    pub last_words: Vec<Digest>,
}

/// Why a version is final in one reading and not in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// A party revoked a key whose statement it needs.
    KeyRevoked,
    /// A last word that it needs came under an old roster, unsealed, and a later one lists its key no more or has other
    /// parties.
    KeyLeft,
    /// It rests on a roster that is complete only by a revoked key.
    RosterDoubted,
}

/// The first day of a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Begin {
    /// The earliest day by any reading; `None` if it is final in none.
    pub possible: Option<Day>,
    /// The day by which it has begun in every reading; `None` if it is not final in one.
    pub certain: Option<Day>,
}

/// How a version stands on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Offered for signature; approvals are missing.
    Offered,
    /// Approved by all; a party has not given its last word.
    Complete,
    /// Final; its day has not come.
    Future,
    /// Final and in force.
    InForce,
    /// Final; a higher version took its place.
    Superseded(Version),
    /// Final; its last day, or that of its matrix, has passed.
    Ended,
    /// It cannot be said whether it is final; it holds for no gate.
    InQuestion(Question),
    /// Final, but a version that is in question decides whether it is in force.
    InDoubt,
}

impl State {
    /// Returns the stable word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Complete => "complete",
            Self::Future => "future",
            Self::InForce => "in-force",
            Self::Superseded(_) => "superseded",
            Self::Ended => "ended",
            Self::InQuestion(_) => "in-question",
            Self::InDoubt => "in-doubt",
        }
    }

    /// Says whether every party has given its last word and nothing puts that in question.
    pub fn is_final(&self) -> bool {
        matches!(self, Self::Future | Self::InForce | Self::Superseded(_) | Self::Ended | Self::InDoubt)
    }
}

/// Whether what someone wrote down in `effective.json` is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkState {
    /// There is none.
    Absent,
    /// It is so.
    Holds,
    /// It is not.
    Fails(Reason),
}

/// One offered version, judged.
#[derive(Clone, Debug)]
pub struct VersionStanding {
    /// The matrix.
    pub id: MatrixId,
    /// The version.
    pub version: Version,
    /// The digest of `matrix.json`, if it is there.
    pub sha256: Option<Digest>,
    /// What the matrix says about itself, if it can be read.
    pub head: Option<Head>,
    /// Every statement in the folder.
    pub statements: Vec<StatementStanding>,
    /// How it stands.
    pub state: State,
    /// What was approved by all, also if that is now in question; `None` while approvals are missing.
    pub agreement: Option<Agreement>,
    /// The day on which the last party gave its last word, as the signers say; `None` if it is final in no reading.
    pub closed_on: Option<Day>,
    /// The first day in force, by every reading and by some.
    pub begin: Begin,
    /// The parties whose approvals are missing, with how many.
    pub missing: BTreeMap<PartyId, u32>,
    /// The parties that have not given their last word on a complete version; each gives it with `countersign mark`.
    pub waits_for: BTreeSet<PartyId>,
    /// The parties that have given their last word: they are bound as soon as the others close.
    pub bound: BTreeSet<PartyId>,
    /// Statements that dispute the version; they change nothing.
    pub contests: Vec<Digest>,
    /// Notices that a signer does not want his approval to be completed; they change nothing.
    pub withdraws: Vec<Digest>,
    /// Whether its mark holds.
    pub mark: MarkState,
}

impl VersionStanding {
    /// Says whether all that was signed is about other bytes than those that lie here now as the version's text.
    pub fn was_touched(&self) -> bool {
        let has = |verdict: &Verdict| self.statements.iter().any(|one| one.verdict == *verdict);
        has(&Verdict::Refused(Reason::OtherMatrix)) && !has(&Verdict::Accepted)
    }

    /// Says whether all parties approved the version.
    pub fn is_complete(&self) -> bool {
        self.agreement.is_some()
    }

    /// Says whether a signer has given his last word on the version.
    pub fn has_last_word(&self, party: &PartyId, signer: &SignerId) -> bool {
        let given = |digest: &Digest| {
            self.agreement.as_ref().is_some_and(|agreed| agreed.last_words.binary_search(digest).is_ok())
        };
        let mut said =
            self.statements.iter().filter(|one| given(&one.digest)).filter_map(StatementStanding::accepted);
        said.any(|said| said.party == *party && said.signer == *signer)
    }

    /// Returns who could give the signatures that are missing under this roster.
    pub fn may_still_sign<'r>(&self, roll: &'r Roll) -> Vec<&'r Enrolled> {
        let has_approved = |one: &Enrolled| {
            self.statements.iter().filter(|said| said.verdict == Verdict::Accepted).any(|said| {
                said.statement.as_ref().is_some_and(|said| {
                    said.decision == Decision::Approve
                        && said.roster == roll.reference()
                        && (&said.party, &said.signer) == (&one.party, &one.signer)
                })
            })
        };
        let is_wanted = |one: &&Enrolled| self.missing.contains_key(&one.party) && !has_approved(one);
        roll.keys.iter().filter(is_wanted).collect()
    }

    /// Returns the digests for the `after` of the next statement, sorted: everything accepted in the folder, whatever it
    /// counts for.
    pub fn seen(&self) -> Vec<Digest> {
        let accepted = self.statements.iter().filter(|one| one.accepted().is_some());
        accepted.map(|one| one.digest).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// Returns the accepted statements that are dated more than a day after `now`: who signs now leaves them out.
    pub fn dated_ahead(&self, now: Moment) -> Vec<&StatementStanding> {
        let latest = now.day().0.tomorrow().unwrap_or(jiff::civil::Date::MAX);
        let is_ahead = |one: &&StatementStanding| {
            one.accepted().is_some_and(|said| {
                (said.signed_at.day().0, said.signed_at.0.time()) > (latest, now.0.time())
            })
        };
        self.statements.iter().filter(is_ahead).collect()
    }

    /// Returns the digests of the statements that count, sorted: what the next roster seals.
    fn counted(&self) -> impl Iterator<Item = Digest> {
        self.statements.iter().filter(|one| one.verdict == Verdict::Accepted).map(|one| one.digest)
    }
}

impl MatrixStanding {
    /// Returns the highest final version: what the next one names as the one before.
    pub fn latest(&self) -> Option<VersionRef> {
        let standing = self.versions.values().rev().find(|one| one.state.is_final())?;
        Some(VersionRef { version: standing.version, sha256: standing.sha256? })
    }
}

impl Standing {
    /// Returns the roster in force: the last complete one.
    pub fn roster(&self) -> Option<&Roll> {
        let complete = |one: &&RosterStanding| one.state == RosterState::Complete;
        self.rosters
            .values()
            .rev()
            .find(complete)
            .and_then(|one| one.roll.as_ref())
            .filter(|_| self.is_anchored)
    }

    /// Returns the roster that waits for signatures.
    pub fn proposed(&self) -> Option<&RosterStanding> {
        self.rosters.values().find(|one| one.state == RosterState::Proposed)
    }

    /// Returns what the next roster has to seal, sorted: every accepted statement, every revocation that counts, and
    /// all that was sealed before.
    pub fn seals(&self) -> Vec<Digest> {
        let versions = self.matrices.values().flat_map(|matrix| matrix.versions.values());
        let statements = versions.flat_map(VersionStanding::counted);
        let counts = |one: &&RevokedKey| !matches!(one.state, RevocationState::Refused(_));
        let revocations = self.revocations.iter().filter(counts).map(|one| one.digest);
        let before = self.roster().into_iter().flat_map(|roll| roll.roster.seals.iter().copied());
        let all: BTreeSet<Digest> = statements.chain(revocations).chain(before).collect();
        all.into_iter().collect()
    }

    /// Returns a version of a matrix.
    pub fn version(&self, id: &MatrixId, version: Version) -> Option<&VersionStanding> {
        self.matrices.get(id)?.versions.get(&version)
    }
}
