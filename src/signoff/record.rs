//! Recording what was signed on another machine: the files of a reply, checked as everybody will check them.

use super::act::{Change, Outcome, Signed};
use super::basis::{Basis, Files};
use super::bundle::{Act, Reply};
use super::checkout::Checkout;
use super::notice::PURPOSE;
use super::roster;
use super::session::Session;
use super::signer::{Signer, roster as roster_of};
use crate::error::{Error, Result};
use crate::trust::name::Digest;
use crate::trust::standing::VersionStanding;
use crate::trust::statement::{Statement, folder};

/// Checks a reply as if it were recorded.
///
/// # Errors
/// Where it would not count, or wants to write something else than its act needs.
pub fn record(checkout: &Checkout, reply: &Reply, session: &Session) -> Result<Outcome> {
    let basis = Basis::of(&checkout.tree, session)?;
    demand_engagement(&basis, reply)?;
    let new = new_files(&basis, reply)?;
    if new.is_empty() {
        return Ok(Outcome::AlreadyDone("this is recorded already\n".to_owned()));
    }
    let signed = match reply.act {
        Act::Approve | Act::Withdraw | Act::Contest | Act::Mark => statement(&basis, reply, &new)?,
        Act::RosterSign => roster::sign::recorded(&basis, new)?,
        Act::RosterRevoke => roster::revoke::recorded(&basis, new)?,
    };
    Ok(Outcome::Signed(signed))
}

/// Refuses a reply of another engagement: its signature of a list would otherwise only be said not to fit.
fn demand_engagement(basis: &Basis<'_>, reply: &Reply) -> Result<()> {
    let rosters = basis.standing.rosters.values();
    let here = rosters.filter_map(|one| one.roll.as_ref()).map(|roll| roll.roster.engagement).next();
    match reply.engagement.zip(here) {
        Some((of, here)) if of != here => {
            Err(Error::usage("the file belongs to another engagement, so nothing was recorded")
                .because(format!("it was signed for the engagement {of}, and this one is {here}"))
                .hint("record it in the clone that its file was prepared in"))
        }
        _ => Ok(()),
    }
}

/// Returns the files that are not there yet.
fn new_files(basis: &Basis<'_>, reply: &Reply) -> Result<Files> {
    let mut new = Vec::new();
    for (path, text) in reply.files() {
        match basis.tree.get(path) {
            Some(blob) if *blob.bytes == *text.as_bytes() => {}
            Some(_) => return Err(Error::usage(format!("`{path}` is there already and has another text"))),
            None => new.push((path.clone(), Some(text.as_bytes().to_vec()))),
        }
    }
    Ok(new)
}

/// The error of a reply that brings a file which its act does not make.
pub(super) fn stranger(path: &str) -> Error {
    Error::usage(format!("the file wants to write `{path}`, which is none of its business"))
        .hint("ask its sender for a new one; nothing was recorded")
}

fn statement(basis: &Basis<'_>, reply: &Reply, new: &Files) -> Result<Box<Signed>> {
    let (path, bytes, signature) = pair(reply)?;
    let statement = Statement::parse(&bytes)
        .map_err(|flaw| Error::usage(format!("the file holds no statement: {flaw}")))?;
    let folder = folder(&statement.matrix.id, statement.matrix.version);
    let own = |file: &str| {
        file == path
            || file == format!("{path}.sig")
            || file == format!("{folder}/matrix.json")
            || file == format!("{folder}/judged.json")
            || file == format!("{folder}/effective.json")
    };
    if let Some(other) = reply.files().keys().find(|file| !own(file)) {
        return Err(stranger(other));
    }
    let signer = Signer { party: statement.party.clone(), id: statement.signer.clone() };
    demand_keys(&signer, reply.act, &statement, basis)?;
    demand_listed(&statement, basis)?;
    let offered = |(file, _): &&(String, Option<Vec<u8>>)| {
        file.ends_with("/matrix.json") || file.ends_with("/judged.json")
    };
    let offer: Files = new.iter().filter(offered).cloned().collect();
    let marks: Files = new.iter().filter(|(file, _)| file.ends_with("/effective.json")).cloned().collect();
    let checked = basis.check(statement, (bytes, signature), offer, PURPOSE)?;
    let mut signed = checked.finish(reply.act, basis);
    if !marks.is_empty() {
        let matrix = &checked.statement.matrix;
        let message = format!("signoff: mark {} {} as in force", matrix.id, matrix.version);
        signed.changes.push(Change { files: marks, message });
    }
    let all: Files = signed.changes.iter().flat_map(|one| one.files.clone()).collect();
    basis.prove(&all, PURPOSE)?;
    Ok(signed)
}

/// Refuses what its signer could not sign here now; a next list stands in the way of a dispute or a notice nowhere.
fn demand_keys(signer: &Signer, act: Act, statement: &Statement, basis: &Basis<'_>) -> Result<()> {
    let standing = &basis.standing;
    match act {
        Act::Withdraw | Act::Contest => signer.keys_in(roster_of(standing)?, standing)?,
        Act::Mark => {
            let version = standing.version(&statement.matrix.id, statement.matrix.version);
            let agreed = version.and_then(|one| one.agreement.as_ref());
            signer.keys_beside(standing, agreed.map_or(&[][..], |agreed| &agreed.approvals))?
        }
        Act::Approve | Act::RosterSign | Act::RosterRevoke => signer.keys(standing)?,
    };
    Ok(())
}

/// Refuses what lists a statement that is not here yet, and says so: the replies of one signer have an order.
fn demand_listed(statement: &Statement, basis: &Basis<'_>) -> Result<()> {
    let known = basis.standing.version(&statement.matrix.id, statement.matrix.version);
    let seen: Vec<Digest> = known.map(VersionStanding::seen).unwrap_or_default();
    if statement.after.iter().all(|digest| seen.contains(digest)) {
        return Ok(());
    }
    let Statement { matrix, party, signer, .. } = statement;
    Err(Error::usage("the statement would not count, so nothing was recorded")
        .because(format!(
            "it was signed with another statement about {}@{} in sight that is not recorded here",
            matrix.id, matrix.version
        ))
        .hint(format!(
            "record that one first, such as `{}-{}.{party}.{signer}.signed.json`; `git pull` brings what others recorded",
            matrix.id, matrix.version
        )))
}

/// Returns the statement of a reply: its path, its bytes and its signature.
fn pair(reply: &Reply) -> Result<(String, Vec<u8>, Vec<u8>)> {
    let signed = reply.files().iter().find_map(|(path, signature)| {
        let of = path.strip_suffix(".sig")?;
        Some((of.to_owned(), reply.files().get(of)?, signature))
    });
    let (path, statement, signature) = signed.ok_or_else(|| {
        Error::usage("the file holds no statement").because("no file in it has a signature")
    })?;
    Ok((path, statement.as_bytes().to_vec(), signature.as_bytes().to_vec()))
}
