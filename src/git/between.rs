//! What differs between two trees, and how two commits are related.

use git2::{Delta, DiffOptions};

use super::{Commit, Id, Repository};
use crate::error::{Error, Result};

/// The most changed files that are listed.
const MOST_TOUCHED: usize = 100_000;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It came.
    Added,
    /// It is another.
    Altered,
    /// It went.
    Removed,
}

/// A file that differs between two trees.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touched {
    /// Its path from the top of the repository.
    pub path: String,
    /// What became of it.
    pub fate: Fate,
    /// Its mode after, such as 0o120000 for a link; 0 where it went.
    pub mode: u32,
    /// The object before; zero where it came.
    pub before: Id,
    /// The object after; zero where it went.
    pub after: Id,
}

impl Repository {
    /// Returns the files that differ between two trees, by path. A file under another name went and came.
    ///
    /// # Errors
    /// Where the clone does not hold a tree, or more files differ than we look at.
    pub fn touched(&self, before: Id, after: Id) -> Result<Vec<Touched>> {
        let cannot = |error: git2::Error| super::missing("a tree", &error);
        let old = self.inner.find_tree(before.0).map_err(cannot)?;
        let new = self.inner.find_tree(after.0).map_err(cannot)?;
        let mut options = DiffOptions::new();
        options.skip_binary_check(true).include_typechange(true);
        let diff =
            self.inner.diff_tree_to_tree(Some(&old), Some(&new), Some(&mut options)).map_err(cannot)?;
        if diff.deltas().len() > MOST_TOUCHED {
            let message = format!("more than {MOST_TOUCHED} files differ, more than we look at");
            return Err(Error::cannot_judge(message).hint("propose the change in parts"));
        }
        let mut touched: Vec<Touched> = diff.deltas().map(|delta| of_delta(&delta)).collect();
        touched.sort();
        Ok(touched)
    }

    /// Says whether a commit is another one or one of the commits before it; `None` where history that was cut off may
    /// hide it.
    pub fn is_before(&self, one: &Commit, other: &Commit) -> Option<bool> {
        if one.id == other.id {
            return Some(true);
        }
        match self.inner.graph_descendant_of(other.id.0, one.id.0) {
            Ok(true) => Some(true),
            Ok(false) if !self.is_shallow() => Some(false),
            Ok(false) | Err(_) => None,
        }
    }
}

fn of_delta(delta: &git2::DiffDelta<'_>) -> Touched {
    let fate = match delta.status() {
        Delta::Added => Fate::Added,
        Delta::Deleted => Fate::Removed,
        _ => Fate::Altered,
    };
    let file = if fate == Fate::Removed { delta.old_file() } else { delta.new_file() };
    let path = String::from_utf8_lossy(file.path_bytes().unwrap_or_default()).into_owned();
    let mode = if fate == Fate::Removed { 0 } else { u32::from(delta.new_file().mode()) };
    Touched { path, fate, mode, before: Id(delta.old_file().id()), after: Id(delta.new_file().id()) }
}
