//! The git door: repositories, commits, trees and blobs, read and made in process.
//!
//! It moves bytes and knows no matrix. Nothing is run: no hooks, filters, programs or environment of the
//! repository have a say, blobs are read as they are stored, and nothing is fetched.

mod write;

use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, Oid, TreeWalkMode, TreeWalkResult};

pub use write::Author;

use crate::error::{Error, Result};

/// A repository on disk, bare or with a work tree.
pub struct Repository {
    inner: git2::Repository,
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the top of the tree, with forward slashes.
    pub path: String,
    /// Its mode, such as 0o100644.
    pub mode: i32,
    /// The object that holds its bytes.
    pub blob: Oid,
}

/// A commit that was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: Oid,
    /// Its tree.
    pub tree: Oid,
    /// The parent that it was merged into or built on, if any.
    pub first_parent: Option<Oid>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("path", &self.inner.path()).finish()
    }
}

impl Repository {
    /// Opens the repository that `path` lies in, if it lies in one.
    ///
    /// # Errors
    /// Where there is a repository that cannot be read, such as one of another owner.
    pub fn around(path: &Path) -> Result<Option<Self>> {
        let found = match git2::Repository::discover_path(path, [] as [&Path; 0]) {
            Ok(found) => found,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(path, &error)),
        };
        Self::open(&found).map(Some)
    }

    /// Opens the repository at exactly this path.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        git2::Repository::open(path).map(|inner| Self { inner }).map_err(|error| unreadable(path, &error))
    }

    /// Returns the path by which the repository can be opened again.
    pub fn path(&self) -> &Path {
        self.inner.path()
    }

    /// Returns the folder of the work tree, or nothing for a bare repository.
    pub fn work_tree(&self) -> Option<PathBuf> {
        self.inner.workdir().map(Path::to_path_buf)
    }

    /// Returns whether history was cut off when the repository was cloned.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// Returns the commit that a revision names.
    ///
    /// # Errors
    /// Where nothing has that name; in a shallow clone the error says what to fetch.
    pub fn commit(&self, revision: &str) -> Result<Commit> {
        let object = self.inner.revparse_single(revision).and_then(|object| object.peel(ObjectType::Commit));
        let commit = object.and_then(|object| {
            object.into_commit().map_err(|_| git2::Error::from_str("the revision names no commit"))
        });
        let commit = commit.map_err(|error| self.no_such(revision, &error))?;
        Ok(Commit { id: commit.id(), tree: commit.tree_id(), first_parent: commit.parent_ids().next() })
    }

    /// Returns a commit by its id, or nothing where the clone does not hold it.
    pub fn commit_by_id(&self, id: Oid) -> Option<Commit> {
        let commit = self.inner.find_commit(id).ok()?;
        Some(Commit { id, tree: commit.tree_id(), first_parent: commit.parent_ids().next() })
    }

    /// Returns the commit that the work tree is built on, or nothing before the first one.
    pub fn head(&self) -> Option<Commit> {
        let commit = self.inner.head().ok()?.peel_to_commit().ok()?;
        Some(Commit { id: commit.id(), tree: commit.tree_id(), first_parent: commit.parent_ids().next() })
    }

    /// Returns all files of a tree, sub-folders included, in path order.
    ///
    /// # Errors
    /// Where a tree is missing or a name is no UTF-8.
    pub fn files(&self, tree: Oid) -> Result<Vec<Entry>> {
        let tree = self.inner.find_tree(tree).map_err(|error| missing("a tree", &error))?;
        let mut files = Vec::new();
        let mut bad_name = None;
        let walk = tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
            if entry.kind() == Some(ObjectType::Tree) {
                return TreeWalkResult::Ok;
            }
            match (folder, entry.name()) {
                (folder, Ok(name)) => {
                    let path = format!("{folder}{name}");
                    files.push(Entry { path, mode: entry.filemode_raw(), blob: entry.id() });
                    TreeWalkResult::Ok
                }
                _ => {
                    bad_name = Some(String::from_utf8_lossy(entry.name_bytes()).into_owned());
                    TreeWalkResult::Abort
                }
            }
        });
        if let Some(name) = bad_name {
            return Err(Error::cannot_judge(format!("the file name `{name}` is not UTF-8")));
        }
        walk.map_err(|error| missing("a tree", &error))?;
        Ok(files)
    }

    /// Returns the file of a tree at this path, if there is one.
    pub fn file(&self, tree: Oid, path: &str) -> Option<Entry> {
        let tree = self.inner.find_tree(tree).ok()?;
        let entry = tree.get_path(Path::new(path)).ok()?;
        Some(Entry { path: path.to_owned(), mode: entry.filemode_raw(), blob: entry.id() })
    }

    /// Returns the size of a blob in bytes, without reading it.
    ///
    /// # Errors
    /// Where the clone does not hold it.
    pub fn size(&self, blob: Oid) -> Result<u64> {
        let odb = self.inner.odb().map_err(|error| missing("the object database", &error))?;
        odb.read_header(blob)
            .map(|(size, _)| size as u64)
            .map_err(|error| missing(&format!("blob {blob}"), &error))
    }

    /// Returns the bytes of a blob as they are stored.
    ///
    /// # Errors
    /// Where the clone does not hold it.
    pub fn bytes(&self, blob: Oid) -> Result<Vec<u8>> {
        let blob = self.inner.find_blob(blob).map_err(|error| missing(&format!("blob {blob}"), &error))?;
        Ok(blob.content().to_vec())
    }

    fn no_such(&self, revision: &str, error: &git2::Error) -> Error {
        let message = format!("cannot find the revision `{revision}` in this repository");
        let found = Error::cannot_judge(message).because(error.message());
        if self.is_shallow() {
            return found.hint("this clone is shallow; run `git fetch --unshallow` and try again");
        }
        found.hint(
            "`git log --oneline --all` shows the revisions there are; `git fetch` brings those of the remote",
        )
    }
}

fn unreadable(path: &Path, error: &git2::Error) -> Error {
    let found = Error::cannot_judge(format!("cannot open the git repository at `{}`", path.display()));
    let found = found.because(error.message());
    match error.code() {
        ErrorCode::Owner => found.hint(
            "it belongs to another user; `git config --global --add safe.directory <folder>` trusts it",
        ),
        _ if error.message().contains("sha256") => {
            found.hint("repositories with SHA-256 object ids are not supported")
        }
        _ => found,
    }
}

fn missing(what: &str, error: &git2::Error) -> Error {
    Error::cannot_judge(format!("{what} is not in this clone"))
        .because(error.message())
        .hint("a partial clone leaves objects out; `git fetch --refetch --no-filter` brings them")
}
