//! `countersign roster sign`

use std::path::PathBuf;

use super::signing::{self, Travel, Who};
use super::{AnchorArg, Global};
use crate::error::Result;
use crate::signoff::roster::sign;

/// Sign the list that waits for signatures
///
/// The first list needs every key on it; a further one needs all parties, and each key that it adds.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file that was sent to you; default: the repository here
    file: Option<PathBuf>,
    #[command(flatten)]
    who: Who,
    #[command(flatten)]
    anchor: AnchorArg,
    /// Sign although your party has signed another list of the same number before
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    travel: Travel,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let session = args.who.session(&args.anchor, &args.travel)?;
    let place = signing::place_of(args.file.as_deref())?;
    if let Some(file) = &args.travel.prepare {
        return signing::prepare(&sign::prepare(place.checkout()?, &session)?, file);
    }
    let outcome = sign::sign(&place, args.replace, &session, &mut args.who.prompt(global))?;
    signing::deliver(outcome, &place, &session, args.travel.out.as_deref(), global)
}
