//! `countersign roster`

mod people;
mod propose;
mod revoke;
mod show;
mod sign;
mod start;

use super::{Anchor, Global, signing, terminal};
use crate::error::Result;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Draw up the first list of those who may sign
    Start(start::Args),
    /// Draw up a changed list, for all parties to sign
    Propose(propose::Args),
    /// Sign the list that waits for signatures
    Sign(sign::Args),
    /// Revoke a key that was lost or stolen
    Revoke(revoke::Args),
    /// Show who may sign, and the fingerprint for the contract
    Show(show::Args),
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    match &args.command {
        Command::Start(args) => start::run(args, global),
        Command::Propose(args) => propose::run(args, global),
        Command::Sign(args) => sign::run(args, global),
        Command::Revoke(args) => revoke::run(args, global),
        Command::Show(args) => show::run(args),
    }
}
