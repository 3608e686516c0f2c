//! What the commands that sign have in common: who, with which key, under which fingerprint, the last question, and where
//! the result goes.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin, stdout};
use std::path::{Path, PathBuf};

use super::file::{self, Created};
use super::{AnchorArg, Global, output, terminal};
use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::report::words::{self, shell};
use crate::report::{Format, Report, Style, View, escape};
use crate::signoff::beside::Beside;
use crate::signoff::bundle::{Act, Bundle, demand_no_reply, is_bundle, is_reply};
use crate::signoff::key::Wish;
use crate::signoff::known::Memory;
use crate::signoff::{
    Identity, Origin, Outcome, Prompt, Recorded, Refused, Sent, Session, Signed, Signer, preview,
};
use crate::trust::day::Moment;

/// Exit code of a version that is not in force and has no agreement to be marked.
const NOT_IN_FORCE: u8 = 5;

// Who signs, and with which key.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Who {
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

// With which key; whose it is says who signs.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Keyed {
    /// Your key: a private key file, or a .pub file whose key an agent holds; default: user.signingkey of
    /// your own git configuration, then the keys in ~/.ssh
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Do not ask; for scripts
    #[arg(long, short)]
    yes: bool,
}

impl Keyed {
    /// Returns who acts, as the signing functions want to know it.
    pub(super) fn session(&self, anchor: &AnchorArg, travel: &Travel) -> Result<Session> {
        travel.demand_free()?;
        let identity = Identity { who: None, wish: wish(self.key.clone()) };
        session(identity, anchor, travel.out.is_none())
    }

    /// Returns the person at the terminal.
    pub(super) fn prompt(&self, global: &Global) -> Terminal {
        Terminal { yes: self.yes, style: terminal::style(global.color) }
    }
}

// Where the result goes, if not into a commit here.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Travel {
    /// Do not record it here: write it to a file that `countersign record` records elsewhere
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Do not sign: write a file for a signer without git, who signs it with the same command
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    pub(super) prepare: Option<PathBuf>,
}

impl Travel {
    /// Refuses to write over a file that is there, before anything is signed. A file that was prepared may be prepared anew.
    fn demand_free(&self) -> Result<()> {
        let is_there = |file: &Path| file.symlink_metadata().is_ok_and(|data| data.is_file());
        let out = self.out.as_deref().filter(|file| is_there(file));
        let prepared = self.prepare.as_deref().filter(|file| is_there(file) && !is_bundle(file));
        let Some(file) = out.or(prepared) else { return Ok(()) };
        let option = if self.out.is_some() { "--out" } else { "--prepare" };
        Err(Error::usage(format!("`{}` is there already, and nothing is written over it", file.display()))
            .hint(format!("name another file with `{option}`, or move that one away")))
    }
}

impl Who {
    /// Returns who acts, as the signing functions want to know it.
    pub(super) fn session(&self, anchor: &AnchorArg, travel: &Travel) -> Result<Session> {
        travel.demand_free()?;
        let identity = Identity { who: self.who.clone(), wish: wish(self.key.clone()) };
        session(identity, anchor, travel.out.is_none())
    }

    /// Returns the person at the terminal.
    pub(super) fn prompt(&self, global: &Global) -> Terminal {
        Terminal { yes: self.yes, style: terminal::style(global.color) }
    }
}

/// Returns a session; the clock and the environment are looked at here.
pub(super) fn session(identity: Identity, anchor: &AnchorArg, records: bool) -> Result<Session> {
    let environment = |name: &str| std::env::var(name).ok();
    let memory = Memory::in_folder(state_folder());
    Ok(Session { identity, anchor: anchor.digest()?, now: now(), environment, memory, records })
}

/// Returns where this machine keeps what was signed on it.
fn state_folder() -> Option<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let state = named("XDG_STATE_HOME").or_else(|| named("LOCALAPPDATA"));
    let home = || std::env::home_dir().map(|home| home.join(".local/state"));
    state.or_else(home).map(|folder| folder.join("countersign"))
}

/// Returns where to look for a key: in a file that was named, in the signer's own configuration, in his home.
fn wish(file: Option<PathBuf>) -> Wish {
    Wish::of(file, std::env::home_dir())
}

/// Opens the checkout in the current folder.
pub(super) fn here() -> Result<Origin> {
    Origin::checked_out(Path::new("."))
}

/// Opens the file that was named, which has to be one that was sent; the checkout in the current folder if none was.
pub(super) fn place_of(file: Option<&Path>) -> Result<Origin> {
    file.map_or_else(here, Origin::sent)
}

/// Returns the person at the terminal, who reads and is asked nothing.
pub(super) fn reader(global: &Global) -> Terminal {
    Terminal { yes: true, style: terminal::style(global.color) }
}

/// Opens the file that was named, if it is one that was sent, else the checkout in the current folder.
pub(super) fn place(name: Option<&str>) -> Result<(Origin, Option<PathBuf>)> {
    match name.map(Path::new).filter(|file| is_bundle(file)) {
        Some(file) => Ok((Origin::sent(file)?, Some(file.to_path_buf()))),
        None => {
            name.map_or(Ok(()), |name| demand_no_reply(Path::new(name)))?;
            Ok((here()?, None))
        }
    }
}

/// Opens what a notice is about: a file that was sent, with what was signed by it and lies beside it; a reply, with the
/// file that it was signed by; else the checkout in the current folder.
pub(super) fn place_with_replies(name: &str, session: &Session) -> Result<(Origin, Option<PathBuf>)> {
    let file = Path::new(name);
    if !is_bundle(file) && !is_reply(file) {
        demand_no_reply(file)?;
        return Ok((here()?, None));
    }
    let beside = Beside::of(file);
    let sent = if is_reply(file) {
        beside.around(file, session)?
    } else {
        beside.added_to(Sent::read(file)?, session)?
    };
    Ok((Origin::Sent(Box::new(sent)), Some(file.to_path_buf())))
}

/// The person at the terminal.
pub(super) struct Terminal {
    yes: bool,
    style: Style,
}

impl Prompt for Terminal {
    fn show(&mut self, text: &str) -> Result<()> {
        terminal::print(text)
    }

    /// Without a terminal only `--yes` goes on.
    fn confirm(&mut self, what: &str, word: &str) -> Result<()> {
        if self.yes {
            return Ok(());
        }
        if !stdin().is_terminal() || !(stdout().is_terminal() || stderr().is_terminal()) {
            return Err(Error::usage("there is no terminal to ask on, so nothing was signed")
                .hint("read what stands above; `--yes` signs without asking"));
        }
        ask(&mut stdin().lock(), &mut stderr(), what, word)
    }

    fn style(&self) -> Style {
        self.style
    }
}

/// How often somebody may mistype before everything is left as it is.
const TRIES: usize = 3;

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

/// Records what was signed, or writes it to a file, and returns the exit code.
pub(super) fn deliver(
    outcome: Outcome,
    place: &Origin,
    session: &Session,
    out: Option<&Path>,
    global: &Global,
) -> Result<u8> {
    match outcome {
        Outcome::AlreadyDone(text) => terminal::print(&text).map(|()| 0),
        Outcome::NotInForce(text) => terminal::print(&text).map(|()| NOT_IN_FORCE),
        Outcome::Refused(refused) => refuse(*refused, global),
        Outcome::Signed(signed) => match (place, out) {
            (Origin::Checkout(checkout), None) => {
                recorded(&signed.record(checkout, session)?, global).map(|()| 0)
            }
            (_, Some(file)) => {
                output::write(file, &signed.reply().to_text())?;
                written(&signed, file, global)
            }
            (Origin::Sent(_), None) => {
                let file = write_free(&signed.file_name, &signed.reply().to_text())?;
                written(&signed, &file, global)
            }
        },
    }
}

/// How many replies of one name may lie in a folder.
const MOST_REPLIES: usize = 1000;

/// Writes a reply under a name that is free: a second one beside the first, never over it.
fn write_free(name: &str, text: &str) -> Result<PathBuf> {
    let stem = name.strip_suffix(".signed.json").unwrap_or(name);
    let names = (2..MOST_REPLIES).map(|number| format!("{stem}.{number}.signed.json"));
    for name in [name.to_owned()].into_iter().chain(names) {
        let path = PathBuf::from(name);
        if file::create(&path, text)? != Created::Left {
            return Ok(path);
        }
    }
    Err(Error::usage(format!("a thousand replies called `{name}` lie here")).hint("name a file with `--out`"))
}

/// Says that a reply was written, what it leads to, and what to do with it.
fn written(signed: &Signed, file: &Path, global: &Global) -> Result<u8> {
    let name = file.display();
    let said = preview::paragraphs(&signed.said, &terminal::style(global.color));
    let mut text = format!(
        "\nSigned, and written to {name}. It counts once it is recorded. Then:\n{said}\nnext: send {name} to whoever \
         keeps the repository; there it is recorded with `countersign record {}`\n",
        shell(&name)
    );
    if let Some(again) = &signed.again {
        text.push_str(&format!("next: {again}\n"));
    }
    terminal::print(&text)?;
    Ok(0)
}

/// Writes what a signer without a clone needs.
pub(super) fn prepare(bundle: &Bundle, file: &Path) -> Result<u8> {
    output::write(file, &bundle.to_text())?;
    let path = file.display();
    let name = shell(file.file_name().unwrap_or(file.as_os_str()).display());
    let about = match (&bundle.matrix, bundle.act) {
        (Some(matrix), _) => format!("Version {} of {}", matrix.version, matrix.id),
        (None, Act::RosterSign) => "The list of those who may sign".to_owned(),
        (None, _) => "What the revocation of a key needs".to_owned(),
    };
    terminal::print(&format!(
        "{about} is written to {path}, ready to be signed.\nnext: send it to the signer, who needs no \
         git and types two commands:\n        countersign show {name}\n        {}\n      what the \
         second writes comes back to you; `countersign record FILE` records it\n",
        bundle.typed(&name)
    ))?;
    Ok(0)
}

/// Shows the findings that keep a version from being signed.
pub(super) fn refuse(refused: Refused, global: &Global) -> Result<u8> {
    let Refused { findings, source, setup, as_of, path } = refused;
    let number = words::count(findings.len(), "finding");
    let mut sources = setup.sources;
    sources.extend(source.map(|source| (source.path.to_string(), source)));
    let report = Report {
        findings,
        sources,
        next: Some(format!("countersign check {}", shell(&path))),
        ..Report::empty("the last commit", as_of, Severity::Error)
    };
    let view = View { style: terminal::style(global.color), ..View::default() };
    terminal::print(&crate::report::render(Format::Text, &report, &view))?;
    let path = escape::terminal(&path);
    terminal::print(&format!("\nnot signed: {number} to settle first in `{path}`, each shown above\n"))?;
    Ok(1)
}

/// Says what was recorded and what to do next.
pub(super) fn recorded(recorded: &Recorded, global: &Global) -> Result<()> {
    let short: String = recorded.commit.chars().take(10).collect();
    let said = preview::paragraphs(&recorded.said, &terminal::style(global.color));
    let mut text = format!("\n{said}recorded in commit {short}\n");
    for line in &recorded.next {
        text.push_str(&format!("next: {line}\n"));
    }
    terminal::print(&text)
}

/// Returns the moment of signing. The clock is looked at here and in `today` only.
pub(super) fn now() -> Moment {
    let now = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).datetime();
    Moment(now.with().subsec_nanosecond(0).build().expect("a whole second is a time"))
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
