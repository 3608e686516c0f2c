//! What a tree proves: rosters, revocations, statements, versions and marks, each with the reason why it counts or not.

use std::collections::{BTreeMap, BTreeSet};

use super::day::Day;
use super::head::Head;
use super::name::{Digest, Engagement, Fingerprint, MatrixId, PartyId, SignerId, Version};
use super::reason::Reason;
use super::revocation::Revocation;
use super::roster::{Enrolled, Roll};
use super::statement::{Decision, RosterRef, Statement, VersionRef};
use crate::finding::Finding;

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
    pub findings: Vec<Finding>,
}

/// The versions of one matrix.
#[derive(Clone, Debug, Default)]
pub struct MatrixStanding {
    /// Every offered version.
    pub versions: BTreeMap<Version, VersionStanding>,
    /// The days on which the matrix ends because a standing version of another one replaces it.
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
    /// False while that version is contested.
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
    /// The approvals that count, sorted.
    pub approvals: Vec<Digest>,
}

/// Why nobody can say whether a version is agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispute {
    /// A party took its approve back, and whether before or after the last approve cannot be shown.
    OrderUnknown,
    /// A party revoked the key of an approve that it needs.
    KeyRevoked,
    /// The last approve came under an old roster, unsealed.
    LateApproval,
}

/// How a version stands on the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Offered for signature; signatures are missing.
    Offered,
    /// Agreed; its day has not come.
    Future,
    /// Agreed and in force.
    InForce,
    /// Agreed; a later version took its place.
    Superseded(Version),
    /// Agreed; its last day, or that of its matrix, has passed.
    Ended,
    /// Taken back before it was complete.
    Withdrawn,
    /// It cannot be said whether it is agreed; it holds for no gate.
    Contested(Dispute),
    /// Complete, and so is another version that follows the same one: neither holds.
    Forked(Vec<Version>),
    /// Complete, but the version that it follows does not stand here.
    Detached,
    /// Agreed, but a contested version may have taken its place.
    InDoubt,
}

impl State {
    /// Returns the stable word for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Future => "future",
            Self::InForce => "in-force",
            Self::Superseded(_) => "superseded",
            Self::Ended => "ended",
            Self::Withdrawn => "withdrawn",
            Self::Contested(_) => "contested",
            Self::Forked(_) => "forked",
            Self::Detached => "detached",
            Self::InDoubt => "in-doubt",
        }
    }

    /// Says whether all parties agreed and nothing puts that in question.
    pub fn is_standing(&self) -> bool {
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
    /// What was agreed, once the version was complete, also where that is now in question.
    pub agreement: Option<Agreement>,
    /// The parties whose signatures are missing, with how many; only while the version is offered or withdrawn.
    pub missing: BTreeMap<PartyId, u32>,
    /// The parties that could still put a complete version in question; each closes it with an `acknowledge`.
    pub open_for: BTreeSet<PartyId>,
    /// Statements that dispute the version without changing anything.
    pub contests: Vec<Digest>,
    /// Whether its mark holds.
    pub mark: MarkState,
}

impl VersionStanding {
    /// Says whether all that was signed is about other bytes than those that lie here now as the version's text.
    pub fn was_touched(&self) -> bool {
        let has = |verdict: &Verdict| self.statements.iter().any(|one| one.verdict == *verdict);
        has(&Verdict::Refused(Reason::OtherMatrix)) && !has(&Verdict::Accepted)
    }

    /// Says whether the version was ever agreed by all parties and not taken back.
    pub fn is_complete(&self) -> bool {
        self.agreement.is_some() && self.state != State::Withdrawn
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

    /// Returns the digests for the `after` of the next statement, sorted: everything accepted in the folder.
    pub fn seen(&self) -> Vec<Digest> {
        let accepted = self.statements.iter().filter(|one| one.verdict == Verdict::Accepted);
        accepted.map(|one| one.digest).collect::<BTreeSet<_>>().into_iter().collect()
    }
}

impl MatrixStanding {
    /// Returns the highest standing version: what the next one names as the one before.
    pub fn latest(&self) -> Option<VersionRef> {
        let standing = self.versions.values().rev().find(|one| one.state.is_standing())?;
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
        let statements = versions.flat_map(VersionStanding::seen);
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
