//! Kind `subset-exists`: what a matrix picks out of a catalogue is there to be picked.

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::finding::Place;
use crate::near;
use crate::pack::Catalogue;

/// Each name in `include` is a group or a baseline of the framework.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubsetExists {}

impl SubsetExists {
    /// Returns one hit for each name that stands for no control: coverage would be counted over nothing.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, framework) in subject.matrix.frameworks.iter().enumerate() {
            if framework.include.is_empty() {
                continue;
            }
            let Some(catalogue) = subject.packs.catalogue(&framework.pack) else { continue };
            let unknown =
                framework.include.iter().enumerate().filter(|(_, name)| !catalogue.has_subset(name));
            hits.extend(unknown.map(|(name_at, name)| {
                Hit::at(Place::value(format!("/frameworks/{at}/include/{name_at}")))
                    .with("name", name)
                    .with("framework", &catalogue.title)
                    .with("known", known(catalogue, name))
            }));
        }
        hits
    }
}

fn known(catalogue: &Catalogue, name: &str) -> String {
    let groups = || catalogue.groups.iter().map(|group| group.id.as_str());
    let baselines = catalogue.baselines();
    let names: Vec<&str> = baselines.iter().copied().chain(groups()).collect();
    if let Some(same) = names.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        return format!("did you mean `{same}`?");
    }
    match near::nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", listed(&names)),
    }
}
