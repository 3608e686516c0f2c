//! `countersign man`

use super::{Global, definition, terminal};
use crate::error::{Error, Result};

/// Print the manual page
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: countersign man check | man -l -")]
pub(super) struct Args {
    /// The command whose page is wanted; without it, the page of countersign itself
    command: Option<String>,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _global: &Global) -> Result<u8> {
    let whole = definition();
    let command = match &args.command {
        None => whole,
        Some(name) => whole.find_subcommand(name).cloned().ok_or_else(|| {
            Error::usage(format!("there is no command `{name}`")).hint("`countersign help` lists them")
        })?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Error::usage("cannot write the page").because(error))?;
    terminal::print(&String::from_utf8_lossy(&page))?;
    Ok(0)
}
