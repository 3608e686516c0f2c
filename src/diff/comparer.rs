//! What a comparison goes by beside the two versions: the words that may change a duty.

use std::sync::Arc;

use super::wording::{List, Words};

/// Compares versions by the words of a project.
#[derive(Clone, Debug)]
pub struct Comparer {
    pub(super) list: Arc<List>,
}

impl Default for Comparer {
    fn default() -> Self {
        Self { list: List::shipped() }
    }
}

impl Comparer {
    /// Returns what goes by the words that come with the program as a project changes them.
    pub fn of(words: &Words) -> Self {
        Self { list: List::tuned(words) }
    }
}
