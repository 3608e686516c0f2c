//! Objects as they are stored, for walks over many of them: trees are searched in place, and blobs are not copied.

use std::cell::RefCell;
use std::io::{self, Read};
use std::ops::Deref;

use crate::git::Id;
use git2::{ObjectType, Odb, OdbObject};

use super::packfile::{Damaged, Packs};
use super::{MODE_TREE, Repository, missing};
use crate::error::{Error, Result};

/// The objects of a repository.
pub struct Objects<'r> {
    repository: &'r Repository,
    odb: Odb<'r>,
    /// The tree that a path was last looked up in.
    top: RefCell<Option<(Id, Vec<u8>)>>,
}

/// The bytes of a blob.
pub struct Blob<'o>(OdbObject<'o>);

impl std::fmt::Debug for Objects<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Objects").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Blob<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blob").field("length", &self.len()).finish()
    }
}

impl Deref for Blob<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.data()
    }
}

impl Repository {
    /// Opens the objects for reading.
    ///
    /// # Errors
    /// Where there are none.
    pub fn objects(&self) -> Result<Objects<'_>> {
        let odb = self.inner.odb().map_err(|error| missing("the object database", &error))?;
        Ok(Objects { repository: self, odb, top: RefCell::new(None) })
    }

    /// Returns the packs, which all who ask this repository share.
    fn packs(&self) -> &RefCell<Packs> {
        self.packs.get_or_init(|| RefCell::new(Packs::of(&self.inner.commondir().join("objects"))))
    }
}

impl Objects<'_> {
    /// Returns the mode and the object at a path below a tree, if there is one; the empty path is the tree itself.
    ///
    /// # Errors
    /// Where the clone does not hold a tree on the way, or it cannot be read.
    pub fn entry_at(&self, tree: Id, path: &str) -> Result<Option<(i32, Id)>> {
        let mut found = (MODE_TREE, tree);
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if found.0 != MODE_TREE {
                return Ok(None);
            }
            let next = if found.1 == tree { self.at_top(tree, name)? } else { self.below(found.1, name)? };
            match next {
                Some(next) => found = next,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    fn below(&self, tree: Id, name: &str) -> Result<Option<(i32, Id)>> {
        find(tree, &self.tree(tree)?, name)
    }

    /// Returns an entry of the tree that paths begin with, which is kept: walks ask it for several paths.
    fn at_top(&self, tree: Id, name: &str) -> Result<Option<(i32, Id)>> {
        let mut top = self.top.borrow_mut();
        match top.as_ref().filter(|(known, _)| *known == tree) {
            Some((_, known)) => find(tree, known, name),
            None => find(tree, &top.insert((tree, self.tree(tree)?)).1, name),
        }
    }

    fn tree(&self, id: Id) -> Result<Vec<u8>> {
        Ok(self.read(id, ObjectType::Tree, "a tree")?.data().to_vec())
    }

    /// Returns the object of the file at a path below a tree, if there is one.
    ///
    /// # Errors
    /// Where the clone does not hold a tree on the way, or it cannot be read.
    pub fn blob_at(&self, tree: Id, path: &str) -> Result<Option<Id>> {
        let found = self.entry_at(tree, path)?;
        Ok(found.filter(|(mode, _)| *mode != MODE_TREE).map(|(_, object)| object))
    }

    /// Returns how many bytes a blob has, without reading it.
    ///
    /// Up to so many are taken on trust, for whoever reads the blob will see. Of a damaged one any number may be claimed,
    /// and it must not pass for one that is too large to be read.
    ///
    /// # Errors
    /// Where the clone does not hold it, or it is damaged.
    pub fn size(&self, blob: Id, on_trust: u64) -> Result<u64> {
        // libgit2 makes up the size of a damaged delta, and a kind that git2 does not expect.
        if let Some(size) = self.repository.packs().borrow_mut().size(blob, on_trust) {
            return size.map_err(|Damaged| damaged(blob));
        }
        let Ok((loose, size, _)) = self.odb.reader(blob.0) else {
            let read = self.odb.read(blob.0).map_err(|error| lost(blob, &error))?;
            return Ok(read.len() as u64);
        };
        let size = size as u64;
        let holds =
            || io::copy(&mut loose.take(on_trust.saturating_add(1)), &mut io::sink()).unwrap_or_default();
        if size <= on_trust || holds() > on_trust { Ok(size) } else { Err(damaged(blob)) }
    }

    /// Returns the bytes of a blob, or nothing where it has more than so many; then it is not read.
    ///
    /// # Errors
    /// Where the clone does not hold it, or it is damaged.
    pub fn blob_within(&self, blob: Id, most: u64) -> Result<Option<Blob<'_>>> {
        if self.size(blob, most)? > most {
            return Ok(None);
        }
        self.odb.read(blob.0).map(|object| Some(Blob(object))).map_err(|error| lost(blob, &error))
    }

    /// Returns the tree and the first parent of a commit.
    pub(super) fn links(&self, id: Id) -> std::result::Result<(Id, Option<Id>), git2::Error> {
        let commit = self.odb.read(id.0)?;
        let mut lines = commit.data().split(|byte| *byte == b'\n');
        let tree = lines.next().filter(|_| commit.kind() == ObjectType::Commit);
        let tree = tree.and_then(|line| named(line, "tree "));
        let tree = tree.ok_or_else(|| git2::Error::from_str("it is no commit"))?;
        Ok((tree, lines.next().and_then(|line| named(line, "parent "))))
    }

    fn read(&self, id: Id, kind: ObjectType, what: &str) -> Result<OdbObject<'_>> {
        let object = self.odb.read(id.0).map_err(|error| missing(what, &error))?;
        if object.kind() == kind { Ok(object) } else { Err(unreadable(id)) }
    }
}

fn lost(blob: Id, error: &git2::Error) -> Error {
    missing(&format!("blob {blob}"), error)
}

fn damaged(blob: Id) -> Error {
    Error::cannot_judge(format!("blob {blob} is damaged: it is not as long as it claims"))
        .hint("`git fsck` names what is damaged; clone again, or `git fetch --refetch`")
}

fn find(id: Id, tree: &[u8], name: &str) -> Result<Option<(i32, Id)>> {
    match entry(tree, name.as_bytes()) {
        Ok(found) => Ok(found),
        Err(Malformed::Unreadable) => Err(unreadable(id)),
        Err(Malformed::Twice) => Err(super::there_twice(name)),
    }
}

/// What is wrong with a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Malformed {
    /// It is none.
    Unreadable,
    /// It names something twice.
    Twice,
}

impl<T> From<T> for Malformed
where
    T: std::error::Error,
{
    fn from(_: T) -> Self {
        Self::Unreadable
    }
}

/// Returns the mode and the object of the entry with this name; an error where the tree is none, or has two of it.
fn entry(mut tree: &[u8], name: &[u8]) -> std::result::Result<Option<(i32, Id)>, Malformed> {
    const NONE: Malformed = Malformed::Unreadable;
    let mut found = None;
    while !tree.is_empty() {
        let space = memchr::memchr(b' ', tree).ok_or(NONE)?;
        let end = memchr::memchr(0, tree).filter(|end| *end > space).ok_or(NONE)?;
        let id = tree.get(end + 1..end + 21).ok_or(NONE)?;
        if tree[space + 1..end] == *name {
            let mode = i32::from_str_radix(str::from_utf8(&tree[..space])?, 8)?;
            if found.replace((mode, Id(git2::Oid::from_bytes(id)?))).is_some() {
                return Err(Malformed::Twice);
            }
        }
        tree = &tree[end + 21..];
    }
    Ok(found)
}

/// Returns the id that a line of a commit names.
fn named(line: &[u8], word: &str) -> Option<Id> {
    let id = str::from_utf8(line.strip_prefix(word.as_bytes())?).ok()?;
    git2::Oid::from_str(id).ok().map(Id)
}

fn unreadable(id: Id) -> Error {
    Error::cannot_judge(format!("the object {id} of this repository cannot be read"))
        .hint("`git fsck` shows what is damaged")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_found_and_what_is_no_tree_is_an_error() {
        let tree = [&b"100644 a b\0"[..], &[1; 20], b"40000 b\0", &[2; 20]].concat();
        assert_eq!(entry(&tree, b"a b"), Ok(Some((0o100_644, Id(git2::Oid::from_bytes(&[1; 20]).unwrap())))));
        assert_eq!(entry(&tree, b"b"), Ok(Some((MODE_TREE, Id(git2::Oid::from_bytes(&[2; 20]).unwrap())))));
        assert_eq!(entry(&tree, b"a"), Ok(None));
        for length in (1..tree.len()).filter(|length| *length != 31) {
            assert_eq!(entry(&tree[..length], b"c"), Err(Malformed::Unreadable), "{length} bytes");
        }
        assert_eq!(
            entry(b"x b\0aaaaaaaaaaaaaaaaaaaa", b"b"),
            Err(Malformed::Unreadable),
            "a mode is a number"
        );
        assert_eq!(entry(&[tree.clone(), tree].concat(), b"b"), Err(Malformed::Twice), "a folder twice");
    }
}
