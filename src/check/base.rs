//! What the texts of a project are compared with: the version agreed last, and the revision of `--since`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Books, Gate, Setup};
use crate::error::Result;
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
    ///
    /// # Errors
    /// Where the clone does not hold one of them.
    pub(super) fn read(
        world: &World,
        setup: &Setup,
        gate: &'a Gate,
        books: Option<&'a Books>,
    ) -> Result<Self> {
        let named = gate.since.as_deref().map(|revision| (revision, World::at(world.root(), revision)));
        let since = match named {
            Some((revision, Ok(before))) => Some((revision, matrices(&before, setup)?)),
            Some((_, Err(_))) | None => None,
        };
        Ok(Self { books, since })
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
fn matrices(world: &World, setup: &Setup) -> Result<BTreeMap<String, Matrix>> {
    let mut files = setup.matrix_files(&world.open()?, &[])?;
    files.retain(|file| file.is_plain && file.size <= Limits::MATRIX.bytes);
    let read = |reader: &mut Result<Reader<'_>>, file: &File| {
        let bytes = reader.as_ref().map_err(Clone::clone)?.read(file, Limits::MATRIX.bytes)?;
        Ok(Matrix::read(&file.path, bytes).ok().map(|matrix| (matrix.id.clone(), matrix)))
    };
    files.par_iter().map_init(|| world.open(), read).filter_map(Result::transpose).collect()
}
