//! Which number of a version has to grow, and whether it did.

use serde::Serialize;

use super::change::{Both, Change};

/// Which number of the version has to grow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Wording, references, contacts and terms.
    Minor,
    /// Who, scope, deadline, inheritance, keeper of evidence, rows or parties.
    Major,
}

impl Bump {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// Returns why the number has to grow, or nothing where none has to.
    pub fn why(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Minor => Some("wording, references, contacts or terms changed"),
            Self::Major => Some("who, what, where, by when or with which proof changed"),
        }
    }

    /// Returns the bump that changes ask for; the number alone asks for none.
    pub(super) fn of(changes: &[Change]) -> Self {
        if changes.iter().any(|change| change.material) {
            Self::Major
        } else if changes.iter().any(|change| change.field != "version") {
            Self::Minor
        } else {
            Self::None
        }
    }

    /// Returns which number of the version rose, or nothing where it fell or is no version.
    pub(super) fn between(version: &Both<String>) -> Option<Self> {
        let (before, after) = (numbers(&version.before)?, numbers(&version.after)?);
        match () {
            () if after.0 > before.0 => Some(Self::Major),
            () if after.0 == before.0 && after.1 > before.1 => Some(Self::Minor),
            () if after == before => Some(Self::None),
            () => None,
        }
    }

    /// Returns the least version that this asks for, where `version.after` is less.
    pub(super) fn due(self, version: &Both<String>) -> Option<String> {
        if Self::between(version).is_some_and(|rise| rise >= self) {
            return None;
        }
        let (major, minor) = numbers(&version.before)?;
        match self {
            Self::None => None,
            Self::Minor => Some(format!("{major}.{}", minor + 1)),
            Self::Major => Some(format!("{}.0", major + 1)),
        }
    }
}

fn numbers(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_to_rise_as_much_as_its_changes_ask_for() {
        let due =
            |bump: Bump, before: &str, after: &str| bump.due(&Both::of(before.to_owned(), after.to_owned()));
        assert_eq!(due(Bump::Major, "1.9", "1.10"), Some("2.0".to_owned()));
        assert_eq!(due(Bump::Major, "1.9", "2.0"), None);
        assert_eq!(due(Bump::Minor, "1.9", "1.9"), Some("1.10".to_owned()));
        assert_eq!(due(Bump::Minor, "1.9", "1.10"), None);
        assert_eq!(due(Bump::Minor, "1.9", "1.8"), Some("1.10".to_owned()));
        assert_eq!(due(Bump::None, "1.9", "1.9"), None);
    }
}
