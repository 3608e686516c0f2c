//! What an act builds on: the sign-offs that are there, and how they stand on the day of the act.
//!
//! Nothing is recorded that the checker's own code would not count: every act is judged here as if it were there already.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::session::Session;
use crate::error::{Error, Result};
use crate::trust::day::Moment;
use crate::trust::fault::Severity;
use crate::trust::name::Digest;
use crate::trust::standing::Standing;
use crate::trust::{self, Blob, Tree};

/// Files to be written, or removed where there are no bytes, by their paths relative to the project.
pub type Files = Vec<(String, Option<Vec<u8>>)>;

/// The sign-offs and how they stand.
#[derive(Debug)]
pub struct Basis<'a> {
    /// The files.
    pub tree: &'a Tree,
    /// How they stand.
    pub standing: Standing,
    /// The fingerprint in the contract, if one was given.
    pub anchor: Option<&'a Digest>,
    /// The moment of the act.
    pub now: Moment,
}

impl<'a> Basis<'a> {
    /// Judges the sign-offs that an act builds on.
    ///
    /// # Errors
    /// Where there are more than we look at.
    pub fn of(tree: &'a Tree, session: &'a Session) -> Result<Self> {
        Self::under(tree, session.anchor.as_ref(), session)
    }

    /// Judges the sign-offs under another fingerprint than the session's.
    ///
    /// # Errors
    /// Where there are more than we look at.
    pub fn under(tree: &'a Tree, anchor: Option<&'a Digest>, session: &Session) -> Result<Self> {
        let standing = trust::judge(tree, anchor, session.today())?;
        Ok(Self { tree, standing, anchor, now: session.now })
    }

    /// Returns the day of the act.
    pub fn today(&self) -> Date {
        self.now.0.date()
    }

    /// Judges the sign-offs with these files among them.
    ///
    /// # Errors
    /// Where there are more than we look at.
    pub fn judge_with(&self, files: &Files) -> Result<Standing> {
        Ok(trust::judge(&with(self.tree, files), self.anchor, self.today())?)
    }

    /// Judges the sign-offs with these files, refusing if anything becomes wrong that was not wrong before.
    ///
    /// # Errors
    /// Names the first new fault; `allowed` are the rules whose findings are the very purpose.
    pub fn prove(&self, files: &Files, allowed: &[&str]) -> Result<Standing> {
        let after = self.judge_with(files)?;
        let known: BTreeSet<(&str, &str, &str)> = errors(&self.standing).collect();
        let new = errors(&after).find(|fault| !known.contains(fault) && !allowed.contains(&fault.0));
        match new {
            None => Ok(after),
            Some((rule, file, message)) => {
                Err(Error::usage("what would be recorded does not hold; nothing was recorded")
                    .because(format!("{file}: {message}"))
                    .hint(format!("`countersign explain {rule}` says more")))
            }
        }
    }
}

/// Returns a tree with these files in it.
pub fn with(tree: &Tree, files: &Files) -> Tree {
    let mut tree = tree.clone();
    for (path, bytes) in files {
        match bytes {
            Some(bytes) => drop(tree.insert(path.clone(), Blob::plain(bytes.clone()))),
            None => drop(tree.remove(path)),
        }
    }
    tree
}

fn errors(standing: &Standing) -> impl Iterator<Item = (&str, &str, &str)> {
    let errors = standing.faults.iter().filter(|one| one.severity == Severity::Error);
    errors.map(|one| (one.rule, one.file.as_str(), one.message.as_str()))
}

/// Returns why the statement at `path` does not count, or None if it does.
pub fn refusal(standing: &Standing, path: &str) -> Option<String> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let mut statements = versions.flat_map(|version| &version.statements);
    match statements.find(|one| one.path == path) {
        Some(one) => one.verdict.reason().map(ToString::to_string),
        None => Some("it is not where statements lie".to_owned()),
    }
}
