//! What changed between two states of a project: whose responsibility, and how strict the gate is.
//!
//! This reads both states and hands them to [`crate::diff`], which compares meaning and knows no files.

mod gate;
mod named;
mod offer;
mod read;
mod record;
mod side;

use std::collections::{BTreeMap, BTreeSet};

use crate::git::Id;
use jiff::civil::Date;
use rayon::prelude::*;

pub use gate::weakened;
pub use side::{ReviewSide, Sides};

use read::Found;

use crate::diff::render::{Compared, Comparison, Presence};
use crate::diff::{Both, Comparer, Diff};
use crate::error::{Error, Result};
use crate::git::Repository;
use crate::matrix::{Coverage, Framework, Matrix, MatrixKind};
use crate::pack;
use crate::project::File;
use crate::project::{Request, Setup};

/// One state with everything that is read of it at first.
struct State {
    /// The rules and the configuration; one file or version by itself has none.
    setup: Option<Setup>,
    files: Vec<File>,
}

/// What a comparison could not read, besides what it found.
#[derive(Debug)]
pub struct Outcome {
    /// What changed.
    pub document: Comparison,
    /// What could not be looked at.
    pub errors: Vec<Error>,
}

/// Compares two states of a project; `only` names matrices by id or path, empty for all.
///
/// # Errors
/// Where a state cannot be read at all.
pub fn run(sides: &Sides, only: &[String], today: Date) -> Result<Outcome> {
    let request = Request::on(today);
    let before = State::of(&sides.before, &request)?;
    let after = State::of(&sides.after, &request)?;
    let (left, right) = changed(&before.files, &after.files);
    let mut errors: Vec<Error> = [(&before, &sides.before), (&after, &sides.after)]
        .into_iter()
        .filter_map(|(state, side)| refusal(state.setup.as_ref()?, side))
        .collect();
    let weakened = match (&before.setup, &after.setup) {
        (Some(before), Some(after)) if errors.is_empty() => gate::weakened(before, after),
        _ => Vec::new(),
    };
    let comparer = comparer(&before, &after);
    let mut reading = read::both(sides, &comparer, &left, &right);
    errors.append(&mut reading.errors);
    let (mut old, mut new, unread) = (reading.before, reading.after, reading.unread);
    // What cannot be read on one side has not come or gone: nothing is said of it but that.
    old.retain(|_, found| !unread.contains(&found.path));
    new.retain(|_, found| !unread.contains(&found.path));
    bring_together(sides, &mut old, &mut new);
    succeed(&mut old, &new);
    if errors.is_empty() {
        named::demand_known(only, sides, (&before, &after), old.values().chain(new.values()))?;
    }
    let ids: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
    let families = families(after.setup.or(before.setup), old.values().chain(new.values()));
    let pairs: Vec<_> = ids.iter().map(|id| (old.remove(id), new.remove(id))).collect();
    let one = |(before, after): (Option<Found>, Option<Found>)| {
        compare(&comparer, before, after)
            .filter(|compared| are_states(sides) || !compared.is_same())
            .filter(|compared| is_wanted(compared, only))
    };
    let mut matrices: Vec<Compared> = match pairs.len() {
        0 | 1 => pairs.into_iter().filter_map(one).collect(),
        _ => pairs.into_par_iter().filter_map(one).collect(),
    };
    find_drafts(&mut matrices, &sides.before)?;
    let records = record::changes(sides, today)?;
    let files = matrices.iter().flat_map(|it| [&it.file.before, &it.file.after]).flatten().cloned();
    let files: Vec<String> = files.collect::<BTreeSet<_>>().into_iter().collect();
    let document = Comparison {
        unread: errors.iter().map(|error| error.message.clone()).collect(),
        commits: sides.subjects(&files),
        sides: Both::of(sides.before.name(), sides.after.name()),
        records,
        weakened,
        matrices,
        families,
        is_whole: false,
        exit_code: 0,
    };
    Ok(Outcome { document, errors })
}

impl State {
    fn of(side: &ReviewSide, request: &Request) -> Result<Self> {
        let reader = side.world().open()?;
        Ok(match side {
            ReviewSide::File { path, .. } => {
                Self { setup: None, files: reader.file(path)?.into_iter().collect() }
            }
            ReviewSide::Version { .. } => Self { setup: None, files: Vec::new() },
            ReviewSide::Project { .. } => {
                Repository::trust_storage();
                let setup = Setup::read(&reader, request)?;
                let files = setup.matrix_files(&reader, &[])?;
                Self { setup: Some(setup), files }
            }
        })
    }
}

/// Finds the matrices whose version before nobody was asked to sign.
fn find_drafts(matrices: &mut [Compared], before: &ReviewSide) -> Result<()> {
    if !before.is_project() {
        return Ok(());
    }
    let reader = before.world().open()?;
    for one in matrices.iter_mut().filter(|one| one.presence == Presence::Changed) {
        one.draft = offer::draft(&reader, &one.diff.id, &one.diff.version.before)?;
    }
    Ok(())
}

/// Says that the rules of a side cannot be read, so that nobody can say whether they are weaker than the other's.
fn refusal(setup: &Setup, side: &ReviewSide) -> Option<Error> {
    let refusal = setup.refusal.as_ref()?;
    let mut error = refusal.error.clone();
    error.message = format!("{} ({}), so the checks cannot be compared", error.message, side.name());
    let faults = refusal.findings.iter().take(3).map(|one| format!("{}: {}", one.file, one.message));
    error.causes.extend(faults);
    Some(error.hint("`countersign check` shows every fault with its line, with `--at` those of a commit"))
}

/// Returns what compares by the words of both sides: a change takes no word out of its own comparison.
fn comparer(before: &State, after: &State) -> Comparer {
    match (&before.setup, &after.setup) {
        (Some(before), Some(after)) => {
            Comparer::of(&before.config.words.stricter(&after.config.words)).with_packs(&after.packs)
        }
        (Some(one), None) | (None, Some(one)) => one.comparer(),
        (None, None) => Comparer::default(),
    }
}

/// Returns whether both sides have rules of their own; those of a signed version stand in what was signed with it.
fn are_states(sides: &Sides) -> bool {
    sides.before.only().is_none() && sides.after.only().is_none()
}

/// Returns the files of either side that are not the same on both.
fn changed<'a>(before: &'a [File], after: &'a [File]) -> (Vec<&'a File>, Vec<&'a File>) {
    let blobs = |files: &[File]| files.iter().filter_map(File::blob).collect::<BTreeSet<Id>>();
    let (left, right) = (blobs(before), blobs(after));
    let differs =
        |file: &&File, others: &BTreeSet<Id>| file.blob().is_none_or(|blob| !others.contains(&blob));
    let before = before.iter().filter(|file| differs(file, &right)).collect();
    (before, after.iter().filter(|file| differs(file, &left)).collect())
}

/// Leaves of a project only what the other side can be compared with.
fn bring_together(sides: &Sides, old: &mut BTreeMap<String, Found>, new: &mut BTreeMap<String, Found>) {
    match (sides.before.is_project(), sides.after.is_project()) {
        (true, _) => old.retain(|id, _| sides.after.only().is_none_or(|only| id == only)),
        (_, true) => {
            let only = sides.before.only();
            let stays = only.is_some_and(|only| new.contains_key(only));
            new.retain(|id, found| only.is_none_or(|only| id == only || !stays && found.matrix.ends(only)));
        }
        (false, false) => same_matrix(old, new),
    }
}

/// Puts a matrix that is gone under the id of the one that follows it: the one that names it in `replaces`, or the one
/// that lies in its file now.
fn succeed(old: &mut BTreeMap<String, Found>, new: &BTreeMap<String, Found>) {
    let fresh: Vec<&Found> = new.values().filter(|found| !old.contains_key(&found.matrix.id)).collect();
    for follows in [follows_by_name, follows_by_file] {
        for found in &fresh {
            let id = &found.matrix.id;
            let gone = old.iter().filter(|(before, was)| !new.contains_key(*before) && follows(found, was));
            let gone: Vec<String> = gone.map(|(before, _)| before.clone()).collect();
            let [before] = &gone[..] else { continue };
            let is_alone = fresh.iter().filter(|other| follows(other, &old[before])).count() == 1;
            if is_alone
                && !old.contains_key(id)
                && let Some(was) = old.remove(before)
            {
                old.insert(id.clone(), was);
            }
        }
    }
}

fn follows_by_name(found: &Found, was: &Found) -> bool {
    found.matrix.ends(&was.matrix.id)
}

fn follows_by_file(found: &Found, was: &Found) -> bool {
    found.path == was.path
}

/// Two files that somebody names are two versions of one matrix, whatever their ids.
fn same_matrix(old: &mut BTreeMap<String, Found>, new: &mut BTreeMap<String, Found>) {
    if let (Some((id, found)), Some(other)) = (old.pop_first(), new.keys().next()) {
        old.insert(if old.is_empty() { other.clone() } else { id }, found);
    }
}

fn compare(comparer: &Comparer, before: Option<Found>, after: Option<Found>) -> Option<Compared> {
    let presence = match (&before, &after) {
        (Some(_), Some(_)) => Presence::Changed,
        (None, Some(_)) => Presence::Added,
        (Some(_), None) => Presence::Removed,
        (None, None) => return None,
    };
    let file = Both::of(before.as_ref().map(path_of), after.as_ref().map(path_of));
    let diff = difference(comparer, before, after)?;
    (presence != Presence::Changed || !diff.is_empty() || file.before != file.after).then_some(Compared {
        diff,
        presence,
        file,
        draft: None,
    })
}

fn path_of(found: &Found) -> String {
    found.path.clone()
}

/// Returns what was found when they were read, or else what changed; a side that is not there has nothing in it.
fn difference(comparer: &Comparer, before: Option<Found>, mut after: Option<Found>) -> Option<Diff> {
    if let Some(diff) = after.as_mut().and_then(|after| after.diff.take()) {
        return Some(diff);
    }
    let nothing = empty_like(&before.as_ref().or(after.as_ref())?.matrix);
    let [old, new] = [&before, &after].map(|side| side.as_ref().map_or(&nothing, |found| &found.matrix));
    Some(comparer.compare(old, new))
}

/// Returns a matrix of the same name that has nothing in it yet.
pub(crate) fn empty_like(matrix: &Matrix) -> Matrix {
    Matrix {
        id: matrix.id.clone(),
        kind: MatrixKind::Engagement,
        version: matrix.version.clone(),
        title: matrix.title.clone(),
        based_on: None,
        frameworks: matrix
            .frameworks
            .iter()
            .map(|framework| Framework { coverage: Coverage::Complete, ..framework.clone() })
            .collect(),
        agreement: None,
        documents: Vec::new(),
        effective_from: None,
        effective_until: None,
        retroactive: None,
        replaces: Vec::new(),
        review: None,
        parties: matrix.parties.clone(),
        services: Vec::new(),
        scopes: Vec::new(),
        defaults: matrix.defaults.clone(),
        rows: Vec::new(),
    }
}

fn is_wanted(compared: &Compared, only: &[String]) -> bool {
    only.is_empty()
        || only.contains(&compared.diff.id)
        || only.contains(compared.diff.id_before())
        || [&compared.file.before, &compared.file.after].into_iter().flatten().any(|file| only.contains(file))
}

/// Returns the titles of families and categories of all catalogues at hand.
fn families<'a>(setup: Option<Setup>, found: impl Iterator<Item = &'a Found>) -> BTreeMap<String, String> {
    let Some(setup) = setup else {
        let ids: BTreeSet<&str> = found.flat_map(|one| one.matrix.catalogs()).collect();
        let groups = ids.into_iter().flat_map(pack::shipped_groups);
        return groups.map(|group| (group.id, group.title)).collect();
    };
    let catalogues = setup.packs.iter().filter_map(|pack| pack.catalogue());
    let groups = catalogues.flat_map(|catalogue| &catalogue.groups);
    groups.map(|group| (group.id.clone(), group.title.clone())).collect()
}
