//! What the texts of a project are compared with: the version agreed last, and the revision of `--since`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Books, Gate, Setup};
use crate::matrix::Matrix;
use crate::policy::Base;
use crate::source::Limits;
use crate::trust::name::{MatrixId, Version};
use crate::world::{File, Reader, World};

/// The earlier texts of all matrices.
pub(super) struct Bases<'a> {
    pub(super) books: Option<&'a Books>,
    since: Option<(&'a str, BTreeMap<String, Matrix>)>,
}

impl<'a> Bases<'a> {
    /// Reads the matrices of the revision that the gate names.
    ///
    /// A revision that does not exist is told where its signatures are looked for.
    pub(super) fn read(world: &World, setup: &Setup, gate: &'a Gate, books: Option<&'a Books>) -> Self {
        let since = gate.since.as_deref().and_then(|revision| {
            let before = World::at(world.root(), revision).ok()?;
            Some((revision, matrices(&before, setup)?))
        });
        Self { books, since }
    }

    /// Returns what a working text is compared with; nothing for one that was agreed as it is.
    pub(super) fn of(&self, matrix: &Matrix, text: &str) -> Vec<Base> {
        let since = self.since.as_ref().and_then(|(revision, all)| Some((*revision, all.get(&matrix.id)?)));
        let since = since.map(|(revision, before)| Base::at(revision, before.clone(), matrix));
        let Some(books) = self.books else { return since.into_iter().collect() };
        let own = books.version(&matrix.id, &matrix.version);
        let own = own.filter(|_| books.is_offered(&matrix.id, &matrix.version, text.as_bytes()));
        if own.is_some_and(|one| one.state.is_standing()) {
            return Vec::new();
        }
        let agreed = matrix.id.parse().ok().and_then(|id| agreed(books, &id, own.map(|one| one.version)));
        agreed.map(|before| Base::agreed(before, matrix)).into_iter().chain(since).collect()
    }
}

/// Returns the highest version that was agreed, below another one where that is given.
pub(super) fn agreed(books: &Books, id: &MatrixId, below: Option<Version>) -> Option<Matrix> {
    let versions = &books.standing.matrices.get(id)?.versions;
    let is_lower = |version: &Version| below.is_none_or(|below| *version < below);
    let mut standing = versions.values().rev().filter(|one| one.state.is_standing());
    let version = standing.find(|one| is_lower(&one.version))?.version;
    books.read_matrix(id, version)
}

/// Returns the matrices of a state by id. What was no matrix then has nothing to be compared with.
fn matrices(world: &World, setup: &Setup) -> Option<BTreeMap<String, Matrix>> {
    let files = setup.matrix_files(&world.open().ok()?, &[]).ok()?;
    let read = |reader: &mut Option<Reader<'_>>, file: &File| {
        let reader = reader.as_ref().filter(|_| file.is_plain && file.size <= Limits::MATRIX.bytes)?;
        let bytes = reader.read(file, Limits::MATRIX.bytes).ok()?;
        let matrix = Matrix::read(&file.path, bytes).ok()?;
        Some((matrix.id.clone(), matrix))
    };
    Some(files.par_iter().map_init(|| world.open().ok(), read).flatten().collect())
}
