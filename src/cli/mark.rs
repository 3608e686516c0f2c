//! `countersign mark`

use super::signing::{self, Travel, Who};
use super::{Anchor, Global};
use crate::error::{Error, Result};
use crate::signoff::bundle::Act;
use crate::signoff::mark::{self, Close};
use crate::signoff::notice;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, an id, or id@version; or a file that was sent to you
    #[arg(value_name = "MATRIX")]
    name: String,
    /// Sign too that your party has seen all approvals, which closes the version for it
    #[arg(long)]
    close: bool,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    anchor: Anchor,
    #[command(flatten)]
    travel: Travel,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let session = args.who.session(&args.anchor, args.travel.out.is_none())?;
    let (place, sent) = signing::place(Some(&args.name))?;
    let close = if args.close || sent.is_some() { Close::Close } else { Close::Leave };
    let name = match sent {
        Some(_) => None,
        None => Some(args.name.parse().map_err(Error::usage)?),
    };
    if let Some(file) = &args.travel.prepare {
        return signing::prepare(&notice::prepare(&place, name.as_ref(), Act::Mark, &session)?, file);
    }
    let outcome = mark::mark(&place, name.as_ref(), close, &session, &mut args.who.prompt(global))?;
    signing::deliver(outcome, &place, &session, args.travel.out.as_deref(), global)
}
