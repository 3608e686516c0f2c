//! The command line: one file a command, each of which reads, calls and writes.

/// Makes the commands of one level: a variant for each, built of the `Args` of its module and run by its `run`.
macro_rules! commands {
    ($($name:ident $($module:ident)::+,)*) => {
        #[derive(Debug, clap::Subcommand)]
        enum Command {
            $($name($($module)::+::Args),)*
        }

        impl Command {
            fn run(&self, global: &Global) -> Result<u8> {
                match self {
                    $(Self::$name(args) => $($module)::+::run(args, global),)*
                }
            }
        }
    };
}

mod ask;
mod blame;
mod check;
mod choose;
mod completions;
mod contest;
mod demo;
mod diff;
mod doctor;
mod edit;
mod evidence;
mod explain;
mod export;
mod facts;
mod file;
mod fix_ids;
mod gate;
mod history;
mod import;
mod init;
mod man;
mod mark;
mod output;
mod pack;
mod record;
mod renew;
mod review;
mod roster;
mod rules;
mod show;
mod sign;
mod signing;
mod status;
mod terminal;
mod test_rules;
mod verify;
mod who;
mod withdraw;

use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, Parser};
use jiff::civil::Date;

use crate::check::fingerprint;
use crate::error::{Error, Kind, Result};
use crate::report::escape;
use crate::trust::name::Digest;

/// Who does what between a provider and its client, and who agreed
#[derive(Debug, Parser)]
#[command(name = "countersign", version, propagate_version = true, max_term_width = 100)]
#[command(arg_required_else_help = true, disable_help_subcommand = false)]
#[command(after_help = "\
Exit codes: 0 clean; 1 findings at or above --fail-on; 2 usage or configuration; 3 nothing to check,
or nothing has the name that was given; 4 cannot judge; 5 not in force; 70 a fault of countersign itself.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

/// What every command understands.
#[derive(Clone, Debug, clap::Args)]
pub struct Global {
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    color: ColorChoice,
    /// Run as if started in this folder
    #[arg(short = 'C', long = "directory", global = true, value_name = "DIR", display_order = 901)]
    directory: Option<PathBuf>,
}

// The commands in the order of the help; what each is for stands on the `Args` of its file.
commands! {
    Demo demo,
    Init init,
    Check check,
    Gate gate,
    Diff diff,
    Show show,
    Status status,
    Who who,
    History history,
    Blame blame,
    Sign sign,
    Withdraw withdraw,
    Contest contest,
    Record record,
    Mark mark,
    Roster roster,
    Set edit::set,
    Add edit::add,
    Remove edit::remove,
    Rename edit::rename,
    Move edit::hand,
    Review review,
    Renew renew,
    Bump edit::bump,
    Evidence evidence,
    Verify verify,
    Doctor doctor,
    Explain explain,
    Rules rules,
    TestRules test_rules,
    Pack pack,
    Facts facts,
    Completions completions,
    Man man,
    Import import,
    Export export,
}

/// Runs the program and returns its exit code.
pub fn main() -> ExitCode {
    report_bugs_plainly();
    let outcome = panic::catch_unwind(|| match Cli::try_parse() {
        Ok(cli) => run(cli),
        Err(error) => usage(&error),
    });
    ExitCode::from(outcome.unwrap_or_else(|_| Kind::Bug.exit_code()))
}

fn run(cli: Cli) -> u8 {
    let outcome = cli.global.enter().and_then(|()| cli.command.run(&cli.global));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(&error, cli.global.color);
            error.kind.exit_code()
        }
    }
}

/// A usage error is printed by clap; help and version go to standard output and are no errors.
fn usage(error: &clap::Error) -> u8 {
    let printed = error.print().is_ok();
    if error.use_stderr() || !printed { Kind::Usage.exit_code() } else { 0 }
}

/// A fault of ours says so, in one line, and never looks like a verdict.
fn report_bugs_plainly() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let what = info.payload_as_str().unwrap_or("no reason given");
        eprintln!("countersign: internal error{place}: {}", escape::terminal(what));
        eprintln!(
            "  help: this is a fault of countersign, not of your files; please report it with this line"
        );
    }));
}

impl Global {
    fn enter(&self) -> Result<()> {
        let Some(folder) = &self.directory else { return Ok(()) };
        std::env::set_current_dir(folder).map_err(|error| {
            Error::usage(format!("cannot enter `{}`", folder.display()))
                .because(error)
                .hint("`-C` names a folder that is there, such as the one that `git clone` made")
        })
    }
}

/// Returns the whole command line as clap knows it.
pub fn definition() -> clap::Command {
    Cli::command()
}

// Where to look and at which day; shared by the commands that judge. No `///` here, nor on any other `Args` that
// are part of another's: clap would take it for the description of the command.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct When {
    /// Look at a commit, tag or branch instead of the files on disk
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// Judge as of this day (UTC, YYYY-MM-DD) instead of today
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

// The fingerprint in the contract, by which rosters are believed.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct AnchorArg {
    /// The fingerprint in the contract, 64 hex digits, in groups or not; else that in COUNTERSIGN_ANCHOR
    #[arg(long, value_name = "FINGERPRINT", help_heading = "Sign-offs")]
    anchor: Option<String>,
}

impl AnchorArg {
    /// Returns the absence of a fingerprint.
    fn none() -> Self {
        Self { anchor: None }
    }

    /// Returns the fingerprint of the command line; that of the environment is there for the next command too.
    fn typed(&self) -> Result<Option<Digest>> {
        self.anchor.as_deref().map(fingerprint).transpose()
    }

    /// Returns the fingerprint that was given. It never comes from what is judged.
    fn digest(&self) -> Result<Option<Digest>> {
        if let Some(text) = &self.anchor {
            return fingerprint(text).map(Some);
        }
        match std::env::var("COUNTERSIGN_ANCHOR") {
            Ok(text) if !text.trim().is_empty() => fingerprint(&text).map(Some),
            Ok(_) | Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => fingerprint("not UTF-8").map(Some),
        }
    }
}

impl When {
    /// Says on standard error that a day that is asked about is to come.
    fn warn_of_future(&self) {
        warn_of_future(self.as_of);
    }

    /// Returns the day that ages are counted to.
    fn today(&self) -> Date {
        self.as_of.unwrap_or_else(today)
    }
}

/// Says on standard error that a day that is asked about is to come: nobody knows what is signed until then.
fn warn_of_future(day: Option<Date>) {
    if let Some(day) = day.filter(|day| *day > today()) {
        eprintln!("note: {day} is to come; what is signed or revoked until then may still change the answer");
    }
}

/// Returns today's date in UTC. This is the only place that looks at the clock.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
