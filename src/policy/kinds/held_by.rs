//! Kind `never-held-by`: some deeds of some controls cannot be given to a side.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::{Deed, Duty, Mode, Row};
use crate::pack::{Obligation, Pack};

/// Deeds that a side may not hold, by control or reference.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeverHeldBy {
    /// `provider` (subproviders included) or `client`.
    pub side: String,
    /// Where, and which deeds.
    #[serde(default)]
    pub never: Vec<Never>,
    /// A pack whose catalogue and obligations say what only one side can decide or do.
    #[serde(default)]
    pub pack: Option<String>,
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
    /// Without controls and references: only rows that answer this pack; a joined matrix answers others too.
    #[serde(default)]
    pub pack: Option<String>,
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
            hits.extend(never.map(|because| hit(subject, Hit::at(place), "`defaults`", duty, &because)));
        }
        for (at, row) in matrix.rows.iter().enumerate() {
            for (duty_at, duty) in row.duties.iter().enumerate() {
                let Some(because) = self.forbidding(subject, row, duty) else { continue };
                let place = Hit::in_row(at, Place::value(format!("/rows/{at}/duties/{duty_at}/party")));
                hits.push(hit(subject, place, &format!("row `{}`", row.id), duty, &because));
            }
        }
        hits
    }

    /// Returns why the side may not hold a duty, if so.
    fn forbidding(&self, subject: &Subject<'_>, row: &Row, duty: &Duty) -> Option<String> {
        if !self.is_side(subject, &duty.party) {
            return None;
        }
        let never = self.never.iter().find(|never| never.forbids(subject, row, duty));
        never.map(|never| never.because.clone()).or_else(|| {
            let pack = subject.packs.get(self.pack.as_ref()?)?;
            decision(pack, row, duty).or_else(|| owners_alone(subject, pack, row, duty))
        })
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
            return self.pack.as_ref().is_none_or(|pack| answers(subject, row, pack));
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

/// Returns whether a row answers a control or an obligation of a pack.
fn answers(subject: &Subject<'_>, row: &Row, pack: &str) -> bool {
    let obligations = subject.packs.get(pack).map_or(&[][..], |pack| &pack.obligations);
    row.controls.iter().any(|name| name.split_once(':').is_some_and(|(catalog, _)| catalog == pack))
        || row.references.iter().any(|name| obligations.iter().any(|one| one.is_named_by(name)))
}

/// Returns why a duty decides what only the assessed organisation can, by the catalogue.
fn decision(pack: &Pack, row: &Row, duty: &Duty) -> Option<String> {
    if !matches!(duty.deed, Deed::Approve | Deed::Decide) || is_in_part(row, duty) {
        return None;
    }
    let catalogue = pack.catalogue()?;
    let about = if duty.controls.is_empty() { &row.controls } else { &duty.controls };
    let of_pack = |name: &'_ String| catalogue.get(name.strip_prefix(&pack.id)?.strip_prefix(':')?);
    let decision = about
        .iter()
        .filter_map(of_pack)
        .find_map(|control| catalogue.lineage(control).find_map(|above| above.decision.clone()))?;
    Some(format!("{decision} is the client's decision"))
}

/// Returns why a duty is one that only the owner of an obligation can have.
fn owners_alone(subject: &Subject<'_>, pack: &Pack, row: &Row, duty: &Duty) -> Option<String> {
    let side = subject.matrix.side(&duty.party)?;
    let named = |one: &&Obligation| row.references.iter().any(|name| one.is_named_by(name));
    let is_anothers = |one: &&Obligation| {
        !one.is_of(side) && one.owners_alone.contains(&duty.deed.counts()) && duty.deed != Deed::Verify
    };
    let one = pack.obligations.iter().filter(|one| one.is_in_force()).filter(named).find(is_anothers)?;
    let because = || format!("{} is the {}'s", one.title, one.owner);
    Some(one.because.clone().unwrap_or_else(because))
}

/// Each side decides for its own staff, sites and systems.
fn is_in_part(row: &Row, duty: &Duty) -> bool {
    let split = row.shared.as_ref().and_then(|shared| shared.mode) == Some(Mode::SplitScope);
    split || !duty.scope.is_empty()
}

fn hit(subject: &Subject<'_>, hit: Hit, whose: &str, duty: &Duty, because: &str) -> Hit {
    let name = subject.matrix.party(&duty.party).map_or(duty.party.as_str(), |party| &party.name);
    let hit = hit.with("where", whose).with("party", name).with("does", duty.deed.says());
    hit.with("because", because)
}

/// Returns whether a control is another one or a part of it.
pub(super) fn is_part(subject: &Subject<'_>, control: &str, whole: &str) -> bool {
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
