//! `countersign history`

use std::collections::BTreeSet;

use super::choose::one_of;
use super::{AnchorArg, Global, When, check, terminal};
use crate::document::{self, Format};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::ledger::project::{Project, Working};
use crate::ledger::subject::Subject;
use crate::ledger::topic::Topic;
use crate::project::SignoffState;

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
    anchor: AnchorArg,
    /// The format
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>(), default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let day = args.when.today();
    let (world, _) = check::project(&[], args.when.at.as_deref())?;
    let progress = terminal::progress(terminal::READING);
    let signoffs = SignoffState::read(&world, args.anchor.digest()?.as_ref(), day)?;
    let project = Project::of(&world);
    let ledger = Ledger::open(&signoffs, world.name())?.by(project.comparer());
    let line = args.commits.then(|| project.line(args.when.at.as_deref().unwrap_or("HEAD"))).transpose()?;
    let topic = topic(args, &ledger, &signoffs, &project)?;
    let mut history = ledger.history(&topic, args.name.as_deref())?;
    history.add_reviews(&topic, project.reviews(day)?);
    if let Some(line) = line {
        ledger.add_commits(&mut history, &topic, &line.walk(), &ids(&topic, &signoffs, &project))?;
    }
    drop(progress);
    terminal::print(&document::render(args.format, &history, &terminal::style(global.color)))?;
    if args.commits && !matches!(topic, Topic::Matrix(_)) {
        project.working()?.must_have_ids()?;
    }
    Ok(history.exit_code)
}

/// Understands what is asked about; a matrix that a file is called after is known without reading the others.
fn topic<'p>(
    args: &Args,
    ledger: &Ledger<'_>,
    signoffs: &SignoffState,
    project: &'p Project<'_>,
) -> Result<Topic<'p>> {
    if let Some(name) = &args.name
        && args.commits
        && project.has_file_of(name)?
    {
        return Ok(Topic::Matrix(name.clone()));
    }
    if signoffs.standing.matrices.is_empty() {
        project.working()?.must_be_whole()?;
    }
    let drafts = if args.commits { project.working()?.drafts() } else { &[] };
    let Some(name) = &args.name else { return Ok(Topic::Everything) };
    Topic::of(name, Subject::of(name, project.packs()), ledger, drafts).or_else(|error| {
        // What cannot be read may have it.
        project.working()?.must_be_whole()?;
        Err(error)
    })
}

/// Returns the matrices whose commits are to be looked at.
fn ids(topic: &Topic<'_>, signoffs: &SignoffState, project: &Project<'_>) -> BTreeSet<String> {
    if let Topic::Matrix(id) = topic {
        return BTreeSet::from([id.clone()]);
    }
    let offered = signoffs.standing.matrices.keys().map(ToString::to_string);
    let unread = project.working().ok().into_iter().flat_map(Working::unread_ids);
    offered.chain(project.drafts().iter().map(|draft| draft.id.clone())).chain(unread).collect()
}
