//! The files of a project, read by one thread: on disk, staged, or of a commit.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::snapshot::{At, Behind, File, Snapshot};
use crate::error::{Error, Result};
use crate::git::{self, Id, Repository};
use crate::source::Limits;

const MODE_LINK: i32 = 0o120_000;
const MODE_SUBMODULE: i32 = 0o160_000;
/// The longest target of a link that is looked at.
const LONGEST_TARGET: u64 = 4096;

/// A project opened for reading by one thread.
#[derive(Debug)]
pub struct Reader<'a> {
    world: &'a Snapshot,
    repository: Option<Repository>,
    /// Where the state before is, if not there too.
    before: Option<Repository>,
}

impl<'a> Reader<'a> {
    pub(super) fn of(
        world: &'a Snapshot,
        repository: Option<Repository>,
        before: Option<Repository>,
    ) -> Self {
        Self { world, repository, before }
    }
}

impl Reader<'_> {
    /// Returns all files below the given folders and at the given paths, in path order.
    ///
    /// # Errors
    /// Where a folder cannot be listed or holds too many files.
    pub fn files(&self, below: &[&str]) -> Result<Vec<File>> {
        let mut files = match (&self.world.at, &self.repository) {
            (At::Commit { tree, prefix, .. }, Some(repository)) => {
                of_commit(repository, *tree, prefix, below)?
            }
            (At::Index { prefix, .. }, Some(repository)) => of_index(repository, prefix, below)?,
            _ => self.of_disk(below)?,
        };
        files.sort_by(|left, right| left.path.cmp(&right.path));
        files.dedup_by(|left, right| left.path == right.path);
        Ok(files)
    }

    /// Returns the file at this path, if there is one.
    ///
    /// # Errors
    /// Where it cannot be looked at.
    pub fn file(&self, path: &str) -> Result<Option<File>> {
        Ok(self.files(&[path])?.into_iter().find(|file| file.path == path))
    }

    /// Says what a file is behind which more files may lie: a submodule, or a link that leads to a folder or out of sight.
    ///
    /// # Errors
    /// Where the target of a link cannot be read.
    pub fn behind(&self, file: &File) -> Result<Option<&'static str>> {
        Ok(match file.behind {
            None => None,
            Some(Behind::Submodule) => Some("a submodule"),
            Some(Behind::Repository) => Some("a repository of its own"),
            Some(Behind::Link) => (!self.leads_to_file(file)?).then_some("a link"),
        })
    }

    fn leads_to_file(&self, link: &File) -> Result<bool> {
        let (At::Commit { tree, prefix, .. }, Some(repository), Some(blob)) =
            (&self.world.at, &self.repository, link.blob)
        else {
            return Ok(self.world.root.join(&link.path).is_file());
        };
        let Some(target) = repository.bytes_within(blob, LONGEST_TARGET)? else { return Ok(false) };
        let Ok(target) = String::from_utf8(target) else { return Ok(false) };
        let whole = format!("{prefix}{}", link.path);
        let mut parts: Vec<&str> = whole.split('/').collect();
        parts.pop();
        for part in target.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()),
                part => parts.push(part),
            }
        }
        let found = repository.file(*tree, &parts.join("/"))?;
        Ok(!target.starts_with('/') && found.is_some_and(|entry| entry.mode & 0o170_000 == 0o100_000))
    }

    /// Returns the first link among the folders on the way to a folder on disk, the folder itself not counted.
    ///
    /// # Errors
    /// Where one of them cannot be looked at.
    pub fn linked_above(&self, folder: &str) -> Result<Option<String>> {
        if self.repository.is_some() {
            return Ok(None); // In a commit no path leads through a link.
        }
        for (end, _) in folder.match_indices('/') {
            let above = &folder[..end];
            if metadata(&self.world.root.join(above))?.is_some_and(|data| data.is_symlink()) {
                return Ok(Some(above.to_owned()));
            }
        }
        Ok(None)
    }

    /// Returns the names of what lies at the root, folders among it.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn names(&self) -> Result<Vec<String>> {
        if let At::Index { .. } = &self.world.at {
            let top = |file: File| file.path.split('/').next().unwrap_or_default().to_owned();
            let names: std::collections::BTreeSet<String> = self.files(&[""])?.into_iter().map(top).collect();
            return Ok(names.into_iter().collect());
        }
        if let (At::Commit { tree, prefix, .. }, Some(repository)) = (&self.world.at, &self.repository) {
            let Some(folder) = repository.folder(*tree, prefix)? else { return Ok(Vec::new()) };
            return Ok(repository.entries(folder)?.into_iter().map(|entry| entry.path).collect());
        }
        let root = &self.world.root;
        let cannot = |error: std::io::Error| {
            Error::cannot_judge(format!("cannot list `{}`", root.display())).because(error)
        };
        let listed = fs::read_dir(root).map_err(cannot)?;
        let names = listed.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()));
        names.collect::<std::io::Result<Vec<String>>>().map_err(cannot)
    }

    /// Returns the files of one name in the folders above the root, down from the top of the repository, each with the path
    /// of its folder from there: `""`, then `clients/`.
    ///
    /// # Errors
    /// Where one of them cannot be read.
    pub fn above(&self, name: &str) -> Result<Vec<(String, Vec<u8>)>> {
        let Some(prefix) = self.prefix()? else { return Ok(Vec::new()) };
        let ends = prefix.match_indices('/').map(|(at, _)| at + 1);
        let folders =
            std::iter::once(0).chain(ends).filter(|end| *end < prefix.len()).map(|end| &prefix[..end]);
        let mut found = Vec::new();
        for folder in folders {
            if let Some(bytes) = self.bytes_above(&prefix, folder, name)? {
                found.push((folder.to_owned(), bytes));
            }
        }
        Ok(found)
    }

    /// Returns the path of the root from the top of its repository, with a final slash; None outside of one.
    ///
    /// # Errors
    /// Where the repository cannot be read.
    pub fn prefix(&self) -> Result<Option<String>> {
        Ok(match &self.world.at {
            At::Commit { prefix, .. } | At::Index { prefix, .. } => Some(prefix.clone()),
            At::Disk | At::Alone => self.world.store()?.map(|store| store.prefix),
        })
    }

    fn bytes_above(&self, prefix: &str, folder: &str, name: &str) -> Result<Option<Vec<u8>>> {
        if let (At::Commit { tree, .. }, Some(repository)) = (&self.world.at, &self.repository) {
            let entry = repository.file(*tree, &format!("{folder}{name}"))?;
            return entry.map(|entry| repository.bytes(entry.blob)).transpose();
        }
        let steps = prefix[folder.len()..].matches('/').count();
        let Some(above) = self.world.root.ancestors().nth(steps) else { return Ok(None) };
        match fs::read(above.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Error::cannot_judge(format!("cannot read `{folder}{name}`")).because(error)),
        }
    }

    /// Returns a file's bytes, at most `limit` and one more.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn read(&self, file: &File, limit: u64) -> Result<Vec<u8>> {
        if !file.is_plain {
            let message = format!("`{}` is a link, a pipe, a submodule or executable", file.path);
            return Err(
                Error::cannot_judge(message).hint("put an ordinary file in its place; nothing else is read")
            );
        }
        if let (Some(repository), Some(blob)) = (&self.repository, file.blob) {
            return repository.bytes(blob);
        }
        let path = self.world.root.join(&file.path);
        let cannot = |error: std::io::Error| {
            Error::cannot_judge(format!("cannot read `{}`", file.path)).because(error)
        };
        let mut bytes = Vec::with_capacity(usize::try_from(file.size.min(limit)).unwrap_or_default() + 1);
        let opened = fs::File::open(&path).map_err(cannot)?;
        opened.take(limit + 1).read_to_end(&mut bytes).map_err(cannot)?;
        Ok(bytes)
    }

    /// Returns the bytes that a file had before, or nothing where they are the same or there are none.
    ///
    /// # Errors
    /// Where there are some, and they cannot be read.
    pub fn before(&self, file: &File, now: &[u8]) -> Result<Option<Vec<u8>>> {
        let repository = self.repository.as_ref().or(self.before.as_ref());
        let Some((repository, before)) = repository.zip(self.world.before.as_ref()) else { return Ok(None) };
        let entry = repository.file(before.tree, &format!("{}{}", before.prefix, file.path))?;
        let is_other = |entry: &git::Entry| file.blob != Some(entry.blob) && entry.mode == 0o100_644;
        let Some(entry) = entry.filter(is_other) else { return Ok(None) };
        let bytes = repository.bytes_within(entry.blob, Limits::MATRIX.bytes)?;
        Ok(bytes.filter(|bytes| bytes != now))
    }

    fn of_disk(&self, below: &[&str]) -> Result<Vec<File>> {
        let mut files = Vec::new();
        for folder in below {
            self.walk(folder.trim_end_matches('/'), 0, &mut files)?;
        }
        Ok(files)
    }

    fn walk(&self, path: &str, depth: usize, files: &mut Vec<File>) -> Result<()> {
        let full = if path.is_empty() { self.world.root.clone() } else { self.world.root.join(path) };
        let Some(metadata) = metadata(&full)? else { return Ok(()) };
        if !metadata.is_dir() {
            let is_plain = metadata.is_file();
            let size = if is_plain { metadata.len() } else { 0 };
            let behind = metadata.is_symlink().then_some(Behind::Link);
            files.push(File { path: path.to_owned(), size, is_plain, behind, blob: None });
            return Ok(());
        }
        if depth > git::DEEPEST || files.len() > git::MOST_ENTRIES {
            return Err(Error::cannot_judge(format!("`{path}` holds too many files or folders to look at")));
        }
        let cannot = |error: std::io::Error| {
            Error::cannot_judge(format!("cannot list `{}`", full.display())).because(error)
        };
        for entry in fs::read_dir(&full).map_err(cannot)? {
            let name = entry.map_err(cannot)?.file_name();
            let Some(name) = name.to_str() else {
                return Err(Error::cannot_judge(format!("a file name in `{path}` is not UTF-8")));
            };
            if name == ".git" && !path.is_empty() {
                let behind = Some(Behind::Repository);
                files.push(File { path: path.to_owned(), size: 0, is_plain: false, behind, blob: None });
            }
            if name == ".git" || (path.is_empty() && name == "target") {
                continue;
            }
            let below = if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
            self.walk(&below, depth + 1, files)?;
        }
        Ok(())
    }
}

/// Returns what lies at a path, if anything does.
fn metadata(path: &Path) -> Result<Option<fs::Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(Error::cannot_judge(format!("cannot look at `{}`", path.display())).because(error)),
    }
}

fn of_index(repository: &Repository, prefix: &str, below: &[&str]) -> Result<Vec<File>> {
    let is_below = |path: &str, folder: &str| {
        let folder = folder.trim_end_matches('/');
        folder.is_empty()
            || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let wanted = |path: &str| {
        path.strip_prefix(prefix).is_some_and(|path| below.iter().any(|folder| is_below(path, folder)))
    };
    let entries = repository.staged(wanted)?;
    entries
        .into_iter()
        .map(|entry| of_entry(repository, prefix, &entry))
        .filter_map(Result::transpose)
        .collect()
}

fn of_commit(repository: &Repository, tree: Id, prefix: &str, below: &[&str]) -> Result<Vec<File>> {
    let mut files = Vec::new();
    let below: Vec<String> = below.iter().map(|folder| format!("{prefix}{folder}")).collect();
    for entry in repository.files(tree, &below)? {
        files.extend(of_entry(repository, prefix, &entry)?);
    }
    Ok(files)
}

/// Takes an entry of a tree or of the index as a file of a project; None if it lies elsewhere.
fn of_entry(repository: &Repository, prefix: &str, entry: &git::Entry) -> Result<Option<File>> {
    let Some(path) = entry.path.strip_prefix(prefix) else { return Ok(None) };
    let is_plain = entry.mode == 0o100_644;
    let size = if is_plain { repository.size(entry.blob, Limits::OTHER.bytes)? } else { 0 };
    let behind = match entry.mode {
        MODE_LINK => Some(Behind::Link),
        MODE_SUBMODULE => Some(Behind::Submodule),
        _ => None,
    };
    Ok(Some(File { path: path.to_owned(), size, is_plain, behind, blob: Some(entry.blob) }))
}
