//! Which statements of a version are accepted, and why the others are not.

use std::collections::BTreeMap;

use super::chain::Chain;
use super::folder::Offer;
use super::layout::{Entry, Folder, Label, Signed};
use super::name::{Digest, MatrixId, Version};
use super::reason::Reason;
use super::roster::{Roll, is_sorted_set};
use super::sshsig::Namespace;
use super::standing::{StatementStanding, Verdict};
use super::statement::{Decision, Statement};

/// What all statements of a version have to fit.
pub(super) struct Ground<'a> {
    pub(super) chain: &'a Chain<'a>,
    pub(super) offer: &'a Offer,
    pub(super) id: &'a MatrixId,
    pub(super) version: Version,
}

impl Ground<'_> {
    /// Judges every statement of a folder.
    pub(super) fn judge(&self, folder: &Folder<'_>) -> Vec<StatementStanding> {
        let entries =
            folder.statements.iter().filter_map(|(label, signed)| Some((label, signed, signed.file?)));
        let mut all: Vec<StatementStanding> =
            entries.map(|(label, signed, entry)| self.judge_alone(label, signed, entry)).collect();
        judge_references(&mut all);
        all
    }

    fn judge_alone(&self, label: &Label, signed: &Signed<'_>, entry: Entry<'_>) -> StatementStanding {
        let digest = Digest::of(entry.bytes);
        let (statement, verdict) = match self.chain.reader.statement(entry.bytes) {
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
        self.check_signature(statement, roll, signed, entry)?;
        if statement.text != super::text::render(statement) {
            return Err(Reason::TextDiffers);
        }
        self.offer.fits(statement, roll)?;
        if !is_sorted_set(&statement.after) {
            return Err(Reason::AfterUnsorted);
        }
        Ok(())
    }
}

impl Ground<'_> {
    fn check_signature(
        &self,
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
        self.chain
            .reader
            .verify(signature.bytes, key, Namespace::Statement, entry.bytes, roll.touch())
            .map_err(Reason::Signature)
    }
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
            match refers_rightly(statement, &settled) {
                Ok(()) => drop(settled.insert(*digest, statement)),
                Err(reason) => refused.push((*digest, reason)),
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

/// A statement is not dated before what it lists; a withdraw names an approve of the same signer that it lists; a contest
/// names the matrix before it.
fn refers_rightly(statement: &Statement, settled: &BTreeMap<Digest, &Statement>) -> Result<(), Reason> {
    let listed = statement.after.iter().filter_map(|seen| settled.get(seen));
    if listed.map(|one| one.signed_at).any(|moment| moment > statement.signed_at) {
        return Err(Reason::SignedBeforeListed);
    }
    let is_right = match (statement.decision, statement.of) {
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
    };
    if is_right { Ok(()) } else { Err(Reason::OfDiffers) }
}
