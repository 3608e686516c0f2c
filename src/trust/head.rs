//! The head of a matrix, as far as consent depends on it. Everything else in it is the parties' own affair.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::canonical::{self, Flaw, MOST_MATRIX_BYTES, Strictness};
use super::day::Day;
use super::name::{MatrixId, PartyId, Version};
use super::statement::MatrixRef;

/// The most rows of a matrix.
pub const MOST_ROWS: usize = 20_000;

#[derive(Deserialize)]
struct HeadParty {
    id: PartyId,
    side: Side,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Client,
    Provider,
    Subprovider,
    External,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Fields {
    format: String,
    id: MatrixId,
    version: Version,
    effective_from: Day,
    effective_until: Option<Day>,
    retroactive: Option<String>,
    #[serde(default)]
    replaces: Vec<MatrixRef>,
    parties: Vec<HeadParty>,
    #[serde(default)]
    rows: Vec<IgnoredAny>,
}

/// What a version's own text says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The matrix.
    pub id: MatrixId,
    /// The version.
    pub version: Version,
    /// The first day in force.
    pub effective_from: Day,
    /// The first day no longer in force, if the engagement ends.
    pub effective_until: Option<Day>,
    /// Why the day may lie before the signatures.
    pub retroactive: Option<String>,
    /// Versions of other matrices that end when this one begins.
    pub replaces: Vec<MatrixRef>,
    /// The client and the provider parties: exactly those who have to sign.
    pub signing: BTreeSet<PartyId>,
}

impl Head {
    /// Reads the head of a matrix that is strict JSON: no key twice, no limit passed.
    pub fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        canonical::scan(bytes, Strictness::Matrix, MOST_MATRIX_BYTES)?;
        let fields: Fields = serde_json::from_slice(bytes).map_err(|e| Flaw::Malformed(e.to_string()))?;
        if fields.format != "countersign/matrix/1" {
            return Err(Flaw::OtherFormat(fields.format));
        }
        if fields.rows.len() > MOST_ROWS {
            return Err(Flaw::TooLarge);
        }
        let ids: BTreeSet<_> = fields.parties.iter().map(|party| &party.id).collect();
        if ids.len() != fields.parties.len() {
            return Err(Flaw::Malformed("a party is listed twice".into()));
        }
        Ok(fields.into_head())
    }
}

impl Fields {
    fn into_head(self) -> Head {
        let signs = |party: &HeadParty| matches!(party.side, Side::Client | Side::Provider);
        Head {
            id: self.id,
            version: self.version,
            effective_from: self.effective_from,
            effective_until: self.effective_until,
            retroactive: self.retroactive.filter(|reason| !reason.trim().is_empty()),
            replaces: self.replaces,
            signing: self.parties.into_iter().filter(signs).map(|party| party.id).collect(),
        }
    }
}

impl Head {
    /// Returns the first day of a version of which the last party gave its last word on the day `closed`; `None` if its
    /// end is not after that.
    pub fn begins(&self, closed: Day) -> Option<Day> {
        let from = self.effective_from;
        let first = if self.retroactive.is_some() { from } else { from.max(closed) };
        self.effective_until.is_none_or(|until| first < until).then_some(first)
    }
}
