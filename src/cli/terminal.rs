//! The terminal: colours, width, and where messages go.

use std::env;
use std::fmt::Write as _;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::time::Duration;

use clap::ColorChoice;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

use crate::error::{Error, Result};
use crate::report::{Style, escape};

/// The width of text that goes to a file or a pipe.
const PIPE_WIDTH: usize = 100;

/// What is said while the ledger is read.
pub(super) const READING: &str = "reading what was agreed and recorded";

/// A sign of life for people, after a second, and never in a pipe, until it is dropped; what it says may name `{pos}`.
pub(super) fn progress(says: &str) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template(&format!("{{spinner}} {says}")).expect("the templates are ours");
    let bar = ProgressBar::new_spinner().with_style(style).with_finish(ProgressFinish::AndClear);
    bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
    bar.enable_steady_tick(Duration::from_millis(1000));
    bar
}

/// Returns how text on standard output may look.
pub(super) fn style(color: ColorChoice) -> Style {
    let is_terminal = stdout().is_terminal();
    Style { color: is_colored(color, is_terminal), unicode: is_unicode(), width: width(is_terminal) }
}

/// `--color` wins, then `NO_COLOR`, `CLICOLOR_FORCE` or `FORCE_COLOR`, `CLICOLOR`, a dumb terminal.
fn is_colored(color: ColorChoice, is_terminal: bool) -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let forced = |name: &str| env::var(name).is_ok_and(|value| !value.is_empty() && value != "0");
    match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if set("NO_COLOR") => false,
        ColorChoice::Auto if forced("CLICOLOR_FORCE") || forced("FORCE_COLOR") => true,
        ColorChoice::Auto => {
            is_terminal
                && env::var("CLICOLOR").map_or(true, |value| value != "0")
                && env::var("TERM").map_or(true, |value| value != "dumb")
        }
    }
}

/// A locale that names another character set than UTF-8 gets plain ASCII.
fn is_unicode() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|locale| {
        let locale = locale.to_lowercase();
        locale.contains("utf-8")
            || locale.contains("utf8")
            || !(locale == "c" || locale == "posix" || locale.contains('.'))
    })
}

/// Returns where the lines of a table are broken: in a file or a pipe nowhere, unless a width is asked for.
pub(super) fn table_width() -> usize {
    let is_terminal = stdout().is_terminal();
    let is_asked = is_terminal || env::var_os("COLUMNS").is_some();
    if is_asked { width(is_terminal) } else { usize::MAX }
}

fn width(is_terminal: bool) -> usize {
    let asked = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || is_terminal.then(terminal_size).flatten();
    asked.or_else(seen).unwrap_or(PIPE_WIDTH).clamp(40, 160)
}

fn terminal_size() -> Option<usize> {
    let (_, columns) = console::Term::stdout().size_checked()?;
    Some(usize::from(columns))
}

/// Prints to standard output; a reader that has gone away is no error of ours.
pub(super) fn print(text: &str) -> Result<()> {
    let written = stdout().lock().write_all(text.as_bytes()).and_then(|()| stdout().flush());
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::usage("cannot write to standard output").because(error))
        }
        _ => Ok(()),
    }
}

/// Tells on standard error what is being done; that nobody can read it is no error.
pub(super) fn tell(text: &str) {
    let _ = stderr().lock().write_all(text.as_bytes());
}

/// Tells on standard error why there is no answer.
pub(super) fn complain(error: &Error, color: ColorChoice) {
    let colored = is_colored(color, stderr().is_terminal());
    let paint = |code: &str, text: &str| {
        if colored { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    };
    let mut text = format!("{}: {}\n", paint("1;31", "error"), escape::terminal(&error.message));
    for cause in &error.causes {
        let _ = writeln!(text, "  because: {}", escape::terminal(cause));
    }
    if let Some(hint) = &error.hint {
        let _ = writeln!(text, "  {}: {}", paint("36", "help"), escape::terminal(hint));
    }
    let _ = stderr().lock().write_all(text.as_bytes());
}
