//! The first-parent line: what stood on a branch, commit by commit, and who put it there.
//!
//! A line that was cut off when the repository was cloned is an error and never a shorter answer.

use std::path::Path;

use git2::{ErrorCode, Oid};

use super::{MODE_TREE, Repository, missing};
use crate::error::{Error, Result};

/// A commit of the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub id: Oid,
    /// Its tree.
    pub tree: Oid,
    /// Who wrote it, as the commit says.
    pub author: String,
    /// When it was recorded: the committer's clock, in seconds since 1970.
    pub seconds: i64,
    /// The first line of its message.
    pub summary: String,
    /// Whether it merged another line into this one.
    pub is_merge: bool,
}

impl Repository {
    /// Shows each commit from `head` back over first parents, newest first, until `look` says that it has seen enough.
    ///
    /// # Errors
    /// Where the line was cut off, was given other parents, or an object is missing.
    pub fn first_parents(&self, head: Oid, look: &mut dyn FnMut(&Recorded) -> Result<bool>) -> Result<()> {
        self.refuse_grafts()?;
        // As stock git reads: what was recorded proves nothing, and what was signed has digests of its own.
        git2::opts::strict_hash_verification(false);
        let mut next = Some(head);
        while let Some(id) = next {
            let commit = self.inner.find_commit(id).map_err(|error| self.cut_off(id, &error))?;
            let recorded = Recorded {
                id,
                tree: commit.tree_id(),
                author: String::from_utf8_lossy(commit.author().name_bytes()).into_owned(),
                seconds: commit.time().seconds(),
                summary: String::from_utf8_lossy(commit.summary_bytes().unwrap_or_default()).into_owned(),
                is_merge: commit.parent_count() > 1,
            };
            if !look(&recorded)? {
                return Ok(());
            }
            next = commit.parent_ids().next();
            let has_parent = commit.raw_header_bytes().split(|byte| *byte == b'\n');
            if next.is_none() && has_parent.into_iter().any(|line| line.starts_with(b"parent ")) {
                return Err(shallow(id));
            }
        }
        Ok(())
    }

    /// Returns the file or folder at a path below a tree, if there is one; the empty path is the tree itself.
    ///
    /// # Errors
    /// Where the clone does not hold a tree on the way.
    pub fn object_at(&self, tree: Oid, path: &str) -> Result<Option<Oid>> {
        if path.is_empty() {
            return Ok(Some(tree));
        }
        let tree = self.inner.find_tree(tree).map_err(|error| missing("a tree", &error))?;
        match tree.get_path(Path::new(path)) {
            Ok(entry) => Ok(Some(entry.id())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(missing("a tree", &error)),
        }
    }

    /// Returns the object of the file at a path below a tree, if there is one.
    ///
    /// # Errors
    /// Where the clone does not hold a tree on the way.
    pub fn blob_at(&self, tree: Oid, path: &str) -> Result<Option<Oid>> {
        let tree = self.inner.find_tree(tree).map_err(|error| missing("a tree", &error))?;
        match tree.get_path(Path::new(path)) {
            Ok(entry) => Ok((entry.filemode_raw() != MODE_TREE).then(|| entry.id())),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(missing("a tree", &error)),
        }
    }

    fn cut_off(&self, id: Oid, error: &git2::Error) -> Error {
        if self.is_shallow() { shallow(id) } else { missing(&format!("commit {id}"), error) }
    }
}

fn shallow(id: Oid) -> Error {
    Error::cannot_judge(format!("this clone is shallow: what was recorded up to commit {id} is not in it"))
        .hint("run `git fetch --unshallow` and try again")
}
