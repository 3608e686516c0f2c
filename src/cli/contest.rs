//! `countersign contest`

use super::Global;
use super::withdraw::About;
use crate::error::Result;
use crate::signoff::bundle::Act;
use crate::signoff::notice::Notice;

/// Dispute a version, for a reason
///
/// It is shown for ever and changes nothing that is in force.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What is disputed, in a sentence
    #[arg(long, value_name = "TEXT", required_unless_present = "prepare")]
    reason: Option<String>,
    #[command(flatten)]
    about: About,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let notice = Notice::Contest(args.reason.as_deref().unwrap_or_default());
    args.about.run(notice, Act::Contest, global)
}
