//! Looking back: what verified before must still be there.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Finding, Place};
use crate::project::SignoffState;
use crate::trust::name::Digest;
use crate::trust::standing::{RevocationState, RosterState, Standing, StatementStanding, Verdict};

/// Tells what verified at a revision and is no longer there, or no longer verifies.
///
/// What did not verify may be deleted by anybody.
pub(super) fn missing(before: &SignoffState, now: &SignoffState, revision: &str) -> Vec<Finding> {
    let mut findings = chain_kept(before, now, revision);
    let there: BTreeSet<&Digest> = statements(&now.standing)
        .filter(|one| !matches!(one.verdict, Verdict::Refused(_)))
        .map(|one| &one.digest)
        .collect();
    let accepted = statements(&before.standing).filter(|one| one.verdict == Verdict::Accepted);
    findings.extend(accepted.filter(|one| !there.contains(&one.digest)).map(|one| {
        let message = format!("this statement counted at `{revision}` and is no longer there as it was");
        lost("record-is-kept", &one.path, message)
    }));
    let revocations: BTreeSet<Digest> = effective(&now.standing).map(|(digest, _)| digest).collect();
    findings.extend(effective(&before.standing).filter(|(digest, _)| !revocations.contains(digest)).map(
        |(_, path)| {
            let message = format!("this revocation counted at `{revision}` and is no longer there as it was");
            lost("record-is-kept", path, message)
        },
    ));
    findings
}

/// Tells which complete rosters of a revision the chain no longer holds.
pub(super) fn chain_kept(before: &SignoffState, now: &SignoffState, revision: &str) -> Vec<Finding> {
    let kept = complete(&now.standing);
    let lacking =
        complete(&before.standing).into_iter().filter(|(number, digest)| kept.get(number) != Some(digest));
    lacking
        .map(|(number, _)| {
            let path = format!("trust/{number}.json");
            let message =
                format!("roster {number} was complete at `{revision}` and is no longer there as it was");
            lost("record-is-kept", &path, message)
        })
        .collect()
}

fn lost(rule: &str, path: &str, message: String) -> Finding {
    Finding::of_file(rule, path, Place::File, message)
        .helped("bring the file and its signature back as they were; what was signed is never taken out")
}

fn statements(standing: &Standing) -> impl Iterator<Item = &StatementStanding> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    versions.flat_map(|version| &version.statements)
}

fn effective(standing: &Standing) -> impl Iterator<Item = (Digest, &str)> {
    let counts = |state: &RevocationState| !matches!(state, RevocationState::Refused(_));
    standing
        .revocations
        .iter()
        .filter(move |one| counts(&one.state))
        .map(|one| (one.digest, one.path.as_str()))
}

fn complete(standing: &Standing) -> BTreeMap<u32, Digest> {
    let rosters = standing.rosters.iter().filter(|(_, one)| one.state == RosterState::Complete);
    rosters.filter_map(|(number, one)| Some((*number, one.roll.as_ref()?.digest))).collect()
}
