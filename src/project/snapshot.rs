//! The project that is looked at: a folder on disk, or a commit of its repository.
//!
//! Both are the same to what comes after: files by path, relative to the root. Links are never followed.

use std::fs;
use std::path::{Path, PathBuf};

use super::Reader;
use crate::error::{Error, Result};
use crate::git::{Commit, Id, Repository};

/// A project at one state.
#[derive(Clone, Debug)]
pub struct Snapshot {
    pub(super) root: PathBuf,
    pub(super) at: At,
    pub(super) before: Option<Before>,
}

/// The commit that a project is compared with to see what changed.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub(super) repository: PathBuf,
    pub(super) tree: Id,
    pub(super) prefix: String,
}

#[derive(Clone, Debug)]
pub(super) enum At {
    Disk,
    /// Files on disk of which no repository is asked anything.
    Alone,
    /// What the next commit will hold.
    Index {
        repository: PathBuf,
        prefix: String,
    },
    Commit {
        repository: PathBuf,
        tree: Id,
        name: String,
        prefix: String,
    },
}

/// Where git stores a project.
#[derive(Debug)]
pub struct Store {
    /// The repository.
    pub repository: Repository,
    /// The tree of the commit that is looked at; none for what is staged over a work tree.
    pub tree: Option<Id>,
    /// The path of the project below the top, with a final slash, empty for the top.
    pub prefix: String,
}

/// One file of a project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path relative to the root, with forward slashes.
    pub path: String,
    /// Its size in bytes; 0 for what is no ordinary file.
    pub size: u64,
    /// Whether it is an ordinary file: no link, no submodule, not executable in a commit.
    pub is_plain: bool,
    /// What it is, if more files may lie behind it.
    pub(super) behind: Option<Behind>,
    pub(super) blob: Option<Id>,
}

/// What more files may lie behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    Link,
    Submodule,
    /// A repository of its own that lies in the folder.
    Repository,
}

/// A file that marks the root of a project.
const ROOT_FILE: &str = "countersign.json";

impl File {
    /// Returns the object that holds the bytes, where the file is one of a commit.
    pub fn blob(&self) -> Option<Id> {
        self.blob
    }
}

impl Snapshot {
    /// Returns the folder that holds the project of `path`: the nearest with a `countersign.json`, else the
    /// top of its repository, else the current folder where the path lies in it, else the folder itself.
    ///
    /// # Errors
    /// Where the repository around it cannot be read.
    pub fn root_of(path: &Path) -> Result<PathBuf> {
        let folder = folder_of(path)?;
        let top = top_of(&folder)?;
        for candidate in folder.ancestors() {
            if candidate.join(ROOT_FILE).is_file() || top.as_deref() == Some(candidate) {
                return Ok(candidate.to_path_buf());
            }
        }
        let here = absolute(Path::new("."))?;
        Ok(if folder.starts_with(&here) { here } else { folder })
    }

    /// Returns the folder of the project by which a path that somebody named is judged: the one that he stands in, where the
    /// path lies in that, else the one at the top of the path's repository. A file that lies on the way, which a change may
    /// have brought, never chooses it; a project of its own below counts where the configuration above lists it.
    ///
    /// # Errors
    /// Where a repository around it cannot be read.
    pub fn root_for(path: &Path) -> Result<PathBuf> {
        let folder = folder_of(path)?;
        let here = Self::root_of(Path::new("."))?;
        let root = if folder.starts_with(&here) {
            here
        } else {
            match top_of(&folder)? {
                Some(top) => top,
                None => return Self::root_of(path),
            }
        };
        super::nested::owner(&root, &folder)
    }

    /// Looks at the files of a folder on disk; what was before them is the last commit, if there is one.
    ///
    /// # Errors
    /// Where there is a repository around the folder that cannot be read.
    pub fn on_disk(root: PathBuf) -> Result<Self> {
        let repository = Repository::around(&root)?;
        let before = repository.as_ref().and_then(|repository| {
            let prefix = prefix_of(repository, &root)?;
            let head = repository.head()?;
            Some(Before { repository: repository.path().to_path_buf(), tree: head.tree, prefix })
        });
        Ok(Self { root, at: At::Disk, before })
    }

    /// Looks at what is staged: the files that the next commit will hold; what was before them is the last commit.
    ///
    /// # Errors
    /// Where there is no repository with a work tree around the folder.
    pub fn staged(root: PathBuf) -> Result<Self> {
        let on_disk = Self::on_disk(root)?;
        let store = on_disk.store()?.ok_or_else(|| {
            Error::cannot_judge(format!(
                "`{}` is not in a git repository, so nothing is staged",
                on_disk.root.display()
            ))
            .hint("`countersign check` without `--staged` judges the files as they are")
        })?;
        let at = At::Index { repository: store.repository.path().to_path_buf(), prefix: store.prefix };
        Ok(Self { at, ..on_disk })
    }

    /// Looks at the files of a folder on disk by themselves, whatever repository it lies in.
    pub fn apart(root: PathBuf) -> Self {
        Self { root, at: At::Disk, before: None }
    }

    /// Looks at the files of a folder on disk as files and no more: no repository around it is asked anything.
    pub fn alone(root: PathBuf) -> Self {
        Self { root, at: At::Alone, before: None }
    }

    /// Looks at a commit that is known already, under the name that people gave it.
    pub fn of_commit(root: &Path, repository: &Repository, commit: &Commit, name: String) -> Self {
        let prefix = prefix_of(repository, root).unwrap_or_default();
        let store = repository.path().to_path_buf();
        let before = commit.first_parent.and_then(|parent| repository.commit_by_id(parent));
        let before = before.map(|parent| Before {
            repository: store.clone(),
            tree: parent.tree,
            prefix: prefix.clone(),
        });
        let at = At::Commit { repository: store, tree: commit.tree, name, prefix };
        Self { root: root.to_path_buf(), at, before }
    }

    /// Looks at a commit of the repository that `path` lies in.
    ///
    /// # Errors
    /// Where there is no repository or no such revision.
    pub fn at(path: &Path, revision: &str) -> Result<Self> {
        let repository = Repository::around(path)?.ok_or_else(|| {
            Error::cannot_judge(format!(
                "`{}` is not in a git repository, so `{revision}` names nothing",
                path.display()
            ))
            .hint(
                "run it where the project was cloned; files as they are need no git: `countersign check FILE`, \
                 `countersign diff BEFORE.json AFTER.json`",
            )
        })?;
        let commit = repository.commit(revision)?;
        Ok(Self::of_commit(path, &repository, &commit, revision.to_owned()))
    }

    /// Looks at the project in a folder below this one, at the same state: of disk, or of the same commit.
    ///
    /// # Errors
    /// Where the repository cannot be read.
    pub fn below(&self, folder: &str) -> Result<Self> {
        let root = self.root.join(folder);
        let longer = |prefix: &str| format!("{prefix}{}/", folder.trim_end_matches('/'));
        let before = self.before.clone().map(|before| Before { prefix: longer(&before.prefix), ..before });
        match &self.at {
            At::Disk => Self::on_disk(root),
            At::Alone => Ok(Self::alone(root)),
            At::Index { repository, prefix } => {
                let at = At::Index { repository: repository.clone(), prefix: longer(prefix) };
                Ok(Self { root, at, before })
            }
            At::Commit { repository, tree, name, prefix } => {
                let (repository, name, prefix) = (repository.clone(), name.clone(), longer(prefix));
                Ok(Self { root, at: At::Commit { repository, tree: *tree, name, prefix }, before })
            }
        }
    }

    /// Looks at the same project at another commit: the same folder below the top, whatever lies there on disk.
    ///
    /// # Errors
    /// Where there is no repository or no such revision.
    pub fn earlier(&self, revision: &str) -> Result<Self> {
        let At::Commit { repository, prefix, .. } = &self.at else { return Self::at(&self.root, revision) };
        let opened = Repository::open(repository)?;
        let commit = opened.commit(revision)?;
        let at = At::Commit {
            repository: repository.clone(),
            tree: commit.tree,
            name: revision.to_owned(),
            prefix: prefix.clone(),
        };
        Ok(Self { root: self.root.clone(), at, before: None })
    }

    /// Returns the folder that paths are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns what is looked at, in words.
    pub fn name(&self) -> &str {
        match &self.at {
            At::Disk => "work tree",
            At::Alone => "files by themselves",
            At::Index { .. } => "what is staged",
            At::Commit { name, .. } => name,
        }
    }

    /// Returns whether the files are those on disk.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.at, At::Disk)
    }

    /// Returns whether the files are those of a commit.
    pub fn is_commit(&self) -> bool {
        matches!(self.at, At::Commit { .. })
    }

    /// Returns the work tree that a folder lies in; `None` if it lies in none that can be read.
    pub fn work_tree_around(folder: &Path) -> Option<PathBuf> {
        Repository::around(folder).ok()??.work_tree()
    }

    /// Returns where git stores the project, or nothing for a folder that lies in no work tree.
    ///
    /// # Errors
    /// Where the repository cannot be read, or its work tree is not where the project is.
    pub fn store(&self) -> Result<Option<Store>> {
        if matches!(self.at, At::Alone) {
            return Ok(None);
        }
        if let At::Index { repository, prefix } = &self.at {
            let repository = Repository::open(repository)?;
            return Ok(Some(Store { repository, tree: None, prefix: prefix.clone() }));
        }
        if let At::Commit { repository, tree, prefix, .. } = &self.at {
            let repository = Repository::open(repository)?;
            return Ok(Some(Store { repository, tree: Some(*tree), prefix: prefix.clone() }));
        }
        let found = Repository::around(&self.root)?;
        if found.as_ref().is_some_and(|repository| repository.denies_work_tree(&self.root)) {
            let root = self.root.display();
            return Err(Error::cannot_judge(format!(
                "`{root}` lies over a repository that is set to have no work tree"
            ))
            .because("its files on disk are then nobody's, and are not judged")
            .hint("`git config core.bare false` where this is the work tree; `--at REV` judges a commit"));
        }
        let Some(repository) = found.filter(|repository| repository.work_tree().is_some()) else {
            return Ok(None);
        };
        let prefix = prefix_of(&repository, &self.root).ok_or_else(|| {
            Error::cannot_judge(format!(
                "`{}` lies in a repository whose work tree is elsewhere",
                self.root.display()
            ))
            .hint("remove the setting `core.worktree`")
        })?;
        Ok(Some(Store { repository, tree: None, prefix }))
    }

    /// Opens the project for reading; each thread opens its own.
    ///
    /// # Errors
    /// Where the repository cannot be read.
    pub fn open(&self) -> Result<Reader<'_>> {
        let repository = match &self.at {
            At::Disk | At::Alone => None,
            At::Commit { repository, .. } | At::Index { repository, .. } => {
                Some(Repository::open(repository)?)
            }
        };
        let before = self.before.as_ref().filter(|_| repository.is_none());
        let before = before.map(|before| Repository::open(&before.repository)).transpose()?;
        Ok(Reader::of(self, repository, before))
    }
}

/// Returns the path of a folder below the top of its repository, with a final slash, empty for the top.
fn prefix_of(repository: &Repository, folder: &Path) -> Option<String> {
    let top = fs::canonicalize(repository.work_tree()?).ok()?;
    let below = fs::canonicalize(folder).ok()?.strip_prefix(&top).ok()?.to_str()?.replace('\\', "/");
    Some(if below.is_empty() { below } else { format!("{below}/") })
}

fn folder_of(path: &Path) -> Result<PathBuf> {
    let start = absolute(path)?;
    Ok(if start.is_dir() { start } else { start.parent().map(Path::to_path_buf).unwrap_or(start) })
}

/// Returns the top of the work tree that a folder lies in, if it lies in one.
fn top_of(folder: &Path) -> Result<Option<PathBuf>> {
    let top = Repository::around(folder)?.and_then(|repository| repository.work_tree());
    Ok(top.map(|top| fs::canonicalize(&top).unwrap_or(top)))
}

fn absolute(path: &Path) -> Result<PathBuf> {
    fs::canonicalize(path)
        .map_err(|error| Error::usage(format!("cannot open `{}`", path.display())).because(error))
}
