//! What a run is asked beyond its findings: whose word counts, what must be in force, what must still be there.

use crate::error::{Error, Result};
use crate::trust::name::Digest;

/// What a gate demands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// The fingerprint in the contract, the digest of any roster of the chain. Never read from what is judged.
    pub anchor: Option<Digest>,
    /// Whether there is no judgement without a fingerprint.
    pub needs_anchor: bool,
    /// Whether every matrix has to be in force.
    pub effective: bool,
    /// Whether every working text has to be the version in force, byte for byte.
    pub no_draft: bool,
    /// What verified at this revision must still be there.
    pub since: Option<String>,
    /// Rules, configuration and waivers come from this revision.
    pub trust_from: Option<String>,
    /// Whether only the matrices are judged that differ from those of `since`.
    pub only_changed: bool,
}

impl Gate {
    /// Says what is missing before anything can be judged.
    pub(super) fn lacks(&self) -> Option<Error> {
        (self.needs_anchor && self.anchor.is_none()).then(|| {
            Error::cannot_judge("no fingerprint was given, so nobody can say whose signatures count").hint(
                "set COUNTERSIGN_ANCHOR to the fingerprint in the contract, in the settings of the CI system and \
                 never in the repository; `countersign roster show` prints it",
            )
        })
    }
}

/// Reads a fingerprint as contracts carry it: 64 hex digits, in groups or not.
///
/// # Errors
/// Where it is anything else.
pub fn fingerprint(text: &str) -> Result<Digest> {
    let plain = text.trim().strip_prefix("sha256:").unwrap_or(text.trim());
    let digits: String =
        plain.chars().filter(|one| !one.is_whitespace() && !matches!(one, '-' | ':')).collect();
    digits.to_ascii_lowercase().parse().map_err(|_| {
        Error::usage(format!("`{}` is no fingerprint", text.chars().take(100).collect::<String>()))
            .hint("it has 64 hex digits, usually in groups of four; `countersign roster show` prints it")
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_read_as_it_is_printed() {
        let digest = Digest::of(b"roster");
        assert_eq!(fingerprint(&digest.grouped()), Ok(digest));
        assert_eq!(fingerprint(&digest.to_string().to_uppercase()), Ok(digest));
        assert_eq!(fingerprint(&digest.grouped().replace(' ', "-")), Ok(digest));
        for wrong in ["", "12", &digest.to_string()[1..], &format!("{digest}0")] {
            assert!(fingerprint(wrong).is_err(), "{wrong}");
        }
    }
}
