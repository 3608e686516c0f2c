//! The check before anything is recorded: the files are judged by the checker's own code as if they were there.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::error::{Error, Result};
use crate::finding::Severity;
use crate::trust::name::Digest;
use crate::trust::standing::Standing;
use crate::trust::{self, Blob, Tree};

/// Files to be written, or removed where there are no bytes, by their paths relative to the project.
pub type Files = Vec<(String, Option<Vec<u8>>)>;

/// Returns a tree with these files in it.
pub fn with(tree: &Tree, files: &Files) -> Tree {
    let mut tree = tree.clone();
    for (path, bytes) in files {
        match bytes {
            Some(bytes) => drop(tree.insert(path.clone(), Blob::plain(bytes.clone()))),
            None => drop(tree.remove(path)),
        }
    }
    tree
}

/// Judges a tree with these files in it, refusing if anything becomes wrong that was not wrong before.
///
/// # Errors
/// Names the first new fault; `allowed` are the rules whose findings are the very purpose.
pub fn prove(
    before: &Standing,
    tree: &Tree,
    files: &Files,
    anchor: Option<&Digest>,
    day: Date,
    allowed: &[&str],
) -> Result<Standing> {
    let after = trust::judge(&with(tree, files), anchor, day)?;
    let known: BTreeSet<(&str, &str, &str)> = errors(before).collect();
    let new = errors(&after).find(|fault| !known.contains(fault) && !allowed.contains(&fault.0));
    match new {
        None => Ok(after),
        Some((rule, file, message)) => {
            Err(Error::usage("what would be recorded does not hold; nothing was recorded")
                .because(format!("{file}: {message}"))
                .hint(format!("`countersign explain {rule}` says more")))
        }
    }
}

fn errors(standing: &Standing) -> impl Iterator<Item = (&str, &str, &str)> {
    let errors = standing.findings.iter().filter(|one| one.severity == Severity::Error);
    errors.map(|one| (&*one.rule, &*one.file, &*one.message))
}

/// Returns why the statement at `path` does not count, if it does not.
pub fn refusal(standing: &Standing, path: &str) -> Option<String> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let mut statements = versions.flat_map(|version| &version.statements);
    match statements.find(|one| one.path == path) {
        Some(one) => one.verdict.reason().map(ToString::to_string),
        None => Some("it is not where statements lie".to_owned()),
    }
}
