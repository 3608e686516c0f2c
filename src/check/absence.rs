//! What is not there though it should be: files that git keeps elsewhere, patterns that name nothing, matrices that were
//! signed and have no working text any more. None of it counts as clean.

use std::collections::BTreeSet;

use super::{SignoffState, Working};
use crate::error::{Error, Result};
use crate::finding::{Finding, Place};
use crate::git::Elsewhere;
use crate::policy::config::{self, Config};
use crate::project::{Reader, Snapshot};
use crate::trust::force::Force;

/// Says of every place where matrices may lie that could not be looked into: a submodule, a linked folder, a file that is
/// not checked out.
///
/// # Errors
/// Where the files cannot be listed.
pub(super) fn unread(
    world: &Snapshot,
    reader: &Reader<'_>,
    config: &Config,
    paths: &[String],
) -> Result<Vec<Error>> {
    let folders: Vec<&str> = match paths {
        [] => config.folders().collect(),
        some => some.iter().map(String::as_str).collect(),
    };
    let mut errors: Vec<(String, Error)> = Vec::new();
    for file in reader.files(&folders)?.into_iter().filter(|file| !config.is_matrix(&file.path)) {
        errors.extend(reader.behind(&file)?.map(|what| (file.path.clone(), hidden(&file.path, what))));
    }
    for folder in folders {
        errors.extend(reader.linked_above(folder)?.map(|link| (link.clone(), hidden(&link, "a link"))));
    }
    if world.is_on_disk()
        && let Some(store) = world.store()?
    {
        let own = |path: &str| {
            path.strip_prefix(&store.prefix).is_some_and(|path| {
                config.is_matrix(path)
                    || config.folders().any(|folder| folder.is_empty() || path.starts_with(folder))
            })
        };
        for (path, elsewhere) in store.repository.elsewhere(own)? {
            let path = &path[store.prefix.len()..];
            match elsewhere {
                Elsewhere::Submodule => errors.push((path.to_owned(), hidden(path, "a submodule"))),
                Elsewhere::NotCheckedOut if config.is_matrix(path) && reader.file(path)?.is_none() => {
                    errors.push((path.to_owned(), not_checked_out(path)));
                }
                Elsewhere::NotCheckedOut => {}
            }
        }
    }
    errors.sort_by(|left, right| left.0.cmp(&right.0));
    errors.dedup_by(|left, right| left.0 == right.0);
    Ok(errors.into_iter().map(|(_, error)| error).collect())
}

fn hidden(path: &str, what: &str) -> Error {
    Error::cannot_judge(format!("`{path}` is {what}, so nothing that may lie behind it was looked at")).hint(format!(
        "put the matrices themselves there; what is no matrix goes elsewhere, or is left out by `matrices` in `{}`",
        config::FILE
    ))
}

fn not_checked_out(path: &str) -> Error {
    Error::cannot_judge(format!("`{path}` is a matrix of this project, and it is not checked out here")).hint(
        "`git sparse-checkout disable` brings all files; `countersign check --at HEAD` judges the commit",
    )
}

/// Tells which patterns name no matrix, beside others that do.
///
/// # Errors
/// Where the files cannot be listed.
pub(super) fn idle_patterns(reader: &Reader<'_>, config: &Config) -> Result<Vec<Finding>> {
    let folders: Vec<&str> = config.folders().collect();
    let files = reader.files(&folders)?;
    let is_idle = |pattern: &str| !files.iter().any(|file| config::matches(pattern, &file.path));
    let idle: Vec<(usize, &String)> =
        config.matrices.iter().enumerate().filter(|(_, pattern)| is_idle(pattern)).collect();
    if idle.len() == config.matrices.len() {
        return Ok(Vec::new()); // There is no matrix at all, which is told by itself.
    }
    let told = |(at, pattern): (usize, &String)| {
        let message = format!("`{pattern}` names no file, so no matrix was checked for it");
        Finding::of_file(
            "pattern-names-a-matrix",
            config::FILE,
            Place::value(format!("/matrices/{at}")),
            message,
        )
        .helped("bring the files back, or take the pattern out in a change that both parties see")
    };
    Ok(idle.into_iter().map(told).collect())
}

/// Returns the ids of matrices that have versions in `signoffs/` and no working text among those that were judged, though
/// they have not ended.
pub(super) fn lacking(signoffs: &SignoffState, working: &[Working]) -> BTreeSet<String> {
    let there: BTreeSet<&str> = working.iter().map(|one| one.id.as_str()).collect();
    let missing = signoffs.standing.matrices.iter().filter(|(id, matrix)| {
        !matrix.versions.is_empty()
            && !there.contains(id.as_str())
            && !matches!(signoffs.force(id.as_str()), Force::Ended(_))
    });
    missing.map(|(id, _)| id.to_string()).collect()
}

/// Tells which matrices have versions in `signoffs/` and no working text: of those that lack one, all but `left`, the ids of
/// working texts that are there and were not judged.
pub(super) fn without_text(
    signoffs: &SignoffState,
    lacking: &BTreeSet<String>,
    left: &BTreeSet<String>,
    unread: &[String],
) -> Vec<Finding> {
    if !unread.is_empty() {
        return Vec::new(); // One of them may be it, and each is an error already.
    }
    let is_missing = |id: &str| lacking.contains(id) && !left.contains(id);
    let missing = signoffs.standing.matrices.iter().filter(|(id, _)| is_missing(id.as_str()));
    missing
        .filter_map(|(id, matrix)| {
            let last = matrix.versions.keys().next_back()?;
            let folder = crate::trust::statement::folder(id, *last);
            let message = format!(
                "`{id}` has versions that were offered for signature, the last {last}, and no working text: no file that \
                 `matrices` names has its id"
            );
            let mut finding = Finding::of_file("working-text-is-there", &format!("{folder}/matrix.json"), Place::File, message)
                .helped(format!(
                    "`cp {folder}/matrix.json matrices/{id}.json` brings the last one back; a matrix ends by a version with \
                     `effectiveUntil`, or by another that `replaces` it"
                ));
            finding.matrix = Some(id.as_str().into());
            Some(finding)
        })
        .collect()
}
