//! From one commit to the next: the files of the work tree and the index, as far as nobody else has changed them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::git::Id;

use super::{Pen, Step, cannot, refused, replace_from};
use crate::error::Result;

/// A file with its bytes before and after.
struct Move {
    path: String,
    full: PathBuf,
    from: Option<Id>,
    to: Option<Id>,
}

impl Pen<'_> {
    /// Brings files and index from `before` to `after`, wherever they still are as before and `now` agrees.
    pub(super) fn place(
        &self,
        before: Id,
        after: Id,
        now: Id,
        go_on: &mut dyn FnMut(Step) -> Result<()>,
    ) -> Result<()> {
        let moves = self.moves(before, after, now)?;
        go_on(Step::Files)?;
        for one in &moves {
            self.place_file(one)?;
        }
        go_on(Step::Index)?;
        self.place_in_index(&moves)
    }

    fn moves(&self, before: Id, after: Id, now: Id) -> Result<Vec<Move>> {
        let git = &self.repository.inner;
        let (old, new, head) = (self.tree_of(before)?, self.tree_of(after)?, self.tree_of(now)?);
        let diff = git.diff_tree_to_tree(Some(&old), Some(&new), None);
        let diff = diff.map_err(|error| refused("compare two commits", &error))?;
        let blob = |tree: &git2::Tree<'_>, path: &Path| tree.get_path(path).ok().map(|entry| entry.id());
        let mut moves = Vec::new();
        for delta in diff.deltas() {
            let Some(path) = delta.new_file().path().or(delta.old_file().path()) else { continue };
            let to = blob(&new, path).map(Id);
            if blob(&head, path).map(Id) != to {
                continue;
            }
            let name = path.to_string_lossy().replace('\\', "/");
            moves.push(Move { full: self.full(&name)?, path: name, from: blob(&old, path).map(Id), to });
        }
        Ok(moves)
    }

    fn place_file(&self, one: &Move) -> Result<()> {
        let there = fs::read(&one.full).ok();
        let is_as = |blob: Option<Id>| match (&there, blob) {
            (None, None) => true,
            (Some(bytes), Some(blob)) => {
                git2::Oid::hash_object(git2::ObjectType::Blob, bytes).is_ok_and(|id| id == blob.0)
            }
            _ => false,
        };
        if is_as(one.to) || !is_as(one.from) {
            return Ok(());
        }
        match one.to {
            Some(blob) => {
                let folder = one.full.parent().unwrap_or(&one.full);
                fs::create_dir_all(folder).map_err(|error| cannot("make", folder, &error))?;
                replace_from(self.repository.path(), &one.full, &self.repository.bytes(blob)?)
            }
            None => fs::remove_file(&one.full).map_err(|error| cannot("remove", &one.full, &error)),
        }
    }

    fn place_in_index(&self, moves: &[Move]) -> Result<()> {
        let failed = |error: git2::Error| {
            refused("write the index", &error)
                .hint("the commit is made; run the command again, and it writes the index too")
        };
        let mut index = self.repository.inner.index().map_err(failed)?;
        index.read(true).map_err(failed)?;
        for one in moves {
            let path = Path::new(&one.path);
            let staged = index.get_path(path, 0).map(|entry| Id(entry.id));
            if staged == one.to || staged != one.from {
                continue;
            }
            match one.to {
                Some(blob) => index.add(&entry(one, blob)).map_err(failed)?,
                None => index.remove(path, 0).map_err(failed)?,
            }
        }
        index.write().map_err(failed)
    }
}

/// Returns an entry of the index that git takes for unchanged.
fn entry(one: &Move, blob: Id) -> git2::IndexEntry {
    let mut entry = git2::IndexEntry {
        ctime: git2::IndexTime::new(0, 0),
        mtime: git2::IndexTime::new(0, 0),
        dev: 0,
        ino: 0,
        mode: 0o100_644,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: blob.0,
        flags: 0,
        flags_extended: 0,
        path: one.path.clone().into_bytes(),
    };
    describe(&mut entry, &one.full);
    entry
}

/// Notes in an entry what the file looks like, so that git need not read it again.
#[cfg(unix)]
fn describe(entry: &mut git2::IndexEntry, file: &Path) {
    use std::os::unix::fs::MetadataExt;
    let Ok(data) = fs::symlink_metadata(file) else { return };
    let time = |seconds: i64, nanos: i64| {
        git2::IndexTime::new(
            i32::try_from(seconds).unwrap_or_default(),
            u32::try_from(nanos).unwrap_or_default(),
        )
    };
    let low = |number: u64| u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
    entry.ctime = time(data.ctime(), data.ctime_nsec());
    entry.mtime = time(data.mtime(), data.mtime_nsec());
    entry.dev = low(data.dev());
    entry.ino = low(data.ino());
    entry.uid = data.uid();
    entry.gid = data.gid();
    entry.file_size = low(data.size());
}

#[cfg(not(unix))]
fn describe(_: &mut git2::IndexEntry, _: &Path) {}
