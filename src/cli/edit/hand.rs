//! `countersign move`

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Dry, Target};
use crate::cli::Global;
use crate::edit::hand::{self, Taker};
use crate::edit::name::Noun;
use crate::error::{Error, Result};
use crate::report::words;

/// Let work change hands: one duty, the work of a row, or that of all rows of a service
///
/// Which side acts in a row is said again, so that it agrees with who performs. Of a service that goes to a party,
/// the service ends.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples: countersign move row acme awareness-training acme-defense --role \"HR manager\" --because \"Acme trains its own people\"\n          \
                  countersign move duty acme log-review perform harbor-msp --role \"SOC analyst\"\n          \
                  countersign move service acme managed-siem acme-defense\n          \
                  countersign move service acme siem-basic managed-siem"
)]
pub(in crate::cli) struct Args {
    /// What changes hands: one duty, the work of a row, or that of all rows of a service
    what: What,
    /// The matrix: a file, or the id of one
    matrix: PathBuf,
    /// The row, or the service
    from: String,
    /// To whom: a party, or another service; of a duty first which
    #[arg(num_args = 1..=2, required = true)]
    to: Vec<String>,
    /// The role that has it there; without it nobody is named, and `check` asks for one
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,
    /// Why, for the justification of each row
    #[arg(long, value_name = "TEXT")]
    because: Option<String>,
    #[command(flatten)]
    dry: Dry,
}

/// What can change hands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Service,
    Duty,
    Row,
}

/// Runs the command and returns the exit code.
pub(in crate::cli) fn run(args: &Args, global: &Global) -> Result<u8> {
    let target = Target::open(&args.matrix)?;
    let to = args.to.last().map(String::as_str).unwrap_or_default();
    let taker = Taker { party: to, role: args.role.as_deref(), because: args.because.as_deref() };
    match (args.what, &args.to[..]) {
        (What::Duty, [duty, _]) => {
            let row = target.row(&args.from)?;
            target.edit(&args.dry, global, |matrix| {
                hand::duty(matrix, &row, duty, &taker)?;
                Ok(String::new())
            })
        }
        (What::Row, [_]) => {
            let row = target.row(&args.from)?;
            target.edit(&args.dry, global, |matrix| {
                let given = hand::row(matrix, &row, &taker)?;
                Ok(format!("{} of row `{row}` went to `{to}`", words::count(given, "duty")))
            })
        }
        (What::Service, [_]) => target.edit(&args.dry, global, |matrix| {
            let is_service = Noun::Service.find(matrix, to).is_ok();
            let rows = if is_service {
                hand::to_service(matrix, &args.from, to)?
            } else {
                hand::service(matrix, &args.from, &taker)?
            };
            Ok(format!(
                "service `{}` ends; its {} went to `{to}`",
                args.from,
                words::count(rows.len(), "row")
            ))
        }),
        (What::Duty, _) => Err(Error::usage("say which duty of the row, then to whom")
            .hint("countersign move duty MATRIX ROW perform PARTY")),
        (What::Row | What::Service, _) => Err(Error::usage("say to whom, and no more")),
    }
}
