//! Frameworks as data: a folder with a catalogue, obligations, rules and a starter matrix.
//!
//! The shipped ones lie in `policies/` and are compiled in as they are; an engagement's own lie in its
//! `packs/<id>/` in the same shape. A shipped id cannot be shadowed. Adding a pack adds a folder and no code.

mod catalogue;
mod load;
pub mod numbering;
mod obligation;
pub mod oscal;
pub mod spelling;
pub mod starter;
mod variant;
pub mod wording;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

pub use catalogue::{Catalogue, Control, Group, LegalClock, Replaces, Withdrawn};
pub use load::{Files, shipped_digest, shipped_file, shipped_groups, shipped_ids, shipped_rule_pack};
pub use obligation::Obligation;
pub use variant::Variant;

use crate::finding::Finding;
use crate::source::Document;

/// One framework, or the rules for every matrix (`core`).
#[derive(Debug)]
pub struct Pack {
    /// Its id, which matrices name.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// What else people call it.
    pub aliases: Vec<String>,
    /// One sentence on what it holds.
    pub summary: String,
    /// Its catalogue of controls, if it is a framework; read where somebody needs it.
    catalogue: Option<load::Lazy>,
    /// Duties that are no controls.
    pub obligations: Vec<Obligation>,
    /// Its rules, as the policy file they came in.
    pub rules: Option<Document>,
    /// Its starter matrix, as text, read when somebody asks for it.
    pub starter: Option<String>,
    /// Variants of the starter for other kinds of client.
    pub variants: Vec<Variant>,
    /// Whether it came with the program.
    pub is_shipped: bool,
    /// SHA-256 of its files, for an engagement's own; a shipped one is what the program's version is.
    pub digest: Option<String>,
    starter_rows: OnceLock<Vec<StarterRow>>,
}

/// What rules ask about a row of a starter.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct StarterRow {
    /// Its id.
    pub id: String,
    /// Its label.
    pub title: String,
    /// The controls it answers, as `catalog:id`.
    pub controls: Vec<String>,
    /// What is done, with the names of the parties left open.
    pub activity: Option<String>,
}

impl Pack {
    /// Returns everything that people call it, its id first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let own = [self.id.as_str(), self.title.as_str()];
        own.into_iter().chain(self.aliases.iter().map(String::as_str))
    }

    /// Returns its catalogue of controls, if it is a framework.
    pub fn catalogue(&self) -> Option<&Catalogue> {
        self.catalogue.as_ref().map(load::Lazy::read)
    }

    /// Returns whether it is a framework; its catalogue is not read for that.
    pub fn is_framework(&self) -> bool {
        self.catalogue.is_some()
    }

    /// Returns whether its own rules use a kind of check, so that the one for every framework has nothing to add.
    pub fn has_rule_of_kind(&self, kind: &str) -> bool {
        let rules = self.rules.as_ref().and_then(|rules| rules.value["rules"].as_array());
        rules.into_iter().flatten().any(|rule| rule["check"]["kind"] == kind)
    }

    /// Returns the starter matrix as a value.
    pub fn starter_value(&self) -> Option<serde_json::Value> {
        serde_json::from_str(self.starter.as_deref()?).ok()
    }

    /// Returns a variant of the starter by its id.
    pub fn variant(&self, id: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.id == id)
    }

    /// Returns the rows of the starter matrix, read once.
    pub fn starter_rows(&self) -> &[StarterRow] {
        #[derive(Deserialize)]
        struct Rows {
            rows: Vec<StarterRow>,
        }
        self.starter_rows.get_or_init(|| {
            let read = self.starter.as_deref().and_then(|text| serde_json::from_str::<Rows>(text).ok());
            read.map(|read| read.rows).unwrap_or_default()
        })
    }
}

/// The packs at hand in one run: shipped ones that were asked for, and the engagement's own.
#[derive(Clone, Debug, Default)]
pub struct Packs {
    /// By id; a shipped one is read where somebody needs it.
    packs: BTreeMap<String, OnceLock<Arc<Pack>>>,
}

impl Packs {
    /// Returns the shipped packs with these ids; unknown ids are left out.
    pub fn shipped<'a>(ids: impl IntoIterator<Item = &'a str>) -> Self {
        let known = ids.into_iter().filter(|id| load::is_shipped(id));
        Self { packs: known.map(|id| (id.to_owned(), OnceLock::new())).collect() }
    }

    /// Adds a pack of the engagement's own.
    ///
    /// # Errors
    /// Findings with their places, where a file of it is malformed or its id is taken.
    pub fn add(&mut self, id: &str, files: &Files) -> Result<(), Vec<Finding>> {
        let pack = load::own(id, files)?;
        self.packs.insert(id.to_owned(), OnceLock::from(Arc::new(pack)));
        Ok(())
    }

    /// Adds the shipped pack with this id and returns whether there is one now.
    pub fn want(&mut self, id: &str) -> bool {
        if self.packs.contains_key(id) {
            return true;
        }
        let is_shipped = load::is_shipped(id);
        self.packs.extend(is_shipped.then(|| (id.to_owned(), OnceLock::new())));
        is_shipped
    }

    /// Returns the pack with this id.
    pub fn get(&self, id: &str) -> Option<&Arc<Pack>> {
        self.packs.get(id).and_then(|pack| read(id, pack))
    }

    /// Returns the framework that a person means by its id, its title or another usual name.
    pub fn framework(&self, name: &str) -> Option<&Arc<Pack>> {
        let wanted = plain(name);
        let found = self.frameworks().find(|pack| pack.names().any(|name| plain(name) == wanted));
        let by_title = |pack: &&Arc<Pack>| pack.catalogue().is_some_and(|it| plain(&it.title) == wanted);
        found.or_else(|| self.frameworks().find(by_title))
    }

    /// Returns the packs that are frameworks: those with a catalogue.
    pub fn frameworks(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.iter().filter(|pack| pack.is_framework())
    }

    /// Returns all packs at hand, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Pack>> {
        self.packs.iter().filter_map(|(id, pack)| read(id, pack))
    }

    /// Returns the catalogue with this id.
    pub fn catalogue(&self, id: &str) -> Option<&Catalogue> {
        self.get(id)?.catalogue()
    }

    /// Returns the control that a row names as `catalog:id`.
    pub fn control(&self, name: &str) -> Option<&Control> {
        let (catalog, id) = name.split_once(':')?;
        self.catalogue(catalog)?.get(id)
    }
}

fn read<'p>(id: &str, pack: &'p OnceLock<Arc<Pack>>) -> Option<&'p Arc<Pack>> {
    if pack.get().is_none() {
        // Who reads it at the same time reads the same.
        let _ = pack.set(load::shipped(id)?);
    }
    pack.get()
}

/// Returns the letters and digits of a name in lower case, which is all that tells names apart.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
