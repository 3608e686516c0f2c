//! `countersign bump`

use std::path::PathBuf;

use jiff::civil::Date;
use serde_json::json;

use super::{Dry, Target};
use crate::cli::Global;
use crate::edit::version::{self, Base, Rise};
use crate::error::Result;
use crate::project::SignoffState;
use crate::trust::name::Version;

/// Raise the version
///
/// Without more, as far as the changes since the version in force ask for, or since a later one that was agreed, and above
/// every version that was offered. A number that is high enough already, and was never offered, stays.
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
    let base = base(&target)?;
    let rise = match (args.to, args.major, args.minor) {
        (Some(version), ..) => Rise::To(version),
        (_, true, _) => Rise::Major,
        (_, _, true) => Rise::Minor,
        _ => Rise::Due,
    };
    target.edit(&args.dry, global, |matrix| {
        let version = version::raise(matrix, &rise, &base)?;
        if let Some(day) = args.effective_from {
            matrix["effectiveFrom"] = json!(day);
        }
        Ok(format!("version {version}"))
    })
}

/// Returns what a next version has to be higher than: the version agreed last, and all that were offered.
fn base(target: &Target) -> Result<Base> {
    let signoffs = SignoffState::read(&target.opened.world, None, crate::cli::today())?;
    let matrix = target.draft.matrix();
    let Some(known) = signoffs.matrix(&matrix.id) else { return Ok(Base::default()) };
    let agreed = known.versions.values().rev().find(|one| one.state.is_final());
    let text = agreed.and_then(|one| signoffs.read_matrix(&one.id, one.version));
    let due = text.and_then(|agreed| {
        // As if the number were still that of the agreed version: which one do the changes ask for?
        let unraised = crate::matrix::Matrix { version: agreed.version.clone(), ..matrix.clone() };
        target.opened.setup.comparer().compare(&agreed, &unraised).version_due()?.parse().ok()
    });
    let taken = known.versions.values().filter(|one| one.sha256.is_some() || one.state.is_final());
    Ok(Base { highest: taken.map(|one| one.version).max(), due })
}
