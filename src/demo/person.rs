//! Who plays, where each works, and what each signs with.

use std::path::{Path, PathBuf};

use crate::git::Author;

/// What belongs to the tour and to no project: keys and the client's clone, below `.git` where nothing is tracked.
const HIDDEN: &str = ".git/countersign-demo";

/// The people of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// She leads compliance at the provider. The repository that is left to play on is hers.
    Ann,
    /// He manages the client's IT, and has a clone.
    Bob,
}

impl Person {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ann => "Ann Archer",
            Self::Bob => "Bob Baker",
        }
    }

    fn email(self) -> &'static str {
        match self {
            Self::Ann => "ann@harbor.example",
            Self::Bob => "bob@acme.example",
        }
    }

    /// Returns the other one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Ann => Self::Bob,
            Self::Bob => Self::Ann,
        }
    }

    /// Returns the author of what the person commits.
    pub fn author(self) -> Author {
        Author { name: self.name().to_owned(), email: self.email().to_owned() }
    }

    /// Returns where the person works.
    pub(super) fn place(self, folder: &Path) -> PathBuf {
        match self {
            Self::Ann => folder.to_path_buf(),
            Self::Bob => folder.join(HIDDEN).join("bobs-clone"),
        }
    }

    /// Returns the file of the person's key, below the folder of the tour.
    pub(super) fn key(self) -> String {
        let name = match self {
            Self::Ann => "ann",
            Self::Bob => "bob",
        };
        format!("{HIDDEN}/{name}")
    }
}
