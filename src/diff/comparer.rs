//! What a comparison goes by beside the two versions: the words that may change a duty, and the frameworks' editions.

use std::sync::Arc;

use super::wording::{List, Words};
use crate::pack::Packs;

/// Compares versions by the words and the packs of a project.
#[derive(Clone, Debug)]
pub struct Comparer {
    pub(super) list: Arc<List>,
    /// The packs of the project; shipped ones are known without it.
    pub(super) packs: Packs,
}

impl Default for Comparer {
    fn default() -> Self {
        Self { list: List::shipped(), packs: Packs::default() }
    }
}

impl Comparer {
    /// Returns what goes by the words that come with the program as a project changes them.
    pub fn of(words: &Words) -> Self {
        Self { list: List::tuned(words), packs: Packs::default() }
    }

    /// Returns the same with the packs of a project, which may know the next edition of a framework of its own.
    #[must_use]
    pub fn with_packs(self, packs: &Packs) -> Self {
        Self { packs: packs.clone(), ..self }
    }
}
