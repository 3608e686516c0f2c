//! `countersign demo`

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Global, definition, terminal};
use crate::demo::{Person, Play, SIGNING_PROGRAM};
use crate::error::{Error, Result};

/// Play a complete engagement through: the tour
///
/// A provider and its client, both invented, agree on who does what, and both sign it. You see each command and
/// what it says, and are left with the repository to play on. Takes seconds; needs no network, no key of yours
/// and no git. Without `ssh-keygen` the acts that sign are left out.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: countersign demo && cd countersign-demo && countersign check")]
pub(super) struct Args {
    /// The folder for the repository; it must be new or empty
    #[arg(value_name = "DIR", default_value = "countersign-demo")]
    folder: PathBuf,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let definition = definition();
    let style = terminal::style(global.color);
    let width = style.columns().saturating_sub(4).to_string();
    let color = if style.color { "always" } else { "never" };
    Play {
        folder: args.folder.clone(),
        now: jiff::Timestamp::now(),
        run: &|folder, words, who| run_ourselves(folder, words, who, (&width, color)),
        make_key: &make_key,
        has: &|name| has_program(name).unwrap_or_else(|| definition.find_subcommand(name).is_some()),
        tell: &terminal::print,
        style,
    }
    .play()?;
    Ok(0)
}

/// Says whether a program that we may need is there; nothing for what is no such program.
fn has_program(name: &str) -> Option<bool> {
    (name == SIGNING_PROGRAM).then(|| Command::new(name).arg("-?").output().is_ok())
}

/// Makes a key for the tour. It is of no use elsewhere, so it has no passphrase.
fn make_key(file: &Path) -> Result<()> {
    let cannot = |why: String| Error::usage("cannot make a key for the tour").because(why);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|error| cannot(error.to_string()))?;
    }
    let mut command = Command::new(SIGNING_PROGRAM);
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "countersign demo", "-f"]).arg(file);
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(cannot(String::from_utf8_lossy(&output.stderr).trim().to_owned()))
}

/// Runs this very program, so that what is shown is what it says.
fn run_ourselves(folder: &Path, words: &[&str], who: Person, (width, color): (&str, &str)) -> Result<String> {
    let cannot = |error: std::io::Error| Error::usage("cannot run countersign for the tour").because(error);
    let program = env::current_exe().map_err(cannot)?;
    let mut command = Command::new(program);
    command.current_dir(folder).args(words).args(["--color", color]).env("COLUMNS", width);
    let author = who.author();
    command.env("GIT_AUTHOR_NAME", author.name).env("GIT_AUTHOR_EMAIL", author.email);
    command.env_remove("COUNTERSIGN_ANCHOR").stdin(Stdio::null());
    let output = command.output().map_err(cannot)?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(text)
}
