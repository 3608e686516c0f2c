//! `countersign demo`

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Global, definition, terminal};
use crate::demo::Play;
use crate::error::{Error, Result};

/// Play a complete engagement through: the tour
///
/// A provider and its client, both invented, agree on who does what. You see each command and what it says, and
/// are left with the repository to play on. Takes seconds; needs no network, no key and no git.
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
        run: &|folder, words| run_ourselves(folder, words, &width, color),
        has: &|command| definition.find_subcommand(command).is_some(),
        tell: &terminal::print,
        style,
    }
    .play()?;
    Ok(0)
}

/// Runs this very program, so that what is shown is what it says.
fn run_ourselves(folder: &Path, words: &[&str], width: &str, color: &str) -> Result<String> {
    let cannot = |error: std::io::Error| Error::usage("cannot run countersign for the tour").because(error);
    let program = env::current_exe().map_err(cannot)?;
    let mut command = Command::new(program);
    command.current_dir(folder).args(words).args(["--color", color]).env("COLUMNS", width);
    let output = command.output().map_err(cannot)?;
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Ok(text)
}
