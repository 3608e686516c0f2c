//! `countersign set`

use std::path::PathBuf;

use super::{Dry, Target};
use crate::cli::Global;
use crate::edit::field::{self, Change};
use crate::edit::name::Noun;
use crate::error::{Error, Result};

/// Set a field of a row, of several rows, or of the head
///
/// Only the bytes of what changes are written anew. What the format would refuse is refused, and nothing is written
/// where the file changed meanwhile. What the change means for who does what is shown.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "A FIELD is named as in the format, its parts joined by points; what is in a list by its id, by what is done, or by \
                  its number: duties.perform.within, duties.notify@harbor.role, evidence.#2.location.\n\n\
                  Examples: countersign set acme log-review cadence weekly\n          \
                  countersign set acme log-review,patching duties.perform.within P5D\n          \
                  countersign set acme wireless duties --clear\n          \
                  countersign set acme visitors controls --add cmmc-l2:PE.L2-3.10.4\n          \
                  countersign set acme . effectiveFrom 2027-01-01"
)]
pub(in crate::cli) struct Args {
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// The row, by its id or a control that it alone answers for; several with commas between; `.` for the head
    row: String,
    /// The field
    field: String,
    /// What it says from now on; of a list several with commas between
    #[arg(required_unless_present_any = ["clear", "add", "drop"], allow_hyphen_values = true)]
    value: Option<String>,
    /// Take the field out
    #[arg(long, conflicts_with_all = ["value", "add", "drop"])]
    clear: bool,
    /// Add this to a list
    #[arg(long, value_name = "ITEM", conflicts_with_all = ["value", "drop"])]
    add: Option<String>,
    /// Take this out of a list
    #[arg(long, value_name = "ITEM", conflicts_with = "value")]
    drop: Option<String>,
    #[command(flatten)]
    dry: Dry,
}

/// Runs the command and returns the exit code.
pub(in crate::cli) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    let change = match (&args.value, &args.add, &args.drop) {
        (Some(value), ..) => Change::To(value),
        (_, Some(item), _) => Change::Add(item),
        (_, _, Some(item)) => Change::Drop(item),
        _ if args.clear => Change::Clear,
        _ => return Err(Error::usage("there is no value")),
    };
    let rows: Vec<Option<String>> = match args.row.as_str() {
        "." => vec![None],
        rows => rows.split(',').map(|row| target.row(row.trim()).map(Some)).collect::<Result<_>>()?,
    };
    target.edit(&args.dry, global, |matrix| {
        for row in &rows {
            let base = row.as_ref().map(|row| Noun::Row.find(matrix, row)).transpose()?.unwrap_or_default();
            field::change(matrix, &base, &args.field, change)?;
        }
        Ok(String::new())
    })
}
