//! Closing a version: the last word of whoever signed before the others, and the mark that says that it is in force.

use super::act::{Change, Outcome, Signed};
use super::basis::{self, Basis, Files};
use super::bundle::Act;
use super::place::Origin;
use super::session::{Prompt, Session};
use super::statement::SignedStatement;
use super::subject::{self, Name};
use super::{preview, signer};
use crate::error::{Error, Result};
use crate::project::words::Names;
use crate::report::escape;
use crate::report::words::list;
use crate::trust::mark::{self, Mark};
use crate::trust::roster::Enrolled;
use crate::trust::standing::{MarkState, VersionStanding};
use crate::trust::statement::{MatrixRef, folder};

/// Gives the signer's last word on a version that all approved, if it lacks, and marks the version once every party has
/// given it.
///
/// # Errors
/// Where the last word that lacks is not the signer's to give, or it was not confirmed.
pub fn mark(
    place: &Origin,
    name: Option<&Name>,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Outcome> {
    let basis = place.basis(session)?;
    signer::roster(&basis.standing)?;
    let version = subject::choose(place, &basis.standing, name, &VersionStanding::is_complete)
        .or_else(|_| subject::choose(place, &basis.standing, name, &|_| true))?;
    let names = preview::names(basis.tree, &version.id, version.version);
    if !version.is_complete() {
        return Ok(Outcome::NotInForce(not_agreed(version, &names)));
    }
    let (mut changes, mut signed_by) = (Vec::new(), String::new());
    if !version.state.is_final() {
        let signed = last_word(place, &basis, version, &names, (session, prompt))?;
        signed_by = format!("{}.{}.", signed.statement.party, signed.statement.signer);
        changes.extend(signed.changes());
        session.memory.keep(&basis, reference(version).as_ref());
    }
    let files: Files = changes.iter().flat_map(|change: &Change| change.files.clone()).collect();
    let tree = basis::with(basis.tree, &files);
    let closed = Basis::of(&tree, session)?;
    let after = closed.standing.version(&version.id, version.version).unwrap_or(version);
    if after.state.is_final() && after.mark != MarkState::Holds {
        let mark = file_of(after)?;
        closed.prove(&mark, &[])?;
        changes.push(Change { files: mark, message: message(after) });
    }
    if changes.is_empty() {
        let text =
            format!("version {} of {} is marked already, and the mark holds\n", version.version, version.id);
        return Ok(Outcome::AlreadyDone(text));
    }
    let (said, mut next) = preview::outcome(after, &names);
    if after.state.is_final() {
        next.retain(|line| !line.starts_with("countersign mark"));
    }
    let file_name = format!("{}-{}.{signed_by}mark.signed.json", version.id, version.version);
    let engagement = basis.standing.engagement;
    let signed = Signed { act: Act::Mark, changes, said, next, again: None, engagement, file_name };
    Ok(Outcome::Signed(Box::new(signed)))
}

fn reference(version: &VersionStanding) -> Option<MatrixRef> {
    Some(MatrixRef { id: version.id.clone(), version: version.version, sha256: version.sha256? })
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
        statements: agreement.last_words.clone(),
    };
    let path = format!("{}/effective.json", folder(&version.id, version.version));
    Ok(vec![(path, Some(mark.to_bytes()))])
}

fn message(version: &VersionStanding) -> String {
    let from = version.head.as_ref().map(|head| format!(" from {}", head.effective_from)).unwrap_or_default();
    format!("signoff: mark {} {} as in force{from}", version.id, version.version)
}

/// Signs the last word of the one whose key is at hand, among those who still owe it.
fn last_word(
    place: &Origin,
    basis: &Basis<'_>,
    version: &VersionStanding,
    names: &Names,
    (session, prompt): (&Session, &mut dyn Prompt),
) -> Result<SignedStatement> {
    let owes = |one: &Enrolled| version.waits_for.is_empty() || version.waits_for.contains(&one.party);
    let mut listed = signer::enrolled(&basis.standing)?;
    listed.retain(|one| owes(one) && !version.has_last_word(&one.party, &one.signer));
    let waits: Vec<String> = version.waits_for.iter().map(|party| names.name(party)).collect();
    let acting = session.identity.resolve(&listed).map_err(|error| {
        error.because(format!("version {} waits for the last word of {}", version.version, list(&waits)))
    })?;
    let offer = subject::offer(basis.tree, version)?;
    let approvals = version.agreement.as_ref().map_or(&[][..], |agreed| &agreed.approvals);
    let key = acting.choose(&acting.who.keys_beside(&basis.standing, approvals)?)?;
    place.demand_lists_seal(basis, &acting.who, approvals)?;
    let statement = acting.signatory(&key, basis).acknowledge(&basis.standing, &offer)?;
    let roll = signer::roster(&basis.standing)?;
    let sentence = preview::sentence(&statement, roll, &acting.who, names);
    let signatures = preview::signatures(Some(version), roll, names);
    let warning = format!(
        "\nyou close version {}: {} is bound by it from then on, and cannot take that back\n",
        version.version,
        escape::terminal(&names.name(&acting.who.party))
    );
    prompt.show(&preview::warnings(session, basis))?;
    prompt.show(&(signatures + &warning + &preview::paragraphs(&sentence, &prompt.style())))?;
    prompt.confirm("To sign this", &version.version.to_string())?;
    basis.sign(statement, &key, Vec::new(), &[])
}
