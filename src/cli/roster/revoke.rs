//! `countersign roster revoke`

use std::collections::BTreeSet;
use std::str::FromStr;

use super::signing::{self, Bearer, Hand};
use super::{Anchor, terminal};
use crate::error::{Error, Result};
use crate::signoff::proof::{self, Files};
use crate::signoff::{signer, subject};
use crate::trust;
use crate::trust::name::{Digest, Fingerprint};
use crate::trust::reason::Reason;
use crate::trust::revocation::{self, Revocation};
use crate::trust::roster::{Enrolled, Roll};
use crate::trust::sshsig::{Namespace, PublicKey};
use crate::trust::standing::{RevocationState, Standing, StatementStanding, Verdict};

/// What a revocation may make wrong on purpose.
const PURPOSE: &[&str] = &["version-is-certain", "revocation-valid", "mark-holds"];

/// Revoke a key that was lost or stolen
///
/// Signed with the key itself, or by as many others of the party as the list asks for: then each of them runs
/// the command. What the key has signed counts no more, except for what the party stands by, what a later list
/// keeps, and versions that are closed.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  countersign roster revoke SHA256:... --reason \"laptop lost\" --stands-by all
  countersign roster revoke SHA256:... --as acme/bea --reason \"stolen on 3 March\" --stands-by none")]
pub(super) struct Args {
    /// The key, by its fingerprint
    #[arg(value_name = "SHA256:...")]
    revoked: Fingerprint,
    #[command(flatten)]
    bearer: Bearer,
    #[command(flatten)]
    anchor: Anchor,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// What the key has signed and your party stands by: all, none, or digests with commas between
    #[arg(long, value_name = "WHAT")]
    stands_by: StandsBy,
    /// Revoke although your party has no other key: it can sign nothing here any more
    #[arg(long)]
    end: bool,
}

#[derive(Clone, Debug)]
enum StandsBy {
    All,
    These(BTreeSet<Digest>),
}

impl FromStr for StandsBy {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            "none" => Ok(Self::These(BTreeSet::new())),
            list => {
                let digests =
                    list.split(',').map(|one| one.trim().parse().map_err(|error| format!("{error}")));
                digests.collect::<std::result::Result<_, String>>().map(Self::These)
            }
        }
    }
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args) -> Result<u8> {
    let desk = signing::desk()?;
    desk.demand_committed(&["trust", "signoffs"])?;
    let (now, anchor) = (signing::now(), args.anchor.digest()?);
    let day = signing::day(now);
    let before = trust::judge(&desk.tree, anchor.as_ref(), day)?;
    let roll = signer::roster(&before)?;
    let listed = listed(roll, &args.revoked)?;
    if signer::is_revoked(&before, &listed.key) {
        terminal::print("this key is revoked already\n")?;
        return Ok(0);
    }
    let hand = args.bearer.hand(&holders(&before, roll, listed))?;
    demand_own(listed, &hand)?;
    demand_another(&before, roll, listed, args)?;
    let key = hand.choose(&keys(&before, roll, listed, &hand)?)?;
    let begun = begun(&before, &desk.tree, args);
    let revocation = match begun.clone() {
        Some(one) => one,
        None => draft(&before, roll, listed, args, now)?,
    };
    terminal::print(&shown(&before, &revocation))?;
    hand.confirm("To revoke this key", "revoke")?;
    let signature = key.sign(Namespace::Revocation, &revocation.to_bytes())?;
    let files = files(&revocation, begun.is_some(), &hand, &key.public.fingerprint(), signature);
    let after = proof::prove(&before, &desk.tree, &files, anchor.as_ref(), day, PURPOSE)?;
    let said = outcome(&after, &revocation)?;
    let message = format!("roster: revoke a key of {}/{}", revocation.party, revocation.signer);
    let commit = desk.record(&[desk.change(files, message)], &signing::author(&desk)?)?;
    let next = [
        "git push".to_owned(),
        "countersign roster propose  (a list without the key, and with a new one)".to_owned(),
    ];
    signing::recorded(commit, &said, &next)?;
    Ok(0)
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
        other => Err(Error::usage("the revocation would not count, so nothing was recorded")
            .because(format!("{other:?}"))),
    }
}

fn listed<'a>(roll: &'a Roll, revoked: &Fingerprint) -> Result<&'a Enrolled> {
    roll.keys.iter().find(|one| one.key.fingerprint() == *revoked).ok_or_else(|| {
        Error::usage(format!("the key {revoked} is not on the list of those who may sign"))
            .hint("`countersign roster show` lists the keys")
    })
}

/// Returns all who can revoke the key, with their keys: its holder with the key itself, others of the party with theirs.
fn holders(standing: &Standing, roll: &Roll, listed: &Enrolled) -> Vec<Enrolled> {
    let of_party = roll.keys.iter().filter(|one| one.party == listed.party);
    let others =
        of_party.filter(|one| one.signer != listed.signer && !signer::is_revoked(standing, &one.key));
    [listed].into_iter().chain(others).cloned().collect()
}

fn demand_own(listed: &Enrolled, hand: &Hand) -> Result<()> {
    if listed.party == hand.who.party {
        return Ok(());
    }
    Err(Error::usage(format!("the key is one of {}, and you sign for {}", listed.party, hand.who.party))
        .hint("a party revokes its own keys; dispute what they signed with `countersign contest`"))
}

/// A party without keys can neither sign nor agree to a new list.
fn demand_another(standing: &Standing, roll: &Roll, listed: &Enrolled, args: &Args) -> Result<()> {
    let others = roll.keys.iter().filter(|one| one.party == listed.party && one.key != listed.key);
    let usable = others.filter(|one| !signer::is_revoked(standing, &one.key)).count();
    if usable > 0 || args.end {
        return Ok(());
    }
    Err(Error::usage(format!("this is the last key of {}: without it the party can sign nothing here any more", listed.party))
        .because("not even a new list of those who may sign, which needs every party")
        .hint("propose a list with a new key first, sign it with this one, and revoke this one then; or give `--end`"))
}

fn keys<'a>(
    standing: &Standing,
    roll: &'a Roll,
    listed: &'a Enrolled,
    hand: &Hand,
) -> Result<Vec<&'a PublicKey>> {
    if listed.signer == hand.who.id { Ok(vec![&listed.key]) } else { hand.who.keys_in(roll, standing) }
}

/// Returns a revocation of the key that lacks signatures, to be signed too.
fn begun(standing: &Standing, tree: &trust::Tree, args: &Args) -> Option<Revocation> {
    let waiting = |one: &&trust::standing::RevokedKey| {
        one.revocation.key == args.revoked
            && one.state == RevocationState::Refused(Reason::RevocationUnsigned)
    };
    let found = standing.revocations.iter().find(waiting)?;
    subject::plain(tree, &found.path).and_then(|bytes| Revocation::parse(bytes).ok())
}

fn draft(
    standing: &Standing,
    roll: &Roll,
    listed: &Enrolled,
    args: &Args,
    now: trust::day::Moment,
) -> Result<Revocation> {
    let signed: BTreeSet<Digest> = signed_with(standing, &args.revoked).map(|one| one.digest).collect();
    let stands_by = match &args.stands_by {
        StandsBy::All => signed,
        StandsBy::These(these) => match these.iter().find(|one| !signed.contains(one)) {
            None => these.clone(),
            Some(stranger) => {
                return Err(Error::usage(format!("the key has signed nothing with the digest {stranger}"))
                    .hint("`--stands-by none` shows what it has signed, before it asks"));
            }
        },
    };
    if args.reason.trim().is_empty() || args.reason.chars().any(trust::canonical::is_hidden) {
        return Err(Error::usage("the reason is empty or holds a character that cannot be seen"));
    }
    Ok(Revocation {
        format: revocation::FORMAT.to_owned(),
        engagement: roll.roster.engagement,
        roster: roll.reference(),
        party: listed.party.clone(),
        signer: listed.signer.clone(),
        key: args.revoked,
        reason: args.reason.clone(),
        stands_by: stands_by.into_iter().collect(),
        revoked_at: now,
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

fn shown(standing: &Standing, revocation: &Revocation) -> String {
    let mut text = format!(
        "revoke the key {} of {}/{}\nreason: {}\n\nit has signed\n",
        revocation.key,
        revocation.party,
        revocation.signer,
        crate::report::escape::terminal(&revocation.reason)
    );
    let mut any = false;
    for one in signed_with(standing, &revocation.key) {
        any = true;
        let kept = if revocation.stands_by.contains(&one.digest) { "stands" } else { "counts no more" };
        let said = one.statement.as_ref().map(|said| said.text.clone()).unwrap_or_default();
        text.push_str(&format!("  {kept}: {}\n    {}\n", crate::report::escape::terminal(&said), one.digest));
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
    hand: &Hand,
    key: &Fingerprint,
    signature: Vec<u8>,
) -> Files {
    if is_begun {
        return vec![(revocation.further_signature_path(&hand.who.id, key), Some(signature))];
    }
    let path = revocation.path();
    vec![(format!("{path}.sig"), Some(signature)), (path, Some(revocation.to_bytes()))]
}
