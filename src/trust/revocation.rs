//! A party's word that one of its keys is no longer to be believed.

use serde::{Deserialize, Serialize};

use super::canonical::{self, Flaw};
use super::day::Moment;
use super::name::{Digest, Engagement, Fingerprint, PartyId, SignerId};
use super::statement::RosterRef;

/// The `format` of a revocation.
pub const FORMAT: &str = "countersign/revocation/1";

/// A revocation as it is signed: by the key itself, or by the threshold of the party's other signers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revocation {
    /// Always [`FORMAT`].
    pub format: String,
    /// The engagement.
    pub engagement: Engagement,
    /// The roster that lists the key.
    pub roster: RosterRef,
    /// The party that the key signs for.
    pub party: PartyId,
    /// Who holds the key.
    pub signer: SignerId,
    /// The key.
    pub key: Fingerprint,
    /// Why, for people.
    pub reason: String,
    /// The statements of the key that the party stands by, sorted.
    pub stands_by: Vec<Digest>,
    /// When the party says to have revoked it.
    pub revoked_at: Moment,
}

impl Revocation {
    /// Reads a revocation, refusing every spelling but the one that is signed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        canonical::read(bytes, FORMAT, |one: &Self| &one.format)
    }

    /// Returns the bytes that are signed.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::write(self)
    }

    /// Returns where the revocation lies; its first signature has `.sig` appended.
    pub fn path(&self) -> String {
        let digest = Digest::of(&self.to_bytes());
        format!("trust/revocations/{}.{}.{}.json", self.party, self.signer, digest.short())
    }

    /// Returns where a further signature lies when one is not enough: in a folder beside, named as a roster's.
    pub fn further_signature_path(&self, signer: &SignerId, key: &Fingerprint) -> String {
        let path = self.path();
        let folder = path.strip_suffix(".json").unwrap_or(&path);
        format!("{folder}/{}.{signer}.{}.sig", self.party, key.short())
    }
}
