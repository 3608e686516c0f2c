//! `countersign roster revoke`

use std::path::PathBuf;

use super::signing::{self, Travel, Who};
use super::{AnchorArg, Global};
use crate::error::Result;
use crate::signoff::bundle::Revoke;
use crate::signoff::roster::revoke::{self, StandsBy, Wanted};
use crate::trust::name::Fingerprint;

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
    /// A file that was sent to you; default: the repository here
    file: Option<PathBuf>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    anchor: AnchorArg,
    /// Why
    #[arg(long, value_name = "TEXT", required_unless_present_any = ["prepare", "file"])]
    reason: Option<String>,
    /// What the key has signed and your party stands by: all, none, or digests with commas between
    #[arg(long, value_name = "WHAT", required_unless_present_any = ["prepare", "file"])]
    stands_by: Option<StandsBy>,
    /// The list under which the key is revoked: a later one that rests on its signature is in question then; default: the
    /// newest
    #[arg(long, value_name = "NUMBER")]
    list: Option<u32>,
    /// Revoke although your party has no other key: it can sign nothing here any more
    #[arg(long)]
    end: bool,
    #[command(flatten)]
    travel: Travel,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let session = args.who.session(&args.anchor, &args.travel)?;
    let place = signing::place_of(args.file.as_deref())?;
    if let Some(file) = &args.travel.prepare {
        let asked = Revoke {
            key: args.revoked,
            reason: args.reason.clone(),
            stands_by: args.stands_by.as_ref().map(ToString::to_string),
        };
        return signing::prepare(&revoke::prepare(place.checkout()?, asked, &session)?, file);
    }
    let wanted = Wanted {
        key: args.revoked,
        reason: args.reason.clone(),
        stands_by: args.stands_by.clone(),
        end: args.end,
        list: args.list,
    };
    let outcome = revoke::revoke(&place, &wanted, &session, &mut args.who.prompt(global))?;
    signing::deliver(outcome, &place, &session, args.travel.out.as_deref(), global)
}
