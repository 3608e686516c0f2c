//! What somebody wants to revoke: which key, why, and what his party stands by.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::signoff::bundle::Revoke;
use crate::trust::name::{Digest, Fingerprint};

/// What is to be revoked, and why.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The key.
    pub key: Fingerprint,
    /// Why; None if the file that was sent says it.
    pub reason: Option<String>,
    /// What the key has signed and the party stands by; None if the file that was sent says it.
    pub stands_by: Option<StandsBy>,
    /// Whether the party may be left without a key.
    pub end: bool,
    /// The list that the revocation names; None for the newest one.
    pub list: Option<u32>,
}

/// Which statements of a revoked key the party stands by.
#[derive(Clone, Debug)]
pub enum StandsBy {
    /// All that it has signed.
    All,
    /// These alone.
    These(BTreeSet<Digest>),
}

impl fmt::Display for StandsBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::These(these) if these.is_empty() => f.write_str("none"),
            Self::These(these) => {
                let digests: Vec<String> = these.iter().map(ToString::to_string).collect();
                f.write_str(&digests.join(","))
            }
        }
    }
}

impl Wanted {
    /// Takes from a file that was sent what was not said here. What neither says is refused.
    pub(super) fn with(&self, asked: Option<&Revoke>) -> Result<Settled> {
        if let Some(other) = asked.filter(|asked| asked.key != self.key) {
            return Err(Error::usage(format!("the file was made to revoke another key, {}", other.key))
                .hint("`countersign show FILE` says which; ask for a file with the key that you mean"));
        }
        let reason = self.reason.clone().or_else(|| asked?.reason.clone());
        let reason = reason.ok_or_else(|| {
            Error::usage("nobody has said why the key is revoked").hint("say it with `--reason TEXT`")
        })?;
        let stands_by = match (&self.stands_by, asked.and_then(|asked| asked.stands_by.as_ref())) {
            (Some(typed), _) => Some(typed.clone()),
            (None, Some(text)) => Some(text.parse().map_err(Error::usage)?),
            (None, None) => None,
        };
        let stands_by = stands_by.ok_or_else(|| {
            Error::usage("nobody has said what your party stands by of what the key has signed")
                .hint("say it with `--stands-by all`, `none`, or digests with commas between")
        })?;
        Ok(Settled { key: self.key, reason, stands_by, end: self.end, list: self.list })
    }
}

/// What is to be revoked, and why, with nothing left open.
pub(super) struct Settled {
    pub(super) key: Fingerprint,
    pub(super) reason: String,
    pub(super) stands_by: StandsBy,
    pub(super) end: bool,
    pub(super) list: Option<u32>,
}

impl FromStr for StandsBy {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            "none" => Ok(Self::These(BTreeSet::new())),
            list => {
                let digests =
                    list.split(',').map(|one| one.trim().parse().map_err(|error| format!("{error}")));
                digests.collect::<std::result::Result<_, String>>().map(Self::These)
            }
        }
    }
}
