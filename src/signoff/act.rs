//! What an act comes to: files that were signed, and how they get into the repository.

use super::basis::Files;
use super::bundle::{Act, Reply};
use super::checkout::Checkout;
use super::refused::Refused;
use super::session::Session;
use crate::error::Result;
use crate::trust::name::Engagement;

/// What came of an act.
#[derive(Debug)]
pub enum Outcome {
    /// It was signed, and is not recorded yet.
    Signed(Box<Signed>),
    /// There was nothing to do, for the reason that the text gives.
    AlreadyDone(String),
    /// The version is not agreed, so there is nothing to close; the text says what it lacks.
    NotInForce(String),
    /// Findings keep the version from being signed.
    Refused(Box<Refused>),
}

/// Files that belong into one commit.
#[derive(Clone, Debug)]
pub struct Change {
    /// The files.
    pub files: Files,
    /// The message of the commit.
    pub message: String,
}

/// An act that was signed and checked as everybody will check it.
#[derive(Debug)]
pub struct Signed {
    /// What was done.
    pub act: Act,
    /// What is to be recorded, a commit each.
    pub changes: Vec<Change>,
    /// What it led to, in a sentence.
    pub said: String,
    /// What comes next.
    pub next: Vec<String>,
    /// What the same signer has still to sign, if anything.
    pub again: Option<String>,
    /// The engagement that it belongs to.
    pub engagement: Option<Engagement>,
    /// What a file with the reply is called.
    pub file_name: String,
}

/// A list of those who may sign, drawn up for everybody to sign.
#[derive(Debug)]
pub struct Drawn {
    /// What is to be recorded.
    pub change: Change,
    /// What it led to, in a sentence.
    pub said: String,
    /// What comes next.
    pub next: Vec<String>,
}

impl Drawn {
    /// Records the list in a checkout.
    ///
    /// # Errors
    /// Where something is in the way; then nothing was recorded.
    pub fn record(self, checkout: &Checkout, session: &Session) -> Result<Recorded> {
        let commit = record(vec![self.change], checkout, session)?;
        Ok(Recorded { commit, said: self.said, next: pushed(self.next, checkout)? })
    }
}

fn record(changes: Vec<Change>, checkout: &Checkout, session: &Session) -> Result<String> {
    let author = checkout.author(session)?;
    let commits: Vec<_> = changes.into_iter().map(|one| checkout.change(one.files, one.message)).collect();
    checkout.record(&commits, &author)
}

/// Leaves out `git push` where there is nowhere to push to.
fn pushed(mut next: Vec<String>, checkout: &Checkout) -> Result<Vec<String>> {
    if !checkout.repository().has_remote()? {
        next.retain(|line| line != "git push");
    }
    Ok(next)
}

/// An act that is part of the repository.
#[derive(Debug)]
pub struct Recorded {
    /// The commit, in hex digits.
    pub commit: String,
    /// What it led to, in a sentence.
    pub said: String,
    /// What comes next.
    pub next: Vec<String>,
}

impl Signed {
    /// Records the act in a checkout.
    ///
    /// # Errors
    /// Where something is in the way; then nothing was recorded.
    pub fn record(self, checkout: &Checkout, session: &Session) -> Result<Recorded> {
        let commit = record(self.changes, checkout, session)?;
        let next = self.next.into_iter().chain(self.again).collect();
        Ok(Recorded { commit, said: self.said, next: pushed(next, checkout)? })
    }

    /// Returns the act as a file for the machine that records it.
    pub fn reply(&self) -> Reply {
        let files: Files = self.changes.iter().flat_map(|one| one.files.clone()).collect();
        Reply::of(self.act, self.engagement, &files)
    }
}
