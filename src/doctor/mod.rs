//! Whether everything is there that signing and judging need, each with the command that mends it.
//!
//! Nothing here is a verdict on a matrix. It looks at the machine too, so two people can get different answers.

mod ci;
mod machine;
mod repository;
mod roster;

use serde::Serialize;

use crate::error::{Error, Kind, Result};
use crate::project::SignoffState;
use crate::project::Snapshot;
use crate::signoff::Signer;
use crate::signoff::key::Wish;
use crate::trust::name::Digest;

/// How good or bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is as it should be.
    Ok,
    /// Something will not work, or is not as safe as it could be.
    Warn,
    /// Something is wrong.
    Error,
}

impl Level {
    /// Returns the word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What it is about.
    pub about: &'static str,
    /// How it is.
    pub level: Level,
    /// What was found.
    pub found: String,
    /// The command or step that mends it.
    pub help: Option<String>,
    /// The exit code that an error of it leads to: 4 where nothing could be judged, as in every other command, else 1.
    #[serde(skip)]
    pub code: u8,
}

impl Line {
    fn ok(about: &'static str, found: impl Into<String>) -> Self {
        Self { about, level: Level::Ok, found: found.into(), help: None, code: 0 }
    }

    fn warn(about: &'static str, found: impl Into<String>, help: impl Into<String>) -> Self {
        Self { about, level: Level::Warn, found: found.into(), help: Some(help.into()), code: 1 }
    }

    fn error(about: &'static str, found: impl Into<String>, help: impl Into<String>) -> Self {
        Self { about, level: Level::Error, found: found.into(), help: Some(help.into()), code: 1 }
    }

    fn of(about: &'static str, level: Level, error: &Error) -> Self {
        let causes: String = error.causes.iter().map(|cause| format!("; {cause}")).collect();
        let help = error.hint.clone();
        let code = if error.kind == Kind::CannotJudge { Kind::CannotJudge.exit_code() } else { 1 };
        Self { about, level, found: format!("{}{causes}", error.message), help, code }
    }
}

/// What the doctor is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// Whose key is looked for; any that may sign where nobody is named.
    pub who: Option<Signer>,
    /// Where keys are looked for.
    pub wish: Wish,
    /// The fingerprint in the contract.
    pub anchor: Option<Digest>,
    /// Where the agent listens, if there is one.
    pub agent: Option<std::ffi::OsString>,
}

/// Looks at how a CI system runs the gate, as the files here say.
///
/// # Errors
/// Where the project cannot be opened at all.
pub fn examine_ci(world: &Snapshot) -> Result<Vec<Line>> {
    ci::lines(world)
}

/// Looks at the machine alone, where the project cannot be opened.
pub fn examine_without_project(question: &Question, error: &Error) -> Vec<Line> {
    let mut lines = machine::lines(question);
    lines.push(Line::of("repository", Level::Error, error));
    lines
}

/// Looks at everything.
///
/// # Errors
/// Where the project cannot be opened at all.
pub fn examine(world: &Snapshot, question: &Question, today: jiff::civil::Date) -> Result<Vec<Line>> {
    let signoffs = SignoffState::read(world, question.anchor.as_ref(), today);
    let mut lines = machine::lines(question);
    lines.extend(repository::lines(world)?);
    match &signoffs {
        Ok(signoffs) => {
            lines.extend(roster::lines(signoffs, question));
            lines.push(machine::key(signoffs, question));
        }
        Err(error) => lines.push(Line::of("sign-offs", Level::Error, error)),
    }
    Ok(lines)
}
