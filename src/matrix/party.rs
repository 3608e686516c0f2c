//! The parties of a matrix: on which side each stands, whom to call there, which services it gives.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Someone who holds a duty or is told.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Its id; it stays when the party is renamed.
    pub id: String,
    /// Which side of the agreement it is on.
    pub side: Side,
    /// Its legal name.
    pub name: String,
    /// What it is to the framework, such as `esp-msp`.
    #[serde(default)]
    pub kind: Option<String>,
    /// How a report treats a subservice organisation: `carve-out` or `inclusive`.
    #[serde(default)]
    pub method: Option<String>,
    /// The party that answers for a subprovider.
    #[serde(default)]
    pub bound_by: Option<String>,
    /// The kinds of data it handles.
    #[serde(default)]
    pub handles: Vec<String>,
    /// When its business clock runs.
    #[serde(default)]
    pub business_hours: Option<String>,
    /// Whom to call.
    #[serde(default)]
    pub contacts: Vec<Contact>,
    /// What an authority has attested.
    #[serde(default)]
    pub authorizations: Vec<Authorization>,
}

/// The side of the agreement a party is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// The assessed organisation.
    Client,
    /// The one it pays.
    Provider,
    /// Bound through another party; may hold duties, never signs.
    Subprovider,
    /// A regulator, prime or insurer: can be told, holds no duty.
    External,
}

impl Side {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Provider => "provider",
            Self::Subprovider => "subprovider",
            Self::External => "external",
        }
    }

    /// Returns whether work of this side counts as the provider's.
    pub fn is_providing(self) -> bool {
        matches!(self, Self::Provider | Self::Subprovider)
    }
}

/// Whom to call at a party.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Contact {
    /// Its id in the party.
    pub id: String,
    /// The role the person has.
    #[serde(default)]
    pub role: Option<String>,
    /// The person, where one is named.
    #[serde(default)]
    pub name: Option<String>,
    /// Telephone, mail or portal.
    #[serde(default)]
    pub channel: Option<String>,
    /// When the channel answers.
    #[serde(default)]
    pub hours: Option<String>,
    /// The order in which contacts are tried, 1 first.
    #[serde(default)]
    pub escalation: Option<u32>,
}

/// An authorization that a party holds.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorization {
    /// What it is, such as `fedramp-moderate`.
    pub kind: String,
    /// Its number.
    #[serde(default)]
    pub reference: Option<String>,
    /// The day it was looked up.
    #[serde(default)]
    pub as_of: Option<Date>,
    /// The day it ends.
    #[serde(default)]
    pub expires: Option<Date>,
}

/// What a provider is paid to do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Service {
    /// Its id in this matrix.
    pub id: String,
    /// Who provides it.
    #[serde(default)]
    pub party: Option<String>,
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// The first day of service.
    #[serde(default)]
    pub starts_on: Option<Date>,
    /// The first day without it.
    #[serde(default)]
    pub ends_on: Option<Date>,
}
