//! Names of revisions that could mean two things, which decide nothing here.
//!
//! Git takes one of them and warns. A gate that is told to judge by `origin/main` must not take a tag of that name that
//! somebody pushed.

use git2::Oid;

use super::Repository;
use crate::error::{Error, Result};

/// Where git looks for a name, in its order.
const PLACES: [&str; 6] = ["", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/", "refs/remotes/*/HEAD"];
/// The fewest digits of a shortened id.
const SHORTEST: usize = 4;
/// The digits of a whole id.
const WHOLE: usize = 40;

impl Repository {
    /// Refuses a revision whose name stands for more than one thing in this repository.
    ///
    /// A whole id is never a name: git and this program take it for the object whatever branches are called.
    ///
    /// # Errors
    /// Where two references have the name, or a reference is named like the id of an object.
    pub(super) fn refuse_ambiguous(&self, revision: &str) -> Result<()> {
        let name = name_in(revision);
        if name.is_empty() || is_hex(name, WHOLE..=WHOLE) {
            return Ok(());
        }
        let mut meant = self.references(name);
        if !meant.is_empty()
            && let Some(object) = id_in(name).and_then(|short| self.object(short))
        {
            meant.push(object);
        }
        if meant.len() < 2 {
            return Ok(());
        }
        Err(Error::cannot_judge(format!("`{name}` could mean {}", meant.join(" or ")))
            .because("a name that stands for two things decides nothing")
            .hint("name it in full, as `refs/heads/main` or `refs/remotes/origin/main`, or by its whole id"))
    }

    fn references(&self, name: &str) -> Vec<String> {
        let full = |place: &&str| match place.split_once('*') {
            Some((before, after)) => format!("{before}{name}{after}"),
            None => format!("{place}{name}"),
        };
        let mut found: Vec<String> = PLACES.iter().map(full).collect();
        found.retain(|full| self.inner.find_reference(full).is_ok());
        found
    }

    fn object(&self, short: &str) -> Option<String> {
        let odb = self.inner.odb().ok()?;
        let id = Oid::from_str(short).ok()?;
        match odb.exists_prefix(id, short.len()) {
            Ok(full) => Some(format!("the object {full}")),
            Err(error) if error.code() == git2::ErrorCode::Ambiguous => Some(format!("an object {short}")),
            Err(_) => None,
        }
    }
}

/// Returns what a revision begins with: the name, without the steps from it.
fn name_in(revision: &str) -> &str {
    let end = revision.find(['^', '~', ':']).unwrap_or(revision.len());
    let end = revision[..end].find("@{").unwrap_or(end);
    &revision[..end]
}

/// Returns the id that a name could be short for, as `1a2b3c` or `v1.0-3-g1a2b3c`.
fn id_in(name: &str) -> Option<&str> {
    let described = name.rsplit_once("-g").map(|(_, id)| id).filter(|id| is_hex(id, SHORTEST..=WHOLE));
    described.or_else(|| is_hex(name, SHORTEST..=WHOLE).then_some(name))
}

fn is_hex(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::{id_in, name_in};

    #[test]
    fn a_revision_begins_with_a_name() {
        for (revision, name) in [
            ("main", "main"),
            ("main~3^2", "main"),
            ("v1^{commit}", "v1"),
            ("main@{1}", "main"),
            ("HEAD:a", "HEAD"),
            (":/x", ""),
        ] {
            assert_eq!(name_in(revision), name, "{revision}");
        }
        assert_eq!(id_in("v1.0-3-gabcdef"), Some("abcdef"));
        assert_eq!(id_in("abcdef"), Some("abcdef"));
        assert_eq!(id_in("abc"), None);
        assert_eq!(id_in("main"), None);
    }
}
