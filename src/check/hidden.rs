//! Files of sign-offs that git does not hold as they lie on disk.

use crate::error::Result;
use crate::finding::{Finding, Place, Severity};
use crate::project::SignoffState;
use crate::project::{Reader, Snapshot};

/// Tells which files of sign-offs on disk are not those that git holds; what git holds was judged.
///
/// # Errors
/// Where the files cannot be listed.
pub(super) fn unstaged(
    world: &Snapshot,
    reader: &Reader<'_>,
    signoffs: &SignoffState,
) -> Result<Vec<Finding>> {
    if !world.is_on_disk() || world.store()?.is_none() {
        return Ok(Vec::new());
    }
    let files = reader.files(&["trust", "signoffs"])?;
    let differs = files.iter().filter(|file| {
        signoffs.tree.get(&file.path).is_none_or(|blob| file.is_plain && blob.bytes.len() as u64 != file.size)
    });
    Ok(differs
        .map(|file| {
            let message = "git does not hold this file as it is, so it was not looked at";
            Finding::of_file("sign-off-is-staged", &file.path, Place::File, message)
                .weighing(Severity::Note)
                .helped("`git add` it if it is meant, or `git checkout` it if it is not")
        })
        .collect())
}
