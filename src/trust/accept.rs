//! Which statements of a version are accepted, and why the others are not.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::Chain;
use super::folder::Offer;
use super::name::{Digest, Fingerprint, MatrixId, Version};
use super::reason::Reason;
use super::roster::{Roll, is_sorted_set};
use super::shelf::{Entry, Folder, Label, Signed};
use super::sshsig::{self, Namespace};
use super::standing::{StatementStanding, Verdict};
use super::statement::{Decision, Statement};

/// What all statements of a version are judged by.
pub(super) struct Bench<'a> {
    pub(super) chain: &'a Chain<'a>,
    pub(super) offer: &'a Offer,
    pub(super) id: &'a MatrixId,
    pub(super) version: Version,
    /// Revoked keys with the statements that their parties stand by.
    pub(super) revoked: &'a BTreeMap<Fingerprint, BTreeSet<Digest>>,
}

impl Bench<'_> {
    /// Judges every statement of a folder.
    pub(super) fn judge(&self, folder: &Folder<'_>) -> Vec<StatementStanding> {
        let entries =
            folder.statements.iter().filter_map(|(label, signed)| Some((label, signed, signed.file?)));
        let mut all: Vec<StatementStanding> =
            entries.map(|(label, signed, entry)| self.judge_alone(label, signed, entry)).collect();
        judge_references(&mut all);
        for one in &mut all {
            if one.verdict == Verdict::Accepted {
                one.verdict = self.weigh(one);
            }
        }
        all
    }

    fn judge_alone(&self, label: &Label, signed: &Signed<'_>, entry: Entry<'_>) -> StatementStanding {
        let digest = Digest::of(entry.bytes);
        let (statement, verdict) = match Statement::parse(entry.bytes) {
            Err(flaw) => (None, Verdict::Refused(Reason::Bytes(flaw))),
            Ok(statement) => {
                let checked = self.check(&statement, digest, label, signed, entry);
                (Some(statement), checked.map_or_else(Verdict::Refused, |()| Verdict::Accepted))
            }
        };
        StatementStanding { path: entry.path.to_owned(), digest, statement, verdict }
    }

    /// Everything that a statement has to satisfy by itself.
    fn check(
        &self,
        statement: &Statement,
        digest: Digest,
        label: &Label,
        signed: &Signed<'_>,
        entry: Entry<'_>,
    ) -> Result<(), Reason> {
        let named =
            Label { party: statement.party.clone(), signer: statement.signer.clone(), short: digest.short() };
        let placed = statement.matrix.id == *self.id && statement.matrix.version == self.version;
        if named != *label || !placed {
            return Err(Reason::PathDiffers);
        }
        let roll = self.chain.complete(&statement.roster, &statement.engagement)?;
        check_signature(statement, roll, signed, entry)?;
        if statement.text != super::text::render(statement) {
            return Err(Reason::TextDiffers);
        }
        self.offer.fits(statement, roll)?;
        if !is_sorted_set(&statement.after) {
            return Err(Reason::AfterUnsorted);
        }
        Ok(())
    }

    /// Says whether an accepted statement came in time and by a key that is still believed.
    fn weigh(&self, one: &StatementStanding) -> Verdict {
        let Some(statement) = &one.statement else { return one.verdict.clone() };
        let number = statement.roster.number;
        let is_sealed = self.chain.is_sealed(&one.digest, number);
        let is_old = self.chain.current().is_some_and(|roll| roll.roster.number > number);
        if is_old && !is_sealed {
            return Verdict::Void(Reason::Unsealed);
        }
        let disowned = self.revoked.get(&statement.key).is_some_and(|kept| !kept.contains(&one.digest));
        if disowned && !is_sealed {
            return Verdict::Void(Reason::KeyRevoked);
        }
        Verdict::Accepted
    }
}

fn check_signature(
    statement: &Statement,
    roll: &Roll,
    signed: &Signed<'_>,
    entry: Entry<'_>,
) -> Result<(), Reason> {
    if !roll.has_signer(&statement.party, &statement.signer) {
        return Err(Reason::UnknownSigner);
    }
    let key = roll.key(&statement.party, &statement.signer, &statement.key).ok_or(Reason::UnknownKey)?;
    let signature = signed.signature.ok_or(Reason::SignatureMissing)?;
    sshsig::verify(signature.bytes, key, Namespace::Statement, entry.bytes, roll.touch())
        .map_err(Reason::Signature)
}

/// Refuses statements that refer to others which are missing or refused. Digests cannot refer in a circle.
fn judge_references(all: &mut [StatementStanding]) {
    let mut settled: BTreeMap<Digest, &Statement> = BTreeMap::new();
    let mut refused: Vec<(Digest, Reason)> = Vec::new();
    let accepted = all.iter().filter(|one| one.verdict == Verdict::Accepted);
    let mut pending: Vec<(Digest, &Statement)> =
        accepted.filter_map(|one| Some((one.digest, one.statement.as_ref()?))).collect();
    // Who lists more came later, so one pass is the rule.
    pending.sort_by_key(|(_, statement)| statement.after.len());
    loop {
        let before = pending.len();
        pending.retain(|(digest, statement)| {
            if !statement.after.iter().all(|seen| settled.contains_key(seen)) {
                return true;
            }
            if refers_rightly(statement, &settled) {
                settled.insert(*digest, statement);
            } else {
                refused.push((*digest, Reason::OfDiffers));
            }
            false
        });
        if pending.len() == before {
            break;
        }
    }
    refused.extend(pending.into_iter().map(|(digest, _)| (digest, Reason::AfterMissing)));
    for (digest, reason) in refused {
        all.iter_mut().filter(|one| one.digest == digest).for_each(|one| {
            one.verdict = Verdict::Refused(reason.clone());
        });
    }
}

/// A withdraw takes back an approve of the same signer that he had seen; a contest names the matrix before it.
fn refers_rightly(statement: &Statement, settled: &BTreeMap<Digest, &Statement>) -> bool {
    match (statement.decision, statement.of) {
        (Decision::Approve | Decision::Acknowledge, _) => true,
        (Decision::Contest, of) => of == Some(statement.matrix.sha256),
        (Decision::Withdraw, Some(of)) => {
            let own = settled.get(&of).filter(|approve| {
                approve.decision == Decision::Approve
                    && approve.party == statement.party
                    && approve.signer == statement.signer
            });
            own.is_some() && statement.after.contains(&of)
        }
        (Decision::Withdraw, None) => false,
    }
}
