//! `countersign history`

use super::{Anchor, Global, When, check, terminal, who};
use crate::check::Books;
use crate::error::Result;
use crate::ledger::Ledger;
use crate::ledger::render::{self, Format};
use crate::ledger::subject::Subject;
use crate::ledger::topic::Topic;

/// Say who owned what, from when until when: every change of hands between versions in force
///
/// Each stretch of days says who, under which version, signed by whom, and what changed against the version before;
/// days on which nothing was in force are named. It comes from the sign-offs of one tree, so it needs no history.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples: countersign history AU.L2-3.3.3\n          countersign history log-review\n          countersign history acme-cmmc-l2 --format markdown\n          countersign history \"Harbor MSP\""
)]
pub(super) struct Args {
    /// A control, a row, a reference, a party or a matrix; everything without
    #[arg(value_name = "CONTROL|ROW|PARTY|MATRIX")]
    name: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    anchor: Anchor,
    /// The format
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let day = args.when.today();
    let (world, _) = check::project(&[], args.when.at.as_deref())?;
    let books = Books::read(&world, args.anchor.digest()?.as_ref(), day)?;
    let packs = who::packs(&world, day);
    let ledger = Ledger::open(&books, world.name())?;
    let topic = match &args.name {
        None => Topic::Everything,
        Some(name) => Topic::of(name, Subject::of(name, &packs), &ledger)?,
    };
    let history = ledger.history(&topic, args.name.as_deref())?;
    terminal::print(&render::render(args.format, &history, &terminal::style(global.color)))?;
    Ok(history.exit_code)
}
