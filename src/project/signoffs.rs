//! What the signatures of a project come to, beside the texts that they are about.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;

use super::calendar::Calendar;
use super::{Snapshot, signed_files};
use crate::error::Result;
use crate::finding::Finding;
use crate::matrix::Matrix;
use crate::trust::force::Force;
use crate::trust::name::{Digest, MatrixId, Version};
use crate::trust::standing::{MatrixStanding, Standing, State, VersionStanding};
use crate::trust::statement::folder;
use crate::trust::{self, Tree};

/// The files that sign-offs are judged by, and the judgement.
#[derive(Clone, Debug)]
pub struct SignoffState {
    /// The files below `trust/` and `signoffs/`, as git stores them.
    pub tree: Tree,
    /// What they come to.
    pub standing: Standing,
}

/// The text of a version that was offered for signature.
#[derive(Clone, Debug)]
pub struct OfferedText {
    /// The matrix.
    pub id: MatrixId,
    /// The version.
    pub version: Version,
    /// Where the text lies.
    pub path: String,
    /// The text.
    pub bytes: Arc<[u8]>,
    /// Whether all parties agreed to it: then no rule can call for another text, only for another version.
    pub is_agreed: bool,
}

impl SignoffState {
    /// Reads and judges the sign-offs of a project.
    ///
    /// # Errors
    /// Where something is missing for a judgement, or is more than we look at.
    pub fn read(world: &Snapshot, anchor: Option<&Digest>, day: Date) -> Result<Self> {
        let tree = signed_files(world)?;
        let standing = trust::judge(&tree, anchor, day)?;
        Ok(Self { tree, standing })
    }

    /// Returns what is wrong with the sign-offs.
    pub fn findings(&self) -> Vec<Finding> {
        self.standing.faults.iter().cloned().map(Finding::from).collect()
    }

    /// Returns the standing of a matrix by its id, if a version of it was ever offered.
    pub fn matrix(&self, id: &str) -> Option<&MatrixStanding> {
        self.standing.matrices.get(&id.parse::<MatrixId>().ok()?)
    }

    /// Returns a version by its names in text.
    pub fn version(&self, id: &str, version: &str) -> Option<&VersionStanding> {
        self.standing.version(&id.parse().ok()?, version.parse().ok()?)
    }

    /// Returns when the versions of a matrix are in force, if one was ever offered.
    pub fn calendar(&self, id: &str) -> Option<Calendar<'_>> {
        Some(Calendar::of(self.matrix(id)?, self.standing.day))
    }

    /// Returns what is in force of a matrix on the day that was judged.
    pub fn force(&self, id: &str) -> Force {
        self.matrix(id).map_or(Force::Nothing, |matrix| matrix.in_force(self.standing.day))
    }

    /// Returns the version of a matrix that is in force on the day that was judged.
    pub fn in_force(&self, id: &str) -> Option<&VersionStanding> {
        match self.force(id) {
            Force::Version(version) => self.matrix(id)?.versions.get(&version),
            Force::Nothing | Force::Ended(_) | Force::InDoubt { .. } => None,
        }
    }

    /// Returns the bytes of an offered version.
    pub fn text(&self, id: &MatrixId, version: Version) -> Option<&Arc<[u8]>> {
        let blob = self.tree.get(&format!("{}/matrix.json", folder(id, version)))?;
        (blob.mode == 0o100_644).then_some(&blob.bytes)
    }

    /// Says whether a text is, byte for byte, the version that was offered under its number.
    pub fn is_offered(&self, id: &str, version: &str, text: &[u8]) -> bool {
        self.version(id, version)
            .and_then(|one| self.text(&one.id, one.version))
            .is_some_and(|bytes| **bytes == *text)
    }

    /// Returns the matrix that an offered version holds, if it is one.
    pub fn read_matrix(&self, id: &MatrixId, version: Version) -> Option<Matrix> {
        let path = format!("{}/matrix.json", folder(id, version));
        Matrix::read(&path, self.text(id, version)?.to_vec()).ok()
    }

    /// Returns the texts that rules run on beside the working texts: what is offered, agreed for a later day, in
    /// force, or in question. What was superseded or passed over, and what has ended, is history.
    pub fn to_judge(&self) -> Vec<OfferedText> {
        let versions = self.standing.matrices.values().flat_map(|matrix| {
            let standing = matrix.versions.values().filter(|one| one.state.is_final());
            let highest = standing.map(|one| one.version).max();
            matrix
                .versions
                .values()
                .filter(move |one| highest.is_none_or(|top| one.version >= top) || one.state.is_final())
        });
        versions
            .filter(|one| is_judged(&one.state))
            .filter_map(|one| {
                let path = format!("{}/matrix.json", folder(&one.id, one.version));
                let bytes = Arc::clone(self.text(&one.id, one.version)?);
                let is_agreed = one.state.is_final();
                Some(OfferedText { id: one.id.clone(), version: one.version, path, bytes, is_agreed })
            })
            .collect()
    }

    /// Returns the ids of matrices of which any version is final, or in question.
    pub fn agreed(&self) -> BTreeSet<&str> {
        let is_agreed = |matrix: &MatrixStanding| matrix.versions.values().any(|one| one.closed_on.is_some());
        let matrices = self.standing.matrices.iter().filter(|(_, matrix)| is_agreed(matrix));
        matrices.map(|(id, _)| id.as_str()).collect()
    }
}

fn is_judged(state: &State) -> bool {
    match state {
        State::Offered
        | State::Future
        | State::InForce
        | State::InDoubt
        | State::Complete
        | State::InQuestion(_) => true,
        State::Superseded(_) | State::Ended => false,
    }
}
