//! Kind `never-held-by`: some deeds of some controls cannot be given to a side.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Deed, Duty, Row};

/// Deeds that a side may not hold, by control or reference.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeverHeldBy {
    /// `provider` (subproviders included) or `client`.
    pub side: String,
    /// Where, and which deeds.
    pub never: Vec<Never>,
}

/// One line of the list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Never {
    /// Controls, as `catalog:id`; each stands for its parts too. Empty for every row.
    #[serde(default)]
    pub controls: Vec<String>,
    /// References of obligations.
    #[serde(default)]
    pub references: Vec<String>,
    /// The deeds.
    #[serde(rename = "do")]
    pub deeds: Vec<Deed>,
    /// Why, for the message.
    pub because: String,
}

impl NeverHeldBy {
    /// Returns one hit for each duty that the side may not hold.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            for (duty_at, duty) in row.duties.iter().enumerate() {
                if !self.is_side(subject, &duty.party) {
                    continue;
                }
                if let Some(never) = self.never.iter().find(|never| never.forbids(subject, row, duty)) {
                    let place = Place::value(format!("/rows/{at}/duties/{duty_at}/party"));
                    let name =
                        subject.matrix.party(&duty.party).map_or(duty.party.as_str(), |party| &party.name);
                    let hit = Hit::in_row(at, place).with("party", name).with("does", duty.deed.says());
                    hits.push(hit.with("because", &never.because));
                }
            }
        }
        hits
    }

    fn is_side(&self, subject: &Subject<'_>, party: &str) -> bool {
        let side = subject.matrix.side(party);
        side.is_some_and(|side| side.word() == self.side || (self.side == "provider" && side.is_providing()))
    }
}

impl Never {
    fn forbids(&self, subject: &Subject<'_>, row: &Row, duty: &Duty) -> bool {
        if !self.deeds.contains(&duty.deed) {
            return false;
        }
        if self.controls.is_empty() && self.references.is_empty() {
            return true;
        }
        let about = if duty.controls.is_empty() { &row.controls } else { &duty.controls };
        about.iter().any(|control| self.controls.iter().any(|mine| is_part(subject, control, mine)))
            || row.references.iter().any(|reference| self.references.contains(reference))
    }
}

/// Returns whether a control is another one or a part of it.
fn is_part(subject: &Subject<'_>, control: &str, whole: &str) -> bool {
    if control == whole {
        return true;
    }
    let Some((catalog, id)) = control.split_once(':') else { return false };
    let Some((whole_catalog, whole_id)) = whole.split_once(':') else { return false };
    let Some(catalogue) = subject.packs.catalogue(catalog).filter(|_| catalog == whole_catalog) else {
        return false;
    };
    catalogue.get(id).is_some_and(|control| catalogue.lineage(control).any(|above| above.id == whole_id))
}
