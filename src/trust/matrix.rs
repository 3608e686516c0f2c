//! From the folders of a matrix to the standing of its versions.

use std::collections::{BTreeMap, BTreeSet};

use super::accept::Bench;
use super::chain::Chain;
use super::consent::{Consent, Hearing, Outcome};
use super::folder::Offer;
use super::mark::Mark;
use super::name::{Digest, Fingerprint, MatrixId, Version};
use super::reason::Reason;
use super::roster::is_sorted_set;
use super::shelf::{Entry, Folder};
use super::standing::{
    Agreement, MarkState, MatrixStanding, Replaced, State, StatementStanding, Verdict, VersionStanding,
};
use super::statement::MatrixRef;
use super::succession::{self, Place, Versions};

/// Revoked keys with the statements that their parties stand by.
pub(super) type RevokedKeys = BTreeMap<Fingerprint, BTreeSet<Digest>>;

struct Heard {
    offer: Offer,
    statements: Vec<StatementStanding>,
}

/// Judges all versions of one matrix, the highest first, for a version that another one builds on is closed.
pub(super) fn judge(
    id: &MatrixId,
    folders: &BTreeMap<Version, &Folder<'_>>,
    chain: &Chain<'_>,
    revoked: &RevokedKeys,
) -> (MatrixStanding, Vec<(String, Reason)>) {
    let mut heard = BTreeMap::new();
    let mut versions = Versions::new();
    let mut refused = Vec::new();
    for (&version, folder) in folders.iter().rev() {
        let mut offer = Offer::of(id, version, folder);
        refused.append(&mut offer.refused);
        let statements = Bench { chain, offer: &offer, id, version, revoked }.judge(folder);
        let is_succeeded = succession::is_succeeded(version, offer.sha256, &versions);
        let consent = Hearing { statements: &statements, chain, is_succeeded }.judge();
        versions.insert(version, (offer.sha256, consent));
        heard.insert(version, Heard { offer, statements });
    }
    let places = succession::place(&versions);
    let mut matrix = MatrixStanding::default();
    for (version, one) in heard {
        let Some((_, consent)) = versions.remove(&version) else { continue };
        let mark = folders.get(&version).and_then(|folder| folder.mark);
        let standing = describe(id, version, one, consent, places.get(&version), mark, chain);
        matrix.versions.insert(version, standing);
    }
    (matrix, refused)
}

fn describe(
    id: &MatrixId,
    version: Version,
    mut heard: Heard,
    consent: Consent,
    place: Option<&Place>,
    mark: Option<Entry<'_>>,
    chain: &Chain<'_>,
) -> VersionStanding {
    let state = state(&consent, place);
    for one in heard.statements.iter_mut().filter(|one| consent.kept.contains(&one.digest)) {
        one.verdict = Verdict::Accepted;
    }
    let is_open = matches!(state, State::Offered | State::Withdrawn);
    let own = heard.offer.sha256.map(|sha256| MatrixRef { id: id.clone(), version, sha256 });
    let mut standing = VersionStanding {
        id: id.clone(),
        version,
        sha256: heard.offer.sha256,
        head: heard.offer.head.ok(),
        statements: heard.statements,
        agreement: consent.agreement.filter(|_| consent.outcome.is_complete()),
        missing: if is_open { consent.missing } else { BTreeMap::new() },
        open_for: if state == State::Withdrawn { BTreeSet::new() } else { consent.open_for },
        contests: consent.contests,
        state,
        mark: MarkState::Absent,
    };
    if let Some(entry) = mark {
        let judged = judge_mark(entry.bytes, own.as_ref(), &standing, chain);
        standing.mark = judged.map_or_else(MarkState::Fails, |()| MarkState::Holds);
    }
    standing
}

/// The state of a version; which standing one is in force is settled later, for a day.
fn state(consent: &Consent, place: Option<&Place>) -> State {
    match place {
        Some(Place::Standing) => State::Future,
        Some(Place::Forked(rivals)) => State::Forked(rivals.clone()),
        Some(Place::TakenBack) => State::Withdrawn,
        Some(Place::Contested | Place::Detached) => {
            consent.outcome.dispute().map_or(State::Detached, State::Contested)
        }
        None => match consent.outcome {
            Outcome::Withdrawn => State::Withdrawn,
            other => other.dispute().map_or(State::Offered, State::Contested),
        },
    }
}

fn judge_mark(
    bytes: &[u8],
    own: Option<&MatrixRef>,
    standing: &VersionStanding,
    chain: &Chain<'_>,
) -> Result<(), Reason> {
    let mark = Mark::parse(bytes).map_err(Reason::Bytes)?;
    if !is_sorted_set(&mark.statements) {
        return Err(Reason::MarkUnsorted);
    }
    let day = standing.head.as_ref().map(|head| head.effective_from);
    if Some(&mark.matrix) != own || Some(mark.effective_from) != day {
        return Err(Reason::MarkDiffers);
    }
    let agreement = standing.agreement.as_ref().ok_or(Reason::MarkInsufficient)?;
    if mark.roster != agreement.roster {
        return Err(Reason::MarkDiffers);
    }
    if suffice(&mark.statements, agreement, standing, chain) { Ok(()) } else { Err(Reason::MarkInsufficient) }
}

/// Says whether these approvals are among those that count and reach every threshold alone.
fn suffice(listed: &[Digest], agreement: &Agreement, standing: &VersionStanding, chain: &Chain<'_>) -> bool {
    let counted = |digest: &Digest| agreement.approvals.binary_search(digest).is_ok();
    let Some(roll) = chain.numbered(agreement.roster.number) else { return false };
    let named = standing.statements.iter().filter(|one| listed.binary_search(&one.digest).is_ok());
    let signers = named.filter_map(|one| one.statement.as_ref()).map(|one| (&one.party, &one.signer));
    listed.iter().all(counted) && roll.missing(signers).is_empty()
}

/// Ends every matrix that a standing version of another one replaces.
pub(super) fn replace(matrices: &mut BTreeMap<MatrixId, MatrixStanding>) {
    let mut ends = Vec::new();
    for one in matrices.values().flat_map(|matrix| matrix.versions.values()) {
        let counts = one.state.is_standing() || one.may_stand();
        let Some(head) = one.head.as_ref().filter(|_| counts) else { continue };
        for old in head.replaces.iter().filter(|old| old.id != one.id) {
            let end = Replaced {
                on: head.effective_from,
                by: one.id.clone(),
                version: one.version,
                is_certain: one.state.is_standing(),
            };
            ends.push((old.clone(), end));
        }
    }
    for (old, end) in ends {
        let Some(matrix) = matrices.get_mut(&old.id) else { continue };
        let stands = matrix.versions.get(&old.version).is_some_and(|one| {
            one.sha256 == Some(old.sha256) && (one.state.is_standing() || one.may_stand())
        });
        if stands {
            matrix.replaced.push(end);
        }
    }
}
