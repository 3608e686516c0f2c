//! What the commands that sign have in common: who, with which key, under which fingerprint, and the last question.

use std::collections::BTreeMap;
use std::io::{BufRead, IsTerminal, Write, stderr, stdin, stdout};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::terminal;
use crate::error::{Error, Result};
use crate::git::{self, Author};
use crate::report::words::list;
use crate::report::{escape, snippet};
use crate::signoff::key::{SigningKey, Wish};
use crate::signoff::{Desk, Signer};
use crate::trust::day::Moment;
use crate::trust::roster::Enrolled;
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

// The same, where the key at hand may say who signs.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Bearer {
    /// Who you are: the party you sign for, and your id; default: whose key is at hand
    #[arg(long = "as", value_name = "PARTY/SIGNER")]
    who: Option<Signer>,
    /// Your key: a private key file, or a .pub file whose key an agent holds; default: user.signingkey of
    /// your own git configuration, then the keys in ~/.ssh
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Do not ask; for scripts
    #[arg(long, short)]
    yes: bool,
}

impl Bearer {
    /// Says whether it was said who signs, or with which key.
    pub(super) fn is_named(&self) -> bool {
        self.who.is_some() || self.key.is_some()
    }

    /// Says who signs: the one who was named, or the only one of those listed whose key is at hand.
    pub(super) fn hand(&self, listed: &[Enrolled]) -> Result<Hand> {
        let who = match &self.who {
            Some(who) => who.clone(),
            None => self.found(listed)?,
        };
        Ok(Hand { who, key: self.key.clone(), yes: self.yes })
    }

    fn found(&self, listed: &[Enrolled]) -> Result<Signer> {
        let wish = wish(self.key.as_ref());
        let mut keys: BTreeMap<Signer, Vec<&PublicKey>> = BTreeMap::new();
        for one in listed {
            let signer = Signer { party: one.party.clone(), id: one.signer.clone() };
            keys.entry(signer).or_default().push(&one.key);
        }
        let has_key = |keys: &[&PublicKey]| wish.choose(keys).is_ok();
        let found: Vec<&Signer> = keys.iter().filter(|(_, keys)| has_key(keys)).map(|(who, _)| who).collect();
        match found[..] {
            [only] => Ok(only.clone()),
            [] => {
                let signers: Vec<String> = keys.keys().map(ToString::to_string).collect();
                let said = format!("those who may sign here are {}", list(&signers));
                let all: Vec<&PublicKey> = listed.iter().map(|one| &one.key).collect();
                Err(wish.refuse(&all).because(said))
            }
            [first, ..] => {
                let names: Vec<String> = found.iter().map(ToString::to_string).collect();
                Err(Error::usage(format!("keys of {} are at hand; who are you?", list(&names)))
                    .hint(format!("say it with `--as {first}`")))
            }
        }
    }
}

impl Hand {
    /// Chooses the key among those that are listed for the signer.
    pub(super) fn choose(&self, listed: &[&PublicKey]) -> Result<SigningKey> {
        wish(self.key.as_ref()).choose(listed)
    }

    /// Asks to type `word` before something is signed; without a terminal only `--yes` goes on.
    pub(super) fn confirm(&self, what: &str, word: &str) -> Result<()> {
        confirm(self.yes, what, word)
    }
}

/// Returns where to look for a key: in a file that was named, in the signer's own configuration, in his home.
fn wish(file: Option<&PathBuf>) -> Wish {
    Wish { file: file.cloned(), configured: git::signing_key(), home: std::env::home_dir() }
}

/// How often somebody may mistype before everything is left as it is.
const TRIES: usize = 3;

/// Asks to type `word`; without it everything stays as it is.
pub(super) fn confirm(yes: bool, what: &str, word: &str) -> Result<()> {
    if yes {
        return Ok(());
    }
    if !stdin().is_terminal() || !(stdout().is_terminal() || stderr().is_terminal()) {
        return Err(Error::usage("there is no terminal to ask on, so nothing was signed")
            .hint("read what stands above; `--yes` signs without asking"));
    }
    ask(&mut stdin().lock(), &mut stderr(), what, word)
}

fn ask(input: &mut impl BufRead, output: &mut impl Write, what: &str, word: &str) -> Result<()> {
    let left = || Error::usage("nothing was signed, and everything is as it was");
    let mut say = |text: &str| output.write_all(text.as_bytes()).and_then(|()| output.flush());
    let _ = say(&escape::terminal(&format!("{what}, type {word} and press Enter (Enter alone leaves it): ")));
    let mut typed = String::new();
    for left_over in (0..TRIES).rev() {
        typed.clear();
        input.read_line(&mut typed).map_err(|error| left().because(error))?;
        match typed.trim() {
            "" => return Err(left()),
            right if right == word => return Ok(()),
            wrong => {
                let again = if left_over > 0 { "try again, or press Enter to leave it: " } else { "\n" };
                let said = format!("you typed {wrong}, expected {word}; ");
                let _ = say(&format!("{}{again}", escape::terminal(&said)));
            }
        }
    }
    Err(left().because(format!("what was typed was not `{word}`, {TRIES} times")))
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
    let mut text = format!("\n{}recorded in commit {short}\n", paragraphs(said));
    for line in next {
        text.push_str(&format!("next: {line}\n"));
    }
    terminal::print(&text)
}

/// Breaks each line at the width of the terminal.
pub(super) fn paragraphs(text: &str) -> String {
    let width = terminal::style(clap::ColorChoice::Never).columns();
    text.lines().map(|line| snippet::wrapped("", 2, line, width)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use super::ask;

    fn typed(answers: &str) -> (bool, String) {
        let mut asked = Vec::new();
        let outcome = ask(&mut answers.as_bytes(), &mut asked, "To sign this version", "1.0");
        (outcome.is_ok(), String::from_utf8(asked).unwrap())
    }

    #[test]
    fn a_slip_is_shown_and_may_be_mended() {
        let (is_signed, asked) = typed("v1.0\n 1.0 \n");
        assert!(is_signed);
        assert!(asked.contains("you typed v1.0, expected 1.0"), "{asked}");
    }

    #[test]
    fn nothing_and_three_slips_sign_nothing() {
        assert!(!typed("\n1.0\n").0);
        assert!(!typed("").0);
        let (is_signed, asked) = typed("yes\n1\n1.0.0\n1.0\n");
        assert!(!is_signed);
        assert_eq!(asked.matches("you typed").count(), 3, "{asked}");
    }

    #[test]
    fn what_was_typed_is_escaped() {
        assert!(!typed("\u{1b}[31m\n").1.contains('\u{1b}'));
    }
}
