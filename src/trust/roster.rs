//! Who may sign for which party: one roster of the chain.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::canonical::{self, Flaw};
use super::name::{Digest, Engagement, Fingerprint, PartyId, SignerId};
use super::reason::Reason;
use super::sshsig::{PublicKey, Touch};
use super::statement::RosterRef;

/// The `format` of a roster.
pub const FORMAT: &str = "countersign/roster/1";

/// The roster of another repository that this one takes up, after lost keys or an insolvency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Continues {
    /// The engagement that came before.
    pub engagement: Engagement,
    /// The digest of its last roster.
    pub roster: Digest,
}

/// A person who may sign for a party.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// The signer's id, unique in the roster.
    pub id: SignerId,
    /// The name for people.
    pub name: String,
    /// The office for people.
    pub role: String,
    /// Public keys as OpenSSH writes them, without comment.
    pub keys: Vec<String>,
}

/// A party whose agreement every version needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// The party's id, as matrices name it.
    pub id: PartyId,
    /// How many of its signers have to sign.
    pub threshold: u32,
    /// Who may sign.
    pub signers: Vec<Signer>,
}

/// A roster as it is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Roster {
    /// Always [`FORMAT`].
    pub format: String,
    /// The engagement, random, the same in the whole chain.
    pub engagement: Engagement,
    /// The place in the chain, from 1.
    pub number: u32,
    /// The digest of the roster before; none for the first.
    pub previous: Option<Digest>,
    /// What a first roster takes up, if anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continues: Option<Continues>,
    /// All parties that sign.
    pub parties: Vec<Party>,
    /// Whether security keys have to verify their user.
    pub require_user_verification: bool,
    /// The digests of everything that was accepted before, sorted.
    pub seals: Vec<Digest>,
}

impl Roster {
    /// Returns the bytes that are signed.
    pub fn to_bytes(&self) -> Vec<u8> {
        canonical::write(self)
    }

    /// Returns where the roster lies.
    pub fn path(&self) -> String {
        format!("trust/{}.json", self.number)
    }

    /// Returns where the signature of one key over roster `number` lies.
    pub fn signature_path(number: u32, party: &PartyId, signer: &SignerId, key: &Fingerprint) -> String {
        format!("trust/{number}/{party}.{signer}.{}.sig", key.short())
    }
}

/// One key of a roster with whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    /// The party it signs for.
    pub party: PartyId,
    /// Who holds it.
    pub signer: SignerId,
    /// The key.
    pub key: PublicKey,
}

/// A roster that is well formed: two parties or more, reachable thresholds, every key strong and listed once.
#[derive(Clone, Debug)]
pub struct Roll {
    /// The roster as it is signed.
    pub roster: Roster,
    /// The digest of its bytes.
    pub digest: Digest,
    /// Every key, in the order of the file.
    pub keys: Vec<Enrolled>,
}

impl Roll {
    /// Reads a roster and checks it by itself; its signatures are another matter.
    pub fn parse(bytes: &[u8]) -> Result<Self, Reason> {
        let roster: Roster =
            canonical::read(bytes, FORMAT, |one: &Roster| &one.format).map_err(Reason::Bytes)?;
        Self::of(roster)
    }

    /// Checks a roster by itself.
    pub fn of(roster: Roster) -> Result<Self, Reason> {
        check_place(&roster)?;
        check_parties(&roster)?;
        let keys = enrol(&roster)?;
        let digest = Digest::of(&roster.to_bytes());
        Ok(Self { roster, digest, keys })
    }

    /// Returns how statements name this roster.
    pub fn reference(&self) -> RosterRef {
        RosterRef { number: self.roster.number, sha256: self.digest }
    }

    /// Returns the parties that have to sign.
    pub fn parties(&self) -> BTreeSet<&PartyId> {
        self.roster.parties.iter().map(|party| &party.id).collect()
    }

    /// Returns the key with this fingerprint if it is this signer's.
    pub fn key(&self, party: &PartyId, signer: &SignerId, print: &Fingerprint) -> Option<&PublicKey> {
        self.of_signer(party, signer).find(|key| key.fingerprint() == *print)
    }

    /// Says whether this person may sign for this party at all.
    pub fn has_signer(&self, party: &PartyId, signer: &SignerId) -> bool {
        self.of_signer(party, signer).next().is_some()
    }

    fn of_signer(&self, party: &PartyId, signer: &SignerId) -> impl Iterator<Item = &PublicKey> {
        let own = move |one: &&Enrolled| one.party == *party && one.signer == *signer;
        self.keys.iter().filter(own).map(|one| &one.key)
    }

    /// Returns what the roster asks of security keys.
    pub fn touch(&self) -> Touch {
        if self.roster.require_user_verification { Touch::WithVerification } else { Touch::Plain }
    }

    /// Returns how many signers a party needs; `None` if it is no party here.
    pub fn threshold(&self, party: &PartyId) -> Option<u32> {
        self.roster.parties.iter().find(|one| one.id == *party).map(|one| one.threshold)
    }

    /// Returns, for every party, how many of these signers are still missing.
    pub fn missing<'a>(
        &self,
        signers: impl IntoIterator<Item = (&'a PartyId, &'a SignerId)>,
    ) -> BTreeMap<PartyId, u32> {
        let signed: BTreeSet<_> = signers.into_iter().collect();
        let short = |party: &Party| {
            let count = party.signers.iter().filter(|one| signed.contains(&(&party.id, &one.id))).count();
            let count = u32::try_from(count).unwrap_or(u32::MAX);
            let missing = party.threshold.saturating_sub(count);
            (missing > 0).then(|| (party.id.clone(), missing))
        };
        self.roster.parties.iter().filter_map(short).collect()
    }
}

fn check_place(roster: &Roster) -> Result<(), Reason> {
    let placed = match roster.number {
        0 => false,
        1 => roster.previous.is_none() && roster.seals.is_empty(),
        _ => roster.previous.is_some() && roster.continues.is_none(),
    };
    if !placed {
        return Err(Reason::RosterPlace);
    }
    if !is_sorted_set(&roster.seals) {
        return Err(Reason::RosterSealsUnsorted);
    }
    Ok(())
}

fn check_parties(roster: &Roster) -> Result<(), Reason> {
    let mut parties = BTreeSet::new();
    let mut signers = BTreeSet::new();
    for party in &roster.parties {
        let known_twice = !parties.insert(&party.id);
        if known_twice || party.signers.iter().any(|signer| !signers.insert(&signer.id)) {
            return Err(Reason::RosterNameTwice);
        }
        let most = u32::try_from(party.signers.len()).unwrap_or(u32::MAX);
        if party.threshold < 1 || party.threshold > most {
            return Err(Reason::RosterThreshold);
        }
    }
    if parties.len() < 2 {
        return Err(Reason::RosterOneParty);
    }
    Ok(())
}

fn enrol(roster: &Roster) -> Result<Vec<Enrolled>, Reason> {
    let mut material = BTreeSet::new();
    let mut keys = Vec::new();
    for party in &roster.parties {
        for signer in &party.signers {
            if signer.keys.is_empty() {
                return Err(Reason::Bytes(Flaw::Malformed(format!("signer `{}` has no key", signer.id))));
            }
            for text in &signer.keys {
                let key: PublicKey = text.parse().map_err(Reason::Key)?;
                if !material.insert(key.material()) {
                    return Err(Reason::RosterKeyTwice);
                }
                keys.push(Enrolled { party: party.id.clone(), signer: signer.id.clone(), key });
            }
        }
    }
    Ok(keys)
}

/// Says whether a list is sorted and names nothing twice.
pub(crate) fn is_sorted_set(list: &[Digest]) -> bool {
    list.windows(2).all(|pair| pair[0] < pair[1])
}
