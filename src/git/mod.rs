//! The git door: repositories, commits, trees and blobs, read and written in process.
//!
//! It moves bytes and knows no matrix. Nothing is run: no hooks, filters, programs or environment of the
//! repository have a say, blobs are read as they are stored, and nothing is fetched.

mod between;
pub mod bloom;
pub mod graph;
mod history;
mod id;
mod line;
mod object;
mod packfile;
mod person;
mod record;
mod revision;
mod staged;
mod worktree;

use std::cell::{OnceCell, RefCell};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, ObjectType, TreeWalkMode, TreeWalkResult};
use jiff::tz::TimeZone;

use packfile::Packs;

use crate::error::{Error, Result};

pub use between::{Fate, Touched};
pub use history::Change;
pub use id::Id;
pub use line::{Link, Recorded, Watch};
pub use object::{Blob, Objects};
pub use person::{SigningSettings, signing_settings};
pub use record::{Author, NewCommit, Pen, Step};
pub use staged::Elsewhere;

/// The most entries of a folder, with all below, that are listed.
pub const MOST_ENTRIES: usize = 200_000;
/// The deepest folder that is looked into.
pub const DEEPEST: usize = 32;
/// The mode of a folder in a tree.
const MODE_TREE: i32 = 0o040_000;

/// A repository on disk, bare or with a work tree.
pub struct Repository {
    inner: git2::Repository,
    /// Its packs, once a size was asked for.
    packs: OnceCell<RefCell<Packs>>,
}

impl From<git2::Repository> for Repository {
    fn from(inner: git2::Repository) -> Self {
        Self { inner, packs: OnceCell::new() }
    }
}

/// A file of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the top of the tree, with forward slashes.
    pub path: String,
    /// Its mode, such as 0o100644.
    pub mode: i32,
    /// The object that holds its bytes.
    pub blob: Id,
}

/// A commit that was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: Id,
    /// Its tree.
    pub tree: Id,
    /// The parent that it was merged into or built on, if any.
    pub first_parent: Option<Id>,
}

impl Commit {
    fn of(commit: &git2::Commit<'_>) -> Self {
        let first_parent = commit.parent_ids().next().map(Id);
        Self { id: Id(commit.id()), tree: Id(commit.tree_id()), first_parent }
    }
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
    /// Where there is a repository that cannot be read, such as one of another owner, or a `.git` that is none: what lies
    /// there is then not taken for a folder without a repository.
    pub fn around(path: &Path) -> Result<Option<Self>> {
        let found = match git2::Repository::discover_path(path, [] as [&Path; 0]) {
            Ok(found) => Some(Self::open(&found)?),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(unreadable(path, &error)),
        };
        match found.as_ref().map_or_else(|| dot_git(path), |found| found.nearer(path)) {
            Some(broken) => Err(no_repository(&broken)),
            None => Ok(found),
        }
    }

    /// Returns a `.git` between a folder and the work tree of this repository: one that could not be opened.
    fn nearer(&self, path: &Path) -> Option<PathBuf> {
        let dot = dot_git(path)?;
        let (top, start) = (self.inner.workdir()?.canonicalize().ok()?, path.canonicalize().ok()?);
        let holder = dot.parent()?;
        let is_between = start.starts_with(&top) && holder.starts_with(&top) && holder != top;
        (is_between && !start.starts_with(self.inner.path())).then_some(dot)
    }

    /// Says whether a folder lies over a repository that claims to have no work tree: then git judges no file there.
    pub fn denies_work_tree(&self, path: &Path) -> bool {
        let start = path.canonicalize();
        let is_outside = self
            .inner
            .path()
            .canonicalize()
            .is_ok_and(|own| start.is_ok_and(|start| !start.starts_with(own)));
        self.inner.workdir().is_none() && is_outside && dot_git(path).is_some()
    }

    /// Opens the repository at exactly this path.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn open(path: &Path) -> Result<Self> {
        let found = git2::Repository::open(path).map(Self::from).map_err(|error| unreadable(path, &error))?;
        found.see_quarantine();
        if let Some(index) = packfile::beyond(&found.inner.commondir().join("objects")) {
            let message = format!("`{}` is damaged: it points past the end of its pack", index.display());
            return Err(Error::cannot_judge(message)
                .hint("`git fsck` tells what is lost; `git index-pack` makes an index anew"));
        }
        Ok(found)
    }

    /// Lets the objects be seen that a push has brought and that no branch has yet, where git runs this as a hook: git names
    /// their folder, and it has to lie among the objects of this repository.
    fn see_quarantine(&self) {
        let Some(folder) = std::env::var_os("GIT_QUARANTINE_PATH").map(PathBuf::from) else { return };
        let objects = self.inner.commondir().join("objects").canonicalize();
        let is_own =
            folder.canonicalize().is_ok_and(|folder| objects.is_ok_and(|own| folder.starts_with(own)));
        if is_own && let (Ok(odb), Some(folder)) = (self.inner.odb(), folder.to_str()) {
            // Where it cannot be added, the objects are missing, and that is told.
            let _ = odb.add_disk_alternate(folder);
        }
    }

    /// Takes objects as they are stored from now on, in all repositories: as stock git reads, without hashing them again.
    ///
    /// For whoever compares or tells what was recorded; who judges a signature hashes what was signed.
    pub fn trust_storage() {
        git2::opts::strict_hash_verification(false);
    }

    /// Returns the path by which the repository can be opened again.
    pub fn path(&self) -> &Path {
        self.inner.path()
    }

    /// Returns the folder of the work tree, or nothing for a bare repository.
    pub fn work_tree(&self) -> Option<PathBuf> {
        self.inner.workdir().map(Path::to_path_buf)
    }

    /// Returns whether there is another repository to push to.
    ///
    /// # Errors
    /// Where the configuration cannot be read.
    pub fn has_remote(&self) -> Result<bool> {
        let remotes = self.inner.remotes();
        let remotes =
            remotes.map_err(|error| Error::cannot_judge("the remotes cannot be read").because(error))?;
        Ok(!remotes.is_empty())
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
        self.refuse_ambiguous(revision)?;
        let object = self.inner.revparse_single(revision).and_then(|object| object.peel(ObjectType::Commit));
        let commit = object.and_then(|object| {
            object.into_commit().map_err(|_| git2::Error::from_str("the revision names no commit"))
        });
        let commit = commit.map_err(|error| self.no_such(revision, &error))?;
        Ok(Commit::of(&commit))
    }

    /// Returns a commit by its id, or nothing where the clone does not hold it.
    pub fn commit_by_id(&self, id: Id) -> Option<Commit> {
        self.inner.find_commit(id.0).ok().map(|commit| Commit::of(&commit))
    }

    /// Returns the commit that the work tree is built on, or nothing before the first one.
    pub fn head(&self) -> Option<Commit> {
        let commit = self.inner.head().ok()?.peel_to_commit().ok()?;
        Some(Commit::of(&commit))
    }

    /// Shows every commit from this one back, newest first, as far as the clone goes.
    ///
    /// # Errors
    /// Where history cannot be read, and the first of those that look.
    pub fn walk_back(&self, from: Id, look: &mut dyn FnMut(&Commit) -> Result<()>) -> Result<()> {
        let broken = |error: git2::Error| missing("a part of history", &error);
        let mut walk = self.inner.revwalk().map_err(broken)?;
        walk.push(from.0).map_err(broken)?;
        for id in walk {
            let Some(commit) = self.commit_by_id(Id(id.map_err(broken)?)) else { continue };
            look(&commit)?;
        }
        Ok(())
    }

    /// Returns the files of a tree at or below these paths, in path order; an empty path stands for all.
    ///
    /// Only the folders that are asked for are read: a repository holds much besides matrices.
    ///
    /// # Errors
    /// Where a tree is missing or a name is no UTF-8.
    pub fn files(&self, tree: Id, below: &[String]) -> Result<Vec<Entry>> {
        let objects = self.objects()?;
        let mut files = Vec::new();
        for path in below {
            let path = path.trim_end_matches('/');
            match objects.entry_at(tree, path)? {
                Some((MODE_TREE, folder)) => {
                    let folder = self.inner.find_tree(folder.0).map_err(|error| missing("a tree", &error))?;
                    let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
                    files.extend(self.all_files(&folder, &prefix)?);
                }
                Some((mode, blob)) => files.push(Entry { path: path.to_owned(), mode, blob }),
                None => {}
            }
        }
        files.sort_by(|left, right| left.path.cmp(&right.path));
        files.dedup_by(|left, right| left.path == right.path);
        Ok(files)
    }

    fn all_files(&self, tree: &git2::Tree<'_>, prefix: &str) -> Result<Vec<Entry>> {
        let mut files = Vec::new();
        let (mut bad_name, mut twice) = (None, None);
        let (mut seen, mut is_too_much) = (0, false);
        let mut names = HashSet::new();
        let walk = tree.walk(TreeWalkMode::PreOrder, |folder, entry| {
            // A tree can hold itself many times over: it is left while it is listed.
            seen += 1;
            if seen > MOST_ENTRIES || folder.bytes().filter(|byte| *byte == b'/').count() > DEEPEST {
                is_too_much = true;
                return TreeWalkResult::Abort;
            }
            if !names.insert([folder.as_bytes(), entry.name_bytes()].concat()) {
                twice = Some(format!("{prefix}{folder}{}", String::from_utf8_lossy(entry.name_bytes())));
                return TreeWalkResult::Abort;
            }
            if entry.filemode_raw() == MODE_TREE {
                return TreeWalkResult::Ok;
            }
            match (folder, entry.name()) {
                (folder, Ok(name)) => {
                    let path = format!("{prefix}{folder}{name}");
                    files.push(Entry { path, mode: entry.filemode_raw(), blob: Id(entry.id()) });
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
        if let Some(path) = twice {
            return Err(there_twice(&path));
        }
        if is_too_much {
            let message = format!(
                "`{prefix}` holds more than {MOST_ENTRIES} files or {DEEPEST} levels, more than we look at"
            );
            return Err(Error::cannot_judge(message).hint("remove what does not belong there"));
        }
        walk.map_err(|error| missing("a tree", &error))?;
        Ok(files)
    }

    /// Returns the tree at a path below a tree, if there is one; the empty path is the tree itself.
    ///
    /// # Errors
    /// Where the clone does not hold a tree on the way.
    pub fn folder(&self, tree: Id, path: &str) -> Result<Option<Id>> {
        let found = self.objects()?.entry_at(tree, path)?;
        Ok(found.filter(|(mode, _)| *mode == MODE_TREE).map(|(_, object)| object))
    }

    /// Returns what lies directly in a tree, sub-folders among it, each with its name as its path.
    ///
    /// # Errors
    /// Where the clone does not hold the tree or a name is no UTF-8.
    pub fn entries(&self, tree: Id) -> Result<Vec<Entry>> {
        let tree = self.inner.find_tree(tree.0).map_err(|error| missing("a tree", &error))?;
        let entry = |entry: git2::TreeEntry<'_>| match entry.name() {
            Ok(name) => Ok(Entry { path: name.to_owned(), mode: entry.filemode_raw(), blob: Id(entry.id()) }),
            Err(_) => {
                let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
                Err(Error::cannot_judge(format!("the file name `{name}` is not UTF-8")))
            }
        };
        let entries = tree.iter().map(entry).collect::<Result<Vec<Entry>>>()?;
        let mut names = HashSet::new();
        match entries.iter().find(|entry| !names.insert(entry.path.as_str())) {
            Some(twice) => Err(there_twice(&twice.path)),
            None => Ok(entries),
        }
    }

    /// Returns the commit that two commits have in common.
    ///
    /// # Errors
    /// Where there is none, or where a shallow clone may hide it.
    pub fn merge_base(&self, one: &str, other: &str) -> Result<Commit> {
        let (left, right) = (self.commit(one)?, self.commit(other)?);
        if self.is_shallow() {
            let message =
                format!("this clone is shallow, so where `{one}` and `{other}` parted cannot be told");
            return Err(Error::cannot_judge(message).hint("run `git fetch --unshallow` and try again"));
        }
        let base = self.inner.merge_base(left.id.0, right.id.0).map_err(|error| {
            Error::cannot_judge(format!("`{one}` and `{other}` have no commit in common"))
                .because(error.message())
        })?;
        self.commit_by_id(Id(base))
            .ok_or_else(|| Error::cannot_judge(format!("commit {base} is not in this clone")))
    }

    /// Returns the last commit on or before a moment, going back from HEAD over first parents.
    ///
    /// # Errors
    /// Where there is none, or where a shallow clone may hide it.
    pub fn last_before(&self, seconds: i64, day: &str) -> Result<Commit> {
        let mut next = self.head();
        while let Some(commit) = next {
            let time =
                self.inner.find_commit(commit.id.0).map_err(|error| missing("a commit", &error))?.time();
            if time.seconds() < seconds {
                return Ok(commit);
            }
            next = commit.first_parent.and_then(|parent| self.commit_by_id(parent));
        }
        let error = Error::cannot_judge(format!("there is no commit on or before {day}"));
        Err(if self.is_shallow() {
            error.hint("this clone is shallow; run `git fetch --unshallow` and try again")
        } else {
            error.hint("`git log --first-parent` shows the commits there are")
        })
    }

    /// Returns the start of a commit's id with its day in UTC, as people tell commits apart.
    pub fn tell(&self, commit: &Commit) -> String {
        let short: String = commit.id.to_string().chars().take(7).collect();
        let seconds = self.inner.find_commit(commit.id.0).map(|found| found.time().seconds());
        let day = seconds.ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        let day = day.map(|time| format!(", {}", time.to_zoned(TimeZone::UTC).date()));
        format!("{short}{}", day.unwrap_or_default())
    }

    /// Returns the file of a tree at this path, if there is one.
    ///
    /// # Errors
    /// Where the clone does not hold a tree on the way, or it cannot be read.
    pub fn file(&self, tree: Id, path: &str) -> Result<Option<Entry>> {
        let found = self.objects()?.entry_at(tree, path)?;
        Ok(found.map(|(mode, blob)| Entry { path: path.to_owned(), mode, blob }))
    }

    /// Returns how many bytes a blob has, as [`Objects::size`].
    ///
    /// # Errors
    /// Where the clone does not hold it, or it is damaged.
    pub fn size(&self, blob: Id, on_trust: u64) -> Result<u64> {
        self.objects()?.size(blob, on_trust)
    }

    /// Returns the bytes of a blob as they are stored.
    ///
    /// # Errors
    /// Where the clone does not hold it.
    pub fn bytes(&self, blob: Id) -> Result<Vec<u8>> {
        let blob = self.inner.find_blob(blob.0).map_err(|error| missing(&format!("blob {blob}"), &error))?;
        Ok(blob.content().to_vec())
    }

    /// Returns the bytes of a blob as they are stored, or nothing where it has more than so many; then it is not read.
    ///
    /// # Errors
    /// Where the clone does not hold it.
    pub fn bytes_within(&self, blob: Id, most: u64) -> Result<Option<Vec<u8>>> {
        Ok(self.objects()?.blob_within(blob, most)?.map(|blob| blob.to_vec()))
    }

    fn no_such(&self, revision: &str, error: &git2::Error) -> Error {
        if self.head().is_none() && self.inner.is_empty().unwrap_or_default() {
            return Error::cannot_judge("nothing was committed here yet")
                .hint("`git add --all && git commit` makes the first commit");
        }
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
            format!(
                "it belongs to another user, and `safe.directory` of your own configuration does not name it: \
                 `git config --global --add safe.directory {}` trusts it; what `GIT_CONFIG_*` says is not read",
                top(path)
            ),
        ),
        _ if error.message().contains("objectformat") || error.message().contains("sha256") => found.hint(
            "a repository with SHA-256 object ids cannot be read; judge a copy of its files: \
             `mkdir ../copy && git archive HEAD | tar -x -C ../copy && countersign -C ../copy check`",
        ),
        _ if error.message().contains("refstorage") => {
            found.hint("its branches are stored as a reftable; `git clone --ref-format=files . ../copy` makes a clone that can be read")
        }
        _ => found,
    }
}

/// Returns the folder that `safe.directory` names for a repository.
fn top(path: &Path) -> String {
    let top = if path.ends_with(".git") { path.parent().unwrap_or(path) } else { path };
    top.display().to_string().trim_end_matches('/').to_owned()
}

/// Returns the nearest `.git` from a folder upwards, whatever it is.
fn dot_git(path: &Path) -> Option<PathBuf> {
    let start = path.canonicalize().ok()?;
    start.ancestors().map(|folder| folder.join(".git")).find(|dot| dot.symlink_metadata().is_ok())
}

fn no_repository(dot: &Path) -> Error {
    Error::cannot_judge(format!("`{}` is there, and it is no repository that can be opened", dot.display()))
        .because("what lies beside it may be anything, so no copy on disk is judged")
        .hint(
            "`git status` says what git makes of it; clone again, or remove `.git` if these are plain files",
        )
}

/// Refuses a tree that names something twice: git shows one of both, and other programs the other.
fn there_twice(path: &str) -> Error {
    Error::cannot_judge(format!("`{}` is there twice in one tree", path.escape_debug()))
        .hint("`git fsck` names the malformed object")
}

fn missing(what: &str, error: &git2::Error) -> Error {
    Error::cannot_judge(format!("{what} is not in this clone"))
        .because(error.message())
        .hint("a partial clone leaves objects out; `git fetch --refetch --no-filter` brings them")
}
