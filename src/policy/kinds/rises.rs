//! Kind `version-rises`: a version whose number tells how much changed.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;

/// The version rose as much as its changes ask for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VersionRises {}

impl VersionRises {
    /// Returns one hit where the version is another one and still too low.
    ///
    /// A version that was not touched is a draft whose number nobody has chosen yet: until it is offered there
    /// is nothing to tell, and then the text of an offered version may not differ anyway. A version that was
    /// never agreed is measured against the revision of `--since`, if there is one.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let agreed = subject.bases.iter().find(|base| base.is_agreed);
        let Some(base) = agreed.or(subject.bases.first()) else { return Vec::new() };
        let version = &base.diff.version;
        let due = base.diff.version_due().filter(|_| version.before != version.after);
        // Another matrix counts its versions by itself, whatever it follows.
        let due = due.filter(|_| base.matrix.id == subject.matrix.id);
        let hit = due.map(|due| {
            Hit::at(Place::value("/version"))
                .with("version", &version.after)
                .with("due", due)
                .with("base", &base.name)
                .with("why", base.diff.bump.why().unwrap_or_default())
        });
        hit.into_iter().collect()
    }
}
