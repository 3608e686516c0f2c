//! Kind `never-held-by`: some deeds of some controls cannot be given to a side.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Deed, Duty, Mode, Row};

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
#[serde(deny_unknown_fields, rename_all = "camelCase")]
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
    /// Even for a part of the work that is narrowed to a scope, such as the provider's own staff.
    #[serde(default)]
    pub even_in_part: bool,
    /// Why, for the message.
    pub because: String,
}

impl NeverHeldBy {
    /// Returns one hit for each duty that the side may not hold; a default duty is told once.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let matrix = subject.matrix;
        let mut hits = Vec::new();
        for (at, duty) in matrix.defaults.duties.iter().enumerate() {
            let holding = |row: &&Row| row.duties.iter().all(|own| own.deed != duty.deed);
            let never =
                matrix.rows.iter().filter(holding).find_map(|row| self.forbidding(subject, row, duty));
            let place = Place::value(format!("/defaults/duties/{at}/party"));
            hits.extend(never.map(|never| hit(subject, Hit::at(place), "`defaults`", duty, never)));
        }
        for (at, row) in matrix.rows.iter().enumerate() {
            for (duty_at, duty) in row.duties.iter().enumerate() {
                let Some(never) = self.forbidding(subject, row, duty) else { continue };
                let place = Hit::in_row(at, Place::value(format!("/rows/{at}/duties/{duty_at}/party")));
                hits.push(hit(subject, place, &format!("row `{}`", row.id), duty, never));
            }
        }
        hits
    }

    fn forbidding(&self, subject: &Subject<'_>, row: &Row, duty: &Duty) -> Option<&Never> {
        if !self.is_side(subject, &duty.party) {
            return None;
        }
        self.never.iter().find(|never| never.forbids(subject, row, duty))
    }

    fn is_side(&self, subject: &Subject<'_>, party: &str) -> bool {
        let side = subject.matrix.side(party);
        side.is_some_and(|side| side.word() == self.side || (self.side == "provider" && side.is_providing()))
    }
}

impl Never {
    fn forbids(&self, subject: &Subject<'_>, row: &Row, duty: &Duty) -> bool {
        if !self.deeds.contains(&duty.deed) || (is_in_part(row, duty) && !self.even_in_part) {
            return false;
        }
        if self.controls.is_empty() && self.references.is_empty() {
            return true;
        }
        let about = if duty.controls.is_empty() { &row.controls } else { &duty.controls };
        about.iter().any(|control| self.controls.iter().any(|mine| is_part(subject, control, mine)))
            || row.references.iter().any(|reference| self.speaks_of(subject, reference))
    }

    /// A row may name an obligation by any of its names.
    fn speaks_of(&self, subject: &Subject<'_>, reference: &String) -> bool {
        let obligations = || subject.packs.iter().flat_map(|pack| &pack.obligations);
        self.references.contains(reference)
            || obligations().any(|one| self.references.contains(&one.reference) && one.is_named_by(reference))
    }
}

/// Each side decides for its own staff, sites and systems.
fn is_in_part(row: &Row, duty: &Duty) -> bool {
    let split = row.shared.as_ref().and_then(|shared| shared.mode) == Some(Mode::SplitScope);
    split || !duty.scope.is_empty()
}

fn hit(subject: &Subject<'_>, hit: Hit, whose: &str, duty: &Duty, never: &Never) -> Hit {
    let name = subject.matrix.party(&duty.party).map_or(duty.party.as_str(), |party| &party.name);
    let hit = hit.with("where", whose).with("party", name).with("does", duty.deed.says());
    hit.with("because", &never.because)
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
