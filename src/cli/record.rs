//! `countersign record`

use std::path::PathBuf;

use super::{Anchor, Global, signing};
use crate::error::Result;
use crate::signoff::{Identity, bundle, record};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The file that the signer sent back
    file: PathBuf,
    #[command(flatten)]
    anchor: Anchor,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let reply = bundle::reply(&args.file)?;
    let place = signing::here()?;
    let session = signing::session(Identity::default(), &args.anchor, true)?;
    let outcome = record(place.checkout()?, &reply, &session)?;
    signing::deliver(outcome, &place, &session, None, global)
}
