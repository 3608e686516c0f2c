//! Duties of law or contract that are no controls: affirmations, reports, notices, return of data.

use serde::Deserialize;

use super::LegalClock;

/// A duty that somebody must own although no control asks for it.
#[derive(Debug, Deserialize)]
pub struct Obligation {
    /// Its id in the pack.
    pub id: String,
    /// A short label.
    pub title: String,
    /// What a row writes into `references` to own it.
    pub reference: String,
    /// Other words for it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The side that usually owns it.
    #[serde(default)]
    pub owner: String,
    /// What must happen, by when, under which text.
    #[serde(default)]
    pub summary: String,
    /// A deadline that the text sets.
    #[serde(default)]
    pub clock: Option<LegalClock>,
    /// How often it is due.
    #[serde(default)]
    pub cadence: Option<String>,
    /// Where it stands.
    #[serde(default)]
    pub source: String,
}

impl Obligation {
    /// Returns whether a row's reference names this obligation.
    pub fn is_named_by(&self, reference: &str) -> bool {
        let same = |name: &str| name.eq_ignore_ascii_case(reference.trim());
        same(&self.reference) || self.aliases.iter().any(|alias| same(alias))
    }
}
