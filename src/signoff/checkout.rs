//! The project as it was committed last, cleared for signing: what is signed is what lies there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::session::Session;
use crate::error::{Error, Result};
use crate::git::{Author, Commit, Entry, NewCommit, Repository};
use crate::project::{self, LINE_ENDS, Snapshot, signed_files};
use crate::trust::Tree;

/// A project whose last commit is looked at and built on.
#[derive(Debug)]
pub struct Checkout {
    /// The project at the last commit.
    pub world: Snapshot,
    /// Its sign-offs at the last commit.
    pub tree: Tree,
    root: PathBuf,
    repository: Repository,
    head: Commit,
    prefix: String,
}

impl Checkout {
    /// Opens the project that `path` lies in, and finishes what an interrupted run has left.
    ///
    /// # Errors
    /// Where there is no repository with a branch and a commit.
    pub fn open(path: &Path) -> Result<Self> {
        let root = Snapshot::root_of(path)?;
        let around = Repository::around(&root)?;
        if around.is_some_and(|one| one.work_tree().is_none()) {
            return Err(Error::usage("this is a bare repository, and signing needs a work tree")
                .hint("`git clone` it, and sign in the clone"));
        }
        let store = Snapshot::on_disk(root.clone())?.store()?.ok_or_else(|| {
            Error::usage(format!(
                "`{}` is not in a git repository, so nothing can be recorded",
                root.display()
            ))
            .hint(
                "`git clone` the project and run it there, or sign a file that was sent to you: \
                 `countersign sign FILE`; a new project begins with `git init` and `countersign init`",
            )
        })?;
        store.repository.branch()?;
        drop(store.repository.pen()?);
        let head = store.repository.head().ok_or_else(|| {
            Error::usage("nothing was committed here yet")
                .hint("`git add --all && git commit` makes the first commit")
        })?;
        let world = Snapshot::at(&root, &head.id.to_string())?;
        let tree = signed_files(&world)?;
        Ok(Self { world, tree, root, repository: store.repository, head, prefix: store.prefix })
    }

    /// Returns the folder of the project.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns the repository.
    pub fn repository(&self) -> &Repository {
        &self.repository
    }

    /// Returns the last commit.
    pub fn head(&self) -> &Commit {
        &self.head
    }

    /// Returns the path below the top of the repository.
    pub fn path_in_repository(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Refuses where the files at these paths, or below them, are not as they were committed.
    ///
    /// # Errors
    /// Names the first file that differs, and the command that helps.
    pub fn demand_committed(&self, paths: &[&str]) -> Result<()> {
        let below: Vec<String> = paths.iter().map(|path| self.path_in_repository(path)).collect();
        let committed = self.scoped(self.repository.files(self.head.tree, &below)?, paths);
        let staged = self.scoped(self.repository.staged(|_| true)?, paths);
        let on_disk = Snapshot::on_disk(self.root.clone())?;
        let reader = on_disk.open()?;
        let mut there: BTreeMap<String, project::File> =
            reader.files(paths)?.into_iter().map(|file| (file.path.clone(), file)).collect();
        for (path, entry) in &committed {
            if staged.get(path).is_none_or(|other| other.blob != entry.blob || other.mode != entry.mode) {
                return Err(not_committed(path, "what is staged differs from the last commit"));
            }
            let Some(file) = there.remove(path) else {
                return Err(not_committed(path, "it was deleted, and the deletion is not committed"));
            };
            let size = self.repository.size(entry.blob, u64::MAX)?;
            let bytes = reader.read(&file, size.saturating_mul(2) + 1)?;
            same(path, &bytes, &self.repository.bytes(entry.blob)?)?;
        }
        let stray = there.keys().find(|path| path.ends_with(".json") || path.ends_with(".sig"));
        match staged.keys().find(|path| !committed.contains_key(*path)).or(stray) {
            Some(path) => Err(not_committed(path, "it is new and not committed")),
            None => Ok(()),
        }
    }

    fn scoped(&self, entries: Vec<Entry>, paths: &[&str]) -> BTreeMap<String, Entry> {
        let own = entries.into_iter().filter_map(|entry| {
            let path = entry.path.strip_prefix(&self.prefix)?.to_owned();
            paths.iter().any(|scope| is_below(&path, scope)).then_some((path, entry))
        });
        own.collect()
    }

    /// Returns a change of files by their paths relative to the project.
    pub fn change(
        &self,
        files: impl IntoIterator<Item = (String, Option<Vec<u8>>)>,
        message: impl Into<String>,
    ) -> NewCommit {
        let files = files.into_iter().map(|(path, bytes)| (self.path_in_repository(&path), bytes)).collect();
        NewCommit { files, message: message.into() }
    }

    /// Returns the author of commits.
    ///
    /// # Errors
    /// Where git does not know the person's name or address.
    pub fn author(&self, session: &Session) -> Result<Author> {
        self.repository.author(&session.environment)
    }

    /// Records changes as commits of their own on top of the last one and returns the id of the last.
    ///
    /// # Errors
    /// Where something is in the way; then nothing was recorded.
    pub fn record(&self, changes: &[NewCommit], author: &Author) -> Result<String> {
        self.repository.pen()?.record(self.head.id, changes, author).map(|id| id.to_string())
    }
}

fn is_below(path: &str, scope: &str) -> bool {
    path == scope || path.strip_prefix(scope).is_some_and(|rest| rest.starts_with('/'))
}

fn same(path: &str, there: &[u8], committed: &[u8]) -> Result<()> {
    if there == committed {
        return Ok(());
    }
    let without_returns =
        |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != b'\r').collect::<Vec<u8>>();
    if without_returns(there) == without_returns(committed) {
        return Err(Error::usage(format!("`{path}` is not as it was committed: only its line ends differ"))
            .because(if there.contains(&b'\r') {
                "it has CRLF line ends, from an editor or from git"
            } else {
                "it was committed with CRLF line ends"
            })
            .hint(LINE_ENDS));
    }
    Err(not_committed(path, "its text differs from the last commit"))
}

fn not_committed(path: &str, why: &str) -> Error {
    Error::usage(format!("`{path}` is not as it was committed: {why}"))
        .hint("`git add` and `git commit` it; only what is committed can be signed")
}
