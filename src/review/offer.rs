//! Which versions of a matrix were offered for signature before: only their numbers bind.

use super::side::Side;
use crate::diff::render::Draft;
use crate::trust::name::{MatrixId, Version};
use crate::trust::statement::folder;
use crate::world::Reader;

/// Returns the version of a matrix as a draft, unless it was offered, or nobody can tell.
///
/// `reader` reads the side before, which has to be a project: of one file or version nobody can tell.
pub(super) fn draft(reader: &Reader<'_>, id: &str, version: &str) -> Option<Draft> {
    let (Ok(id), Ok(version)) = (id.parse(), version.parse()) else { return Some(Draft { last: None }) };
    if reader.file(&format!("{}/matrix.json", folder(&id, version))).ok()?.is_some() {
        return None;
    }
    let last = offered(reader, &id)?.into_iter().max();
    Some(Draft { last: last.map(|version| version.to_string()) })
}

/// Opens the side before, if it is a project that can be read.
pub(super) fn reader(before: &Side) -> Option<Reader<'_>> {
    before.world().open().ok().filter(|_| before.is_project())
}

fn offered(reader: &Reader<'_>, id: &MatrixId) -> Option<Vec<Version>> {
    let start = format!("signoffs/{id}/");
    let version = |path: &str| path.strip_prefix(&start)?.strip_suffix("/matrix.json")?.parse().ok();
    Some(reader.files(&[&start]).ok()?.iter().filter_map(|file| version(&file.path)).collect())
}
