//! Reads the matrices of both sides of a comparison, of each only what the other does not share.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::shorten;
use super::side::{Side, Sides};
use crate::diff::{self, Diff};
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::source::{self, Limits};
use crate::world::{File, Reader};

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

type Readers<'a> = (Result<Reader<'a>>, Result<Reader<'a>>);
type One = Option<Result<Found>>;

/// Reads the files of both sides.
pub(super) fn both(sides: &Sides, before: &[&File], after: &[&File]) -> Reading {
    let pairs = pairs(sides, before, after);
    let open = || -> Readers<'_> { (sides.before.world().open(), sides.after.world().open()) };
    let are_projects = sides.before.is_project() && sides.after.is_project();
    let read = |readers: &mut Readers<'_>, pair: &Pair<'_>| {
        let both = read_pair(readers, pair, sides);
        if are_projects { compared(both) } else { both }
    };
    let found: Vec<(One, One)> = match &pairs[..] {
        [only] => vec![read(&mut open(), only)],
        _ => pairs.par_iter().map_init(open, read).collect(),
    };
    let mut reading = Reading::default();
    for (pair, (left, right)) in pairs.iter().zip(found) {
        reading.errors.extend(put(&mut reading.before, &mut reading.unread, pair.before, left));
        reading.errors.extend(put(&mut reading.after, &mut reading.unread, pair.after, right));
    }
    reading.before.extend(version(&sides.before));
    reading.after.extend(version(&sides.after));
    reading
}

/// Brings together what lies at one path; two files that somebody names belong together whatever they are called.
fn pairs<'a>(sides: &Sides, before: &[&'a File], after: &[&'a File]) -> Vec<Pair<'a>> {
    if let (Side::File { .. }, Side::File { .. }) = (&sides.before, &sides.after) {
        return vec![Pair { before: before.first().copied(), after: after.first().copied() }];
    }
    let mut pairs: BTreeMap<&str, Pair<'a>> = BTreeMap::new();
    before.iter().for_each(|file| pairs.entry(&file.path).or_default().before = Some(file));
    after.iter().for_each(|file| pairs.entry(&file.path).or_default().after = Some(file));
    pairs.into_values().collect()
}

fn version(side: &Side) -> Option<(String, Found)> {
    let Side::Version { path, matrix, .. } = side else { return None };
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
fn compared(mut both: (One, One)) -> (One, One) {
    if let (Some(Ok(before)), Some(Ok(after))) = (&mut both.0, &mut both.1)
        && before.matrix.id == after.matrix.id
    {
        after.diff = Some(diff::compare(&before.matrix, &after.matrix));
        before.matrix.rows = Vec::new();
        after.matrix.rows = Vec::new();
    }
    both
}

fn read_pair(readers: &Readers<'_>, pair: &Pair<'_>, sides: &Sides) -> (One, One) {
    let bytes = |reader: &Result<Reader<'_>>, file: Option<&File>, side: &Side| {
        file.map(|file| bytes_of(reader.as_ref().map_err(Clone::clone)?, file, &side.name()))
    };
    let before = bytes(&readers.0, pair.before, &sides.before);
    let after = bytes(&readers.1, pair.after, &sides.after);
    let parse = |file: Option<&File>, bytes: Option<Result<Vec<u8>>>, side: &Side| {
        let (file, bytes) = (file?, bytes?);
        Some(bytes.and_then(|bytes| parse(file, bytes, &side.name())))
    };
    if let (Some(Ok(left)), Some(Ok(right))) = (&before, &after)
        && let Some((left, right)) = read_short(pair, left, right)
    {
        return (Some(Ok(left)), Some(Ok(right)));
    }
    (parse(pair.before, before, &sides.before), parse(pair.after, after, &sides.after))
}

/// Reads two texts that share rows; nothing where they have to be read as they are.
fn read_short(pair: &Pair<'_>, before: &[u8], after: &[u8]) -> Option<(Found, Found)> {
    let (left, right) = (&pair.before?.path, &pair.after?.path);
    let (before, after) = shorten::shorten(before, after)?;
    let (before, after) = shorten::read((left, before), (right, after))?;
    Some((Found::of(left.clone(), before), Found::of(right.clone(), after)))
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

fn parse(file: &File, bytes: Vec<u8>, side: &str) -> Result<Found> {
    let matrix = Matrix::read(&file.path, bytes).map_err(|why| unusable(file, side, why))?;
    Ok(Found::of(file.path.clone(), matrix))
}

fn unusable(file: &File, side: &str, why: String) -> Error {
    Error::cannot_judge(format!("`{}` ({side}) is not a matrix that can be compared", file.path))
        .because(why)
        .hint(format!("`countersign check {}` shows every fault with its line", file.path))
}
