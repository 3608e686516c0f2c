//! `countersign bump`

use std::path::PathBuf;

use jiff::civil::Date;
use serde_json::json;

use super::{Dry, Target};
use crate::cli::Global;
use crate::edit::version::{self, Rise};
use crate::error::Result;
use crate::project::SignoffState;
use crate::trust::name::Version;

/// Raise the version
///
/// Without more, as far as the changes since the version in force ask for.
#[derive(Debug, clap::Args)]
#[command(
    disable_version_flag = true,
    after_help = "Example: countersign bump acme --effective-from 2027-01-01"
)]
pub(in crate::cli) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// To the next whole number, for changes of who does what
    #[arg(long, conflicts_with_all = ["minor", "to"])]
    major: bool,
    /// To the next number behind the point
    #[arg(long, conflicts_with = "to")]
    minor: bool,
    /// To this version
    #[arg(long, value_name = "VERSION")]
    to: Option<Version>,
    /// The first day it is in force
    #[arg(long, value_name = "DATE")]
    effective_from: Option<Date>,
    #[command(flatten)]
    dry: Dry,
}

/// Runs the command and returns the exit code.
pub(in crate::cli) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    let rise = match (args.to, args.major, args.minor) {
        (Some(version), ..) => Rise::To(version),
        (_, true, _) => Rise::Major,
        (_, _, true) => Rise::Minor,
        _ => due(&target)?,
    };
    target.edit(&args.dry, global, |matrix| {
        let version = version::raise(matrix, &rise)?;
        if let Some(day) = args.effective_from {
            matrix["effectiveFrom"] = json!(day);
        }
        Ok(format!("version {version}"))
    })
}

/// Returns how far the changes since the version agreed last ask for.
fn due(target: &Target) -> Result<Rise> {
    let signoffs = SignoffState::read(&target.opened.world, None, crate::cli::today())?;
    let matrix = target.draft.matrix();
    let agreed = signoffs.in_force(&matrix.id).and_then(|one| signoffs.read_matrix(&one.id, one.version));
    let due = agreed.and_then(|agreed| target.opened.setup.comparer().compare(&agreed, matrix).version_due());
    match due.and_then(|version| version.parse().ok()) {
        Some(version) => Ok(Rise::To(version)),
        None => Ok(Rise::Minor),
    }
}
