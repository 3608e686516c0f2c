//! `countersign blame`

use std::path::PathBuf;

use super::choose::one_of;
use super::{AnchorArg, Global, check, facts, terminal, today};
use crate::document::{self, Format};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::ledger::project::Project;
use crate::project::SignoffState;

/// Say for each row which version and which commit last changed who does what, and who agreed
///
/// It reads the committed text. What counts is who, where, by when and with which proof; other words, order and white
/// space do not. Needs the history of the branch.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Look at a commit, tag or branch instead of HEAD
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    #[command(flatten)]
    anchor: AnchorArg,
    /// The format
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>(), default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let at = args.at.as_deref().unwrap_or("HEAD");
    let id = match args.matrix.to_str().filter(|name| !name.contains(['/', '\\', '.'])) {
        Some(id) => id.to_owned(),
        None => facts::open(&args.matrix, args.at.as_deref(), today())?.matrix.id,
    };
    let (world, _) = check::project(&[], Some(at))?;
    let progress = terminal::progress(terminal::READING);
    let signoffs = SignoffState::read(&world, args.anchor.digest()?.as_ref(), today())?;
    let project = Project::of(&world);
    let ledger = Ledger::open(&signoffs, world.name())?.by(project.comparer());
    let blame = ledger.blame(&id, &project.line(at)?.walk())?;
    drop(progress);
    terminal::print(&document::render(args.format, &blame, &terminal::style(global.color)))?;
    Ok(0)
}
