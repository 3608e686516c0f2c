//! `countersign set`

use std::path::PathBuf;

use serde_json::Value;

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
                  countersign set acme log-review duties.perform.within P5D --every\n          \
                  countersign set acme wireless duties,evidence --clear\n          \
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
    /// Where several of a list are called so, as two duties to perform, change all of them
    #[arg(long)]
    every: bool,
    /// Take the field out; several with commas between
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
            for path in paths(args, matrix, &base)? {
                field::change(matrix, &base, &path, change)?;
            }
        }
        Ok(left_over(args, matrix, &rows))
    })
}

/// Says what is still to be done where a row was said to be not applicable and has duties.
fn left_over(args: &Args, matrix: &Value, rows: &[Option<String>]) -> String {
    if args.field != "allocation" || args.value.as_deref() != Some("not-applicable") {
        return String::new();
    }
    let has_duties = |id: &&str| {
        let mut all = matrix["rows"].as_array().into_iter().flatten();
        all.any(|row| row["id"] == **id && !crate::matrix::value::list(row, "duties").is_empty())
    };
    let left: Vec<&str> = rows.iter().flatten().map(String::as_str).filter(has_duties).collect();
    if left.is_empty() {
        return String::new();
    }
    format!(
        "nobody does what is not applicable: `countersign set {} {} duties,evidence --clear` takes it out, and \
         `justification` says why",
        args.matrix.display(),
        left.join(",")
    )
}

/// Returns the fields that are meant: several only where they are cleared, or where all that are called so are meant.
fn paths(args: &Args, matrix: &Value, base: &str) -> Result<Vec<String>> {
    let named: Vec<&str> =
        if args.clear { args.field.split(',').map(str::trim).collect() } else { vec![args.field.as_str()] };
    let mut paths = Vec::new();
    for path in named {
        if args.every {
            paths.extend(field::every(matrix, base, path)?);
        } else {
            paths.push(path.to_owned());
        }
    }
    // From behind, so that a place that goes leaves those before it where they are.
    if args.clear && args.every {
        paths.reverse();
    }
    Ok(paths)
}
