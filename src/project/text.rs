//! The text of a matrix by its digest: as it is, as it was offered, or as it was committed.

use std::collections::BTreeSet;

use super::{Snapshot, signed_files};
use crate::error::Result;
use crate::source::Limits;
use crate::trust::name::Digest;

/// Finds a text of the file at `path` by its digest, in `signoffs/` and in the commits before HEAD; `None` if none has it.
///
/// # Errors
/// Where sign-offs or history cannot be read.
pub fn text_by_digest(world: &Snapshot, path: &str, digest: &str) -> Result<Option<Vec<u8>>> {
    let is_it = |bytes: &[u8]| Digest::of(bytes).to_string() == digest;
    let signed = signed_files(world)?;
    if let Some((_, blob)) =
        signed.iter().find(|(path, blob)| path.ends_with("/matrix.json") && is_it(&blob.bytes))
    {
        return Ok(Some(blob.bytes.to_vec()));
    }
    let Some(store) = world.store()? else { return Ok(None) };
    let Some(head) = store.repository.head() else { return Ok(None) };
    let path = format!("{}{path}", store.prefix);
    let (mut seen, mut found) = (BTreeSet::new(), None);
    store.repository.walk_back(head.id, &mut |commit| {
        if found.is_some() {
            return Ok(());
        }
        let Some(entry) = store.repository.file(commit.tree, &path)? else { return Ok(()) };
        if seen.insert(entry.blob) {
            found =
                store.repository.bytes_within(entry.blob, Limits::MATRIX.bytes)?.filter(|bytes| is_it(bytes));
        }
        Ok(())
    })?;
    Ok(found)
}
