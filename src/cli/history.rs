//! `countersign history`

use std::collections::BTreeSet;

use super::blame::{Line, working};
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
    /// Add the drafts: every commit that changed it, agreed or not, over first parents; needs the branch's history
    #[arg(long)]
    commits: bool,
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
    let line =
        args.commits.then(|| Line::of(&world, args.when.at.as_deref().unwrap_or("HEAD"))).transpose()?;
    let drafts = if args.commits { working(&world)?.drafts } else { Vec::new() };
    if books.standing.matrices.is_empty() {
        working(&world)?.must_be_whole()?;
    }
    let topic = match &args.name {
        None => Topic::Everything,
        Some(name) => Topic::of(name, Subject::of(name, &packs), &ledger, &drafts)?,
    };
    let mut history = ledger.history(&topic, args.name.as_deref())?;
    if let Some(line) = line {
        let offered = books.standing.matrices.keys().map(ToString::to_string);
        let ids: BTreeSet<String> = offered.chain(drafts.iter().map(|draft| draft.id.clone())).collect();
        ledger.add_commits(&mut history, &topic, &line.walk(), &ids)?;
    }
    terminal::print(&render::render(args.format, &history, &terminal::style(global.color)))?;
    Ok(history.exit_code)
}
