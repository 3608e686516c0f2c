//! `countersign roster start`

use super::people::People;
use super::{AnchorArg, Global, signing};
use crate::error::Result;
use crate::signoff::Identity;
use crate::signoff::roster::start::{Continues, First, continues, start};

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

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let listed = args.people.read()?;
    let place = signing::here()?;
    let session = signing::session(Identity::default(), &AnchorArg::none(), true)?;
    let first = First {
        people: listed.people,
        thresholds: listed.thresholds,
        continues: args.continues.clone(),
        require_user_verification: args.require_user_verification,
        replace: args.replace,
    };
    let checkout = place.checkout()?;
    let drawn = start(checkout, first, &session, &mut signing::reader(global))?;
    signing::recorded(&drawn.record(checkout, &session)?, global)?;
    Ok(0)
}
