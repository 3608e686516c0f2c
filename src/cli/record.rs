//! `countersign record`

use std::path::PathBuf;

use super::{AnchorArg, Global, signing};
use crate::error::Result;
use crate::signoff::{Identity, bundle, record};

/// Record a statement that was signed on another machine
///
/// The file comes from `countersign sign --out`, or from a signer who was sent a bundle. It is checked as
/// everybody will check it, then recorded in a commit of its own.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file that the signer sent back
    file: PathBuf,
    #[command(flatten)]
    anchor: AnchorArg,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let reply = bundle::reply(&args.file)?;
    let place = signing::here()?;
    let session = signing::session(Identity::default(), &args.anchor, true)?;
    let outcome = record(place.checkout()?, &reply, &session)?;
    signing::deliver(outcome, &place, &session, None, global)
}
