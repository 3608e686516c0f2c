//! Which keys are revoked, by whose word.
//!
//! A key may revoke itself, and enough others of its party may revoke it. A key that revoked itself has no say about
//! others; two that revoke each other are both gone. The roster in force judges, so that nobody who left can revoke the
//! key of somebody who stayed.

use std::collections::BTreeSet;

use super::chain::Chain;
use super::layout::{Entry, Label, Layout, RevocationFiles};
use super::name::{Digest, Fingerprint, PartyId, SignerId};
use super::reader::Reader;
use super::reason::Reason;
use super::revocation::Revocation;
use super::roster::{Enrolled, Roll, is_sorted_set};
use super::sshsig::Namespace;
use super::standing::{RevocationState, RevokedKey};
use super::statement::Statement;
use super::weight::Revoked;

/// A revocation whose bytes and name are in order.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    reader: &'a dyn Reader,
    pub(super) entry: Entry<'a>,
    pub(super) digest: Digest,
    pub(super) revocation: Revocation,
    signature: Entry<'a>,
    further: Vec<(Label, Entry<'a>)>,
}

/// Reads every revocation; what cannot be read is told with its path.
pub(super) fn read<'a>(
    layout: &Layout<'a>,
    reader: &'a dyn Reader,
) -> (Vec<Candidate<'a>>, Vec<(&'a str, Reason)>) {
    let mut candidates = Vec::new();
    let mut refused = Vec::new();
    for (label, files) in &layout.revocations {
        let Some(entry) = files.signed.file else { continue };
        match Candidate::of(label, entry, files, reader) {
            Ok(candidate) => candidates.push(candidate),
            Err(reason) => refused.push((entry.path, reason)),
        }
    }
    (candidates, refused)
}

impl<'a> Candidate<'a> {
    fn of(
        label: &Label,
        entry: Entry<'a>,
        files: &RevocationFiles<'a>,
        reader: &'a dyn Reader,
    ) -> Result<Self, Reason> {
        let revocation = Revocation::parse(entry.bytes).map_err(Reason::Bytes)?;
        let digest = Digest::of(entry.bytes);
        let named = Label {
            party: revocation.party.clone(),
            signer: revocation.signer.clone(),
            short: digest.short(),
        };
        if named != *label {
            return Err(Reason::PathDiffers);
        }
        if !is_sorted_set(&revocation.stands_by) {
            return Err(Reason::StandsByUnsorted);
        }
        let signature = files.signed.signature.ok_or(Reason::SignatureMissing)?;
        Ok(Self { reader, entry, digest, revocation, signature, further: files.further.clone() })
    }

    /// Returns the keys of the party in `roll` that signed. The first signature has to hold; a further one that does not
    /// adds nothing, so that nobody can spoil a revocation with it.
    fn signed_by<'r>(&self, roll: &'r Roll) -> Result<Vec<&'r Enrolled>, Reason> {
        let mut signers = vec![self.signer_of(roll, self.signature.bytes)?];
        signers.extend(self.further(roll).into_iter().filter_map(|(_, checked)| checked.ok()));
        Ok(signers)
    }

    /// Checks the further signatures, each by the key that its name says.
    fn further<'r>(&self, roll: &'r Roll) -> Vec<(&'a str, Result<&'r Enrolled, Reason>)> {
        let check = |(label, entry): &(Label, Entry<'a>)| {
            let named =
                |one: &Enrolled| one.signer == label.signer && one.key.fingerprint().short() == label.short;
            let is_listed = label.party == self.revocation.party && roll.keys.iter().any(named);
            let checked = if is_listed { self.signer_of(roll, entry.bytes) } else { Err(Reason::UnknownKey) };
            (entry.path, checked.and_then(|one| if named(one) { Ok(one) } else { Err(Reason::PathDiffers) }))
        };
        self.further.iter().map(check).collect()
    }

    fn signer_of<'r>(&self, roll: &'r Roll, signature: &[u8]) -> Result<&'r Enrolled, Reason> {
        let claimed = self.reader.claimed_key(signature).map_err(Reason::Signature)?;
        let own = |one: &&Enrolled| one.party == self.revocation.party && one.key == claimed;
        let enrolled = roll.keys.iter().find(own).ok_or(Reason::UnknownKey)?;
        self.reader
            .verify(signature, &enrolled.key, Namespace::Revocation, self.entry.bytes, roll.touch())
            .map_err(Reason::Signature)?;
        Ok(enrolled)
    }

    /// Says whether the roster lists the key as the revocation says.
    fn is_listed(&self, roll: &Roll) -> bool {
        let Revocation { party, signer, key, .. } = &self.revocation;
        roll.key(party, signer, key).is_some()
    }

    fn is_by_itself(&self, signers: &[&Enrolled]) -> bool {
        signers.iter().any(|one| one.key.fingerprint() == self.revocation.key)
    }

    /// Says whether enough others of the party signed, leaving out keys that gave themselves up: as many as its
    /// threshold, or all that are left if they are fewer.
    fn is_by_others(&self, signers: &[&Enrolled], gone: &BTreeSet<Fingerprint>, roll: &Roll) -> bool {
        let other =
            |one: &&&Enrolled| one.signer != self.revocation.signer && !gone.contains(&one.key.fingerprint());
        let others: BTreeSet<&SignerId> = signers.iter().filter(other).map(|one| &one.signer).collect();
        let left = roll.keys.iter().filter(|one| {
            one.party == self.revocation.party
                && one.signer != self.revocation.signer
                && !gone.contains(&one.key.fingerprint())
        });
        let left: BTreeSet<&SignerId> = left.map(|one| &one.signer).collect();
        let threshold = roll.threshold(&self.revocation.party).unwrap_or(u32::MAX) as usize;
        !others.is_empty() && others.len() >= threshold.min(left.len())
    }
}

/// Returns, for each candidate, whether it revokes its key under this roster, or why not.
pub(super) fn under(roll: &Roll, candidates: &[&Candidate<'_>]) -> Vec<Result<(), Reason>> {
    let signers: Vec<_> = candidates
        .iter()
        .map(|one| if one.is_listed(roll) { one.signed_by(roll) } else { Err(Reason::UnknownKey) })
        .collect();
    let pairs = || candidates.iter().zip(&signers);
    let by_itself = |one: &Candidate<'_>, by: &Result<Vec<&Enrolled>, Reason>| {
        by.as_ref().is_ok_and(|by| one.is_by_itself(by))
    };
    let gone: BTreeSet<Fingerprint> =
        pairs().filter(|(one, by)| by_itself(one, by)).map(|(one, _)| one.revocation.key).collect();
    let verdict = |(one, by): (&&Candidate<'_>, &Result<Vec<&Enrolled>, Reason>)| match by {
        Err(reason) => Err(reason.clone()),
        Ok(by) if one.is_by_itself(by) || one.is_by_others(by, &gone, roll) => Ok(()),
        Ok(_) => Err(Reason::RevocationUnsigned),
    };
    pairs().map(verdict).collect()
}

/// Judges every candidate by the chain.
pub(super) fn judge(chain: &Chain<'_>, candidates: &[Candidate<'_>]) -> Vec<RevokedKey> {
    let all: Vec<&Candidate<'_>> = candidates.iter().collect();
    let now = chain.current().map(|roll| under(roll, &all));
    let state = |(index, one): (usize, &Candidate<'_>)| {
        let judged = now.as_ref().map(|verdicts| verdicts[index].clone());
        RevokedKey {
            path: one.entry.path.to_owned(),
            digest: one.digest,
            revocation: one.revocation.clone(),
            state: state_of(one, chain, judged),
        }
    };
    candidates.iter().enumerate().map(state).collect()
}

fn state_of(one: &Candidate<'_>, chain: &Chain<'_>, now: Option<Result<(), Reason>>) -> RevocationState {
    let named = match chain.complete(&one.revocation.roster, &one.revocation.engagement) {
        Ok(roll) => roll,
        Err(reason) => return RevocationState::Refused(reason),
    };
    if let Err(reason) = under(named, &[one]).remove(0) {
        return RevocationState::Refused(reason);
    }
    let number = named.roster.number;
    let listed_now = chain.current().is_some_and(|roll| one.is_listed(roll));
    let key = BTreeSet::from([one.revocation.key]);
    let last = chain.current().map_or(number, |roll| roll.roster.number);
    match now {
        Some(Ok(())) => RevocationState::Effective,
        // The key itself made the rosters since, so they cannot speak against its revocation.
        _ if (number..last).any(|before| chain.rests_on(before + 1, &key)) => RevocationState::Effective,
        Some(Err(_)) if listed_now => RevocationState::Refused(Reason::RevocationOutdated),
        _ if chain.is_sealed(&one.digest, number) => RevocationState::Settled,
        _ => RevocationState::Refused(Reason::Unsealed),
    }
}

/// Returns the further signatures that do not hold under the roster that their revocation names.
pub(super) fn refused<'a>(chain: &Chain<'_>, candidates: &[Candidate<'a>]) -> Vec<(&'a str, Reason)> {
    let of = |one: &Candidate<'a>| {
        let named = chain.complete(&one.revocation.roster, &one.revocation.engagement);
        named.map(|roll| one.further(roll)).unwrap_or_default()
    };
    let checked = candidates.iter().flat_map(of);
    checked.filter_map(|(path, checked)| Some((path, checked.err()?))).collect()
}

/// Returns the revoked keys, each with what all its revocations stand by.
pub(super) fn keys(revocations: &[RevokedKey]) -> Revoked {
    let mut revoked = Revoked::default();
    for one in revocations {
        let key = one.revocation.key;
        let stands_by: BTreeSet<Digest> = one.revocation.stands_by.iter().copied().collect();
        match one.state {
            RevocationState::Refused(_) => {}
            RevocationState::Settled => drop(revoked.settled.insert(key)),
            RevocationState::Effective => {
                let kept = revoked.now.entry(key);
                kept.and_modify(|kept: &mut BTreeSet<Digest>| kept.retain(|one| stands_by.contains(one)))
                    .or_insert(stands_by);
            }
        }
    }
    revoked
}

/// Returns the number of the highest roster that does not rest on a revoked key.
///
/// A roster rests on revoked keys if it would not be complete without their signatures. It is believed all the same if
/// every revocation of such a key names it or a later one, or if another key of the party, which the roster before lists
/// too, signed a statement under it or a later one.
pub(super) fn highest_undoubted(
    chain: &Chain<'_>,
    revocations: &[RevokedKey],
    revoked: &Revoked,
    statements: &[&Statement],
) -> u32 {
    let last = chain.current().map_or(0, |roll| roll.roster.number);
    let counts = |one: &&RevokedKey| !matches!(one.state, RevocationState::Refused(_));
    let is_doubted = |number: &u32| {
        let Some(before) = chain.numbered(number - 1) else { return false };
        let is_affirmed = |party: &PartyId| {
            statements.iter().any(|said| {
                said.party == *party
                    && said.roster.number >= *number
                    && !revoked.has(&said.key)
                    && before.key(party, &said.signer, &said.key).is_some()
            })
        };
        let earlier = revocations.iter().filter(counts).filter(|one| one.revocation.roster.number < *number);
        let gone = earlier.filter(|one| !is_affirmed(&one.revocation.party)).map(|one| one.revocation.key);
        chain.rests_on(*number, &gone.collect())
    };
    (2..=last).find(is_doubted).map_or(last, |number| number - 1)
}
