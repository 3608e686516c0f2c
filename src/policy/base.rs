//! What a text is compared with by the rules about changes: the version agreed last, or a revision.

use crate::diff::{Comparer, Diff};
use crate::matrix::Matrix;

/// An earlier text of a matrix, and what changed since.
#[derive(Clone, Debug)]
pub struct Base {
    /// What people call it, as in "since version 1.0".
    pub name: String,
    /// The earlier text.
    pub matrix: Matrix,
    /// What changed from it to the text that is judged.
    pub diff: Diff,
    /// Whether all parties agreed to it.
    pub is_agreed: bool,
}

impl Base {
    /// Compares with the version that all parties agreed to last, by the words of the project.
    pub fn agreed(before: Matrix, now: &Matrix, comparer: &Comparer) -> Self {
        let diff = comparer.compare(&before, now);
        Self { name: format!("version {}", before.version), matrix: before, diff, is_agreed: true }
    }

    /// Compares with the text of a revision, by the words of the project.
    pub fn at(revision: &str, before: Matrix, now: &Matrix, comparer: &Comparer) -> Self {
        let diff = comparer.compare(&before, now);
        Self { name: format!("`{revision}`"), matrix: before, diff, is_agreed: false }
    }
}
