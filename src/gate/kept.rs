//! Matrices that a change takes out of what is judged: removed, renamed past the pattern, put behind a link.

use std::collections::BTreeSet;

use super::project::Place;
use crate::error::Result;
use crate::finding::{Finding, Place as Spot, Severity};
use crate::git::{Fate, Touched};
use crate::matrix::Matrix;
use crate::project::{Reader, Setup, SignoffState, Snapshot};
use crate::source::Limits;
use crate::trust::force::Force;

/// The rule that keeps matrices from going away unseen.
const RULE: &str = "matrix-is-kept";

/// Tells which matrices the change takes out of what is judged.
///
/// One that was never offered for signature may go; that it lies elsewhere under another name is an error all the same,
/// for then it is used and not judged.
///
/// # Errors
/// Where a file cannot be read.
pub(super) fn lost(
    place: &Place,
    from: &Snapshot,
    touched: &[Touched],
    (setup, signoffs): (&Setup, Option<&SignoffState>),
) -> Result<Vec<Finding>> {
    let path_of = |one: &Touched| one.path.strip_prefix(&place.prefix).map(str::to_owned);
    let gone: Vec<(&Touched, String)> = touched
        .iter()
        .filter(|one| one.fate != Fate::Added)
        .filter_map(|one| Some((one, path_of(one)?)))
        .filter(|(_, path)| setup.config.is_matrix(path))
        .collect();
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    let (reader, head) = (from.open()?, place.head.open()?);
    let mut all = None;
    let mut findings = Vec::new();
    for (one, path) in gone {
        let Some(id) = id_at(&reader, &path)? else { continue };
        // Most matrices are where they were; only for one that is not are all others read.
        if id_at(&head, &path)?.as_ref() == Some(&id) {
            continue;
        }
        let now = match &mut all {
            Some(now) => now,
            empty => empty.insert(ids_now(&head, setup)?),
        };
        if now.contains(&id) {
            continue;
        }
        let elsewhere = touched.iter().find(|new| new.fate == Fate::Added && new.after == one.before);
        findings.extend(finding(&id, &path, elsewhere, signoffs));
    }
    Ok(findings)
}

/// Returns the id of the matrix in a file, if there is one.
fn id_at(reader: &Reader<'_>, path: &str) -> Result<Option<String>> {
    let Some(file) = reader.file(path)?.filter(|file| file.is_plain) else { return Ok(None) };
    Ok(Matrix::id_in(&reader.read(&file, Limits::MATRIX.bytes)?))
}

/// Returns the ids of the matrices that are judged after the change.
fn ids_now(reader: &Reader<'_>, setup: &Setup) -> Result<BTreeSet<String>> {
    let mut ids = BTreeSet::new();
    for file in setup.matrix_files(reader, &[])?.into_iter().filter(|file| file.is_plain) {
        ids.extend(Matrix::id_in(&reader.read(&file, Limits::MATRIX.bytes)?));
    }
    Ok(ids)
}

fn finding(
    id: &str,
    path: &str,
    elsewhere: Option<&Touched>,
    signoffs: Option<&SignoffState>,
) -> Option<Finding> {
    let is_offered = signoffs.is_none_or(|signoffs| signoffs.matrix(id).is_some());
    let has_ended = signoffs.is_some_and(|signoffs| matches!(signoffs.force(id), Force::Ended(_)));
    if has_ended && elsewhere.is_none() {
        return None;
    }
    let place = elsewhere.map_or_else(
        || "is no matrix any more".to_owned(),
        |new| format!("is now `{}`, where nothing judges it", new.path),
    );
    let message = format!("the matrix `{id}` {place}");
    let is_error = is_offered || elsewhere.is_some();
    let help = match is_offered {
        true => {
            "a matrix that was offered for signature keeps its working text until a signed version ends it"
        }
        false => {
            "bring it back under a name that `matrices` in `countersign.json` takes in, if that was not meant"
        }
    };
    let severity = if is_error { Severity::Error } else { Severity::Warning };
    let mut finding = Finding::of_file(RULE, path, Spot::File, message).weighing(severity).helped(help);
    finding.matrix = Some(id.into());
    Some(finding)
}
