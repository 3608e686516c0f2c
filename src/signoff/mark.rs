//! Marking a version: the file that says that all approvals are there, and one's own word that one has seen them.

use super::act::{Change, Outcome, Signed};
use super::basis::{self, Basis, Files};
use super::bundle::Act;
use super::place::Place;
use super::session::{Prompt, Session};
use super::statement::SignedStatement;
use super::subject::{self, Name};
use super::{preview, signer};
use crate::error::{Error, Result};
use crate::project::words::Names;
use crate::trust::mark::{self, Mark};
use crate::trust::standing::{MarkState, VersionStanding};
use crate::trust::statement::{MatrixRef, folder};

/// Whether the signer also says that he has seen all approvals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Close {
    /// He signs that, which closes the version for his party.
    Close,
    /// Only the mark is written.
    Leave,
}

/// Marks a version, and closes it for the signer's party where that is wanted.
///
/// # Errors
/// Where the version cannot be marked, or closing was not confirmed.
pub fn mark(
    place: &Place,
    name: Option<&Name>,
    close: Close,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Outcome> {
    let basis = place.basis(session)?;
    let version = subject::choose(place, &basis.standing, name, &|one| one.state.is_standing())
        .or_else(|_| subject::choose(place, &basis.standing, name, &|_| true))?;
    let names = preview::names(basis.tree, &version.id, version.version);
    if !version.state.is_standing() {
        return Ok(Outcome::NotInForce(not_agreed(version, &names)));
    }
    let mut files = file_of(version)?;
    let mut changes = Vec::new();
    if version.mark == MarkState::Holds {
        files.clear();
    } else {
        basis.prove(&files, &[])?;
        changes.push(Change { files: files.clone(), message: message(version) });
    }
    let tree = basis::with(basis.tree, &files);
    let marked = Basis::of(&tree, session)?;
    let mut said = Vec::new();
    if close == Close::Close || session.identity.is_named() {
        match acknowledge(&marked, version, session, prompt)? {
            Some(signed) => changes.extend(signed.changes()),
            None => said.push(format!("version {} is closed for your party already", version.version)),
        }
    }
    if let (Place::Sent(_), [said]) = (place, &said[..]) {
        let next = "whoever keeps the repository marks it with `countersign mark`";
        return Ok(Outcome::AlreadyDone(format!("{said}\n{next}\n")));
    }
    if changes.is_empty() {
        said.push(format!(
            "version {} of {} is marked already, and the mark holds",
            version.version, version.id
        ));
        return Ok(Outcome::AlreadyDone(format!("{}\n", said.join("\n"))));
    }
    let after = marked.standing.version(&version.id, version.version).unwrap_or(version);
    let (said, next) = preview::outcome(after, &names);
    let file_name = format!("{}-{}.mark.signed.json", version.id, version.version);
    Ok(Outcome::Signed(Box::new(Signed { act: Act::Mark, changes, said, next, file_name })))
}

fn not_agreed(version: &VersionStanding, names: &Names) -> String {
    let (said, next) = preview::outcome(version, names);
    let mut text = format!(
        "version {} of {} cannot be marked: not all parties have approved it\n",
        version.version, version.id
    );
    text.push_str(&format!("its state is: {}\n", version.state.code()));
    if version.missing.is_empty() {
        text.push_str(&format!("{said}\n"));
    }
    next.iter().skip(1).for_each(|line| text.push_str(&format!("next: {line}\n")));
    text
}

/// Returns the file that marks a version.
fn file_of(version: &VersionStanding) -> Result<Files> {
    let parts = version.agreement.as_ref().zip(version.sha256).zip(version.head.as_ref());
    let ((agreement, sha256), head) = parts.ok_or_else(|| {
        Error::cannot_judge(format!(
            "version {} of `{}` stands without its text",
            version.version, version.id
        ))
    })?;
    let mark = Mark {
        format: mark::FORMAT.to_owned(),
        matrix: MatrixRef { id: version.id.clone(), version: version.version, sha256 },
        effective_from: head.effective_from,
        roster: agreement.roster,
        statements: agreement.approvals.clone(),
    };
    let path = format!("{}/effective.json", folder(&version.id, version.version));
    Ok(vec![(path, Some(mark.to_bytes()))])
}

fn message(version: &VersionStanding) -> String {
    let from = version.head.as_ref().map(|head| format!(" from {}", head.effective_from)).unwrap_or_default();
    format!("signoff: mark {} {} as in force{from}", version.id, version.version)
}

/// Signs that all approvals were seen; None if the signer's party has said so before.
fn acknowledge(
    basis: &Basis<'_>,
    version: &VersionStanding,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Option<SignedStatement>> {
    let acting = session.identity.resolve(&signer::enrolled(&basis.standing)?)?;
    if !version.open_for.contains(&acting.who.party) {
        return Ok(None);
    }
    let offer = subject::offer(basis.tree, version)?;
    let key = acting.key_for(basis)?;
    let statement = acting.signatory(&key, basis).acknowledge(&basis.standing, &offer)?;
    let roll = signer::roster(&basis.standing)?;
    let names = preview::names(basis.tree, &version.id, version.version);
    let sentence = preview::sentence(&statement, roll, &acting.who, &names);
    let signatures = preview::signatures(Some(version), roll, &names);
    prompt.show(&(signatures + &preview::paragraphs(&sentence, &prompt.style())))?;
    prompt.confirm("To sign this", &version.version.to_string())?;
    basis.sign(statement, &key, Vec::new(), &[]).map(Some)
}
