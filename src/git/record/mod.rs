//! Recording commits: objects first, then one move of the branch, then the files and the index.
//!
//! The process may be killed between any two steps. Until the branch has moved, nothing has happened; what was
//! noted before it moved lets the next run finish the rest. No hook runs, and no setting of the repository has a say.

mod place;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::git::Id;
use git2::build::TreeUpdateBuilder;
use git2::{ErrorCode, FileMode, Signature};
use serde::{Deserialize, Serialize};

use super::Repository;
use crate::error::{Error, Result, without_path};

const LOCK: &str = "countersign.lock";
/// How many times a lock is looked at, 50 ms apart, before it counts as left behind.
const PATIENCE: u32 = 20;
const NOTE: &str = "countersign.unfinished";

/// One commit to be made: the files that it writes, or removes where there are no bytes, and its message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewCommit {
    /// The files by their paths from the top of the repository.
    pub files: BTreeMap<String, Option<Vec<u8>>>,
    /// The message.
    pub message: String,
}

/// Who makes a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
}

/// A step of recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Write blobs, trees and commits, which nothing names yet.
    Objects,
    /// Note what is about to happen.
    Note,
    /// Move the branch: from here on it has happened.
    Branch,
    /// Write the files of the work tree.
    Files,
    /// Write the index.
    Index,
    /// Remove the note.
    Forget,
}

/// A branch before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    branch: String,
    before: String,
    after: String,
}

/// How long another may still write before we give up: who ends, or a program that it has just started, lets go at once.
const WAITS: [u64; 6] = [10, 20, 40, 80, 160, 320];

/// Takes a lock that another may be about to let go.
fn patiently(lock: &fs::File) -> std::result::Result<(), fs::TryLockError> {
    for milliseconds in WAITS {
        match lock.try_lock() {
            Err(fs::TryLockError::WouldBlock) => {
                std::thread::sleep(std::time::Duration::from_millis(milliseconds))
            }
            other => return other,
        }
    }
    lock.try_lock()
}

/// The right to write, held by one process at a time and let go when it ends, however it ends.
#[derive(Debug)]
pub struct Pen<'a> {
    repository: &'a Repository,
    _lock: fs::File,
}

impl Repository {
    /// Takes the right to write, and finishes what an interrupted run has left.
    ///
    /// # Errors
    /// Where another process writes, or what was left cannot be finished.
    pub fn pen(&self) -> Result<Pen<'_>> {
        let path = self.path().join(LOCK);
        let opened = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let lock = opened.map_err(|error| cannot("open", &path, &error))?;
        match patiently(&lock) {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(Error::usage("another countersign is writing to this repository")
                    .hint("wait until it has ended, then run the command again"));
            }
            Err(fs::TryLockError::Error(error)) => return Err(cannot("lock", &path, &error)),
        }
        let pen = Pen { repository: self, _lock: lock };
        pen.resume()?;
        Ok(pen)
    }

    /// Says whether a run that recorded something was interrupted.
    pub fn is_unfinished(&self) -> bool {
        self.path().join(NOTE).exists()
    }

    /// Returns the full name of the branch that is checked out.
    ///
    /// # Errors
    /// Where no branch is checked out.
    pub fn branch(&self) -> Result<String> {
        let head = self.inner.find_reference("HEAD").map_err(|error| refused("read HEAD", &error))?;
        match head.symbolic_target() {
            Ok(Some(branch)) if branch.starts_with("refs/heads/") => Ok(branch.to_owned()),
            _ => Err(Error::usage("no branch is checked out, so there is nowhere to record to")
                .hint("`git switch main` goes to a branch; `git switch -c NAME` makes one here")),
        }
    }
}

impl Pen<'_> {
    /// Makes the commits, one on top of the other on `parent`, and moves the branch to the last.
    ///
    /// # Errors
    /// Where the branch is no longer at `parent`, a file is in the way, or something cannot be written.
    pub fn record(&self, parent: Id, changes: &[NewCommit], author: &Author) -> Result<Id> {
        self.record_until(parent, changes, author, &mut |_| Ok(()))
    }

    /// Records, asking before each step whether to go on.
    fn record_until(
        &self,
        parent: Id,
        changes: &[NewCommit],
        author: &Author,
        go_on: &mut dyn FnMut(Step) -> Result<()>,
    ) -> Result<Id> {
        let branch = self.repository.branch()?;
        self.demand_room(parent, changes)?;
        go_on(Step::Objects)?;
        let mut last = parent;
        for change in changes {
            last = self.commit(last, change, author)?;
        }
        let note = Note { branch, before: parent.to_string(), after: last.to_string() };
        go_on(Step::Note)?;
        self.write_note(&note)?;
        go_on(Step::Branch)?;
        self.move_branch(&note.branch, parent, last, changes)?;
        self.place(parent, last, last, go_on)?;
        go_on(Step::Forget)?;
        self.forget()?;
        Ok(last)
    }

    /// Refuses to write over what nobody has committed.
    fn demand_room(&self, parent: Id, changes: &[NewCommit]) -> Result<()> {
        let tree = self.tree_of(parent)?;
        for path in changes.iter().flat_map(|change| change.files.keys()) {
            let known = tree.get_path(Path::new(path)).is_ok();
            if !known && fs::symlink_metadata(self.full(path)?).is_ok() {
                return Err(Error::usage(format!("`{path}` is there already and was never committed"))
                    .hint("move it away, or commit it, and run the command again"));
            }
        }
        Ok(())
    }

    fn commit(&self, parent: Id, change: &NewCommit, author: &Author) -> Result<Id> {
        let git = &self.repository.inner;
        let mut update = TreeUpdateBuilder::new();
        for (path, bytes) in &change.files {
            match bytes {
                Some(bytes) => {
                    let blob = git.blob(bytes).map_err(|error| refused("write an object", &error))?;
                    update.upsert(path, blob, FileMode::Blob);
                }
                None => drop(update.remove(path)),
            }
        }
        let parent = git.find_commit(parent.0).map_err(|error| refused("read the last commit", &error))?;
        let written = parent.tree().and_then(|tree| update.create_updated(git, &tree));
        let tree = written.and_then(|tree| git.find_tree(tree));
        let tree = tree.map_err(|error| refused("write a tree", &error))?;
        let person = Signature::now(&author.name, &author.email).map_err(|error| {
            Error::usage(format!("`{} <{}>` cannot make a commit", author.name, author.email))
                .because(error.message())
                .hint("`git config --global user.name` and `user.email` set the author of commits")
        })?;
        git.commit(None, &person, &person, &change.message, &tree, &[&parent])
            .map(Id)
            .map_err(|error| refused("write a commit", &error))
    }

    fn write_note(&self, note: &Note) -> Result<()> {
        let text = serde_json::to_string(note).expect("a note is plain text");
        replace_from(self.repository.path(), &self.repository.path().join(NOTE), text.as_bytes())
    }

    fn forget(&self) -> Result<()> {
        let path = self.repository.path().join(NOTE);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(cannot("remove", &path, &error))
            }
            _ => Ok(()),
        }
    }

    fn move_branch(&self, branch: &str, before: Id, after: Id, changes: &[NewCommit]) -> Result<()> {
        let subject = changes.last().and_then(|change| change.message.lines().next()).unwrap_or_default();
        let log = format!("countersign: {subject}");
        let moved = self.repository.inner.reference_matching(branch, after.0, true, before.0, &log);
        moved.map(drop).map_err(|error| match error.code() {
            ErrorCode::Modified => {
                Error::usage("the branch has moved while this command ran; nothing was recorded")
                    .hint("run the command again")
            }
            ErrorCode::Locked => {
                Error::usage("another git command is writing to the branch; nothing was recorded")
                    .because(error.message())
                    .hint("wait until it has ended, then run the command again")
            }
            _ => refused("move the branch", &error),
        })
    }

    /// Finishes what an interrupted run has left; what had not happened yet is forgotten.
    fn resume(&self) -> Result<()> {
        let Ok(text) = fs::read_to_string(self.repository.path().join(NOTE)) else { return Ok(()) };
        let Ok(note) = serde_json::from_str::<Note>(&text) else { return self.forget() };
        let id = |text: &str| git2::Oid::from_str(text).map(Id);
        let (Ok(before), Ok(after)) = (id(&note.before), id(&note.after)) else {
            return self.forget();
        };
        self.break_locks(&note.branch)?;
        let is_here = self.repository.branch().is_ok_and(|branch| branch == note.branch);
        let now = self.repository.head().map(|commit| commit.id);
        if let Some(now) = now.filter(|now| is_here && *now != before) {
            self.place(before, after, now, &mut |_| Ok(()))?;
        }
        self.forget()
    }

    /// Removes the locks that the interrupted run held when it was killed. A lock of somebody alive goes by itself, soon.
    fn break_locks(&self, branch: &str) -> Result<()> {
        let own = self.repository.path();
        let shared = self.repository.inner.commondir();
        let locks = [shared.join(format!("{branch}.lock")), own.join("HEAD.lock"), own.join("index.lock")];
        for lock in locks {
            let made = || fs::symlink_metadata(&lock).and_then(|data| data.modified()).ok();
            let first = made();
            let is_left = (0..PATIENCE).all(|_| {
                let is_same = first.is_some() && made() == first;
                if is_same {
                    std::thread::sleep(Duration::from_millis(50));
                }
                is_same
            });
            if is_left {
                fs::remove_file(&lock).map_err(|error| cannot("remove", &lock, &error))?;
            }
        }
        Ok(())
    }

    fn tree_of(&self, commit: Id) -> Result<git2::Tree<'_>> {
        let found = self.repository.inner.find_commit(commit.0).and_then(|commit| commit.tree());
        found.map_err(|error| refused("read a commit", &error))
    }

    fn full(&self, path: &str) -> Result<PathBuf> {
        let top = self.repository.work_tree();
        top.map(|top| top.join(path)).ok_or_else(|| Error::usage("the repository has no work tree"))
    }
}

/// Writes a file as a whole or not at all; what an interruption leaves lies in `folder`, where it is in nobody's way.
fn replace_from(folder: &Path, path: &Path, bytes: &[u8]) -> Result<()> {
    let failed = |error: std::io::Error| cannot("write", path, &error);
    let write = |folder: &Path| {
        let mut file = tempfile::Builder::new().prefix("countersign-").tempfile_in(folder)?;
        file.write_all(bytes)?;
        readable(file.path());
        file.persist(path).map(drop).map_err(|error| error.error)
    };
    match write(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::CrossesDevices => {
            write(path.parent().unwrap_or(folder)).map_err(failed)
        }
        other => other.map_err(failed),
    }
}

/// Gives a new file the access that an ordinary one has.
#[cfg(unix)]
fn readable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn readable(_: &Path) {}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::usage(format!("cannot {what} `{}`", path.display())).because(without_path(error))
}

fn refused(what: &str, error: &git2::Error) -> Error {
    Error::cannot_judge(format!("cannot {what}")).because(error.message())
}
