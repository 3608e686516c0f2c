//! Which keys are revoked, by whose word.
//!
//! A key may revoke itself, and enough others of its party may revoke it. A key that revoked itself has no say about
//! others; two that revoke each other are both gone. The roster in force judges, so that nobody who left can revoke the
//! key of somebody who stayed.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::Chain;
use super::name::{Digest, Fingerprint, SignerId};
use super::reason::Reason;
use super::revocation::Revocation;
use super::roster::{Enrolled, Roll, is_sorted_set};
use super::shelf::{Entry, Label, RevocationFiles, Shelf};
use super::sshsig::{self, Namespace};
use super::standing::{RevocationState, RevokedKey};

/// A revocation whose bytes and name are in order.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) entry: Entry<'a>,
    pub(super) digest: Digest,
    pub(super) revocation: Revocation,
    signature: Entry<'a>,
    further: Vec<(Label, Entry<'a>)>,
}

/// Reads every revocation; what cannot be read is told with its path.
pub(super) fn read<'a>(shelf: &Shelf<'a>) -> (Vec<Candidate<'a>>, Vec<(&'a str, Reason)>) {
    let mut candidates = Vec::new();
    let mut refused = Vec::new();
    for (label, files) in &shelf.revocations {
        let Some(entry) = files.signed.file else { continue };
        match Candidate::of(label, entry, files) {
            Ok(candidate) => candidates.push(candidate),
            Err(reason) => refused.push((entry.path, reason)),
        }
    }
    (candidates, refused)
}

impl<'a> Candidate<'a> {
    fn of(label: &Label, entry: Entry<'a>, files: &RevocationFiles<'a>) -> Result<Self, Reason> {
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
        Ok(Self { entry, digest, revocation, signature, further: files.further.clone() })
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
        let claimed = sshsig::claimed_key(signature).map_err(Reason::Signature)?;
        let own = |one: &&Enrolled| one.party == self.revocation.party && one.key == claimed;
        let enrolled = roll.keys.iter().find(own).ok_or(Reason::UnknownKey)?;
        sshsig::verify(signature, &enrolled.key, Namespace::Revocation, self.entry.bytes, roll.touch())
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

    /// Says whether enough others of the party signed, leaving out keys that gave themselves up.
    fn is_by_others(&self, signers: &[&Enrolled], gone: &BTreeSet<Fingerprint>, roll: &Roll) -> bool {
        let other =
            |one: &&&Enrolled| one.signer != self.revocation.signer && !gone.contains(&one.key.fingerprint());
        let others: BTreeSet<&SignerId> = signers.iter().filter(other).map(|one| &one.signer).collect();
        let party = roll.roster.parties.iter().find(|party| party.id == self.revocation.party);
        party.is_some_and(|party| others.len() >= party.threshold as usize)
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
    let listed_now = chain.current().is_some_and(|roll| one.is_listed(roll));
    match now {
        Some(Ok(())) => RevocationState::Effective,
        Some(Err(reason)) if listed_now => RevocationState::Refused(reason),
        _ => match under(named, &[one]).remove(0) {
            Err(reason) => RevocationState::Refused(reason),
            Ok(()) if chain.is_sealed(&one.digest, named.roster.number) => RevocationState::Settled,
            Ok(()) => RevocationState::Refused(Reason::Unsealed),
        },
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
pub(super) fn keys(revocations: &[RevokedKey]) -> BTreeMap<Fingerprint, BTreeSet<Digest>> {
    let mut keys: BTreeMap<Fingerprint, BTreeSet<Digest>> = BTreeMap::new();
    for one in revocations.iter().filter(|one| one.state == RevocationState::Effective) {
        let stands_by = one.revocation.stands_by.iter().copied().collect();
        keys.entry(one.revocation.key)
            .and_modify(|kept| *kept = kept.intersection(&stands_by).copied().collect())
            .or_insert(stands_by);
    }
    keys
}
