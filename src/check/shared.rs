//! Texts that findings have in common, each kept once.
//!
//! The matrices of a project repeat each other's rows, places and words: of fifty megabytes of messages two are left.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::finding::{Finding, Place};

/// So many texts are remembered. Where nothing repeats, more would only take room themselves.
const MOST: usize = 1 << 16;

/// The texts that were met so far; they are looked up and never listed, so their order is no matter.
#[derive(Debug, Default)]
pub(super) struct Shared(Mutex<HashSet<Arc<str>>>);

impl Shared {
    /// Puts the text that was met first in the place of every equal one.
    pub(super) fn join(&self, findings: &mut [Finding]) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for finding in findings {
            join(&mut known, &mut finding.message);
            finding.row.iter_mut().for_each(|row| join(&mut known, row));
            match &mut finding.place {
                Place::Pointer { pointer, .. } | Place::Span { pointer, .. } => join(&mut known, pointer),
                Place::File => {}
            }
        }
    }
}

fn join(known: &mut HashSet<Arc<str>>, text: &mut Arc<str>) {
    if let Some(same) = known.get(text) {
        text.clone_from(same);
    } else if known.len() < MOST {
        known.insert(Arc::clone(text));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Shared;
    use crate::finding::{Finding, Place};

    #[test]
    fn equal_texts_become_one_and_no_text_becomes_another() {
        let finding = |row: &str| {
            let place = Place::value(format!("/rows/{row}"));
            let mut one = Finding::of_file("a-rule", "m.json", place, format!("row `{row}` is wrong"));
            one.row = Some(row.into());
            one
        };
        let before = [finding("1"), finding("2"), finding("1")];
        let (mut first, mut last) = (before[..2].to_vec(), before[2..].to_vec());
        let shared = Shared::default();
        shared.join(&mut first);
        shared.join(&mut last);
        assert_eq!([&first[..], &last[..]].concat(), before);
        assert!(Arc::ptr_eq(&first[0].message, &last[0].message));
        assert!(std::ptr::eq(first[0].place.pointer(), last[0].place.pointer()));
        assert!(!Arc::ptr_eq(&first[1].message, &last[0].message));
    }
}
