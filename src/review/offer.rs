//! Which versions of a matrix were offered for signature before: only their numbers bind.

use crate::diff::render::Draft;
use crate::error::Result;
use crate::project::Reader;
use crate::trust::name::{MatrixId, Version};
use crate::trust::statement::folder;

/// Returns the version of a matrix as a draft, unless it was offered, or nobody can tell.
///
/// `reader` reads the side before, which has to be a project: of one file or version nobody can tell.
///
/// # Errors
/// Where the sign-offs cannot be looked at.
pub(super) fn draft(reader: &Reader<'_>, id: &str, version: &str) -> Result<Option<Draft>> {
    let (Ok(id), Ok(version)) = (id.parse(), version.parse()) else { return Ok(Some(Draft { last: None })) };
    if reader.file(&format!("{}/matrix.json", folder(&id, version)))?.is_some() {
        return Ok(None);
    }
    let last = offered(reader, &id)?.into_iter().max();
    Ok(Some(Draft { last: last.map(|version| version.to_string()) }))
}

fn offered(reader: &Reader<'_>, id: &MatrixId) -> Result<Vec<Version>> {
    let start = format!("signoffs/{id}/");
    let version = |path: &str| path.strip_prefix(&start)?.strip_suffix("/matrix.json")?.parse().ok();
    Ok(reader.files(&[&start])?.iter().filter_map(|file| version(&file.path)).collect())
}
