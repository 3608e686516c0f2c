//! What the texts of a project are compared with: the version agreed last, and the revision of `--since`.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::narrow::Narrowed;
use super::{Gate, Setup, SignoffState};
use crate::diff::Comparer;
use crate::error::Result;
use crate::matrix::Matrix;
use crate::policy::Base;
use crate::project::{File, Reader, Snapshot};
use crate::source::Limits;
use crate::state::States;
use crate::trust::name::{MatrixId, Version};

/// The matrices of an earlier state by id, each with its file.
type Earlier = BTreeMap<String, (String, Matrix)>;

/// The earlier texts of all matrices.
pub(super) struct Bases<'a> {
    pub(super) signoffs: Option<&'a SignoffState>,
    /// The current states of the matrices.
    pub(super) states: States,
    since: Option<(&'a str, Earlier)>,
    /// Compares by the words of the project.
    comparer: Comparer,
}

impl<'a> Bases<'a> {
    /// Reads the matrices of the revision that the gate names.
    ///
    /// A revision that does not exist is told where its signatures are looked for.
    ///
    /// # Errors
    /// Where the clone does not hold one of them.
    pub(super) fn read(
        world: &Snapshot,
        setup: &Setup,
        gate: &'a Gate,
        signoffs: Option<&'a SignoffState>,
        (states, narrowed): (States, Option<&Narrowed>),
    ) -> Result<Self> {
        let named = gate.since.as_deref().map(|revision| (revision, world.earlier(revision)));
        let since = match named {
            Some((revision, Ok(before))) => Some((revision, matrices(&before, setup, narrowed)?)),
            Some((_, Err(_))) | None => None,
        };
        Ok(Self { signoffs, states, since, comparer: setup.comparer() })
    }

    /// Says whether a matrix of this id was there at the revision of `--since`, among those that are compared.
    pub(super) fn had(&self, id: &str) -> bool {
        self.since.as_ref().is_some_and(|(_, all)| all.contains_key(id))
    }

    /// Returns what a working text is compared with; nothing for one that was agreed as it is.
    pub(super) fn of(&self, path: &str, matrix: &Matrix, text: &str) -> Vec<Base> {
        let since =
            self.since.as_ref().and_then(|(revision, all)| Some((*revision, earlier(all, path, matrix)?)));
        let since =
            since.map(|(revision, before)| Base::at(revision, before.clone(), matrix, &self.comparer));
        let Some(signoffs) = self.signoffs else { return since.into_iter().collect() };
        let own = signoffs.version(&matrix.id, &matrix.version);
        let own = own.filter(|_| signoffs.is_offered(&matrix.id, &matrix.version, text.as_bytes()));
        if own.is_some_and(|one| one.state.is_final()) {
            return Vec::new();
        }
        let agreed = matrix.id.parse().ok().and_then(|id| agreed(signoffs, &id, own.map(|one| one.version)));
        let agreed = agreed.or_else(|| followed(signoffs, matrix));
        agreed.map(|before| Base::agreed(before, matrix, &self.comparer)).into_iter().chain(since).collect()
    }
}

/// Returns the earlier text of a matrix: the one with its id, or that of the matrix that it names in `replaces` or whose
/// file it lies in now.
fn earlier<'a>(all: &'a Earlier, path: &str, matrix: &Matrix) -> Option<&'a Matrix> {
    let by_name = || all.values().find(|(_, before)| matrix.ends(&before.id));
    let by_file = || all.values().find(|(file, _)| file == path);
    all.get(&matrix.id).or_else(by_name).or_else(by_file).map(|(_, before)| before)
}

/// Returns the version agreed last of the matrix that another one ends.
fn followed(signoffs: &SignoffState, matrix: &Matrix) -> Option<Matrix> {
    let [old] = &matrix.replaces[..] else { return None };
    if !matrix.ends(&old.id) {
        return None;
    }
    agreed(signoffs, &old.id.parse().ok()?, None)
}

/// Returns the highest version that was agreed, below another one where that is given.
pub(super) fn agreed(signoffs: &SignoffState, id: &MatrixId, below: Option<Version>) -> Option<Matrix> {
    let versions = &signoffs.standing.matrices.get(id)?.versions;
    let is_lower = |version: &Version| below.is_none_or(|below| *version < below);
    let mut standing = versions.values().rev().filter(|one| one.state.is_final());
    let version = standing.find(|one| is_lower(&one.version))?.version;
    signoffs.read_matrix(id, version)
}

/// Returns the matrices of a state by id, each with its file. What was no matrix then has nothing to be compared with.
fn matrices(world: &Snapshot, setup: &Setup, narrowed: Option<&Narrowed>) -> Result<Earlier> {
    let mut files = setup.matrix_files(&world.open()?, &[])?;
    files.retain(|file| narrowed.is_none_or(|narrowed| !narrowed.leaves(file)));
    files.retain(|file| file.is_plain && file.size <= Limits::MATRIX.bytes);
    let read = |reader: &mut Result<Reader<'_>>, file: &File| {
        let bytes = reader.as_ref().map_err(Clone::clone)?.read(file, Limits::MATRIX.bytes)?;
        Ok(Matrix::read(&file.path, bytes)
            .ok()
            .map(|matrix| (matrix.id.clone(), (file.path.clone(), matrix))))
    };
    files.par_iter().map_init(|| world.open(), read).filter_map(Result::transpose).collect()
}
