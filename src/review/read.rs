//! Reads the matrices of both sides of a comparison.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::side::{ReviewSide, Sides};
use crate::diff::{Comparer, Diff};
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::project::{File, Reader};
use crate::report::words::every_fault;
use crate::source::{self, Limits};

/// A matrix of one state.
pub(super) struct Found {
    pub(super) path: String,
    pub(super) matrix: Matrix,
    /// What changed in it since the version before at the same path, where it was compared already.
    pub(super) diff: Option<Diff>,
}

impl Found {
    fn of(path: String, matrix: Matrix) -> Self {
        Self { path, matrix, diff: None }
    }
}

/// What both sides hold.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) before: BTreeMap<String, Found>,
    pub(super) after: BTreeMap<String, Found>,
    /// What could not be read.
    pub(super) errors: Vec<Error>,
    /// The paths of what could not be read on either side.
    pub(super) unread: BTreeSet<String>,
}

/// The file at one path, on both sides or on one.
#[derive(Clone, Copy, Default)]
struct Pair<'a> {
    before: Option<&'a File>,
    after: Option<&'a File>,
}

/// What one thread reads with.
struct Readers<'a> {
    sides: &'a Sides,
    comparer: &'a Comparer,
    before: Result<Reader<'a>>,
    after: Result<Reader<'a>>,
}

type One = Option<Result<Found>>;

/// Reads the files of both sides.
pub(super) fn both(sides: &Sides, comparer: &Comparer, before: &[&File], after: &[&File]) -> Reading {
    let pairs = pairs(sides, before, after);
    let found = read_all(sides, comparer, &pairs);
    let mut reading = Reading::default();
    for (pair, (left, right)) in pairs.iter().zip(found) {
        reading.errors.extend(put(&mut reading.before, &mut reading.unread, pair.before, left));
        reading.errors.extend(put(&mut reading.after, &mut reading.unread, pair.after, right));
    }
    reading.before.extend(version(&sides.before));
    reading.after.extend(version(&sides.after));
    reading
}

/// Reads all pairs.
fn read_all(sides: &Sides, comparer: &Comparer, pairs: &[Pair<'_>]) -> Vec<(One, One)> {
    if let [only] = pairs {
        return vec![Readers::of(sides, comparer).read(only)];
    }
    pairs.par_iter().map_init(|| Readers::of(sides, comparer), |readers, pair| readers.read(pair)).collect()
}

/// Brings together what lies at one path; two files that somebody names belong together whatever they are called.
fn pairs<'a>(sides: &Sides, before: &[&'a File], after: &[&'a File]) -> Vec<Pair<'a>> {
    if sides.are_files() {
        return vec![Pair { before: before.first().copied(), after: after.first().copied() }];
    }
    let mut pairs: BTreeMap<&str, Pair<'a>> = BTreeMap::new();
    before.iter().for_each(|file| pairs.entry(&file.path).or_default().before = Some(file));
    after.iter().for_each(|file| pairs.entry(&file.path).or_default().after = Some(file));
    pairs.into_values().collect()
}

fn version(side: &ReviewSide) -> Option<(String, Found)> {
    let ReviewSide::Version { path, matrix, .. } = side else { return None };
    Some((matrix.id.clone(), Found::of(path.clone(), (**matrix).clone())))
}

/// Puts a matrix under its id. Of two files with one id neither is compared: nobody can say which was meant.
fn put(
    all: &mut BTreeMap<String, Found>,
    unread: &mut BTreeSet<String>,
    file: Option<&File>,
    one: One,
) -> Option<Error> {
    match one? {
        Err(error) => {
            unread.extend(file.map(|file| file.path.clone()));
            Some(error)
        }
        Ok(found) => {
            if let Some(other) = all.get(&found.matrix.id) {
                let (id, here, there) = (&found.matrix.id, &found.path, &other.path);
                let message =
                    format!("`{there}` and `{here}` are both the matrix `{id}`, so neither can be compared");
                unread.extend([here.clone(), there.clone()]);
                return Some(Error::cannot_judge(message).hint("give each matrix an `id` of its own"));
            }
            all.insert(found.matrix.id.clone(), found);
            None
        }
    }
}

/// Compares two versions of one matrix as soon as they are read, and lets their rows go: of hundreds of matrices only
/// some are in memory at a time.
fn compared(mut both: (One, One), is_all: bool, comparer: &Comparer) -> (One, One) {
    if is_all
        && let (Some(Ok(before)), Some(Ok(after))) = (&mut both.0, &mut both.1)
        && before.matrix.id == after.matrix.id
    {
        after.diff = Some(comparer.compare(&before.matrix, &after.matrix));
        before.matrix.rows = Vec::new();
        after.matrix.rows = Vec::new();
    }
    both
}

impl<'a> Readers<'a> {
    fn of(sides: &'a Sides, comparer: &'a Comparer) -> Self {
        Self { sides, comparer, before: sides.before.world().open(), after: sides.after.world().open() }
    }

    /// Reads a pair, and compares it where nothing else is to be known of it.
    fn read(&self, pair: &Pair<'_>) -> (One, One) {
        let Sides { before, after } = self.sides;
        let is_all = self.sides.are_files() || before.is_project() && after.is_project();
        let read = |reader: &Result<Reader<'_>>, file: Option<&File>, side: &ReviewSide| {
            file.map(|file| parse(reader.as_ref().map_err(Clone::clone)?, file, &side.name()))
        };
        compared(
            (read(&self.before, pair.before, before), read(&self.after, pair.after, after)),
            is_all,
            self.comparer,
        )
    }
}

fn bytes_of(reader: &Reader<'_>, file: &File, side: &str) -> Result<Vec<u8>> {
    if !file.is_plain {
        return Err(unusable(file, side, "it is no ordinary file".to_owned()));
    }
    if let Some(finding) = source::too_large(&file.path, file.size, Limits::MATRIX) {
        return Err(unusable(file, side, finding.message.to_string()));
    }
    reader.read(file, Limits::MATRIX.bytes)
}

fn parse(reader: &Reader<'_>, file: &File, side: &str) -> Result<Found> {
    let bytes = bytes_of(reader, file, side)?;
    let matrix = Matrix::read(&file.path, bytes).map_err(|why| unusable(file, side, why))?;
    Ok(Found::of(file.path.clone(), matrix))
}

fn unusable(file: &File, side: &str, why: String) -> Error {
    Error::cannot_judge(format!("`{}` ({side}) is not a matrix that can be compared", file.path))
        .because(why)
        .hint(every_fault(&file.path))
}
