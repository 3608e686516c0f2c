//! History: which commit changed which files of a folder. It decides nothing; it tells who recorded what.

use std::collections::BTreeSet;

use crate::git::Id;
use git2::{Delta, DiffOptions, Tree};

use super::{Commit, Repository};
use crate::error::{Error, Result};

/// A commit with one parent, or the first of all, that changed files of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The commit.
    pub id: Id,
    /// Its message, as it is stored.
    pub message: Vec<u8>,
    /// Every file that it added, in the folder or not.
    pub added: BTreeSet<String>,
    /// Every file that it altered or removed.
    pub altered: BTreeSet<String>,
}

impl Repository {
    /// Refuses a repository in which somebody gave commits other parents than they have.
    ///
    /// # Errors
    /// Where there is a file of grafts.
    pub fn refuse_grafts(&self) -> Result<()> {
        if !self.inner.commondir().join("info/grafts").exists() {
            return Ok(());
        }
        Err(Error::cannot_judge("the repository has `info/grafts`, which gives commits other parents")
            .hint("delete `.git/info/grafts` and try again"))
    }

    /// Returns the commits among the last `most` before `head` that changed files of a folder, newest first.
    ///
    /// Merges are left out, and so is what the clone does not hold.
    pub fn changes_below(&self, head: Id, folder: &str, most: usize) -> Vec<Change> {
        let Ok(mut walk) = self.inner.revwalk() else { return Vec::new() };
        if walk.push(head.0).is_err() {
            return Vec::new();
        }
        walk.take(most)
            .map_while(std::result::Result::ok)
            .filter_map(|id| self.change(Id(id), folder))
            .collect()
    }

    /// Returns the subjects of the commits after `from` up to `to` that changed one of some files, the oldest first,
    /// each with its day and the start of its id; at most `most` commits are looked at.
    ///
    /// Merges are left out, and so is what the clone does not hold.
    pub fn subjects(&self, from: Id, to: Id, files: &[String], most: usize) -> Vec<String> {
        let Ok(mut walk) = self.inner.revwalk() else { return Vec::new() };
        if walk.push(to.0).is_err() || walk.hide(from.0).is_err() {
            return Vec::new();
        }
        let commits = walk.take(most).map_while(std::result::Result::ok);
        let folder = folder_of(files);
        let mut said: Vec<String> = commits.filter_map(|id| self.subject(Id(id), files, folder)).collect();
        said.reverse();
        said
    }

    /// Says it of one commit; most leave the folder of all files as it was, and then no file is looked at.
    fn subject(&self, id: Id, files: &[String], folder: &str) -> Option<String> {
        let found = self.inner.find_commit(id.0).ok().filter(|commit| commit.parent_count() <= 1)?;
        let commit = self.commit_by_id(id)?;
        let before = commit.first_parent.and_then(|parent| self.commit_by_id(parent));
        let below = |commit: &Commit| self.folder(commit.tree, folder).ok().flatten();
        if below(&commit).is_some_and(|folder| before.as_ref().and_then(below) == Some(folder)) {
            return None;
        }
        let blob = |tree: Id, file: &String| self.file(tree, file).ok().flatten().map(|entry| entry.blob);
        let differs = |file: &String| {
            blob(commit.tree, file) != before.as_ref().and_then(|before| blob(before.tree, file))
        };
        let message = super::line::decoded(&found, found.message_raw_bytes());
        let subject = message.lines().next().unwrap_or_default();
        files.iter().any(differs).then(|| format!("{subject} ({})", self.tell(&commit)))
    }

    fn change(&self, id: Id, folder: &str) -> Option<Change> {
        let commit = self.inner.find_commit(id.0).ok()?;
        let parent = match commit.parent_count() {
            0 if self.is_shallow() => return None,
            0 => None,
            1 => Some(commit.parent(0).ok()?.tree().ok()?),
            _ => return None,
        };
        let tree = commit.tree().ok()?;
        let objects = self.objects().ok()?;
        let below = |tree: &Tree<'_>| objects.entry_at(Id(tree.id()), folder).ok();
        if parent.as_ref().map_or(Some(None), below)? == below(&tree)? {
            return None;
        }
        let mut options = DiffOptions::new();
        options.ignore_submodules(true).skip_binary_check(true);
        let diff = self.inner.diff_tree_to_tree(parent.as_ref(), Some(&tree), Some(&mut options)).ok()?;
        let (mut added, mut altered) = (BTreeSet::new(), BTreeSet::new());
        for delta in diff.deltas() {
            let file = if delta.status() == Delta::Deleted { delta.old_file() } else { delta.new_file() };
            let path = String::from_utf8_lossy(file.path_bytes()?).into_owned();
            if delta.status() == Delta::Added {
                added.insert(path)
            } else {
                altered.insert(path)
            };
        }
        Some(Change { id, message: commit.message_raw_bytes().to_vec(), added, altered })
    }
}

/// Returns the innermost folder that all files lie in; the empty path where that is the top.
fn folder_of(files: &[String]) -> &str {
    let folder = |file: &'_ str| file.rsplit_once('/').map_or(0, |(folder, _)| folder.len());
    let Some(first) = files.first() else { return "" };
    let mut common = &first[..folder(first)];
    for file in files {
        while !common.is_empty() && !file.strip_prefix(common).is_some_and(|rest| rest.starts_with('/')) {
            common = &common[..folder(common)];
        }
    }
    common
}

#[cfg(test)]
mod tests {
    use super::folder_of;

    #[test]
    fn the_folder_of_files_is_the_innermost_that_holds_all() {
        let folder = |files: &[&str]| {
            let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
            folder_of(&files).to_owned()
        };
        assert_eq!(folder(&["matrices/a/one.json", "matrices/ab/two.json"]), "matrices");
        assert_eq!(folder(&["matrices/a/one.json", "matrices/a/two.json"]), "matrices/a");
        assert_eq!(folder(&["matrices/a.json"]), "matrices");
        assert_eq!(folder(&["matrices/a.json", "b.json"]), "");
        assert_eq!(folder(&["a/b", "ab/b"]), "");
        assert_eq!(folder(&[]), "");
    }
}
