//! `countersign roster revoke`

use crate::error::Result;

/// Revoke a key that was lost or stolen
#[derive(Debug, clap::Args)]
pub(super) struct Args {}

/// Runs the command and returns the exit code.
pub(super) fn run(_: &Args) -> Result<u8> {
    Ok(0)
}
