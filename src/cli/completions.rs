//! `countersign completions`

use clap_complete::Shell;

use super::{Global, definition, terminal};
use crate::error::Result;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: countersign completions bash > ~/.local/share/bash-completion/completions/countersign"
)]
pub(super) struct Args {
    /// The shell
    shell: Shell,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _global: &Global) -> Result<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "countersign", &mut script);
    terminal::print(&String::from_utf8_lossy(&script))?;
    Ok(0)
}
