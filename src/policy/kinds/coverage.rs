//! Kind `coverage`: every control of a catalogue has somebody who owns it.

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::coverage::{Gap, Owned};
use crate::finding::Place;
use crate::pack::Packs;

/// No control, and no part of one, is without an owner.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The catalogue; without it, every framework of the matrix whose pack has no such rule of its own.
    #[serde(default)]
    pub catalog: Option<String>,
}

impl Coverage {
    /// Returns one hit for each control without a full owner.
    ///
    /// A catalogue that several matrices cover together is judged over all of them elsewhere.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let frameworks = subject.matrix.frameworks.iter().enumerate();
        let judged = frameworks.filter(|(_, framework)| {
            self.judges(&framework.pack, subject.packs) && !subject.together.contains(&framework.pack)
        });
        let mut owned = None;
        let mut hits = Vec::new();
        for (at, framework) in judged {
            let Some(catalogue) = subject.packs.catalogue(&framework.pack) else { continue };
            let owned = owned.get_or_insert_with(|| Owned::of([subject.matrix]));
            let gaps = owned.gaps(catalogue, framework);
            let place = || Place::value(format!("/frameworks/{at}/pack"));
            hits.extend(gaps.iter().map(|gap| hit(gap, place())));
        }
        hits
    }

    /// Returns whether it is the rule for this catalogue.
    pub fn judges(&self, catalog: &str, packs: &Packs) -> bool {
        match &self.catalog {
            Some(own) => own == catalog,
            None => packs.get(catalog).is_some_and(|pack| !pack.has_rule_of_kind("coverage")),
        }
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
