//! Duties of law or contract that are no controls: affirmations, reports, notices, return of data.

use jiff::civil::Date;
use serde::Deserialize;

use super::LegalClock;
use super::wording::Wording;
use crate::matrix::{Deed, Side};

/// A duty that somebody must own although no control asks for it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
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
    /// How long something is kept.
    #[serde(default)]
    pub retain: Option<LegalClock>,
    /// How often it is due.
    #[serde(default)]
    pub cadence: Option<String>,
    /// Where it stands.
    #[serde(default)]
    pub source: String,
    /// The deeds by which the owner answers it.
    #[serde(default = "acting")]
    pub does: Vec<Deed>,
    /// The deeds that only the owner can do.
    #[serde(default)]
    pub owners_alone: Vec<Deed>,
    /// Why only the owner can do those.
    #[serde(default)]
    pub because: Option<String>,
    /// Whether it can fail to apply.
    #[serde(default)]
    pub conditional: bool,
    /// The controls and references whose notices start the owner's clock.
    #[serde(default)]
    pub hears_from: Vec<String>,
    /// Whether the text binds now.
    #[serde(default)]
    pub status: Option<String>,
    /// The day on which the status was checked.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// What its text says that no field holds.
    #[serde(default)]
    pub wording: Vec<Wording>,
    /// What is unsure about it.
    #[serde(default)]
    pub note: Option<String>,
}

/// Returns the deeds that answer an obligation which says nothing else.
fn acting() -> Vec<Deed> {
    vec![Deed::Perform, Deed::Notify]
}

impl Obligation {
    /// Returns whether the obligation is one party's: `client`, `provider`, or both by another word.
    pub fn is_of(&self, side: Side) -> bool {
        match self.owner.as_str() {
            "client" => side == Side::Client,
            "provider" => side.is_providing(),
            _ => true,
        }
    }

    /// Returns whether the text binds; one of unknown status does.
    pub fn is_in_force(&self) -> bool {
        self.status.as_deref().is_none_or(|status| status == "in force")
    }

    /// Returns whether a duty is one by which the owner answers.
    pub fn is_answered_by(&self, deed: Deed) -> bool {
        self.does.contains(&deed.counts())
    }

    /// Returns whether a row's reference names this obligation.
    pub fn is_named_by(&self, reference: &str) -> bool {
        let same = |name: &str| name.eq_ignore_ascii_case(reference.trim());
        same(&self.reference) || self.aliases.iter().any(|alias| same(alias))
    }
}
