//! A folder by which somebody else can check one version again, with stock tools alone.
//!
//! Files of the sign-off lie in it as they were signed, with those that make them easy to check beside. Only ids and
//! digests enter commands: no name and no text of a matrix does.

mod page;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::error::{Error, Result};
use crate::project::SignoffState;
use crate::project::calendar::Calendar;
use crate::trust::name::{Digest, MatrixId, Version};
use crate::trust::roster::Roll;
use crate::trust::sshsig::Namespace;
use crate::trust::standing::{RosterState, VersionStanding};
use page::Page;

/// The list of all files with their digests.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The page of commands.
pub const PAGE: &str = "README.md";
const PLAIN: u32 = 0o100_644;

/// The files of the folder, by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Returns the evidence for one version of a matrix.
///
/// # Errors
/// Where the version was never offered, or nobody may sign.
pub fn of(signoffs: &SignoffState, id: &MatrixId, version: Version) -> Result<Files> {
    let (one, calendar) = find(signoffs, id, version)?;
    if signoffs.standing.roster().is_none() {
        return Err(Error::cannot_judge(
            "nobody may sign here: there is no complete roster, or not the one given",
        )
        .hint("`countersign status` says what is wrong with the rosters"));
    }
    let mut files = Files::new();
    let own = format!("signoffs/{id}/");
    let mut left_out = 0;
    for (path, blob) in
        signoffs.tree.iter().filter(|(path, _)| path.starts_with("trust/") || path.starts_with(&own))
    {
        if blob.mode == PLAIN && is_tame(path) {
            files.insert(path.clone(), blob.bytes.to_vec());
        } else {
            left_out += 1;
        }
    }
    for roll in complete(signoffs) {
        files.insert(signers_path(roll.roster.number), allowed_signers(roll).into_bytes());
    }
    let page = Page { signoffs, one, calendar, left_out }.render();
    files.insert(PAGE.to_owned(), page.into_bytes());
    let manifest: String =
        files.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
    files.insert(MANIFEST.to_owned(), manifest.into_bytes());
    Ok(files)
}

fn find<'a>(
    signoffs: &'a SignoffState,
    id: &MatrixId,
    version: Version,
) -> Result<(&'a VersionStanding, Calendar<'a>)> {
    signoffs.standing.version(id, version).zip(signoffs.calendar(id.as_str())).ok_or_else(|| {
        let known = signoffs.standing.matrices.get(id).into_iter().flat_map(|matrix| matrix.versions.keys());
        let known: Vec<String> = known.map(ToString::to_string).collect();
        let error = Error::nothing(format!("version {version} of `{id}` was never offered for signature"));
        if known.is_empty() {
            return error.hint("`countersign status` shows what was");
        }
        error.hint(format!("offered were {}", known.join(", ")))
    })
}

/// Returns the complete rosters, the first one first.
fn complete(signoffs: &SignoffState) -> impl Iterator<Item = &Roll> {
    let rosters = signoffs.standing.rosters.values().filter(|one| one.state == RosterState::Complete);
    rosters.filter_map(|one| one.roll.as_ref())
}

/// Says whether a path can stand in a command as it is.
fn is_tame(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-./".contains(&byte);
    path.bytes().all(plain) && !path.split('/').any(|part| part.is_empty() || part.starts_with(['-', '.']))
}

fn signers_path(number: u32) -> String {
    format!("allowed-signers/{number}")
}

/// Writes the keys of a roster as `ssh-keygen` reads them, each for our purposes alone.
fn allowed_signers(roll: &Roll) -> String {
    let namespaces =
        [Namespace::Statement, Namespace::Roster, Namespace::Revocation].map(Namespace::as_str).join(",");
    let mut text = String::new();
    for party in &roll.roster.parties {
        for signer in &party.signers {
            for key in &signer.keys {
                let _ = writeln!(text, "{}.{} namespaces=\"{namespaces}\" {key}", party.id, signer.id);
            }
        }
    }
    text
}
