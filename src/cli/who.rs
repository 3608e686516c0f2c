//! `countersign who`

use jiff::civil::Date;

use super::choose::one_of;
use super::{AnchorArg, Global, check, terminal, today};
use crate::document::{self, Format};
use crate::error::Result;
use crate::ledger::Ledger;
use crate::ledger::project::Project;
use crate::ledger::subject::Subject;
use crate::project::SignoffState;
use crate::trust::name::MatrixId;

/// Say who owns a control, or owned it on a day: whom to call first, the proof last
///
/// The answer is what both parties signed, by every matrix that has the control. It comes from the sign-offs of one
/// tree, so it needs no history. `--known-at` asks what one could have known when that commit was made.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples: countersign who AU.L2-3.3.3\n          countersign who \"3.1.5[d]\" --as-of 2027-03-03\n          countersign who \"DFARS 252.204-7012(c)(1)(ii)\"\n          countersign who log-review --as-of 2027-03-03 --known-at v1.2\n\nExit codes: 0 somebody owned it; 5 nobody did, or it cannot be said who; 3 nothing has that name."
)]
pub(super) struct Args {
    /// A control or objective in any usual spelling, a reference, or a row by its id or title
    #[arg(value_name = "CONTROL|ROW|REFERENCE")]
    name: String,
    /// The day that is asked about (UTC, YYYY-MM-DD) [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// Answer from what this commit, tag or branch holds instead of the files on disk
    #[arg(long, value_name = "REV", visible_alias = "at")]
    known_at: Option<String>,
    /// Ask this matrix only, by its id
    #[arg(long, short, value_name = "ID")]
    matrix: Option<String>,
    /// Ask what holds in this scope only, by its id or title
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    #[command(flatten)]
    anchor: AnchorArg,
    /// The format
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>(), default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let day = args.as_of.unwrap_or_else(today);
    super::warn_of_future(args.as_of);
    let (world, _) = check::project(&[], args.known_at.as_deref())?;
    let progress = terminal::progress(terminal::READING);
    let signoffs = SignoffState::read(&world, args.anchor.digest()?.as_ref(), day)?;
    let project = Project::of(&world);
    let ledger = Ledger::open(&signoffs, world.name())?.by(project.comparer());
    let only = args.matrix.as_deref().map(|id| id.parse::<MatrixId>().map_err(|_| ledger.no_matrix(id)));
    let subject = Subject::of(&args.name, project.packs()).in_scope(args.scope.clone());
    let answer = ledger.who(&subject, only.transpose()?.as_ref(), &|| project.drafts());
    if answer.as_ref().map_or(true, |who| who.answers.is_empty() && who.drafts.is_empty()) {
        project.working()?.must_be_whole()?;
    }
    let mut who = answer?;
    if args.as_of.is_none() {
        who.add_contacts(&world)?;
    }
    drop(progress);
    terminal::print(&document::render(args.format, &who, &terminal::style(global.color)))?;
    Ok(who.exit_code)
}
