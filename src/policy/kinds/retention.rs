//! Kind `least-retention`: evidence of some kinds is kept at least so long.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Duration, Row};

/// Evidence is kept long enough.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeastRetention {
    /// The shortest time.
    pub least: Duration,
    /// Only rows that answer a control or an obligation of this pack; without it all rows.
    #[serde(default)]
    pub pack: Option<String>,
    /// The kinds of evidence that are exempt.
    #[serde(default)]
    pub except: Vec<String>,
}

impl LeastRetention {
    /// Returns one hit for each evidence whose own or default retention is shorter.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let Some(least) = self.least.minutes() else { return Vec::new() };
        let default = subject.matrix.defaults.retention.as_ref();
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate().filter(|(_, row)| self.binds(subject, row)) {
            for (which, evidence) in row.evidence.iter().enumerate() {
                if evidence.kind.as_ref().is_some_and(|kind| self.except.contains(kind)) {
                    continue;
                }
                let Some(kept) = evidence.retention.as_ref().or(default) else { continue };
                if kept.minutes().is_some_and(|minutes| minutes < least) {
                    let own = if evidence.retention.is_some() { "/retention" } else { "" };
                    let place = Place::value(format!("/rows/{at}/evidence/{which}{own}"));
                    let place =
                        if own.is_empty() { Place::opening(place.pointer().to_owned()) } else { place };
                    let hit = Hit::in_row(at, place).with("artifact", &evidence.artifact);
                    hits.push(hit.with("kept", kept.words()).with("least", self.least.words()));
                }
            }
        }
        hits
    }

    fn binds(&self, subject: &Subject<'_>, row: &Row) -> bool {
        let Some(pack) = &self.pack else { return true };
        let obligations = subject.packs.get(pack).map_or(&[][..], |pack| &pack.obligations);
        let is_control = |name: &String| name.split_once(':').is_some_and(|(catalog, _)| catalog == pack);
        let is_obligation = |name: &String| obligations.iter().any(|one| one.is_named_by(name));
        row.controls.iter().any(is_control) || row.references.iter().any(is_obligation)
    }
}
