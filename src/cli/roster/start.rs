//! `countersign roster start`

use std::collections::BTreeSet;

use super::people::People;
use super::{signing, terminal};
use crate::check::{self, Gate, Request};
use crate::error::{Error, Result};
use crate::signoff::{Desk, proof, roster};
use crate::trust;
use crate::trust::name::{Digest, Engagement};
use crate::trust::roster::{Continues, Roll};

/// Draw up the first list of those who may sign
///
/// Name both parties with their people and public keys. Nothing holds until everyone on the list has signed
/// it with `countersign roster sign`.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  countersign roster start \\
    --party acme   --signer bob --name \"Bob B.\" --role \"IT manager\" --key bob.pub \\
    --party harbor --signer ann --name \"Ann A.\" --role vCISO --key ann.pub")]
pub(super) struct Args {
    #[command(flatten)]
    people: People,
    /// Take up another repository, after all keys of a party were lost: its engagement and last fingerprint
    #[arg(long, value_name = "ENGAGEMENT/FINGERPRINT", value_parser = continues)]
    continues: Option<Continues>,
    /// Ask security keys to verify their user by PIN or fingerprint, for every signature
    #[arg(long)]
    require_user_verification: bool,
    /// Replace a first list that nobody, or not everybody, has signed
    #[arg(long)]
    replace: bool,
}

fn continues(text: &str) -> std::result::Result<Continues, String> {
    let (engagement, roster) = text.split_once('/').ok_or("write it as ENGAGEMENT/FINGERPRINT")?;
    let engagement: Engagement = engagement.parse().map_err(|error| format!("{error}"))?;
    let roster: Digest = roster.parse().map_err(|error| format!("{error}"))?;
    Ok(Continues { engagement, roster })
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args) -> Result<u8> {
    let listed = args.people.read()?;
    let desk = signing::desk()?;
    desk.demand_committed(&["trust", "signoffs"])?;
    let day = signing::day(signing::now());
    let before = trust::judge(&desk.tree, None, day)?;
    if before.roster().is_some() {
        return Err(Error::usage("it is already settled who may sign here")
            .hint("`countersign roster propose` changes it; `countersign roster show` shows it"));
    }
    if before.proposed().is_some() && !args.replace {
        return Err(Error::usage("a first list is there already and waits for signatures")
            .hint("sign it with `countersign roster sign`, or draw it up anew with `--replace`"));
    }
    if listed.people.is_empty() {
        return Err(Error::usage("nobody is named who may sign")
            .hint("`countersign roster start --help` shows an example"));
    }
    demand_parties(&listed.people)?;
    let terms = roster::Terms {
        engagement: random()?,
        continues: args.continues.clone(),
        require_user_verification: args.require_user_verification,
    };
    let roll = roster::start(terms, listed.people, &listed.thresholds)?;
    let files = files(&desk, &roll);
    let after = proof::prove(&before, &desk.tree, &files, None, day, &[])?;
    let subject = "roster: propose who may sign, list 1".to_owned();
    let commit = desk.record(&[desk.change(files, subject)], &signing::author(&desk)?)?;
    terminal::print(&format!(
        "who may sign, once everyone below has signed this list\n{}\n{}",
        roster::describe(&roll, &after),
        roster::fingerprint(&roll.digest)
    ))?;
    let mut next = vec!["git push".to_owned()];
    next.extend(roll.keys.iter().map(|one| {
        format!(
            "countersign roster sign --as {}/{}  (with the key {})",
            one.party,
            one.signer,
            one.key.fingerprint()
        )
    }));
    signing::recorded(commit, "The list is drawn up. It holds once every key on it has signed.", &next)?;
    Ok(0)
}

/// A list that names parties which no matrix has could be signed by all and never be of any use.
fn demand_parties(people: &[roster::Listing]) -> Result<()> {
    let (world, paths) = crate::cli::check::project(&[], None)?;
    let request = Request { paths, ..Request::on(crate::cli::today()) };
    let (report, _) = check::look(&world, &request, &Gate::default(), &|| ())?;
    let parties: BTreeSet<&str> = report
        .matrices
        .iter()
        .flat_map(|matrix| &matrix.parties)
        .filter(|party| party.side == "client" || party.side == "provider")
        .map(|party| party.party.as_str())
        .collect();
    let stranger = people.iter().find(|one| !parties.contains(one.signer.party.as_str()));
    let Some(stranger) = stranger.filter(|_| !parties.is_empty()) else { return Ok(()) };
    let known: Vec<&str> = parties.into_iter().collect();
    Err(Error::usage(format!(
        "no matrix here has a client or provider with the id `{}`",
        stranger.signer.party
    ))
    .hint(format!("the parties that can sign here are {}", known.join(", "))))
}

/// Returns the files of a proposed roster, and the removal of signatures over another of its number.
pub(super) fn files(desk: &Desk, roll: &Roll) -> proof::Files {
    let folder = format!("trust/{}/", roll.roster.number);
    let old = desk.tree.keys().filter(|path| path.starts_with(&folder)).map(|path| (path.clone(), None));
    old.chain([(roll.roster.path(), Some(roll.roster.to_bytes()))]).collect()
}

fn random() -> Result<Engagement> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::cannot_judge("this machine gives no random numbers").because(error))?;
    Ok(Engagement::new(bytes))
}
