//! `countersign roster sign`

use std::collections::BTreeSet;

use super::signing::{self, Bearer, Hand};
use super::{Anchor, terminal};
use crate::error::{Error, Result};
use crate::signoff::{Desk, proof, roster, signer};
use crate::trust;
use crate::trust::roster::{Enrolled, Roll, Roster};
use crate::trust::sshsig::{Namespace, PublicKey};
use crate::trust::standing::{RosterStanding, RosterState, Standing};

/// Sign the list that waits for signatures
///
/// The first list needs every key on it; a further one needs all parties, and each key that it adds.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    bearer: Bearer,
    #[command(flatten)]
    anchor: Anchor,
    /// Sign although your party has signed another list of the same number before
    #[arg(long)]
    replace: bool,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args) -> Result<u8> {
    let desk = signing::desk()?;
    desk.demand_committed(&["trust", "signoffs"])?;
    let day = signing::day(signing::now());
    let anchor = args.anchor.digest()?;
    let before = trust::judge(&desk.tree, anchor.as_ref(), day)?;
    let (next, roll) = waiting(&before)?;
    demand_seals(&before, roll)?;
    let hand = args.bearer.hand(&holders(&before, next, roll))?;
    let others = others(&desk, roll, &hand, args.replace)?;
    let listed = keys(&before, next, roll, &hand)?;
    let key = hand.choose(&listed)?;
    let print = key.public.fingerprint();
    if next.signed.iter().any(|(.., signed)| *signed == print) {
        terminal::print(&format!("{} has signed this list already\n{}\n", hand.who, roster::lacks(next)))?;
        return Ok(0);
    }
    show(&before, roll, others)?;
    let number = roll.roster.number;
    let what = format!("To sign this list (number {number}) as {} with the key {print}", hand.who);
    hand.confirm(&what, &number.to_string())?;
    let author = signing::author(&desk)?;
    let signature = key.sign(Namespace::Roster, &roll.roster.to_bytes())?;
    let path = Roster::signature_path(number, &hand.who.party, &hand.who.id, &print);
    let files = vec![(path, Some(signature))];
    let after = proof::prove(&before, &desk.tree, &files, anchor.as_ref(), day, &["anchor-in-chain"])?;
    let message = format!("roster: {} signs list {number}", hand.who);
    let commit = desk.record(&[desk.change(files, message)], &author)?;
    tell(&after, number, roll, commit)
}

fn waiting(standing: &Standing) -> Result<(&RosterStanding, &Roll)> {
    let proposed = standing.proposed().and_then(|one| Some((one, one.roll.as_ref()?)));
    proposed.ok_or_else(|| {
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

/// Returns how many other lists of this number the party has signed before; without `--replace` there may be none.
fn others(desk: &Desk, roll: &Roll, hand: &Hand, replace: bool) -> Result<usize> {
    let number = roll.roster.number;
    let list = desk.path_in_repository(&roll.roster.path());
    let signatures = desk.path_in_repository(&format!("trust/{number}"));
    let (git, head) = (desk.repository(), desk.head());
    let current = git.file(head.tree, &list)?.map(|entry| entry.blob);
    let start = format!("{}.", hand.who.party);
    let mut signed = BTreeSet::new();
    git.walk_back(head.id, &mut |commit| {
        let there =
            git.file(commit.tree, &list)?.map(|entry| entry.blob).filter(|blob| Some(*blob) != current);
        if let (Some(blob), Some(folder)) = (there, git.folder(commit.tree, &signatures)?)
            && git.entries(folder)?.iter().any(|one| one.path.starts_with(&start))
        {
            signed.insert(blob);
        }
        Ok(())
    })?;
    if signed.is_empty() || replace {
        return Ok(signed.len());
    }
    Err(Error::usage(format!("{} has signed another list {number} before", hand.who.party))
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
    hand: &Hand,
) -> Result<Vec<&'a PublicKey>> {
    let who = &hand.who;
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

fn show(standing: &Standing, roll: &Roll, others: usize) -> Result<()> {
    let mut text =
        format!("who may sign by list {}\n{}", roll.roster.number, roster::describe(roll, standing));
    if let Some(now) = standing.roster() {
        text.push_str("\nwhat changes\n");
        roster::differences(now, roll).iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        text.push_str(&format!("  {} signed files are kept\n", roll.roster.seals.len()));
    }
    if others > 0 {
        text.push_str(
            "\nwarning: your party has signed another list of this number, which can still be completed\n",
        );
    }
    text.push_str(&format!("\n{}\n", roster::fingerprint(&roll.digest)));
    terminal::print(&text)
}

fn tell(after: &Standing, number: u32, roll: &Roll, commit: git2::Oid) -> Result<u8> {
    let is_complete = after.rosters.get(&number).is_some_and(|one| one.state == RosterState::Complete);
    let lacks = after.rosters.get(&number).map(roster::lacks).unwrap_or_default();
    let said = if is_complete {
        format!(
            "List {number} is complete. Write its fingerprint into the contract and into CI:\n  {}",
            crate::check::grouped(&roll.digest)
        )
    } else {
        format!("Your signature is there; {lacks}.")
    };
    let mut next = vec!["git push".to_owned()];
    if is_complete {
        next.push(
            "countersign sign  (offers the matrix for signature, once nothing is left to settle)".to_owned(),
        );
    }
    signing::recorded(commit, &said, &next)?;
    Ok(0)
}
