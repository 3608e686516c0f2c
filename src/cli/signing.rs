//! What the commands that sign have in common: who, with which key, under which fingerprint, and the last question.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin, stdout};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::terminal;
use crate::error::{Error, Result};
use crate::git::{self, Author};
use crate::report::escape;
use crate::signoff::key::{SigningKey, Wish};
use crate::signoff::{Desk, Signer};
use crate::trust::day::Moment;
use crate::trust::sshsig::PublicKey;

/// Who signs, and with which key.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Hand {
    /// Who you are: the party you sign for, and your id
    #[arg(long = "as", value_name = "PARTY/SIGNER")]
    pub(super) who: Signer,
    /// Your key: a private key file, or a .pub file whose key an agent holds; default: user.signingkey of
    /// your own git configuration, then the keys in ~/.ssh
    #[arg(long, value_name = "FILE")]
    pub(super) key: Option<PathBuf>,
    /// Do not ask; for scripts
    #[arg(long, short)]
    pub(super) yes: bool,
}

impl Hand {
    /// Chooses the key among those that are listed for the signer.
    pub(super) fn choose(&self, listed: &[&PublicKey]) -> Result<SigningKey> {
        let home = std::env::home_dir();
        Wish { file: self.key.clone(), configured: git::signing_key(), home }.choose(listed)
    }

    /// Asks to type `word` before something is signed; without a terminal only `--yes` goes on.
    pub(super) fn confirm(&self, what: &str, word: &str) -> Result<()> {
        confirm(self.yes, what, word)
    }
}

/// Asks to type `word`; anything else leaves everything as it is.
pub(super) fn confirm(yes: bool, what: &str, word: &str) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() || !(stdout().is_terminal() || stderr().is_terminal()) {
        return Err(Error::usage("there is no terminal to ask on, so nothing was signed")
            .hint("read what stands above; `--yes` signs without asking"));
    }
    let mut errors = stderr();
    let question = format!("{what}, type {word} and press Enter; anything else leaves everything as it is: ");
    let _ = errors.write_all(escape::terminal(&question).as_bytes()).and_then(|()| errors.flush());
    let mut line = String::new();
    let read = stdin().lock().read_line(&mut line);
    if read.is_ok() && line.trim() == word {
        return Ok(());
    }
    Err(Error::usage("nothing was signed, and everything is as it was"))
}

/// Returns the author of commits.
pub(super) fn author(desk: &Desk) -> Result<Author> {
    desk.repository().author(&|name| std::env::var(name).ok())
}

/// Returns the moment of signing. The clock is looked at here and in `today` only.
pub(super) fn now() -> Moment {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    Moment(now.with().subsec_nanosecond(0).build().expect("a whole second is a time"))
}

/// Returns the day of a moment.
pub(super) fn day(moment: Moment) -> Date {
    moment.0.date()
}

/// Opens the project in the current folder.
pub(super) fn desk() -> Result<Desk> {
    Desk::open(Path::new("."))
}

/// Says what was recorded and what to do next.
pub(super) fn recorded(commit: git2::Oid, said: &str, next: &[String]) -> Result<()> {
    let short: String = commit.to_string().chars().take(10).collect();
    let mut text = format!("\n{said}\nrecorded in commit {short}\n");
    for line in next {
        text.push_str(&format!("next: {line}\n"));
    }
    terminal::print(&text)
}
