//! `countersign remove`

use std::path::PathBuf;

use super::{Dry, Target};
use crate::cli::Global;
use crate::cli::choose::among;
use crate::edit::field::{self, Change};
use crate::edit::name::{Home, Noun, Thing};
use crate::edit::remove;
use crate::error::{Error, Result};
use crate::report::words;

/// Remove a row, party, scope, service, document, contact or framework, or something of a row
///
/// What names it goes with it. What would widen or orphan something is refused: a row without scopes holds
/// everywhere, and a party whose work nobody took over is still needed.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples: countersign remove service acme managed-siem\n          \
                  countersign remove duty acme log-review notify@harbor\n          \
                  countersign remove framework acme hipaa")]
pub(in crate::cli) struct Args {
    /// What goes
    #[arg(value_parser = among(Thing::MADE))]
    what: Thing,
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Its id; of a contact PARTY/ID; the row that a duty and the like belong to
    name: String,
    /// Of a row's duty, evidence and the like: which, by id, by what it is, or by its number (#2)
    which: Option<String>,
    #[command(flatten)]
    dry: Dry,
}

/// Runs the command and returns the exit code.
pub(in crate::cli) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    let noun = match args.what.home() {
        Home::Named(noun) => noun,
        Home::RowList(list) => return of_row(args, list, target, global),
        Home::Framework | Home::Role => return framework(args, target, global),
    };
    let name = if noun == Noun::Row { target.row(&args.name)? } else { args.name.clone() };
    target.edit(&args.dry, global, |matrix| {
        remove::remove(matrix, noun, &name)?;
        Ok(String::new())
    })
}

fn of_row(args: &Args, list: &str, target: Target, global: &Global) -> Result<u8> {
    let Some(which) = &args.which else {
        return Err(Error::usage(format!("which of the {list} of row `{}`?", args.name))
            .hint("name it by its id, by what it is, or by its number, such as #2"));
    };
    let row = target.row(&args.name)?;
    target.edit(&args.dry, global, |matrix| {
        let at = Noun::Row.find(matrix, &row)?;
        field::change(matrix, &at, &format!("{list}.{which}"), Change::Clear)?;
        Ok(String::new())
    })
}

fn framework(args: &Args, target: Target, global: &Global) -> Result<u8> {
    target.edit(&args.dry, global, |matrix| {
        let gone = remove::remove_framework(matrix, &args.name)?;
        Ok(match gone.len() {
            0 => "no row answered to it alone".to_owned(),
            many => format!("{} answered to nothing else and went", words::count(many, "row")),
        })
    })
}
