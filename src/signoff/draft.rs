//! Statements before they are signed: what exactly is said, and when it may be said at all.

use super::signer::{self, Signer};
use super::{judging, subject};
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::project::precondition;
use crate::trust::Tree;
use crate::trust::day::Moment;
use crate::trust::head::Head;
use crate::trust::name::{Digest, Fingerprint, MatrixId, Version};
use crate::trust::standing::{Standing, StatementStanding, Verdict, VersionStanding};
use crate::trust::statement::{self, Decision, JudgedRef, MatrixRef, Statement, VersionRef};

/// Who says it, with which key, and when.
#[derive(Clone, Debug)]
pub struct Signatory {
    /// The signer.
    pub signer: Signer,
    /// The key.
    pub key: Fingerprint,
    /// The moment of signing, as the signer's clock has it.
    pub at: Moment,
}

/// A version that can be said something about: its bytes, as they lie or are about to lie in its folder.
#[derive(Clone, Debug)]
pub struct Offer {
    /// What its text says about itself.
    pub head: Head,
    /// The bytes of `matrix.json`.
    pub matrix: Vec<u8>,
    /// The bytes of `judged.json`.
    pub judged: Vec<u8>,
}

impl Offer {
    /// Returns how statements name the version.
    pub fn reference(&self) -> MatrixRef {
        MatrixRef { id: self.head.id.clone(), version: self.head.version, sha256: Digest::of(&self.matrix) }
    }

    /// Returns the folder of the version.
    pub fn folder(&self) -> String {
        statement::folder(&self.head.id, self.head.version)
    }
}

/// Returns the highest version that stands, which the next one follows.
pub fn last_standing<'a>(standing: &'a Standing, id: &MatrixId) -> Option<&'a VersionStanding> {
    standing.matrices.get(id)?.versions.values().rev().find(|one| one.state.is_final())
}

/// Returns the text of the highest standing version with what people call it.
pub fn previous(standing: &Standing, tree: &Tree, id: &MatrixId) -> Option<(Matrix, String)> {
    let last = last_standing(standing, id)?;
    let path = format!("{}/matrix.json", statement::folder(&last.id, last.version));
    let matrix = judging::read_matrix(&path, subject::plain(tree, &path)?)?;
    Some((matrix, format!("version {}", last.version)))
}

/// Returns the text that a version follows, with what people call it: the one that its approvals name, or the highest one
/// below it that stands.
pub fn before(standing: &Standing, tree: &Tree, head: &Head) -> Option<(Matrix, String)> {
    let versions = &standing.matrices.get(&head.id)?.versions;
    let agreed = versions.get(&head.version).and_then(|one| one.agreement.as_ref());
    let version = match agreed {
        Some(agreed) => agreed.previous?.version,
        None => {
            let below = versions.range(..head.version).rev();
            below.map(|(_, one)| one).find(|one| one.state.is_final())?.version
        }
    };
    let path = format!("{}/matrix.json", statement::folder(&head.id, version));
    let matrix = judging::read_matrix(&path, subject::plain(tree, &path)?)?;
    Some((matrix, format!("version {version}")))
}

/// Returns the approve of a signer that is still his word, under whatever roster.
pub fn own_approve<'a>(version: &'a VersionStanding, signer: &'a Signer) -> Option<&'a StatementStanding> {
    let taken_back = |digest: &Digest| {
        said(version, signer, Decision::Withdraw).any(|(_, withdraw)| withdraw.of == Some(*digest))
    };
    said(version, signer, Decision::Approve).map(|(one, _)| one).filter(|one| !taken_back(&one.digest)).last()
}

fn said<'a>(
    version: &'a VersionStanding,
    signer: &'a Signer,
    decision: Decision,
) -> impl Iterator<Item = (&'a StatementStanding, &'a Statement)> {
    let accepted = version.statements.iter().filter(|one| one.verdict == Verdict::Accepted);
    accepted.filter_map(|one| Some((one, one.statement.as_ref()?))).filter(move |(_, statement)| {
        statement.decision == decision && statement.party == signer.party && statement.signer == signer.id
    })
}

impl Signatory {
    /// Drafts an approve of a version.
    ///
    /// # Errors
    /// Where approving it would be wrong: a number that is taken or too low, a party that does not sign here, a past day.
    pub fn approve(&self, standing: &Standing, offer: &Offer) -> Result<Statement> {
        demand_approvable(standing, &offer.head, self.at)?;
        self.demand_highest(standing, &offer.head)?;
        let previous = last_standing(standing, &offer.head.id).and_then(reference);
        self.draft(standing, offer, Decision::Approve, previous)
    }

    /// Drafts the last word on a complete version.
    ///
    /// # Errors
    /// Where there is no roster in force.
    pub fn acknowledge(&self, standing: &Standing, offer: &Offer) -> Result<Statement> {
        let known = standing.version(&offer.head.id, offer.head.version);
        let agreed = known.and_then(|one| one.agreement.as_ref());
        let agreed = agreed.ok_or_else(|| {
            Error::usage(format!("{} is not approved by all parties yet", name(&offer.head)))
                .hint("`countersign sign` approves it")
        })?;
        self.draft(standing, offer, Decision::Acknowledge, agreed.previous)
    }

    /// Drafts the notice that the signer does not want his approve to be completed.
    ///
    /// # Errors
    /// Where he has none to take back.
    pub fn withdraw(&self, standing: &Standing, offer: &Offer) -> Result<Statement> {
        let known = standing.version(&offer.head.id, offer.head.version);
        let own = known.and_then(|one| own_approve(one, &self.signer));
        let own = own.ok_or_else(|| {
            Error::usage(format!("`{}` has no approval of {} to take back", self.signer, name(&offer.head)))
        })?;
        let previous = own.statement.as_ref().and_then(|approve| approve.previous);
        let mut draft = self.draft(standing, offer, Decision::Withdraw, previous)?;
        draft.of = Some(own.digest);
        Ok(draft.finished())
    }

    /// Drafts a dispute of a version.
    ///
    /// # Errors
    /// Where the reason is empty or holds a character that cannot be seen.
    pub fn contest(&self, standing: &Standing, offer: &Offer, reason: &str) -> Result<Statement> {
        demand_plain(reason)?;
        let known = standing.version(&offer.head.id, offer.head.version);
        let agreed = known.and_then(|one| one.agreement.as_ref()).and_then(|agreed| agreed.previous);
        let mut draft = self.draft(standing, offer, Decision::Contest, agreed)?;
        draft.of = Some(draft.matrix.sha256);
        draft.reason = Some(reason.to_owned());
        Ok(draft.finished())
    }

    fn draft(
        &self,
        standing: &Standing,
        offer: &Offer,
        decision: Decision,
        previous: Option<VersionRef>,
    ) -> Result<Statement> {
        let roll = signer::roster(standing)?;
        demand_parties(roll, &offer.head)?;
        let seen = standing.version(&offer.head.id, offer.head.version);
        let (after, signed_at) = seen.map_or_else(|| (Vec::new(), self.at), |one| in_sight(one, self.at));
        let draft = Statement {
            format: statement::FORMAT.to_owned(),
            engagement: roll.roster.engagement,
            decision,
            matrix: offer.reference(),
            judged: JudgedRef { sha256: Digest::of(&offer.judged) },
            previous,
            roster: roll.reference(),
            party: self.signer.party.clone(),
            signer: self.signer.id.clone(),
            key: self.key,
            effective_from: offer.head.effective_from,
            signed_at,
            after,
            of: None,
            reason: None,
            text: String::new(),
        };
        Ok(draft.finished())
    }

    /// Refuses a number below one that a signer of the party approved.
    fn demand_highest(&self, standing: &Standing, head: &Head) -> Result<()> {
        let party = &self.signer.party;
        let higher = precondition::higher_approved(standing, &head.id, head.version, party);
        match higher {
            None => Ok(()),
            Some(one) => Err(Error::usage(format!(
                "`{}` has approved version {} of `{}`, which is higher",
                self.signer.party, one.version, head.id
            ))
            .because("of two versions the higher one is in force, so the lower one would never be")
            .hint(format!("raise `version` in the matrix above {}", one.version))),
        }
    }
}

/// Refuses a version that can no longer, or not yet, be approved.
///
/// # Errors
/// Says why, and what helps.
pub fn demand_approvable(standing: &Standing, head: &Head, at: Moment) -> Result<()> {
    signer::roster(standing)?;
    let own = standing.version(&head.id, head.version);
    if let Some(one) = own.filter(|one| one.state.is_final()) {
        return Err(Error::usage(format!("{} is already approved by all parties", name(head)))
            .because(format!("its state is: {}", one.state.code()))
            .hint(format!(
                "to change it, raise `version` in the matrix; to mark it: `countersign mark {}`",
                head.id
            )));
    }
    let obstacles = precondition::of(&head.into(), standing, at.day().0);
    if let Some(one) = obstacles.into_iter().find(|one| one.blocks) {
        return Err(refused(one));
    }
    Ok(())
}

/// Returns what stands before a signature as an error.
pub(super) fn refused(obstacle: precondition::Obstacle) -> Error {
    let error = Error::usage(obstacle.message).hint(obstacle.help);
    match obstacle.because {
        Some(cause) => error.because(cause),
        None => error,
    }
}

fn demand_parties(roll: &crate::trust::roster::Roll, head: &Head) -> Result<()> {
    let roster: Vec<String> = roll.parties().iter().map(ToString::to_string).collect();
    let matrix: Vec<String> = head.signing.iter().map(ToString::to_string).collect();
    if roster == matrix {
        return Ok(());
    }
    Err(Error::usage(format!("{} is between {}", name(head), matrix.join(" and ")))
        .because(format!("those who may sign here belong to {}", roster.join(" and ")))
        .hint("client and provider parties of the matrix have to be the parties of the roster, by their ids"))
}

fn demand_plain(reason: &str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(
            Error::usage("the reason is empty").hint("say in a sentence what is disputed: `--reason TEXT`")
        );
    }
    match reason.chars().find(|c| crate::trust::canonical::is_hidden(*c)) {
        None => Ok(()),
        Some(hidden) => Err(Error::usage("the reason holds a character that cannot be seen")
            .because(format!("U+{:04X}", u32::from(hidden)))
            .hint("write it on one line, in plain text")),
    }
}

/// Returns what a statement made now lists, and when it is dated: never before what it lists. What is dated more than a day
/// ahead is left out.
fn in_sight(version: &VersionStanding, at: Moment) -> (Vec<Digest>, Moment) {
    let ahead: Vec<Digest> = version.dated_ahead(at).iter().map(|one| one.digest).collect();
    let listed: Vec<Digest> = version.seen().into_iter().filter(|one| !ahead.contains(one)).collect();
    let is_listed = |one: &&StatementStanding| listed.binary_search(&one.digest).is_ok();
    let moments =
        version.statements.iter().filter(is_listed).filter_map(|one| Some(one.accepted()?.signed_at));
    let latest = moments.max().map_or(at, |moment| moment.max(at));
    (listed, latest)
}

fn reference(one: &VersionStanding) -> Option<VersionRef> {
    Some(VersionRef { version: one.version, sha256: one.sha256? })
}

/// Returns a version as people call it.
pub fn name(head: &Head) -> String {
    format!("version {} of `{}`", head.version, head.id)
}

/// Returns a version as people type it, `acme@1.2`.
pub fn typed(id: &MatrixId, version: Version) -> String {
    format!("{id}@{version}")
}
