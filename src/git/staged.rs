//! The index of a repository: what the next commit will hold, read without a look at the work tree.

use super::{Entry, Id, Repository};
use crate::error::{Error, Result};

/// The bits of an entry's flags that number its side of a conflict.
const SIDE: u16 = 0x3000;

impl Repository {
    /// Returns those files of the index whose path is wanted, in path order.
    ///
    /// # Errors
    /// Where the index cannot be read, or where any name in it is no UTF-8 or a merge has left both sides of a file.
    pub fn staged(&self, is_wanted: impl Fn(&str) -> bool) -> Result<Vec<Entry>> {
        let index = self.inner.index().map_err(|error| {
            Error::cannot_judge("cannot read the index of the repository")
                .because(error.message())
                .hint("`git status` says what is wrong with it")
        })?;
        index.iter().filter_map(|entry| of_index(&entry, &is_wanted).transpose()).collect()
    }
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
