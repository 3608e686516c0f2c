//! The command line: one file a command, each of which reads, calls and writes.

mod ask;
mod blame;
mod bundle;
mod check;
mod completions;
mod demo;
mod diff;
mod doctor;
mod evidence;
mod explain;
mod facts;
mod file;
mod fix_ids;
mod giving;
mod history;
mod init;
mod man;
mod mark;
mod output;
mod project;
mod record;
mod roster;
mod rules;
mod show;
mod sign;
mod signing;
mod status;
mod terminal;
mod test_rules;
mod who;
mod withdraw;

use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, Parser, Subcommand};
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
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Everywhere")]
    color: ColorChoice,
    /// Run as if started in this folder
    #[arg(short = 'C', long = "directory", global = true, value_name = "DIR", help_heading = "Everywhere")]
    directory: Option<PathBuf>,
}

/// Each command says in its own file what it does.
#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Args),
    Init(init::Args),
    Check(check::Args),
    Diff(diff::Args),
    Show(show::Args),
    Status(status::Args),
    Who(who::Args),
    History(history::Args),
    Blame(blame::Args),
    Sign(sign::Args),
    Withdraw(withdraw::Withdraw),
    Contest(withdraw::Contest),
    Record(record::Args),
    Mark(mark::Args),
    Roster(roster::Args),
    Evidence(evidence::Args),
    Doctor(doctor::Args),
    Explain(explain::Args),
    Rules(rules::Args),
    TestRules(test_rules::Args),
    Facts(facts::Args),
    Completions(completions::Args),
    Man(man::Args),
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
    let outcome = cli.global.enter().and_then(|()| dispatch(cli.command, &cli.global));
    match outcome {
        Ok(code) => code,
        Err(error) => {
            terminal::complain(&error, cli.global.color);
            error.kind.exit_code()
        }
    }
}

fn dispatch(command: Command, global: &Global) -> Result<u8> {
    match command {
        Command::Demo(args) => demo::run(&args, global),
        Command::Init(args) => init::run(&args, global),
        Command::Check(args) => check::run(&args, global),
        Command::Diff(args) => diff::run(&args, global),
        Command::Show(args) => show::run(&args, global),
        Command::Status(args) => status::run(&args, global),
        Command::Who(args) => who::run(&args, global),
        Command::History(args) => history::run(&args, global),
        Command::Blame(args) => blame::run(&args, global),
        Command::Sign(args) => sign::run(&args, global),
        Command::Withdraw(args) => args.run(global),
        Command::Contest(args) => args.run(global),
        Command::Record(args) => record::run(&args, global),
        Command::Mark(args) => mark::run(&args, global),
        Command::Roster(args) => roster::run(&args, global),
        Command::Evidence(args) => evidence::run(&args, global),
        Command::Doctor(args) => doctor::run(&args, global),
        Command::Explain(args) => explain::run(&args, global),
        Command::Rules(args) => rules::run(&args, global),
        Command::TestRules(args) => test_rules::run(&args, global),
        Command::Facts(args) => facts::run(&args, global),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
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

/// Where to look and at which day; shared by the commands that judge.
#[derive(Clone, Debug, clap::Args)]
pub struct When {
    /// Look at a commit, tag or branch instead of the files on disk
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// Judge as of this day (UTC, YYYY-MM-DD) instead of today
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

/// The fingerprint in the contract, by which rosters are believed.
#[derive(Clone, Debug, clap::Args)]
pub struct Anchor {
    /// The fingerprint in the contract, 64 hex digits, in groups or not; else that in COUNTERSIGN_ANCHOR
    #[arg(long, value_name = "FINGERPRINT", help_heading = "Sign-offs")]
    anchor: Option<String>,
}

impl Anchor {
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
    /// Returns the day that ages are counted to.
    fn today(&self) -> Date {
        self.as_of.unwrap_or_else(today)
    }
}

/// Returns today's date in UTC. This is the only place that looks at the clock.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
