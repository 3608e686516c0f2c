//! Revoking a key that was lost or stolen.

use std::collections::BTreeSet;

use super::wanted::Settled;
use crate::error::{Error, Result};
use crate::report::escape;
use crate::report::words::list;
use crate::show::Lead;
use crate::signoff::act::{Change, Outcome, Signed};
use crate::signoff::basis::{Basis, Files};
use crate::signoff::bundle::{Act, Bundle, Revoke};
use crate::signoff::checkout::Checkout;
use crate::signoff::place::{Origin, Sent};
use crate::signoff::preview::warnings;
use crate::signoff::reading::{Reading, lines};
use crate::signoff::record::stranger;
use crate::signoff::session::{Acting, Prompt, Session};
use crate::signoff::{fingerprint, signer, subject, verified};
use crate::trust::canonical::is_hidden;
use crate::trust::name::{Digest, Fingerprint};
use crate::trust::reason::Reason;
use crate::trust::revocation::{self, Revocation};
use crate::trust::roster::{Enrolled, Roll};
use crate::trust::sshsig::{Namespace, PublicKey};
use crate::trust::standing::{
    RevocationState, RevokedKey, RosterState, Standing, StatementStanding, Verdict,
};

pub use super::wanted::{StandsBy, Wanted};

/// What a revocation may make wrong on purpose.
const PURPOSE: &[&str] = &["version-is-certain", "revocation-valid", "mark-holds"];

/// Revokes a key, or signs a revocation of it that lacks signatures.
///
/// # Errors
/// Where it is not the signer's party's, is the last one, or it was not confirmed.
pub fn revoke(
    place: &Origin,
    wanted: &Wanted,
    session: &Session,
    prompt: &mut dyn Prompt,
) -> Result<Outcome> {
    let basis = place.basis_for_notice(session)?;
    let asked = match place {
        Origin::Sent(sent) => sent.bundle.revoke.as_ref(),
        Origin::Checkout(_) => None,
    };
    let wanted = &wanted.with(asked)?;
    let standing = &basis.standing;
    let roll = named(standing, wanted.list)?;
    let listed = listed(roll, &wanted.key)?;
    if leaves_nothing(standing, listed, wanted) {
        return Ok(Outcome::AlreadyDone("this key is revoked already\n".to_owned()));
    }
    let holders = holders(standing, roll, listed);
    let without_key = |error: Error| match session.identity.has_key(&holders) {
        true => error,
        false => way_out(error, roll, listed),
    };
    let acting = session.identity.resolve(&holders).map_err(without_key)?;
    demand_own(listed, &acting)?;
    demand_another(standing, roll, listed, wanted.end)?;
    let key = acting.choose(&keys(standing, roll, listed, &acting)?);
    let key = key.map_err(without_key)?;
    let begun = begun(&basis, &wanted.key, roll);
    let revocation = match begun.clone() {
        Some(one) => one,
        None => draft(&basis, roll, listed, wanted)?,
    };
    prompt.show(&warnings(session, &basis))?;
    prompt.show(&preview(standing, &revocation))?;
    prompt.confirm("To revoke this key", "revoke")?;
    let signature = key.sign(Namespace::Revocation, &revocation.to_bytes())?;
    let files = files(&revocation, begun.is_some(), &acting, &key.public.fingerprint(), signature);
    let mut signed = finish(&basis, &revocation, files)?;
    let of = format!("{}.{}", revocation.party, revocation.signer);
    signed.file_name = format!("revocation-of.{of}.by.{}.signed.json", acting.who.id);
    Ok(Outcome::Signed(signed))
}

/// Puts all sign-offs into a bundle, for somebody without a clone to revoke a key.
///
/// # Errors
/// Where it is not settled who may sign.
pub fn prepare(checkout: &Checkout, asked: Revoke, session: &Session) -> Result<Bundle> {
    let basis = Basis::of(&checkout.tree, session)?;
    listed(signer::roster(&basis.standing)?, &asked.key)?;
    let mut bundle = Bundle::of_rosters(Act::RosterRevoke, &checkout.tree);
    bundle.revoke = Some(asked);
    verified::sendable(bundle, session)
}

/// Returns what a file for a revocation says.
pub(in crate::signoff) fn read(sent: &Sent, basis: &Basis<'_>, session: &Session) -> Result<Reading> {
    let roll = signer::roster(&basis.standing)?;
    let next = vec![sent.bundle.typed(&sent.name)];
    let mut lead: Vec<Lead> = sent.bundle.revoke.iter().map(asked_for).collect();
    lead.extend([
        Lead { title: "Who may sign", lines: lines(&super::describe(roll, &basis.standing)) },
        Lead { title: "The fingerprint in the contract", lines: lines(&fingerprint::say(basis)) },
        Lead { title: "What comes next", lines: next.clone() },
    ]);
    Ok(Reading {
        title: "The keys of those who may sign".to_owned(),
        subtitle: "in a file that was sent, to revoke one of them".to_owned(),
        lead,
        changes: String::new(),
        standing: String::new(),
        next,
        is_later: false,
        matrix: None,
        party: None,
        warnings: warnings(session, basis),
    })
}

/// Says which key a file asks to be revoked, and why.
fn asked_for(asked: &Revoke) -> Lead {
    let reason = asked.reason.as_ref().map(|reason| format!("reason: {reason}"));
    let stands_by =
        asked.stands_by.as_ref().map(|text| format!("of what it has signed the party stands by: {text}"));
    let lines = [Some(format!("the key {}", asked.key)), reason, stands_by].into_iter().flatten().collect();
    Lead { title: "What is to be revoked", lines }
}

/// Checks a revocation that was signed elsewhere, or a further signature of one.
pub(in crate::signoff) fn recorded(basis: &Basis<'_>, new: Files) -> Result<Box<Signed>> {
    let text_of = |path: &str| {
        let bytes = new.iter().find(|(known, _)| known == path).and_then(|(_, bytes)| bytes.as_deref());
        bytes.or_else(|| subject::plain(basis.tree, path))
    };
    let mut found = None;
    for (path, _) in &new {
        let inside = path.strip_prefix("trust/revocations/").ok_or_else(|| stranger(path))?;
        let name = inside.split('/').next().unwrap_or_default();
        let name = name.strip_suffix(".sig").unwrap_or(name);
        let list = if name.ends_with(".json") { name.to_owned() } else { format!("{name}.json") };
        let bytes = text_of(&format!("trust/revocations/{list}"))
            .ok_or_else(|| Error::usage(format!("`{path}` signs a revocation that is not here")))?;
        let revocation = Revocation::parse(bytes)
            .map_err(|flaw| Error::usage(format!("the file holds no revocation: {flaw}")))?;
        let own = revocation.path();
        let further = own.trim_end_matches(".json");
        if *path != own && *path != format!("{own}.sig") && !path.starts_with(&format!("{further}/")) {
            return Err(stranger(path));
        }
        found = Some(revocation);
    }
    let revocation = found.ok_or_else(|| Error::usage("the file holds no revocation"))?;
    finish(basis, &revocation, new)
}

fn finish(basis: &Basis<'_>, revocation: &Revocation, files: Files) -> Result<Box<Signed>> {
    let after = basis.prove(&files, PURPOSE)?;
    let said = outcome(&after, revocation)?;
    let (party, signer) = (&revocation.party, &revocation.signer);
    Ok(Box::new(Signed {
        act: Act::RosterRevoke,
        changes: vec![Change { files, message: format!("roster: revoke a key of {party}/{signer}") }],
        said,
        next: vec![
            "git push".to_owned(),
            "countersign roster propose  (a list without the key, and with a new one)".to_owned(),
        ],
        again: None,
        engagement: Some(revocation.engagement),
        file_name: format!("revocation.{party}.{signer}.signed.json"),
    }))
}

/// Says what became of the revocation, which has to count.
fn outcome(after: &Standing, revocation: &Revocation) -> Result<String> {
    let state = after.revocations.iter().find(|one| one.path == revocation.path()).map(|one| &one.state);
    match state {
        Some(RevocationState::Effective) => Ok(format!("The key {} is revoked.", revocation.key)),
        Some(RevocationState::Refused(Reason::RevocationUnsigned)) => Ok(
            "Your signature is there. The key is revoked once enough others of the party have signed it too."
                .to_owned(),
        ),
        other => {
            let error = Error::usage("the revocation would not count, so nothing was recorded");
            Err(match other {
                Some(RevocationState::Refused(reason)) => error.because(reason),
                _ => error,
            })
        }
    }
}

/// Returns the list that a revocation names: its signers say so, and what a key of it signed afterwards is doubted.
fn named(standing: &Standing, number: Option<u32>) -> Result<&Roll> {
    let newest = signer::roster(standing)?;
    let Some(number) = number else { return Ok(newest) };
    let found = standing.rosters.get(&number).filter(|one| one.state == RosterState::Complete);
    found.and_then(|one| one.roll.as_ref()).ok_or_else(|| {
        Error::usage(format!("there is no list {number} that all have signed"))
            .hint(format!("the newest is list {}; `countersign roster show` shows it", newest.roster.number))
    })
}

fn listed<'a>(roll: &'a Roll, revoked: &Fingerprint) -> Result<&'a Enrolled> {
    roll.keys.iter().find(|one| one.key.fingerprint() == *revoked).ok_or_else(|| {
        let number = roll.roster.number;
        Error::usage(format!("the key {revoked} is not on list {number} of those who may sign"))
            .hint("`countersign roster show` lists the keys; `--list NUMBER` names an earlier list")
    })
}

/// Returns all who can revoke the key, with their keys: its holder with the key itself, others of the party with theirs.
fn holders(standing: &Standing, roll: &Roll, listed: &Enrolled) -> Vec<Enrolled> {
    let of_party = roll.keys.iter().filter(|one| one.party == listed.party);
    let others =
        of_party.filter(|one| one.signer != listed.signer && !signer::is_revoked(standing, &one.key));
    [listed].into_iter().chain(others).cloned().collect()
}

/// Says how a key is done with that is not at hand: by another person of the party, or by a list without it. Another key
/// of the same person does not revoke it: whoever has taken one of them may have taken both.
fn way_out(error: Error, roll: &Roll, listed: &Enrolled) -> Error {
    let Enrolled { party, signer, .. } = listed;
    let others: Vec<String> = roll
        .keys
        .iter()
        .filter(|one| one.party == *party && one.signer != *signer)
        .map(|one| format!("{party}/{}", one.signer))
        .collect();
    let who = match &others[..] {
        [] => format!("nobody else of {party} is on the list who could"),
        some => format!("by {} with a key of their own", list(some)),
    };
    error
        .because(format!(
            "a key is revoked with itself, or {who}; another key of {party}/{signer} does not revoke it"
        ))
        .hint(format!(
            "name the key with `--key FILE`; where none of them is at hand, `countersign roster propose --remove-key {}` draws up a list without the key, which \
             all parties sign; name a second person then too, so that a lost key can be revoked",
            listed.key.fingerprint()
        ))
}

fn demand_own(listed: &Enrolled, acting: &Acting) -> Result<()> {
    if listed.party == acting.who.party {
        return Ok(());
    }
    Err(Error::usage(format!("the key is one of {}, and you sign for {}", listed.party, acting.who.party))
        .hint("a party revokes its own keys; dispute what they signed with `countersign contest`"))
}

/// Says whether the key is revoked and no revocation of it stands by more than this one would. A thief who revokes the key
/// himself and stands by all that he signed with it does not keep its party from revoking it as well.
fn leaves_nothing(standing: &Standing, listed: &Enrolled, wanted: &Settled) -> bool {
    let own = |one: &&RevokedKey| one.revocation.key == wanted.key && one.state == RevocationState::Effective;
    let stood_by: Vec<BTreeSet<Digest>> = standing
        .revocations
        .iter()
        .filter(own)
        .map(|one| one.revocation.stands_by.iter().copied().collect())
        .collect();
    let all: BTreeSet<Digest> = signed_with(standing, &wanted.key).map(|one| one.digest).collect();
    let kept = all.iter().filter(|digest| stood_by.iter().all(|list| list.contains(digest)));
    let is_enough = match &wanted.stands_by {
        StandsBy::All => true,
        StandsBy::These(these) => kept.into_iter().all(|digest| these.contains(digest)),
    };
    let says_more = wanted.list.is_some_and(|list| {
        let mut own = standing.revocations.iter().filter(own);
        own.all(|one| one.revocation.roster.number > list)
    });
    signer::is_revoked(standing, &listed.key) && is_enough && !says_more
}

/// A party without keys can neither sign nor agree to a new list.
fn demand_another(standing: &Standing, roll: &Roll, listed: &Enrolled, end: bool) -> Result<()> {
    let others = roll.keys.iter().filter(|one| one.party == listed.party && one.key != listed.key);
    let usable = others.filter(|one| !signer::is_revoked(standing, &one.key)).count();
    if usable > 0 || end {
        return Ok(());
    }
    Err(Error::usage(format!("this is the last key of {}: without it the party can sign nothing here any more", listed.party))
        .because("not even a new list of those who may sign, which needs every party")
        .hint("propose a list with a new key first, sign it with this one, and revoke this one then; if whoever stole it made this list, name the one before with `--list`; or give `--end`"))
}

fn keys<'a>(
    standing: &Standing,
    roll: &'a Roll,
    listed: &'a Enrolled,
    acting: &Acting,
) -> Result<Vec<&'a PublicKey>> {
    if listed.signer == acting.who.id { Ok(vec![&listed.key]) } else { acting.who.keys_in(roll, standing) }
}

/// Returns a revocation of the key that lacks signatures, to be signed too.
fn begun(basis: &Basis<'_>, key: &Fingerprint, roll: &Roll) -> Option<Revocation> {
    let waiting = |one: &&RevokedKey| {
        one.revocation.key == *key
            && one.revocation.roster == roll.reference()
            && one.state == RevocationState::Refused(Reason::RevocationUnsigned)
    };
    let found = basis.standing.revocations.iter().find(waiting)?;
    subject::plain(basis.tree, &found.path).and_then(|bytes| Revocation::parse(bytes).ok())
}

fn draft(basis: &Basis<'_>, roll: &Roll, listed: &Enrolled, wanted: &Settled) -> Result<Revocation> {
    let signed: BTreeSet<Digest> = signed_with(&basis.standing, &wanted.key).map(|one| one.digest).collect();
    let stands_by = match &wanted.stands_by {
        StandsBy::All => signed,
        StandsBy::These(these) => match these.iter().find(|one| !signed.contains(one)) {
            None => these.clone(),
            Some(stranger) => {
                return Err(Error::usage(format!("the key has signed nothing with the digest {stranger}"))
                    .hint("`--stands-by none` shows what it has signed, before it asks"));
            }
        },
    };
    if wanted.reason.trim().is_empty() || wanted.reason.chars().any(is_hidden) {
        return Err(Error::usage("the reason is empty or holds a character that cannot be seen"));
    }
    Ok(Revocation {
        format: revocation::FORMAT.to_owned(),
        engagement: roll.roster.engagement,
        roster: roll.reference(),
        party: listed.party.clone(),
        signer: listed.signer.clone(),
        key: wanted.key,
        reason: wanted.reason.clone(),
        stands_by: stands_by.into_iter().collect(),
        revoked_at: basis.now,
    })
}

fn signed_with<'a>(
    standing: &'a Standing,
    key: &'a Fingerprint,
) -> impl Iterator<Item = &'a StatementStanding> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let accepted = versions.flat_map(|one| &one.statements).filter(|one| one.verdict == Verdict::Accepted);
    accepted.filter(move |one| one.statement.as_ref().is_some_and(|said| said.key == *key))
}

fn preview(standing: &Standing, revocation: &Revocation) -> String {
    let mut text = format!(
        "revoke the key {} of {}/{}\nreason: {}\n\nit has signed\n",
        revocation.key,
        revocation.party,
        revocation.signer,
        escape::terminal(&revocation.reason)
    );
    let mut any = false;
    for one in signed_with(standing, &revocation.key) {
        any = true;
        let kept = if revocation.stands_by.contains(&one.digest) { "stands" } else { "counts no more" };
        let said = one.statement.as_ref().map(|said| said.text.clone()).unwrap_or_default();
        text.push_str(&format!("  {kept}: {}\n    {}\n", escape::terminal(&said), one.digest));
    }
    if !any {
        text.push_str("  nothing that counts\n");
    }
    text.push('\n');
    text
}

fn files(
    revocation: &Revocation,
    is_begun: bool,
    acting: &Acting,
    key: &Fingerprint,
    signature: Vec<u8>,
) -> Files {
    if is_begun {
        return vec![(revocation.further_signature_path(&acting.who.id, key), Some(signature))];
    }
    let path = revocation.path();
    vec![(format!("{path}.sig"), Some(signature)), (path, Some(revocation.to_bytes()))]
}
