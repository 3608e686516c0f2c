//! The judgement of a folder of evidence: its sign-offs judged as in a clone, and all that is made from them made again.

use std::collections::BTreeSet;

use super::{Files, MANIFEST, reading, whole};
use crate::error::{Error, Result};
use crate::project::SignoffState;
use crate::project::words::{self, Names};
use crate::trust::name::{Digest, MatrixId};
use crate::trust::{self, Blob, Tree};

/// What is to be said of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The file.
    pub path: String,
    /// What is wrong with it; none if it is what the signed files give.
    pub fault: Option<&'static str>,
}

/// How one version stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The version.
    pub version: String,
    /// How it stands, in words.
    pub says: String,
    /// How many statements dispute it.
    pub contests: usize,
}

/// The judgement of a folder.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The matrix that it is about.
    pub matrix: MatrixId,
    /// The day that was judged.
    pub day: String,
    /// Every file that is there or should be.
    pub outcomes: Vec<Outcome>,
    /// Every version.
    pub versions: Vec<Version>,
}

impl Verified {
    /// Says whether every file is what it should be.
    pub fn holds(&self) -> bool {
        self.outcomes.iter().all(|one| one.fault.is_none())
    }
}

/// Judges the files of a folder by the fingerprint in the contract.
///
/// # Errors
/// If it is no folder of evidence, or no list of signers has the fingerprint.
pub fn verify(files: &Files, anchor: &Digest, today: jiff::civil::Date) -> Result<Verified> {
    let signed = files.iter().filter(|(path, _)| path.starts_with("trust/") || path.starts_with("signoffs/"));
    let tree: Tree = signed.map(|(path, bytes)| (path.clone(), Blob::plain(bytes.clone()))).collect();
    let day = reading::judged_on(files).unwrap_or(today);
    let standing = trust::judge(&tree, Some(anchor), day)?;
    if !standing.is_anchored || standing.roster().is_none() {
        return Err(Error::cannot_judge(
            "the fingerprint that was given is of no complete list of signers here",
        )
        .hint("compare it with the one in the contract; it never comes from the folder"));
    }
    let [matrix]: [MatrixId; 1] =
        standing.matrices.keys().cloned().collect::<Vec<_>>().try_into().map_err(|_| {
            Error::cannot_judge("a folder of evidence holds the sign-offs of one matrix; this one does not")
        })?;
    let signoffs = SignoffState { tree, standing };
    let expected = whole(&signoffs, &matrix)?.files;
    let outcomes = compare(files, &expected);
    let calendar = signoffs.calendar(matrix.as_str());
    let versions = signoffs.standing.matrices[&matrix].versions.values().zip(std::iter::repeat(calendar));
    let versions = versions
        .filter_map(|(one, calendar)| {
            let says = words::standing(one, &calendar?, &Names::default());
            Some(Version { version: one.version.to_string(), says, contests: one.contests.len() })
        })
        .collect();
    Ok(Verified { day: day.to_string(), outcomes, versions, matrix })
}

fn compare(files: &Files, expected: &Files) -> Vec<Outcome> {
    let paths: BTreeSet<&String> = files.keys().chain(expected.keys()).collect();
    let fault = |path: &String| match (files.get(path), expected.get(path)) {
        (Some(is), Some(should)) if is == should => None,
        // The list of digests differs wherever another file does.
        (Some(_), Some(_)) if path == MANIFEST => Some("does not list the files as they should be"),
        (Some(_), Some(_)) => Some("is not what the signed files give"),
        (Some(_), None) => Some("belongs to nothing that was signed"),
        (None, _) => Some("is missing"),
    };
    paths.into_iter().map(|path| Outcome { path: path.clone(), fault: fault(path) }).collect()
}
