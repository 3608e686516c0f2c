//! The index of a repository: what the next commit will hold, read without a look at the work tree.

use super::{Entry, Id, Repository};
use crate::error::{Error, Result};

/// The bits of an entry's flags that number its side of a conflict.
const SIDE: u16 = 0x3000;
/// The mode of an entry that is a submodule.
const SUBMODULE: u32 = 0o160_000;
/// The bit of an entry's flags that leaves it out of the work tree.
const LEFT_OUT: u16 = 1 << 14;

impl Repository {
    /// Returns those files of the index whose path is wanted, in path order.
    ///
    /// # Errors
    /// Where the index cannot be read, or where any name in it is no UTF-8 or a merge has left both sides of a file.
    pub fn staged(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Entry>> {
        let index = self.inner.index().map_err(|error| unreadable(&error))?;
        index.iter().filter_map(|entry| of_index(&entry, &is_wanted).transpose()).collect()
    }
}

/// Why a file of the index is not in the work tree as a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// It stands for a commit of another repository.
    Submodule,
    /// The work tree leaves it out.
    NotCheckedOut,
}

impl Repository {
    /// Returns which of the wanted paths of the index no file of the work tree stands for, as `git sparse-checkout` and
    /// `git submodule` leave them.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub fn elsewhere(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, Elsewhere)>> {
        let index = self.inner.index().map_err(|error| unreadable(&error))?;
        let kind = |entry: &git2::IndexEntry| match entry.mode {
            SUBMODULE => Some(Elsewhere::Submodule),
            _ if entry.flags_extended & LEFT_OUT != 0 => Some(Elsewhere::NotCheckedOut),
            _ => None,
        };
        let found = index.iter().filter_map(|entry| {
            let path = std::str::from_utf8(&entry.path).ok()?.to_owned();
            let kind = kind(&entry)?;
            is_wanted(&path).then_some((path, kind))
        });
        Ok(found.collect())
    }
}

/// Says which command writes an index that can be read.
fn unreadable(error: &git2::Error) -> Error {
    let help = match error.message() {
        text if text.contains("'sdir'") => {
            "it is a sparse one: `git sparse-checkout reapply --no-sparse-index` writes it in full"
        }
        text if text.contains("'link'") => "it is split: `git update-index --no-split-index` joins it",
        _ => "`git status` says what is wrong with it",
    };
    Error::cannot_judge("cannot read the index of the repository").because(error.message()).hint(help)
}

fn of_index(entry: &git2::IndexEntry, is_wanted: impl Fn(&str) -> bool) -> Result<Option<Entry>> {
    let Ok(path) = std::str::from_utf8(&entry.path) else {
        let name = String::from_utf8_lossy(&entry.path).into_owned();
        return Err(Error::cannot_judge(format!("the file name `{name}` is not UTF-8")));
    };
    if entry.flags & SIDE != 0 {
        return Err(Error::cannot_judge(format!("a merge has left two sides of `{path}`"))
            .hint("settle it, then `git add` the file and `git commit`"));
    }
    let mode = i32::try_from(entry.mode).unwrap_or_default();
    Ok(is_wanted(path).then(|| Entry { path: path.to_owned(), mode, blob: Id(entry.id) }))
}
