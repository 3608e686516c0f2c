//! What a value or a mark of a sheet says of its row.

use serde::Deserialize;

use crate::matrix::{Allocation, Deed, Mode};

/// What a value or a mark says of its row.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Effect {
    /// Whose the row is.
    Owner(Owner),
    /// More.
    Says(Box<Says>),
}

/// Whose a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The client.
    Client,
    /// The provider.
    Provider,
    /// Both.
    Shared,
    /// Someone upstream.
    Inherited,
    /// Nobody has to.
    NotApplicable,
    /// Nobody yet: the source does not say.
    Unassigned,
    /// Nothing: the value says that the column has no say.
    Nothing,
}

impl Owner {
    /// Returns the allocation of a row that is this one's alone.
    pub fn allocation(self) -> Allocation {
        match self {
            Self::Client => Allocation::Client,
            Self::Provider => Allocation::Provider,
            Self::Shared => Allocation::Shared,
            Self::Inherited => Allocation::Inherited,
            Self::NotApplicable => Allocation::NotApplicable,
            Self::Unassigned | Self::Nothing => Allocation::Unassigned,
        }
    }
}

/// What a value says, in full.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Says {
    /// Whose the row is.
    #[serde(default)]
    pub owner: Option<Owner>,
    /// How it is shared.
    #[serde(default)]
    pub mode: Option<Mode>,
    /// What the provider lets others inherit: yes, partial or no.
    #[serde(default)]
    pub offered: Option<String>,
    /// How far it is implemented.
    #[serde(default)]
    pub status: Option<String>,
    /// What is inherited from whom.
    #[serde(default)]
    pub inherits: Option<Inherits>,
    /// Who does what.
    #[serde(default)]
    pub duties: Vec<Does>,
}

/// An edge of inheritance.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inherits {
    /// Who inherits.
    pub by: String,
    /// From whom.
    pub from: String,
    /// `full`, `partial` or `none`; unless said, `full` where nothing else is marked, else `partial`.
    #[serde(default)]
    pub extent: Option<String>,
}

/// A duty without a text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Does {
    /// What is done.
    #[serde(rename = "do")]
    pub deed: Deed,
    /// By whom.
    pub party: String,
}

impl Effect {
    /// Returns what it says, in full.
    pub fn says(&self) -> Says {
        match self {
            Self::Owner(owner) => Says { owner: Some(*owner), ..Says::default() },
            Self::Says(says) => (**says).clone(),
        }
    }
}
