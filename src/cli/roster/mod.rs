//! `countersign roster`

mod people;
mod propose;
mod revoke;
mod show;
mod sign;
mod start;

use super::{AnchorArg, Global, signing};
use crate::error::Result;

/// Say who may sign: start, propose, sign, revoke and show
///
/// The list of those who may sign is signed itself: the first by everyone on it, each further one by all
/// parties. Its fingerprint belongs into the contract.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

commands! {
    Start start,
    Propose propose,
    Sign sign,
    Revoke revoke,
    Show show,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    args.command.run(global)
}
