//! The tour: a fictitious engagement, played through on a real repository.
//!
//! `story` is the plot as data, `edit` what people write in it; this module plays it. Commands are run by
//! whoever plays (the binary runs itself), so what is shown is what the commands really say.

mod edit;
mod person;
mod show;
mod story;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::Value;

pub use person::Person;
pub use story::{SIGNING_PROGRAM, acts};

use crate::error::{Error, Result};
use crate::git::Repository;
use crate::matrix::write;
use crate::report::{Style, words};

/// The client of the tour.
pub const CLIENT: &str = "Acme Defense, Inc.";
/// The provider of the tour.
pub const PROVIDER: &str = "Harbor MSP, LLC";
/// The matrix of the tour.
pub const MATRIX: &str = "acme-defense-cmmc-l2";

/// What lies in the folder while the story is played.
const UNFINISHED: &str = ".git/countersign-demo-unfinished";

/// One part of the story.
#[derive(Clone, Copy, Debug)]
pub struct Act {
    /// What it is called.
    pub title: &'static str,
    /// The commands and programs without which it is left out.
    pub needs: &'static [&'static str],
    /// What happens.
    pub steps: &'static [Step],
    /// What happened and why it matters.
    pub lesson: &'static str,
}

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// The narrator speaks.
    Say(&'static str),
    /// `countersign` is run with these words, and some of what it says is shown.
    Run(&'static [&'static str], Show),
    /// The same, by somebody who works in a clone of his own.
    RunAs(Person, &'static [&'static str], Show),
    /// Somebody makes a key.
    Key(Person),
    /// Somebody brings what he recorded to the other.
    Bring(Person),
    /// In a file, each of some texts becomes another.
    Replace(&'static str, &'static str, &'static str),
    /// The matrix is edited.
    Edit(fn(&mut Value, &Calendar)),
    /// Somebody commits what there is.
    Commit(Person, &'static str),
    /// A branch is begun.
    Branch(&'static str),
    /// Another branch is checked out.
    Switch(&'static str),
}

/// Which part of an output is shown; the rest is counted.
#[derive(Clone, Copy, Debug)]
pub enum Show {
    /// The first paragraphs.
    First(usize),
    /// The last paragraphs.
    Last(usize),
    /// The paragraphs that hold one of these texts, and as many of the last.
    With(&'static [&'static str], usize),
    /// The lines that hold one of these texts, each with what is indented below it.
    Parts(&'static [&'static str]),
}

/// The days that the story speaks of.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// Today, UTC.
    pub today: jiff::civil::Date,
    /// The first day of the version that is proposed later.
    pub next: jiff::civil::Date,
}

/// Runs `countersign` with some words in a folder, as somebody, and returns what it printed, complaints included.
pub type Run<'a> = &'a dyn Fn(&Path, &[&str], Person) -> Result<String>;
/// Makes a key without a passphrase in a new file, and its public half beside it.
pub type MakeKey<'a> = &'a dyn Fn(&Path) -> Result<()>;

/// A story that is being played.
pub struct Play<'a> {
    /// Where.
    pub folder: PathBuf,
    /// When.
    pub now: Timestamp,
    /// How commands are run.
    pub run: Run<'a>,
    /// How keys are made.
    pub make_key: MakeKey<'a>,
    /// Whether this build has a command, or this machine the program.
    pub has: &'a dyn Fn(&str) -> bool,
    /// Where the story goes, paragraph by paragraph.
    pub tell: &'a dyn Fn(&str) -> Result<()>,
    /// How it looks.
    pub style: Style,
}

impl Play<'_> {
    /// Plays the whole story.
    ///
    /// # Errors
    /// Where the folder cannot be used or a file not be written.
    pub fn play(&self) -> Result<()> {
        let repository = self.stage()?;
        self.say(story::OPENING)?;
        if !(self.has)(story::SIGNING_PROGRAM) {
            self.marked("! ", "33", story::WITHOUT_SIGNING)?;
        }
        let acts = acts().iter().filter(|act| act.needs.iter().all(|command| (self.has)(command)));
        for (at, act) in acts.enumerate() {
            let title = format!("{}. {}", at + 1, act.title);
            let line = if self.style.unicode { "━" } else { "=" };
            let rule = line.repeat(self.style.columns().saturating_sub(title.chars().count() + 1));
            (self.tell)(&format!("{} {rule}\n", self.style.paint("1;36", &title)))?;
            act.steps.iter().try_for_each(|step| self.step(step, &repository))?;
            let arrow = if self.style.unicode { "→" } else { "=>" };
            self.marked(&format!("{arrow} "), "32", act.lesson)?;
        }
        let _ = fs::remove_file(self.folder.join(UNFINISHED));
        self.ending()
    }

    /// Makes the folder ready: it may be new, or there and empty.
    fn stage(&self) -> Result<Repository> {
        let cannot = |error: std::io::Error| {
            Error::usage(format!("cannot use `{}`", self.folder.display())).because(error)
        };
        fs::create_dir_all(&self.folder).map_err(cannot)?;
        if self.folder.join(UNFINISHED).exists() {
            let folder = self.folder.display().to_string();
            return Err(Error::usage(format!(
                "in `{folder}` lies a demo that was interrupted; nothing was written"
            ))
            .hint(format!("`rm -r {}` clears it away; then play it again", words::shell(folder))));
        }
        if fs::read_dir(&self.folder).map_err(cannot)?.next().is_some() {
            return Err(Error::usage(format!(
                "`{}` is not empty; nothing was written",
                self.folder.display()
            ))
            .hint("`countersign demo ANOTHER-FOLDER` plays it somewhere else"));
        }
        let repository = Repository::create(&self.folder)?;
        fs::write(self.folder.join(UNFINISHED), "").map_err(cannot)?;
        Ok(repository)
    }

    fn step(&self, step: &Step, repository: &Repository) -> Result<()> {
        match step {
            Step::Say(text) => self.say(text),
            Step::Run(words, show) => self.run(Person::Ann, words, *show, ""),
            Step::RunAs(who, words, show) => self.run(*who, words, *show, &format!("   # {}", who.name())),
            Step::Key(who) => {
                (self.make_key)(&self.folder.join(who.key()))?;
                self.silent(&format!("ssh-keygen -t ed25519 -f {}   # {}", who.key(), who.name()))
            }
            Step::Bring(who) => self.bring(*who),
            Step::Replace(file, before, after) => self.replace(file, before, after),
            Step::Edit(edit) => self.edit(*edit),
            Step::Commit(who, message) => {
                repository.commit_all(&format!("{message}\n"), &who.author(), self.now.as_second())?;
                self.silent(&format!("git add -A && git commit -m {}   # {}", quoted(&[message]), who.name()))
            }
            Step::Branch(name) => {
                repository.begin_branch(name)?;
                self.silent(&format!("git switch -c {name}"))
            }
            Step::Switch(name) => {
                repository.switch_to(name)?;
                self.silent(&format!("git switch {name}"))
            }
        }
    }

    fn run(&self, who: Person, words: &[&str], show: Show, by: &str) -> Result<()> {
        let next = self.calendar().next.to_string();
        let words: Vec<&str> =
            words.iter().map(|word| if *word == story::NEXT { &*next } else { word }).collect();
        let output = (self.run)(&who.place(&self.folder), &words, who)?;
        self.command(&format!("countersign {}{by}", quoted(&words)))?;
        (self.tell)(&show::shortened(&output, show))
    }

    /// A clone is made when something is brought to it for the first time.
    fn bring(&self, from: Person) -> Result<()> {
        let to = from.other();
        let (source, target) = (from.place(&self.folder), to.place(&self.folder));
        if target.exists() {
            Repository::open(&target)?.follow(&source, "main")?;
        } else {
            Repository::open(&source)?.clone_to(&target)?;
        }
        self.silent(&format!("git push   # {}, and {} pulls", from.name(), to.name()))
    }

    fn replace(&self, file: &str, before: &str, after: &str) -> Result<()> {
        let path = self.folder.join(file);
        let cannot =
            |error: std::io::Error| Error::usage(format!("cannot edit `{}`", path.display())).because(error);
        let text = fs::read_to_string(&path).map_err(cannot)?;
        fs::write(&path, text.replace(before, after)).map_err(cannot)?;
        let after = after.replace('\n', "\\n");
        self.silent(&format!("sed -i 's/{before}/{after}/' {file}"))
    }

    /// Tells a command that says nothing.
    fn silent(&self, command: &str) -> Result<()> {
        self.command(command)?;
        (self.tell)("\n")
    }

    fn edit(&self, edit: fn(&mut Value, &Calendar)) -> Result<()> {
        let path = self.folder.join(format!("matrices/{MATRIX}.json"));
        let cannot = |error: &dyn std::fmt::Display| {
            Error::usage(format!("cannot edit `{}`", path.display())).because(error)
        };
        let text = fs::read_to_string(&path).map_err(|error| cannot(&error))?;
        let mut matrix = serde_json::from_str(&text).map_err(|error| cannot(&error))?;
        edit(&mut matrix, &self.calendar());
        fs::write(&path, write::text(&matrix)).map_err(|error| cannot(&error))
    }

    fn calendar(&self) -> Calendar {
        let today = self.now.to_zoned(jiff::tz::TimeZone::UTC).date();
        Calendar { today, next: today.saturating_add(jiff::Span::new().days(30)) }
    }

    fn ending(&self) -> Result<()> {
        let folder = self.folder.display().to_string();
        self.marked("", "1", "Now it is yours to play on:")?;
        (self.tell)(&show::listed(&folder, &self.style, self.has))
    }

    fn say(&self, text: &str) -> Result<()> {
        self.marked("", "", text)
    }

    fn marked(&self, mark: &str, color: &str, text: &str) -> Result<()> {
        let lead = if color.is_empty() { mark.to_owned() } else { self.style.paint(color, mark) };
        let indent = mark.chars().count();
        (self.tell)(&format!("{}\n", show::wrapped(&lead, indent, text, self.style.columns())))
    }

    fn command(&self, command: &str) -> Result<()> {
        (self.tell)(&format!("  {}\n", self.style.paint("1", &format!("$ {}", command.trim_end()))))
    }
}

/// Returns words as a shell takes them.
fn quoted(words: &[&str]) -> String {
    let quote = |word: &&str| {
        if word.contains([' ', ',']) { format!("\"{word}\"") } else { (*word).to_owned() }
    };
    words.iter().map(quote).collect::<Vec<_>>().join(" ")
}
