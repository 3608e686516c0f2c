//! Reads the matrices of both sides of a comparison, of each only what the other does not share.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::shorten;
use super::side::{Side, Sides};
use crate::diff::{self, Change, Diff};
use crate::error::{Error, Result};
use crate::git::PackFiles;
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
    before: Result<Reader<'a>>,
    after: Result<Reader<'a>>,
    /// Where both sides are commits of one repository, its packs.
    packs: Option<PackFiles>,
}

type Bytes = Option<Result<Vec<u8>>>;
type One = Option<Result<Found>>;

/// Reads the files of both sides.
pub(super) fn both(sides: &Sides, before: &[&File], after: &[&File]) -> Reading {
    let pairs = pairs(sides, before, after);
    let found = read_all(sides, &pairs);
    let mut reading = Reading::default();
    for (pair, (left, right)) in pairs.iter().zip(found) {
        reading.errors.extend(put(&mut reading.before, &mut reading.unread, pair.before, left));
        reading.errors.extend(put(&mut reading.after, &mut reading.unread, pair.after, right));
    }
    reading.before.extend(version(&sides.before));
    reading.after.extend(version(&sides.after));
    reading
}

/// Reads all pairs, each thread one stretch of them: whoever begins anew unpacks anew.
fn read_all(sides: &Sides, pairs: &[Pair<'_>]) -> Vec<(One, One)> {
    let mut readers = Readers::of(sides);
    if let [only] = pairs {
        return vec![readers.read(only)];
    }
    let order = readers.order(pairs);
    let stretch = (order.len() / rayon::current_num_threads()).max(1);
    let order = order.into_par_iter().with_min_len(stretch);
    let read = |readers: &mut Readers<'_>, at: usize| (at, readers.read(&pairs[at]));
    let mut found: Vec<_> = order.map_init(|| Readers::of(sides), read).collect();
    found.sort_unstable_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, both)| both).collect()
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
fn compared(mut both: (One, One), is_all: bool) -> (One, One) {
    if is_all
        && let (Some(Ok(before)), Some(Ok(after))) = (&mut both.0, &mut both.1)
        && before.matrix.id == after.matrix.id
        && after.diff.is_none()
    {
        after.diff = Some(diff::compare(&before.matrix, &after.matrix));
        before.matrix.rows = Vec::new();
        after.matrix.rows = Vec::new();
    }
    both
}

impl<'a> Readers<'a> {
    fn of(sides: &'a Sides) -> Self {
        let (before, after) = (sides.before.world().open(), sides.after.world().open());
        let packs = before.as_ref().ok().zip(after.as_ref().ok());
        let packs = packs.and_then(|(before, after)| before.pack_files_with(after));
        Self { sides, before, after, packs }
    }

    /// Returns the pairs in an order in which little is unpacked twice: as they lie in packs.
    fn order(&self, pairs: &[Pair<'_>]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..pairs.len()).collect();
        let place = |at: &usize| self.packs.as_ref()?.place(pairs[*at].after?.blob()?);
        order.sort_by_cached_key(place);
        order
    }

    /// Reads a pair, and compares it where nothing else is to be known of it.
    fn read(&mut self, pair: &Pair<'_>) -> (One, One) {
        let Sides { before, after } = self.sides;
        let is_all = self.sides.are_files() || before.is_project() && after.is_project();
        let (left, right) = self.bytes(pair);
        if let (Some(Ok(left)), Some(Ok(right))) = (&left, &right)
            && let Some((left, right)) = read_short(pair, left, right, is_all)
        {
            return compared((Some(Ok(left)), Some(Ok(right))), is_all);
        }
        let parse = |file: Option<&File>, bytes: Bytes, side: &Side| {
            let (file, bytes) = (file?, bytes?);
            Some(bytes.and_then(|bytes| parse(file, bytes, &side.name())))
        };
        compared((parse(pair.before, left, before), parse(pair.after, right, after)), is_all)
    }

    fn bytes(&mut self, pair: &Pair<'_>) -> (Bytes, Bytes) {
        if let Some((before, after)) = self.both(pair) {
            return (Some(Ok(before)), Some(Ok(after)));
        }
        let bytes = |reader: &Result<Reader<'_>>, file: Option<&File>, side: &Side| {
            file.map(|file| bytes_of(reader.as_ref().map_err(Clone::clone)?, file, &side.name()))
        };
        let before = bytes(&self.before, pair.before, &self.sides.before);
        (before, bytes(&self.after, pair.after, &self.sides.after))
    }

    /// Reads both files at once, where one repository holds them as two versions of one.
    fn both(&mut self, pair: &Pair<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
        let (before, after) = (pair.before?, pair.after?);
        let is_usual = |file: &File| file.is_plain && file.size <= Limits::MATRIX.bytes;
        let packs = self.packs.as_mut().filter(|_| is_usual(before) && is_usual(after))?;
        packs.both(before.blob()?, after.blob()?, Limits::MATRIX.bytes)
    }
}

/// Reads two texts that share rows, and where that is all that is asked compares them without those; nothing where
/// they have to be read as they are.
fn read_short(pair: &Pair<'_>, before: &[u8], after: &[u8], is_all: bool) -> Option<(Found, Found)> {
    let (left, right) = (&pair.before?.path, &pair.after?.path);
    let light = shorten::read((left, before), (right, after))?;
    if is_all && light.has_same_rows() {
        let diff = diff::compare(&light.before, &light.after);
        if diff.changes.iter().all(Change::keeps_id) {
            let rest = |path: &String, matrix| Found::of(path.clone(), Matrix { rows: Vec::new(), ..matrix });
            let (before, after) = (rest(left, light.before), rest(right, light.after));
            return Some((before, Found { diff: Some(diff), ..after }));
        }
    }
    let (before, after) = light.whole()?;
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
        .hint(every_fault(&file.path))
}
