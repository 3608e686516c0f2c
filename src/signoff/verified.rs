//! A file that was sent is taken as a whole or not at all: whatever in it does not verify is refused, by name.
//!
//! In a repository junk is a finding, because anyone who can push can leave some. A file was made for its signer: what does
//! not count in it would be missing from what he is shown, and nobody would tell him.

use super::basis::Basis;
use super::bundle::Bundle;
use super::session::Session;
use crate::error::{Error, Result};
use crate::trust::fault::Severity;
use crate::trust::reason::Reason;
use crate::trust::roster::Roll;
use crate::trust::standing::{RevocationState, Standing, Verdict};
use crate::trust::statement::folder;

/// The most faults that an error names.
const MOST_NAMED: usize = 5;
/// The rules whose findings say that a file does not verify.
const RULES: [&str; 7] = [
    "trust-is-tidy",
    "signoff-path",
    "roster-signature",
    "roster-chain",
    "revocation-valid",
    "seals-present",
    "offer-readable",
];

/// Refuses a bundle that holds anything which does not verify, or which it has no use for.
///
/// # Errors
/// Names what, and why.
pub fn demand_sound(bundle: &Bundle, basis: &Basis<'_>) -> Result<()> {
    let why = "the file holds something that does not verify, so nothing in it is signed";
    let hint = "ask its sender for a new one; if that one is refused too, `countersign check` in the repository says what \
                is wrong there";
    demand(&faults(bundle, basis), why, hint)
}

/// Judges a bundle as its receiver will, before it is sent.
///
/// # Errors
/// Where the receiver would be refused.
pub fn sendable(bundle: Bundle, session: &Session) -> Result<Bundle> {
    let tree = bundle.tree();
    let faults = faults(&bundle, &Basis::of(&tree, session)?);
    let why =
        "something in the sign-offs does not verify, so its receiver would be refused; no file was written";
    demand(&faults, why, "`countersign check` says more; settle it here first")?;
    Ok(bundle)
}

fn faults(bundle: &Bundle, basis: &Basis<'_>) -> Vec<String> {
    let mut faults = strangers(bundle);
    faults.extend(unverified(&basis.standing));
    faults
}

fn demand(faults: &[String], why: &str, hint: &str) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    let mut error = Error::usage(why);
    for fault in faults.iter().take(MOST_NAMED) {
        error = error.because(fault);
    }
    if faults.len() > MOST_NAMED {
        error = error.because(format!("and {} more", faults.len() - MOST_NAMED));
    }
    Err(error.hint(hint))
}

/// Refuses a file if the fingerprint that was given is of none of its lists of those who may sign.
///
/// # Errors
/// Says which fingerprints the file has, and what to do.
pub fn demand_anchor(basis: &Basis<'_>) -> Result<()> {
    let Some(anchor) = basis.anchor else { return Ok(()) };
    let lists: Vec<&Roll> = basis.standing.rosters.values().filter_map(|one| one.roll.as_ref()).collect();
    if basis.standing.is_anchored || lists.iter().any(|roll| roll.digest == *anchor) {
        return Ok(());
    }
    let mut error = Error::cannot_judge(
        "no list of signers in this file has the fingerprint that was given: do not sign it",
    );
    for roll in lists {
        let (number, print) = (roll.roster.number, roll.digest.grouped());
        error = error.because(format!("the fingerprint of list {number} in the file is {print}"));
    }
    Err(error.hint(
        "compare what you typed with your contract; if it stands there like that, the file is not about your contract, or \
         somebody changed who may sign: call the other party under a number that you know, not one from the mail",
    ))
}

/// Returns the files that a bundle has no use for.
fn strangers(bundle: &Bundle) -> Vec<String> {
    let is_ours = |path: &str| path.starts_with("trust/") || path.starts_with("signoffs/");
    let other = bundle.paths().filter(|path| !is_ours(path));
    let mut faults: Vec<String> =
        other.map(|path| format!("`{}` is no file of sign-offs", path.escape_debug())).collect();
    let folder = bundle.matrix.as_ref().map(|matrix| folder(&matrix.id, matrix.version));
    let is_offered = |path: &str| {
        folder.as_ref().is_some_and(|folder| {
            path == format!("{folder}/matrix.json") || path == format!("{folder}/judged.json")
        })
    };
    let offers = bundle.offer().into_iter().map(|(path, _)| path).filter(|path| !is_offered(path));
    faults.extend(offers.map(|path| format!("`{}` is none of the offer", path.escape_debug())));
    faults
}

fn unverified(standing: &Standing) -> Vec<String> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let statements = versions.flat_map(|version| &version.statements).filter_map(|one| match &one.verdict {
        Verdict::Refused(reason) => Some(format!("`{}`: {reason}", one.path)),
        Verdict::Accepted | Verdict::Void(_) => None,
    });
    let is_begun = |path: &str| {
        standing
            .revocations
            .iter()
            .any(|one| one.path == path && one.state == RevocationState::Refused(Reason::RevocationUnsigned))
    };
    let findings = standing
        .faults
        .iter()
        .filter(|one| one.severity == Severity::Error && RULES.contains(&one.rule) && !is_begun(&one.file));
    statements.chain(findings.map(|one| format!("`{}`: {}", one.file, one.message))).collect()
}
