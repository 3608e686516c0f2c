//! Looking back before an act: what counted in the history of this clone and is gone from the last commit.
//!
//! Whoever signs on top of a tree from which a statement, a list or a revocation was removed would help to launder the
//! removal: a new list seals what is there, and what is not there is forgotten. So acts refuse, and name what is missing.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::git::Id;

use super::basis::Basis;
use super::checkout::Checkout;
use super::signer::{Signer, seals_all};
use crate::error::{Error, Result};
use crate::git::{Commit, Repository};
use crate::project::{Snapshot, signed_files};
use crate::trust;
use crate::trust::name::{Digest, PartyId};
use crate::trust::roster::Roll;
use crate::trust::standing::{RevocationState, RosterState, Standing, Verdict};
use crate::trust::statement::Decision;

/// The folders that sign-offs lie in.
const FOLDERS: [&str; 2] = ["trust", "signoffs"];
/// The most files that an error names.
const MOST_NAMED: usize = 5;

/// A file that lay in a commit and is gone, or has other bytes now.
struct Gone {
    path: String,
    blob: Id,
    commit: Commit,
}

/// Refuses to build on a tree from which something is gone that counted before, as far as the history of the clone goes.
///
/// # Errors
/// Names each file that is gone, what it was, and the command that brings it back.
pub fn demand_kept(checkout: &Checkout, basis: &Basis<'_>) -> Result<()> {
    let mut lost = Vec::new();
    let mut judged: BTreeMap<Id, Standing> = BTreeMap::new();
    for gone in gone(checkout)? {
        let standing = match judged.entry(gone.commit.id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let snapshot = Snapshot::at(checkout.root(), &gone.commit.id.to_string())?;
                unknown.insert(trust::judge(&signed_files(&snapshot)?, None, basis.today())?)
            }
        };
        if let Some(what) = counted(standing, &gone.path) {
            lost.push((gone, what));
        }
    }
    let Some((first, _)) = lost.first() else { return Ok(()) };
    let commit = checkout.repository().tell(&first.commit);
    let mut error =
        Error::usage("something that counted before is gone from the last commit, so nothing was signed");
    for (gone, what) in lost.iter().take(MOST_NAMED) {
        let commit = checkout.repository().tell(&gone.commit);
        error = error.because(format!("`{}`, {what}, counted in commit {commit}", gone.path));
    }
    if lost.len() > MOST_NAMED {
        error = error.because(format!("and {} more", lost.len() - MOST_NAMED));
    }
    let commit = commit.split(|c: char| !c.is_ascii_hexdigit()).next().unwrap_or_default().to_owned();
    let folder = first.path.split('/').next().unwrap_or_default();
    Err(error.hint(format!(
        "`git checkout {commit} -- {folder}` brings it back, then commit that; `git log --first-parent -- {folder}` shows \
         who removed it"
    )))
}

/// Returns the last commit on the main line that held each file which is now gone, the newest first.
fn gone(checkout: &Checkout) -> Result<Vec<Gone>> {
    let git = checkout.repository();
    let folders: Vec<String> = FOLDERS.iter().map(|folder| checkout.path_in_repository(folder)).collect();
    let prefix = checkout.path_in_repository("");
    let now: BTreeMap<String, Id> = files(git, checkout.head().tree, &folders)?.into_iter().collect();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut last = ids(git, checkout.head().tree, &folders)?;
    let mut found = Vec::new();
    let mut next = checkout.head().first_parent;
    while let Some(commit) = next.and_then(|id| git.commit_by_id(id)) {
        next = commit.first_parent;
        let here = ids(git, commit.tree, &folders)?;
        if here == last {
            continue;
        }
        last = here;
        for (path, blob) in files(git, commit.tree, &folders)? {
            if now.get(&path) == Some(&blob) || !seen.insert(path.clone()) {
                continue;
            }
            let path = path.strip_prefix(&prefix).unwrap_or(&path).to_owned();
            found.push(Gone { path, blob, commit: commit.clone() });
        }
    }
    found.retain(|one| !one.path.ends_with(".sig") || one.path.starts_with("trust/"));
    found.sort_by(|a, b| (&a.path, a.blob).cmp(&(&b.path, b.blob)));
    Ok(found)
}

/// Returns the trees of the folders, by which one sees whether anything in them changed.
fn ids(git: &Repository, tree: Id, folders: &[String]) -> Result<Vec<Option<Id>>> {
    folders.iter().map(|folder| git.folder(tree, folder)).collect()
}

fn files(git: &Repository, tree: Id, folders: &[String]) -> Result<Vec<(String, Id)>> {
    let entries = git.files(tree, folders)?;
    Ok(entries.into_iter().map(|entry| (entry.path, entry.blob)).collect())
}

/// Returns what a file was, if it counted in a judged tree.
fn counted(standing: &Standing, path: &str) -> Option<String> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let mut statements = versions.flat_map(|version| &version.statements);
    if let Some(one) = statements.find(|one| one.path == path) {
        let said = one.statement.as_ref().filter(|_| !matches!(one.verdict, Verdict::Refused(_)))?;
        let what = match said.decision {
            Decision::Approve => "the approval",
            Decision::Acknowledge => "the last word",
            Decision::Withdraw => "the notice",
            Decision::Contest => "the dispute",
        };
        let matrix = &said.matrix;
        return Some(format!("{what} of {}/{} on {}@{}", said.party, said.signer, matrix.id, matrix.version));
    }
    let complete = |one: &&trust::standing::RosterStanding| one.state == RosterState::Complete;
    let rosters: Vec<u32> =
        standing.rosters.iter().filter(|(_, one)| complete(one)).map(|(number, _)| *number).collect();
    let is_of =
        |number: u32| path == format!("trust/{number}.json") || path.starts_with(&format!("trust/{number}/"));
    if let Some(number) = rosters.into_iter().find(|number| is_of(*number)) {
        return Some(match path.ends_with(".sig") {
            true => format!("a signature of list {number}"),
            false => format!("list {number}, signed by all"),
        });
    }
    let of = |path: &str| path.trim_end_matches(".sig").to_owned();
    let revoked = standing.revocations.iter().find(|one| one.path == of(path))?;
    let counts = !matches!(revoked.state, RevocationState::Refused(_));
    counts.then(|| {
        let one = &revoked.revocation;
        format!("the revocation of a key of {}/{}", one.party, one.signer)
    })
}

/// Refuses while the party has signed a next list that is not complete, also one that was replaced or deleted since.
///
/// # Errors
/// Where it has: what it signs under the old list would not count once that one is complete.
pub fn demand_no_other_list(checkout: &Checkout, basis: &Basis<'_>, who: &Signer) -> Result<()> {
    demand_other_lists(checkout, basis, who, |_| false)
}

/// Refuses to close a version while the party has signed a next list that leaves out one of its approvals, also one that
/// was replaced or deleted since.
///
/// # Errors
/// Where it has: the version would not be closed any more once that list is complete.
pub fn demand_lists_seal(
    checkout: &Checkout,
    basis: &Basis<'_>,
    who: &Signer,
    approvals: &[Digest],
) -> Result<()> {
    demand_other_lists(checkout, basis, who, |bytes| {
        Roll::parse(bytes).is_ok_and(|roll| seals_all(&roll, approvals))
    })
}

fn demand_other_lists(
    checkout: &Checkout,
    basis: &Basis<'_>,
    who: &Signer,
    is_harmless: impl Fn(&[u8]) -> bool,
) -> Result<()> {
    let Some(number) = basis.standing.roster().map(|roll| roll.roster.number + 1) else { return Ok(()) };
    let signed = signed_lists(checkout, number, &who.party)?;
    let list = checkout.path_in_repository(&path_of(number));
    let now = checkout.repository().file(checkout.head().tree, &list)?.map(|entry| entry.blob);
    let mut other = None;
    for (blob, commit) in signed.iter().filter(|(blob, _)| Some(**blob) != now) {
        let bytes = checkout.repository().bytes(*blob)?;
        other = other.or_else(|| (!is_harmless(&bytes)).then_some(commit));
    }
    let Some(commit) = other else { return Ok(()) };
    let commit = checkout.repository().tell(commit);
    Err(Error::usage(format!("{} has signed a list {number} in commit {commit} that is not complete", who.party))
        .because("whoever kept it can still complete it, and what is signed under the list before would not count then")
        .hint("draw up the next list with `countersign roster propose --replace`, and let all sign it"))
}

/// Returns the lists of a number that carry a signature of a party, each with the newest commit that has both; only
/// commits on the main line are looked at.
pub(super) fn signed_lists(
    checkout: &Checkout,
    number: u32,
    party: &PartyId,
) -> Result<BTreeMap<Id, Commit>> {
    let list = checkout.path_in_repository(&path_of(number));
    let signatures = checkout.path_in_repository(&format!("trust/{number}"));
    let git = checkout.repository();
    let start = format!("{party}.");
    let mut signed = BTreeMap::new();
    let mut next = Some(checkout.head().clone());
    while let Some(commit) = next {
        next = commit.first_parent.and_then(|id| git.commit_by_id(id));
        let there = git.file(commit.tree, &list)?.map(|entry| entry.blob);
        if let (Some(blob), Some(folder)) = (there, git.folder(commit.tree, &signatures)?)
            && git.entries(folder)?.iter().any(|one| one.path.starts_with(&start))
        {
            signed.entry(blob).or_insert(commit);
        }
    }
    Ok(signed)
}

fn path_of(number: u32) -> String {
    format!("trust/{number}.json")
}
