//! What a signer says about a version: approve, acknowledge, withdraw, contest.

use serde::{Deserialize, Serialize};

use super::canonical::{self, Flaw};
use super::day::{Day, Moment};
use super::name::{Digest, Engagement, Fingerprint, MatrixId, PartyId, SignerId, Version};
use super::text;

/// The `format` of a statement.
pub const FORMAT: &str = "countersign/statement/1";

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Agrees to these bytes, from this day.
    Approve,
    /// Has seen the approvals of all other parties: the last word.
    Acknowledge,
    /// Gives notice that one's own approve is not to be completed. It changes nothing.
    Withdraw,
    /// Disputes a version, for a reason.
    Contest,
}

/// A version of a matrix with the digest of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MatrixRef {
    /// The matrix.
    pub id: MatrixId,
    /// Its version.
    pub version: Version,
    /// The digest of the version's `matrix.json`.
    pub sha256: Digest,
}

/// The digest of what the checker said when the version was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedRef {
    /// The digest of the version's `judged.json`.
    pub sha256: Digest,
}

/// The version that another one follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRef {
    /// The version's number.
    pub version: Version,
    /// The digest of its `matrix.json`.
    pub sha256: Digest,
}

/// A roster, by its number and the digest of its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RosterRef {
    /// The roster's number in its chain.
    pub number: u32,
    /// The digest of its file.
    pub sha256: Digest,
}

/// One signer's word about one version, as it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// Always [`FORMAT`].
    pub format: String,
    /// The engagement, so that nothing can be replayed in another one.
    pub engagement: Engagement,
    /// What is said.
    pub decision: Decision,
    /// What it is said about.
    pub matrix: MatrixRef,
    /// What the checker said of it.
    pub judged: JudgedRef,
    /// The final version that this one follows; none for the first.
    pub previous: Option<VersionRef>,
    /// The roster under which the signer may sign.
    pub roster: RosterRef,
    /// The party that the signer speaks for.
    pub party: PartyId,
    /// Who signs.
    pub signer: SignerId,
    /// The key that signs.
    pub key: Fingerprint,
    /// The day from which the version is to hold.
    pub effective_from: Day,
    /// When the signer says to have signed.
    pub signed_at: Moment,
    /// Every accepted statement of the version that the signer had before him, sorted.
    pub after: Vec<Digest>,
    /// The approve that a withdraw is about; the digest of the matrix that a contest disputes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Digest>,
    /// Why a version is disputed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The sentence that the signer read.
    pub text: String,
}

impl Statement {
    /// Reads a statement, refusing every spelling but the one that is signed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        let statement: Self = canonical::read(bytes, FORMAT, |one: &Self| &one.format)?;
        let wants = match statement.decision {
            Decision::Approve | Decision::Acknowledge => (false, false),
            Decision::Withdraw => (true, false),
            Decision::Contest => (true, true),
        };
        if wants != (statement.of.is_some(), statement.reason.is_some()) {
            return Err(Flaw::Malformed("`of` or `reason` does not fit the decision".into()));
        }
        if statement.reason.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
            return Err(Flaw::Malformed("the reason is empty".into()));
        }
        Ok(statement)
    }

    /// Sorts `after` and fills in the sentence, so that the statement is ready to be signed.
    #[must_use]
    pub fn finished(mut self) -> Self {
        self.after.sort_unstable();
        self.after.dedup();
        self.text = text::render(&self);
        self
    }

    /// Returns the bytes that are signed.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::write(self)
    }

    /// Returns where a statement with these bytes lies; its signature has `.sig` appended.
    pub fn path(&self) -> String {
        let folder = folder(&self.matrix.id, self.matrix.version);
        let digest = Digest::of(&self.to_bytes());
        format!("{folder}/{}.{}.{}.json", self.party, self.signer, digest.short())
    }
}

/// Returns the folder of a version.
pub fn folder(id: &MatrixId, version: Version) -> String {
    format!("signoffs/{id}/{version}")
}
