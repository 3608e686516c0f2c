//! What kept us from looking, with the exit code it leads to.
//!
//! A fault in a matrix is a [`crate::finding::Finding`]; an error never becomes a verdict.

use std::fmt;

/// Why a run ended without a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command line or our own configuration is wrong: exit 2.
    Usage,
    /// There is nothing to check, or nothing has the name that was given: exit 3.
    Nothing,
    /// History, an object or an anchor is missing: exit 4.
    CannotJudge,
    /// Nothing that all parties agreed to holds: exit 5.
    NotInForce,
    /// A fault of ours: exit 70.
    Bug,
}

impl Kind {
    /// Returns the process exit code.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Nothing => 3,
            Self::CannotJudge => 4,
            Self::NotInForce => 5,
            Self::Bug => 70,
        }
    }
}

/// Says what was being done, what was in the way, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// Which exit code it leads to.
    pub kind: Kind,
    /// What went wrong, lowercase, no full stop.
    pub message: String,
    /// Why, innermost last.
    pub causes: Vec<String>,
    /// The command or step that helps.
    pub hint: Option<String>,
}

impl Error {
    /// Builds an error of `kind`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hint: None }
    }

    /// Builds an error about the command line or the configuration.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// Builds an error that says that nothing was found to look at.
    pub fn nothing(message: impl Into<String>) -> Self {
        Self::new(Kind::Nothing, message)
    }

    /// Builds an error about something that is missing for a judgement.
    pub fn cannot_judge(message: impl Into<String>) -> Self {
        Self::new(Kind::CannotJudge, message)
    }

    /// Builds an error that says that nothing agreed holds.
    pub fn not_in_force(message: impl Into<String>) -> Self {
        Self::new(Kind::NotInForce, message)
    }

    /// Adds what caused it.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Adds what helps.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// Returns why a temporary file could not be written, without its path, which says nothing to anybody.
pub fn without_path(error: &std::io::Error) -> String {
    let text = error.to_string();
    // `tempfile` puts the path behind the reason, and keeps no reason apart from it.
    text.split_once(" at path \"").map_or(&*text, |(reason, _)| reason).to_owned()
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// The result of anything that may be kept from looking.
pub type Result<T> = std::result::Result<T, Error>;

impl From<crate::trust::TooMany> for Error {
    fn from(error: crate::trust::TooMany) -> Self {
        Self::cannot_judge(error.to_string()).hint("remove what does not belong there")
    }
}
