//! `countersign pack`

mod add;

use super::Global;
use crate::error::Result;

/// Add a framework of your own: a pack made of an OSCAL catalogue
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Command,
}

commands! {
    Add add,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    args.command.run(global)
}
