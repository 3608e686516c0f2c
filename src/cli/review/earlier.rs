//! The texts of rows that earlier reviews were of, found in what was signed and in the last commits.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::edit::Target;
use crate::cli::today;
use crate::matrix::{Matrix, TextRead, text_digest};
use crate::project::{SignoffState, Snapshot};
use crate::source::Limits;

/// How many commits are looked at for a text.
const COMMITS: usize = 30;

/// For each row that changed after its review, the matrix with the text that was read, if it was found.
pub(super) type Earlier = BTreeMap<String, Matrix>;

/// Finds the texts that the reviews of changed rows were of.
pub(super) fn find(target: &Target) -> Earlier {
    let matrix = target.draft.matrix();
    let changed = matrix.rows.iter().flat_map(|row| row.reviewed.iter().map(move |entry| (row, entry)));
    let changed = changed.filter(|(_, entry)| entry.text == TextRead::Changed);
    let mut wanted: BTreeSet<(String, String)> =
        changed.filter_map(|(row, entry)| Some((row.id.clone(), entry.sha256.clone()?))).collect();
    let mut found = Earlier::new();
    for text in texts(target) {
        if wanted.is_empty() {
            break;
        }
        look(&text, &mut wanted, &mut found);
    }
    found
}

/// Looks for wanted rows in one text.
fn look(text: &[u8], wanted: &mut BTreeSet<(String, String)>, found: &mut Earlier) {
    let Ok((matrix, value)) = Matrix::read_with_value("earlier.json", text.to_vec()) else { return };
    let defaults = value.get("defaults").cloned().unwrap_or_default();
    let rows = value.get("rows").and_then(serde_json::Value::as_array).into_iter().flatten();
    for (row, typed) in rows.zip(&matrix.rows) {
        if !wanted.iter().any(|(id, _)| *id == typed.id) {
            continue;
        }
        let key = (typed.id.clone(), text_digest(row, &defaults));
        if wanted.remove(&key) {
            let alone = Matrix { rows: vec![typed.clone()], ..matrix.without_rows() };
            found.entry(key.0).or_insert(alone);
        }
    }
}

/// Returns the texts of the matrix that may have been read: versions that were offered, then commits, the last first.
fn texts(target: &Target) -> impl Iterator<Item = Vec<u8>> {
    let world = &target.opened.world;
    let id = target.draft.matrix().id.clone();
    let offered: Vec<Vec<u8>> = SignoffState::read(world, None, today())
        .map(|signoffs| {
            let versions = signoffs.matrix(&id).into_iter().flat_map(|one| one.versions.values());
            versions.filter_map(|one| signoffs.text(&one.id, one.version).map(|text| text.to_vec())).collect()
        })
        .unwrap_or_default();
    let (root, path) = (world.root().to_owned(), target.opened.path.clone());
    let commits = (0..COMMITS).map_while(move |back| {
        let then = Snapshot::at(&root, &format!("HEAD~{back}")).ok()?;
        let reader = then.open().ok()?;
        let file = reader.file(&path).ok().flatten()?;
        reader.read(&file, Limits::MATRIX.bytes).ok()
    });
    offered.into_iter().chain(commits)
}
