//! Signing the list of those who may sign that waits for signatures.

use super::{describe, differences, fingerprint, lacks};

use crate::error::{Error, Result};
use crate::report::words::{count, list};
use crate::show::Lead;
use crate::signoff::act::{Change, Outcome, Signed};
use crate::signoff::basis::{Basis, Files};
use crate::signoff::bundle::{Act, Bundle};
use crate::signoff::checkout::Checkout;
use crate::signoff::lookback;
use crate::signoff::place::{Origin, Sent};
use crate::signoff::preview::warnings;
use crate::signoff::reading::{Reading, lines};
use crate::signoff::record::stranger;
use crate::signoff::session::{Acting, Prompt, Session};
use crate::signoff::signer::{self, Signer};
use crate::signoff::verified;
use crate::trust::name::Fingerprint;
use crate::trust::roster::{Enrolled, Roll, Roster};
use crate::trust::sshsig::{Namespace, PublicKey};
use crate::trust::standing::{RosterStanding, RosterState, Standing, Verdict};

/// A new list that is completed under the fingerprint of the old one is not in the chain of that one yet.
const PURPOSE: &[&str] = &["anchor-in-chain"];

/// Signs the list that waits for signatures; `replace` allows that the party has signed another of its number before.
///
/// # Errors
/// Where none waits, it would lose something that was signed, or it was not confirmed.
pub fn sign(place: &Origin, replace: bool, session: &Session, prompt: &mut dyn Prompt) -> Result<Outcome> {
    let basis = place.basis(session)?;
    prompt.show(&warnings(session, &basis))?;
    let (next, roll) = waiting(&basis.standing)?;
    demand_seals(&basis.standing, roll)?;
    let acting = session.identity.resolve(&holders(&basis.standing, next, roll))?;
    let others = match place {
        Origin::Checkout(checkout) => others(checkout, roll, &acting, replace)?,
        Origin::Sent(_) => 0,
    };
    let key = acting.choose(&keys(&basis.standing, next, roll, &acting)?)?;
    let print = key.public.fingerprint();
    if next.signed.iter().any(|(.., signed)| *signed == print) {
        let said = format!("{} has signed this list already\n{}\n", acting.who, lacks(next));
        return Ok(Outcome::AlreadyDone(said));
    }
    prompt.show(&preview(&basis.standing, roll, others))?;
    let number = roll.roster.number;
    let what = format!("To sign this list (number {number}) as {} with the key {print}", acting.who);
    prompt.confirm(&what, &number.to_string())?;
    place.demand_author(session)?;
    let signature = key.sign(Namespace::Roster, &roll.roster.to_bytes())?;
    let path = Roster::signature_path(number, &acting.who.party, &acting.who.id, &print);
    let signed = finish(&basis, roll, &acting.who, vec![(path, Some(signature))])?;
    session.memory.keep(&basis, None);
    Ok(Outcome::Signed(signed))
}

/// Puts the list that waits for signatures into a bundle, for a signer without a clone.
///
/// # Errors
/// Where none waits.
pub fn prepare(checkout: &Checkout, session: &Session) -> Result<Bundle> {
    let basis = Basis::of(&checkout.tree, session)?;
    lookback::demand_kept(checkout, &basis)?;
    let (_, roll) = waiting(&basis.standing)?;
    demand_seals(&basis.standing, roll)?;
    verified::sendable(Bundle::of_rosters(Act::RosterSign, &checkout.tree), session)
}

/// Checks the signature of a list that was made elsewhere.
pub(in crate::signoff) fn recorded(basis: &Basis<'_>, new: Files) -> Result<Box<Signed>> {
    let (_, roll) = waiting(&basis.standing)?;
    demand_seals(&basis.standing, roll)?;
    let path_of = |one: &Enrolled, print: &Fingerprint| {
        Roster::signature_path(roll.roster.number, &one.party, &one.signer, print)
    };
    let known = basis.standing.roster().unwrap_or(roll).keys.iter().chain(&roll.keys);
    let paths: Vec<(String, Signer)> = known
        .map(|one| {
            let signer = Signer { party: one.party.clone(), id: one.signer.clone() };
            (path_of(one, &one.key.fingerprint()), signer)
        })
        .collect();
    let mut who = None;
    for (path, _) in &new {
        let found = paths.iter().find(|(known, _)| known == path).ok_or_else(|| stranger(path))?;
        who = Some(found.1.clone());
    }
    let who = who.ok_or_else(|| Error::usage("the file holds no signature of a list"))?;
    finish(basis, roll, &who, new)
}

/// Returns what a file with a list of those who may sign says.
pub(in crate::signoff) fn read(sent: &Sent, basis: &Basis<'_>, session: &Session) -> Result<Reading> {
    let (next, roll) = waiting(&basis.standing)?;
    let number = roll.roster.number;
    let mut lead = vec![
        Lead { title: "Who may sign by this list", lines: lines(&preview(&basis.standing, roll, 0)) },
        Lead { title: "Who has still to sign it", lines: vec![lacks(next)] },
    ];
    if basis.standing.roster().is_some() {
        lead.push(Lead {
            title: "The lists before it",
            lines: lines(&crate::signoff::fingerprint::say(basis)),
        });
    }
    let next = vec![sent.bundle.typed(&sent.name)];
    lead.push(Lead { title: "What comes next", lines: next.clone() });
    Ok(Reading {
        title: format!("List {number} of those who may sign"),
        subtitle: "in a file that was sent".to_owned(),
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

/// Returns the list that waits for signatures.
pub(super) fn waiting(standing: &Standing) -> Result<(&RosterStanding, &Roll)> {
    let proposed = standing.proposed().and_then(|one| Some((one, one.roll.as_ref()?)));
    proposed.ok_or_else(|| {
        if !standing.is_anchored {
            return signer::foreign();
        }
        let broken = standing.rosters.values().find_map(|one| match &one.state {
            RosterState::Ignored(reason) => Some(format!("{}: {reason}", one.path)),
            RosterState::Complete | RosterState::Proposed => None,
        });
        let error = Error::usage("no list waits for signatures");
        match broken {
            Some(why) => error.because(why),
            None => error,
        }
        .hint("`countersign roster show` shows the one in force; `roster start` or `roster propose` draws one up")
    })
}

/// What was signed since the list was drawn up would be lost with it.
fn demand_seals(standing: &Standing, roll: &Roll) -> Result<()> {
    if roll.roster.number == 1 || roll.roster.seals == standing.seals() {
        return Ok(());
    }
    Err(Error::usage("since this list was drawn up, something was signed or revoked that it does not keep")
        .because("under the new list that would no longer count")
        .hint("draw it up again with `countersign roster propose --replace` and the same changes"))
}

/// Returns how many other lists of this number the party has signed before; without `replace` there may be none.
fn others(checkout: &Checkout, roll: &Roll, acting: &Acting, replace: bool) -> Result<usize> {
    let list = checkout.path_in_repository(&roll.roster.path());
    let current = checkout.repository().file(checkout.head().tree, &list)?.map(|entry| entry.blob);
    let mut signed = lookback::signed_lists(checkout, roll.roster.number, &acting.who.party)?;
    signed.retain(|blob, _| Some(*blob) != current);
    let number = roll.roster.number;
    if signed.is_empty() || replace {
        return Ok(signed.len());
    }
    Err(Error::usage(format!("{} has signed another list {number} before", acting.who.party))
        .because(
            "whoever kept it can still complete it; if both were completed, nobody could say which holds",
        )
        .hint("agree with the other party that the first is dropped, then sign with `--replace`"))
}

/// Returns all who can sign this list, with their keys: those that it adds, then those of the list before.
fn holders(standing: &Standing, next: &RosterStanding, roll: &Roll) -> Vec<Enrolled> {
    let known = standing.roster().unwrap_or(roll).keys.iter();
    let usable = known.filter(|one| !signer::is_revoked(standing, &one.key));
    next.need.keys.iter().chain(usable).cloned().collect()
}

/// Returns the keys that the signer can sign this list with: those that it adds, then those of the list before.
fn keys<'a>(
    standing: &'a Standing,
    next: &'a RosterStanding,
    roll: &'a Roll,
    acting: &Acting,
) -> Result<Vec<&'a PublicKey>> {
    let who = &acting.who;
    let added = next.need.keys.iter().filter(|one| one.party == who.party && one.signer == who.id);
    let mut keys: Vec<&PublicKey> = added.map(|one| &one.key).collect();
    let known =
        standing.roster().map_or_else(|| who.keys_in(roll, standing), |now| who.keys_in(now, standing));
    match known {
        Ok(known) => keys.extend(known.into_iter().filter(|key| !keys.contains(key)).collect::<Vec<_>>()),
        Err(error) if keys.is_empty() => return Err(error),
        Err(_) => {}
    }
    Ok(keys)
}

/// Returns all that somebody reads before he signs a list.
pub(super) fn preview(standing: &Standing, roll: &Roll, others: usize) -> String {
    let ids: Vec<String> = standing.matrices.keys().map(|id| format!("`{id}`")).collect();
    let about = match &ids[..] {
        [] => "in which nothing was offered for signature yet".to_owned(),
        ids => format!("with {}", list(ids)),
    };
    let mut text = format!(
        "who may sign by list {} of the engagement {}, {about}\n{}",
        roll.roster.number,
        roll.roster.engagement,
        describe(roll, standing)
    );
    if let Some(now) = standing.roster() {
        text.push_str("\nwhat changes\n");
        differences(now, roll).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        text.push_str(&format!("  {} signed files are kept\n", roll.roster.seals.len()));
        sealed(standing).iter().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    if others > 0 {
        text.push_str(
            "\nwarning: your party has signed another list of this number, which can still be completed\n",
        );
    }
    text.push_str(&format!("\n{}\n", fingerprint(&roll.digest)));
    text
}

/// Says which versions a list seals, and as what: what is not among them is forgotten under the new list.
fn sealed(standing: &Standing) -> Vec<String> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let lines = versions.filter_map(|one| {
        let accepted = one.statements.iter().filter(|said| said.verdict == Verdict::Accepted).count();
        let files = count(accepted, "statement");
        (accepted > 0).then(|| format!("{} {}, {}: {files}", one.id, one.version, one.state.code()))
    });
    lines.collect()
}

fn finish(basis: &Basis<'_>, roll: &Roll, who: &Signer, files: Files) -> Result<Box<Signed>> {
    let number = roll.roster.number;
    let after = basis.prove(&files, PURPOSE)?;
    let is_complete = after.rosters.get(&number).is_some_and(|one| one.state == RosterState::Complete);
    let lacks = after.rosters.get(&number).map(lacks).unwrap_or_default();
    let said = if is_complete {
        format!(
            "List {number} is complete. Write its fingerprint into the contract and into CI:\n  {}",
            roll.digest.grouped()
        )
    } else {
        format!("The signature of {who} is there; {lacks}.")
    };
    let mut next = vec!["git push".to_owned()];
    if is_complete {
        next.push(
            "countersign sign  (offers the matrix for signature, once nothing is left to settle)".to_owned(),
        );
    }
    Ok(Box::new(Signed {
        act: Act::RosterSign,
        changes: vec![Change { files, message: format!("roster: {who} signs list {number}") }],
        said,
        next,
        again: again(basis, &after, number, who),
        engagement: Some(roll.roster.engagement),
        file_name: format!("list-{number}.{}.{}.signed.json", who.party, who.id),
    }))
}

/// Says that the same signer has still to sign with another key: each key that the list adds signs by itself, and so does
/// a key of the list before.
fn again(basis: &Basis<'_>, after: &Standing, number: u32, who: &Signer) -> Option<String> {
    let next = after.rosters.get(&number)?;
    let own = |one: &&Enrolled| one.party == who.party && one.signer == who.id;
    let prints = |keys: &[&Enrolled]| {
        list(&keys.iter().map(|one| one.key.fingerprint().to_string()).collect::<Vec<_>>())
    };
    let added: Vec<&Enrolled> = next.need.keys.iter().filter(own).collect();
    let lacks_party = next.need.parties.contains_key(&who.party);
    let has_signed = |one: &&Enrolled| {
        next.signed.iter().any(|(party, signer, print)| {
            (party, signer) == (&one.party, &one.signer)
                && basis.standing.roster().is_some_and(|now| now.key(party, signer, print).is_some())
        })
    };
    let known = basis.standing.roster().into_iter().flat_map(|roll| &roll.keys).filter(own);
    let known: Vec<&Enrolled> = known
        .filter(|one| lacks_party && !has_signed(one) && !signer::is_revoked(&basis.standing, &one.key))
        .collect();
    let (keys, one_of) = match (&added[..], &known[..]) {
        ([], []) => return None,
        ([], known) => (prints(known), if known.len() > 1 { "one of " } else { "" }),
        (added, _) => (prints(added), ""),
    };
    Some(format!(
        "the list needs another signature of yours, with {one_of}the key {keys}: sign once more, with `--key FILE` of \
         that key; two keys of one person sign each by itself"
    ))
}
