//! The command line: one file a command, each of which reads, calls and writes.

mod ask;
mod check;
mod completions;
mod demo;
mod diff;
mod explain;
mod facts;
mod file;
mod fix_ids;
mod init;
mod man;
mod output;
mod rules;
mod show;
mod terminal;
mod test_rules;

use std::panic;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, Parser, Subcommand};
use jiff::civil::Date;

use crate::error::{Error, Kind, Result};
use crate::report::escape;

/// Who does what between a provider and its client, and who agreed
#[derive(Debug, Parser)]
#[command(name = "countersign", version, propagate_version = true, max_term_width = 100)]
#[command(arg_required_else_help = true, disable_help_subcommand = false)]
#[command(after_help = "\
Exit codes: 0 clean; 1 findings at or above --fail-on; 2 usage or configuration; 3 nothing to check;
4 cannot judge; 5 not in force; 70 a fault of countersign itself.")]
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
        std::env::set_current_dir(folder)
            .map_err(|error| Error::usage(format!("cannot enter `{}`", folder.display())).because(error))
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
