//! `countersign roster show`

use std::path::Path;

use crate::cli::choose::one_of;
use crate::cli::{AnchorArg, Global, signing, terminal};
use crate::document::{self, Format};
use crate::error::Result;
use crate::signoff::roster::show::Lists;

/// Show who may sign, and the fingerprint for the contract
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Look at a commit, tag or branch instead of what is checked out
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    #[command(flatten)]
    anchor: AnchorArg,
    /// The form
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>(), default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let anchor = args.anchor.digest()?;
    let lists = Lists::read(Path::new("."), args.at.as_deref(), anchor.as_ref(), signing::now().0.date())?;
    terminal::print(&document::render(args.format, &lists, &terminal::style(global.color)))?;
    Ok(lists.exit_code())
}
