//! `countersign mark`

use super::signing::{self, Keyed, Travel};
use super::{AnchorArg, Global};
use crate::error::{Error, Result};
use crate::signoff::bundle::Act;
use crate::signoff::mark;
use crate::signoff::notice;

/// Close a version that all have approved: give your last word, and write down that it is in force
///
/// Whoever signed last has given the last word by signing; whoever signed before gives it here. It binds your party
/// and cannot be taken back. Where every party has given it, the mark is derived from the signatures: anyone may write
/// it, and every check derives it again.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, an id, or id@version; or a file that was sent to you
    #[arg(value_name = "MATRIX")]
    name: String,
    #[command(flatten)]
    keyed: Keyed,
    #[command(flatten)]
    anchor: AnchorArg,
    #[command(flatten)]
    travel: Travel,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let session = args.keyed.session(&args.anchor, &args.travel)?;
    let (place, sent) = signing::place(Some(&args.name))?;
    let name = match sent {
        Some(_) => None,
        None => Some(args.name.parse().map_err(Error::usage)?),
    };
    if let Some(file) = &args.travel.prepare {
        return signing::prepare(&notice::prepare(&place, name.as_ref(), Act::Mark, &session)?, file);
    }
    let outcome = mark::mark(&place, name.as_ref(), &session, &mut args.keyed.prompt(global))?;
    signing::deliver(outcome, &place, &session, args.travel.out.as_deref(), global)
}
