//! `countersign remove`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Dry, Target};
use crate::cli::Global;
use crate::edit::field::{self, Change};
use crate::edit::name::Noun;
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
    what: What,
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// Its id; of a contact PARTY/ID; the row that a duty and the like belong to
    name: String,
    /// Of a row's duty, evidence and the like: which, by id, by what it is, or by its number (#2)
    which: Option<String>,
    #[command(flatten)]
    dry: Dry,
}

/// What can be removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Row,
    Party,
    Scope,
    Service,
    Document,
    Contact,
    /// A framework, with the rows that answer to nothing else
    Framework,
    /// A duty of a row
    Duty,
    /// A piece of evidence of a row
    Evidence,
    /// A report of a row
    Report,
    /// Whom a row inherits from
    Inheritance,
    /// A finding that both parties accept in a row, by its rule
    Exception,
}

/// Runs the command and returns the exit code.
pub(in crate::cli) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    let noun = match args.what {
        What::Row => Noun::Row,
        What::Party => Noun::Party,
        What::Scope => Noun::Scope,
        What::Service => Noun::Service,
        What::Document => Noun::Document,
        What::Contact => Noun::Contact,
        What::Framework => return framework(args, target, global),
        What::Duty => return of_row(args, "duties", target, global),
        What::Evidence => return of_row(args, "evidence", target, global),
        What::Report => return of_row(args, "reports", target, global),
        What::Inheritance => return of_row(args, "inherits", target, global),
        What::Exception => return of_row(args, "accepts", target, global),
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
