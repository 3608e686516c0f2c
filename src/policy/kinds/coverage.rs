//! Kind `coverage`: every control of a catalogue has somebody who owns it.

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::coverage::{Gap, Owned};
use crate::finding::Place;

/// No control, and no part of one, is without an owner.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The catalogue.
    pub catalog: String,
}

impl Coverage {
    /// Returns one hit for each control without a full owner.
    ///
    /// A catalogue that several matrices cover together is judged over all of them elsewhere.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        if subject.together.contains(&self.catalog) {
            return Vec::new();
        }
        let Some((at, framework)) = subject
            .matrix
            .frameworks
            .iter()
            .enumerate()
            .find(|(_, framework)| framework.pack == self.catalog)
        else {
            return Vec::new();
        };
        let Some(catalogue) = subject.packs.catalogue(&self.catalog) else { return Vec::new() };
        let owned = Owned::of([subject.matrix]);
        let gaps = owned.gaps(catalogue, framework);
        gaps.iter().map(|gap| hit(gap, Place::value(format!("/frameworks/{at}/pack")))).collect()
    }
}

/// Puts a gap into the words that the rule's message uses.
pub fn hit(gap: &Gap<'_>, place: Place) -> Hit {
    let what = if gap.parts.is_empty() {
        "has no row".to_owned()
    } else {
        let parts: Vec<&str> = gap.parts.iter().map(|part| part.id.as_str()).collect();
        format!("has no row for {}", listed(&parts))
    };
    let points = gap.control.points.map(worth).unwrap_or_default();
    Hit::at(place)
        .with("control", &gap.control.id)
        .with("title", &gap.control.title)
        .with("what", what)
        .with("points", points)
}

fn worth(points: i64) -> String {
    if points == 1 { " (1 point)".to_owned() } else { format!(" ({points} points)") }
}
