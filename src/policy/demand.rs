//! The `gate` of `countersign.json`: what fails a change, and which changes need whose signature.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

/// What a gate demands of a change beyond the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Demands {
    /// What fails: a class of change, or one of the words of [`Demands::WORDS`].
    #[serde(default)]
    pub fails: BTreeSet<String>,
    /// By class of change, the sides or parties that have to have signed the text that brings it.
    #[serde(default)]
    pub signatures: BTreeMap<String, BTreeSet<String>>,
    /// What is demanded of one matrix besides, by its id.
    #[serde(default)]
    pub matrices: BTreeMap<String, Demands>,
}

/// A row that goes to the client without a new reason.
pub const MOVED_WITHOUT_REASON: &str = "moved-to-client-without-reason";
/// A row that nobody owns.
pub const NOBODY: &str = "nobody";
/// A check that asks for less than before.
pub const WEAKENED: &str = "weakened";

impl Demands {
    /// The words for what fails that are no class of change.
    pub const WORDS: [&'static str; 3] = [MOVED_WITHOUT_REASON, NOBODY, WEAKENED];

    /// Says whether something fails in a matrix.
    pub fn is_failing(&self, matrix: &str, word: &str) -> bool {
        self.fails.contains(word) || self.matrices.get(matrix).is_some_and(|own| own.fails.contains(word))
    }

    /// Returns who has to have signed a class of change of a matrix.
    pub fn signers(&self, matrix: &str, class: &str) -> BTreeSet<&str> {
        let own = self.matrices.get(matrix).and_then(|own| own.signatures.get(class));
        self.signatures.get(class).into_iter().chain(own).flatten().map(String::as_str).collect()
    }

    /// Returns what is demanded here and not there, in words.
    pub fn lost(&self, after: &Self) -> Vec<String> {
        let mut lost: Vec<String> = self.fails.difference(&after.fails).cloned().collect();
        for (class, signers) in &self.signatures {
            let none = BTreeSet::new();
            let now = after.signatures.get(class).unwrap_or(&none);
            lost.extend(signers.difference(now).map(|one| format!("{class} signed by {one}")));
        }
        for (id, own) in &self.matrices {
            let less = own.lost(after.matrices.get(id).unwrap_or(&Self::default()));
            lost.extend(less.into_iter().map(|what| format!("{what} in {id}")));
        }
        lost
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_longer_demanded_is_named() {
        let of = |text: &str| serde_json::from_str::<Demands>(text).unwrap();
        let before = of(
            r#"{ "fails": ["nobody"], "signatures": { "taken-on": ["client"] }, "matrices": { "a": { "fails": ["weakened"] } } }"#,
        );
        assert!(before.is_failing("a", WEAKENED) && !before.is_failing("b", WEAKENED));
        assert_eq!(before.lost(&before), Vec::<String>::new());
        let lost = ["nobody", "taken-on signed by client", "weakened in a"];
        assert_eq!(before.lost(&Demands::default()), lost);
        assert_eq!(Demands::default().lost(&before), Vec::<String>::new());
    }
}
