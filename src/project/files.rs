//! The files that sign-offs are judged by: those of `trust/` and `signoffs/`, as git stores them.
//!
//! In a repository these are the blobs of a commit or of the index, never copies in the work tree; outside one they
//! are the files. Nothing larger than its format allows is read.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::git::Id;

use super::Snapshot;
use crate::error::{Error, Result};
use crate::git::{Entry, Repository};
use crate::trust::canonical::{MOST_BYTES, MOST_MATRIX_BYTES};
use crate::trust::{Blob, MOST_ENTRIES, Tree};

/// The folders that sign-offs lie in.
const FOLDERS: [&str; 2] = ["trust", "signoffs"];
/// The most entries over all folders.
const MOST_IN_ALL: usize = 1 << 20;
/// The most bytes over all files: they are held in memory while they are judged.
const MOST_BYTES_IN_ALL: u64 = 1 << 30;
/// The deepest folder that is looked into; nothing of ours lies deeper than four.
const DEEPEST: usize = 8;

const PLAIN: u32 = 0o100_644;
const EXECUTABLE: u32 = 0o100_755;
const LINK: u32 = 0o120_000;
const FOLDER: u32 = 0o040_000;

/// Returns the files that sign-offs are judged by, with paths relative to the root of the project.
///
/// # Errors
/// Where a file cannot be read or a folder holds more entries than we look at.
pub fn signed_files(world: &Snapshot) -> Result<Tree> {
    let Some(store) = world.store()? else { return of_disk(world.root()) };
    let entries = match store.tree {
        Some(tree) => of_commit(&store.repository, tree, &store.prefix)?,
        None => {
            let own = |path: &str| path.strip_prefix(&store.prefix).is_some_and(is_ours);
            let staged = store.repository.staged(own)?.into_iter();
            staged.map(|entry| Entry { path: entry.path[store.prefix.len()..].to_owned(), ..entry }).collect()
        }
    };
    bound(&entries)?;
    Blobs { repository: &store.repository, read: BTreeMap::new(), room: MOST_BYTES_IN_ALL }.all(&entries)
}

/// Says whether a path lies where sign-offs lie, also on a disk that folds case.
fn is_ours(path: &str) -> bool {
    let top = path.split('/').next().unwrap_or_default();
    FOLDERS.iter().any(|ours| top.eq_ignore_ascii_case(ours))
}

/// Returns the entries of a commit, bounded while they are listed: a tree can hold itself many times over.
fn of_commit(repository: &Repository, tree: Id, prefix: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let Some(top) = repository.folder(tree, prefix.trim_end_matches('/'))? else { return Ok(entries) };
    let ours = repository.entries(top)?.into_iter().filter(|entry| is_ours(&entry.path));
    for entry in ours {
        descend(repository, entry, 1, &mut entries)?;
    }
    Ok(entries)
}

fn descend(repository: &Repository, entry: Entry, depth: usize, entries: &mut Vec<Entry>) -> Result<()> {
    if mode(&entry) != FOLDER || depth > DEEPEST {
        entries.push(entry);
        return Ok(());
    }
    let below = repository.entries(entry.blob)?;
    if below.len() > MOST_ENTRIES || entries.len() > MOST_IN_ALL {
        return Err(too_many(&entry.path, below.len()));
    }
    for one in below {
        let path = format!("{}/{}", entry.path, one.path);
        descend(repository, Entry { path, ..one }, depth + 1, entries)?;
    }
    Ok(())
}

fn bound(entries: &[Entry]) -> Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry(entry.path.rsplit_once('/').map_or("", |(folder, _)| folder)).or_default() += 1;
    }
    match counts.into_iter().find(|(_, count)| *count > MOST_ENTRIES) {
        Some((folder, count)) => Err(too_many(folder, count)),
        None if entries.len() > MOST_IN_ALL => Err(too_many("", entries.len())),
        None => Ok(()),
    }
}

fn too_many(folder: &str, count: usize) -> Error {
    let message = format!("`{}` holds {count} files, more than we look at", folder.escape_debug());
    Error::cannot_judge(message).hint("remove what does not belong there")
}

/// Takes bytes from the room that is left.
fn take(room: u64, bytes: u64) -> Result<u64> {
    room.checked_sub(bytes).ok_or_else(|| {
        let most = MOST_BYTES_IN_ALL >> 20;
        Error::cannot_judge(format!("`trust` and `signoffs` hold more than {most} MiB, more than we look at"))
            .hint("remove what does not belong there")
    })
}

fn mode(entry: &Entry) -> u32 {
    u32::try_from(entry.mode).unwrap_or_default()
}

/// Returns the most bytes that the file at a path may have.
fn most_bytes(path: &str) -> usize {
    if path.ends_with("/matrix.json") { MOST_MATRIX_BYTES } else { MOST_BYTES }
}

/// Returns what stands for bytes that are too many to be read: one more than allowed, so that they are refused.
fn too_large(most: usize, fillers: &mut BTreeMap<usize, Arc<[u8]>>) -> Arc<[u8]> {
    Arc::clone(fillers.entry(most).or_insert_with(|| vec![0; most + 1].into()))
}

struct Blobs<'a> {
    repository: &'a Repository,
    read: BTreeMap<Id, Arc<[u8]>>,
    /// How many bytes may still be read.
    room: u64,
}

impl Blobs<'_> {
    fn all(mut self, entries: &[Entry]) -> Result<Tree> {
        let mut fillers = BTreeMap::new();
        let mut tree = Tree::new();
        for entry in entries {
            let bytes = self.bytes(entry, &mut fillers)?;
            if tree.insert(entry.path.clone(), Blob { mode: mode(entry), bytes }).is_some() {
                let message = format!("`{}` is there twice in one tree", entry.path.escape_debug());
                return Err(Error::cannot_judge(message).hint("`git fsck` names the malformed object"));
            }
        }
        Ok(tree)
    }

    fn bytes(&mut self, entry: &Entry, fillers: &mut BTreeMap<usize, Arc<[u8]>>) -> Result<Arc<[u8]>> {
        let most = most_bytes(&entry.path);
        if mode(entry) != PLAIN {
            return Ok(Arc::default());
        }
        if let Some(bytes) = self.read.get(&entry.blob).filter(|bytes| bytes.len() <= most) {
            // One blob under many names costs memory once, and time for every name.
            self.room = take(self.room, bytes.len() as u64)?;
            return Ok(Arc::clone(bytes));
        }
        let size = self.repository.size(entry.blob, most as u64)?;
        if size > most as u64 {
            return Ok(too_large(most, fillers));
        }
        self.room = take(self.room, size)?;
        let bytes: Arc<[u8]> = self.repository.bytes(entry.blob)?.into();
        self.read.insert(entry.blob, Arc::clone(&bytes));
        Ok(bytes)
    }
}

/// Reads the files of a folder that is in no repository.
fn of_disk(root: &Path) -> Result<Tree> {
    let mut disk = Disk { root, tree: Tree::new(), fillers: BTreeMap::new(), room: MOST_BYTES_IN_ALL };
    for name in names(root)?.into_iter().filter(|name| is_ours(name)) {
        disk.walk(name, 1)?;
    }
    Ok(disk.tree)
}

struct Disk<'a> {
    root: &'a Path,
    tree: Tree,
    fillers: BTreeMap<usize, Arc<[u8]>>,
    /// How many bytes may still be read.
    room: u64,
}

impl Disk<'_> {
    fn walk(&mut self, path: String, depth: usize) -> Result<()> {
        let full = self.root.join(&path);
        let data = fs::symlink_metadata(&full).map_err(|error| unreadable(&full, &error))?;
        if data.is_dir() && depth <= DEEPEST {
            let below = names(&full)?;
            if below.len() > MOST_ENTRIES || self.tree.len() > MOST_IN_ALL {
                return Err(too_many(&path, below.len()));
            }
            return below.into_iter().try_for_each(|name| self.walk(format!("{path}/{name}"), depth + 1));
        }
        let mode = mode_of(&data);
        let bytes = if mode == PLAIN { self.bytes(&full, &path)? } else { Arc::default() };
        self.tree.insert(path, Blob { mode, bytes });
        Ok(())
    }

    fn bytes(&mut self, full: &Path, path: &str) -> Result<Arc<[u8]>> {
        let most = most_bytes(path);
        let mut bytes = Vec::new();
        let read = fs::File::open(full).and_then(|file| file.take(most as u64 + 1).read_to_end(&mut bytes));
        read.map_err(|error| unreadable(full, &error))?;
        if bytes.len() > most {
            return Ok(too_large(most, &mut self.fillers));
        }
        self.room = take(self.room, bytes.len() as u64)?;
        Ok(bytes.into())
    }
}

fn names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
        let name = entry.map_err(|error| unreadable(folder, &error))?.file_name();
        match name.into_string() {
            Ok(name) => names.push(name),
            Err(name) => {
                let name = name.to_string_lossy().into_owned();
                return Err(Error::cannot_judge(format!("the file name `{name}` is not UTF-8")));
            }
        }
        if names.len() > MOST_IN_ALL {
            return Err(too_many(&folder.display().to_string(), names.len()));
        }
    }
    names.sort_unstable();
    Ok(names)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::cannot_judge(format!("cannot read `{}`", path.display())).because(error)
}

fn mode_of(data: &fs::Metadata) -> u32 {
    if data.is_symlink() {
        LINK
    } else if data.is_dir() {
        FOLDER
    } else if !data.is_file() {
        0
    } else if is_executable(data) {
        EXECUTABLE
    } else {
        PLAIN
    }
}

#[cfg(unix)]
fn is_executable(data: &fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    data.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::{MOST_BYTES_IN_ALL, take};

    #[test]
    fn what_is_read_has_a_bound() {
        let left = take(MOST_BYTES_IN_ALL, MOST_BYTES_IN_ALL - 1).expect("there is room");
        assert_eq!(left, 1);
        let error = take(left, 2).expect_err("there is no room");
        assert!(error.message.contains("more than 1024 MiB"), "{}", error.message);
    }
}
