//! The command line: one file a command, each of which reads, calls and writes.

mod ask;
mod blame;
mod check;
mod completions;
mod demo;
mod diff;
mod doctor;
mod edit;
mod evidence;
mod explain;
mod facts;
mod file;
mod fix_ids;
mod history;
mod import;
mod init;
mod man;
mod mark;
mod output;
mod project;
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
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    color: ColorChoice,
    /// Run as if started in this folder
    #[arg(short = 'C', long = "directory", global = true, value_name = "DIR", display_order = 901)]
    directory: Option<PathBuf>,
}

/// The commands, and what each is for; its file has the rest.
///
/// Only the one that is called is built. What is built late has the last word in its help, so the arguments of a
/// command, and those that several share, say nothing of themselves that clap would take for its description.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
enum Command {
    /// Play a complete engagement through: the tour
    ///
    /// A provider and its client, both invented, agree on who does what, and both sign it. You see each command and
    /// what it says, and are left with the repository to play on. Takes seconds; needs no network, no key of yours
    /// and no git. Without `ssh-keygen` the acts that sign are left out.
    Demo(demo::Args),
    /// Start an engagement: a complete draft of who does what, and the checks around it
    ///
    /// Writes a matrix with a sensible division of work for every requirement of the framework, the configuration, a
    /// workflow for GitHub, editor settings and a page for readers. Nothing that is there already is overwritten.
    Init(init::Args),
    /// Check matrices against the format and the rules
    ///
    /// Without PATH, all matrices of the project are checked: the files that `countersign.json` names, or
    /// `matrices/**/*.json`. Unfinished work is a warning as long as it is a draft; the last lines say how far it
    /// is from a signature.
    Check(check::Args),
    /// Show which responsibility moves to whom
    ///
    /// Without BASE, what is not committed yet: the work tree against HEAD. BASE and HEAD are each a commit, tag or
    /// branch, a day (YYYY-MM-DD: the last commit on the main line by then), a version that was offered for signature
    /// (MATRIX@VERSION), or a file. BASE..HEAD compares two, BASE...HEAD begins where HEAD left BASE, as a pull request
    /// does.
    Diff(diff::Args),
    /// Show a matrix to read: who does what, in words
    ///
    /// Without more, the working text. MATRIX@VERSION shows a version that was offered or signed, --as-of the version in
    /// force on that day, with what proves it.
    Show(show::Args),
    /// Say where every matrix stands: what is in force, who has still to sign, what to type next
    Status(status::Args),
    /// Say who owns a control, or owned it on a day: whom to call first, the proof last
    ///
    /// The answer is what both parties signed, by every matrix that has the control. It comes from the sign-offs of one
    /// tree, so it needs no history. `--known-at` asks what one could have known when that commit was made.
    Who(who::Args),
    /// Say who owned what, from when until when: every change of hands between versions in force
    ///
    /// Each stretch of days says who, under which version, signed by whom, and what changed against the version before;
    /// days on which nothing was in force are named. It comes from the sign-offs of one tree, so it needs no history.
    History(history::Args),
    /// Say for each row which version and which commit last changed who does what, and who agreed
    ///
    /// It reads the committed text. What counts is who, where, by when and with which proof; other words, order and white
    /// space do not. Needs the history of the branch.
    Blame(blame::Args),
    /// Sign a version: approve it for your party
    ///
    /// Shows in plain words what the version changes, how it was checked and who has signed, asks you to type the
    /// version, signs with your own `ssh-keygen`, and records your approval in a commit of its own. What is signed
    /// is the text of the last commit. Once it is offered, every party signs those same bytes. A file that was sent
    /// to you is signed without git: what comes back is a file to send.
    Sign(sign::Args),
    /// Give notice that you do not want your approval of a version to be completed
    ///
    /// The notice is shown to the others and changes nothing by itself: who offered is bound only by `mark`, and who has
    /// given the last word stays bound.
    Withdraw(withdraw::Withdraw),
    /// Dispute a version, for a reason
    ///
    /// It is shown for ever and changes nothing that is in force.
    Contest(withdraw::Contest),
    /// Record a statement that was signed on another machine
    ///
    /// The file comes from `countersign sign --out`, or from a signer who was sent a bundle. It is checked as
    /// everybody will check it, then recorded in a commit of its own.
    Record(record::Args),
    /// Close a version that all have approved: give your last word, and write down that it is in force
    ///
    /// Whoever signed last has given the last word by signing; whoever signed before gives it here. It binds your party
    /// and cannot be taken back. Where every party has given it, the mark is derived from the signatures: anyone may write
    /// it, and every check derives it again.
    Mark(mark::Args),
    /// Say who may sign: start, propose, sign, revoke and show
    ///
    /// The list of those who may sign is signed itself: the first by everyone on it, each further one by all
    /// parties. Its fingerprint belongs into the contract.
    Roster(roster::Args),
    /// Set a field of a row, of several rows, or of the head
    ///
    /// Only the bytes of what changes are written anew. What the format would refuse is refused, and nothing is written
    /// where the file changed meanwhile. What the change means for who does what is shown.
    Set(edit::set::Args),
    /// Add a row, party, scope, service, document, contact or framework, or something to a row
    ///
    /// A framework is consolidated into the rows that are there: one row answers to both where both ask for the same
    /// work.
    Add(edit::add::Args),
    /// Remove a row, party, scope, service, document, contact or framework, or something of a row
    ///
    /// What names it goes with it. What would widen or orphan something is refused: a row without scopes holds
    /// everywhere, and a party whose work nobody took over is still needed.
    Remove(edit::remove::Args),
    /// Give something another id, or a role another name, everywhere it is used
    ///
    /// Reviews of a text that differs in the id alone go on holding.
    Rename(edit::rename::Args),
    /// Let work change hands: one duty, the work of a row, or that of all rows of a service
    ///
    /// Which side acts in a row is said again, so that it agrees with who performs. Of a service that goes to a party,
    /// the service ends.
    Move(edit::hand::Args),
    /// Walk through the rows with the other side, and write down what each party says
    ///
    /// On a terminal one row a screen: what changed since it was read, who does what, what was found. Each answer is
    /// written at once, so that the walk can end at any moment and goes on where it ended. With --by and --outcome it
    /// writes without asking. A review is of the text as it stands: a row that changes has to be read again.
    Review(review::Args),
    /// Write down that a matrix was reviewed without change
    ///
    /// The day goes into `state/<id>.json`, for the text of now alone: as soon as the matrix says something else, it does
    /// not count any more. It needs no new version and nobody's signature, and is shown as not signed.
    Renew(renew::Args),
    /// Raise the version
    ///
    /// Without more, as far as the changes since the version in force ask for.
    Bump(edit::bump::Args),
    /// Write a folder by which an assessor can check a version with stock tools alone
    ///
    /// The folder holds every list of signers, revocation and version of the matrix, a page that says what was signed, the
    /// commands that check it with sh, sed, sha256sum and ssh-keygen, and each version to read.
    Evidence(evidence::Args),
    /// Check a folder or archive that `evidence` wrote, by the fingerprint in the contract
    ///
    /// The sign-offs in it are judged as in a clone; every other file is made from them again and compared. Needs no
    /// repository.
    Verify(verify::Args),
    /// Look whether everything is there that signing and judging need
    Doctor(doctor::Args),
    /// Explain a rule or a control: why it is there, what it wants, an example
    Explain(explain::Args),
    /// List the rules that are in use here
    Rules(rules::Args),
    /// Test the examples that every rule carries
    ///
    /// Every rule, shipped or the engagement's own, has examples that pass and examples that fail. A rule that does
    /// not judge its own examples as it says is broken.
    TestRules(test_rules::Args),
    /// Print a matrix as rules see it, for other policy tools
    ///
    /// Defaults are resolved, each duty says its side, each row its frameworks and catalogue labels, and ages are in
    /// days. Pipe it to OPA or Conftest if your company's rules live there.
    Facts(facts::Args),
    /// Print completions for a shell
    Completions(completions::Args),
    /// Print the manual page
    Man(man::Args),
    /// Make a matrix of a spreadsheet
    Import(import::Args),
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
        Command::Set(args) => edit::set::run(&args, global),
        Command::Add(args) => edit::add::run(&args, global),
        Command::Remove(args) => edit::remove::run(&args, global),
        Command::Rename(args) => edit::rename::run(&args, global),
        Command::Move(args) => edit::hand::run(&args, global),
        Command::Bump(args) => edit::bump::run(&args, global),
        Command::Review(args) => review::run(&args, global),
        Command::Renew(args) => renew::run(&args, global),
        Command::Evidence(args) => evidence::run(&args, global),
        Command::Verify(args) => verify::run(&args, global),
        Command::Doctor(args) => doctor::run(&args, global),
        Command::Explain(args) => explain::run(&args, global),
        Command::Rules(args) => rules::run(&args, global),
        Command::TestRules(args) => test_rules::run(&args, global),
        Command::Facts(args) => facts::run(&args, global),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Import(args) => import::run(&args, global),
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

// Where to look and at which day; shared by the commands that judge.
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
pub(crate) struct Anchor {
    /// The fingerprint in the contract, 64 hex digits, in groups or not; else that in COUNTERSIGN_ANCHOR
    #[arg(long, value_name = "FINGERPRINT", help_heading = "Sign-offs")]
    anchor: Option<String>,
}

impl Anchor {
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
    /// Returns the day that ages are counted to.
    fn today(&self) -> Date {
        self.as_of.unwrap_or_else(today)
    }
}

/// Returns today's date in UTC. This is the only place that looks at the clock.
fn today() -> Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
