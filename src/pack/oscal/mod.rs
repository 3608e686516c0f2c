//! OSCAL 1.x catalogues and profiles, read into the files of a pack.
//!
//! Ids are the labels of the source (`AC-2(1)`, parts `AC-2_a`) where these tell its controls apart, else its ids.

mod part;
mod profile;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::Files;
use crate::finding::{Finding, Place};
use crate::source::Document;
use part::Texts;

/// A fault of a source, at a JSON Pointer.
struct Wrong {
    pointer: String,
    message: String,
}

fn wrong<T>(pointer: &str, message: impl Into<String>) -> Result<T, Wrong> {
    Err(Wrong { pointer: pointer.to_owned(), message: message.into() })
}

/// Why no pack can be made.
#[derive(Debug)]
pub enum Refusal {
    /// A file is wrong at a place.
    Wrong(Box<Finding>),
    /// A catalogue that a profile imports was not given; these are its addresses.
    Missing(Vec<String>),
}

/// The files of a pack that was made, and what they hold.
#[derive(Debug)]
pub struct Made {
    /// `pack.json` and `catalogue.json`.
    pub files: Files,
    /// How many items there are of each level.
    pub levels: BTreeMap<&'static str, usize>,
    /// How many controls the source has withdrawn.
    pub withdrawn: usize,
    /// How many groups there are.
    pub groups: usize,
}

#[derive(Serialize)]
struct Group {
    id: String,
    title: String,
}

#[derive(Serialize)]
struct Item {
    id: String,
    title: String,
    group: String,
    level: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    aliases: Vec<String>,
}

#[derive(Serialize)]
struct Withdrawn {
    id: String,
    title: String,
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    into: BTreeSet<String>,
}

/// One control of the source with its place.
struct Control<'v> {
    value: &'v Value,
    pointer: String,
    id: &'v str,
    title: String,
    group: usize,
    /// The number of the control that it stands in.
    within: Option<usize>,
}

impl Control<'_> {
    fn is_withdrawn(&self) -> bool {
        let status = part::props(self.value).find(|prop| prop["name"] == "status");
        status.and_then(|it| it["value"].as_str()).is_some_and(|it| it.eq_ignore_ascii_case("withdrawn"))
    }
}

/// All controls of a catalogue in its order.
#[derive(Default)]
struct Walk<'v> {
    groups: Vec<Group>,
    controls: Vec<Control<'v>>,
}

impl<'v> Walk<'v> {
    fn of(catalogue: &'v Value) -> Result<Self, Wrong> {
        let mut walk = Self::default();
        if catalogue.get("controls").is_some() {
            let title = part::text(&catalogue["metadata"], "title", "/catalog/metadata")?;
            walk.groups.push(Group { id: "all".to_owned(), title });
            walk.controls(catalogue, "/catalog", 0, None)?;
        }
        walk.groups(catalogue, "/catalog")?;
        if walk.controls.is_empty() {
            return wrong("/catalog", "the catalogue has no controls");
        }
        Ok(walk)
    }

    fn groups(&mut self, value: &'v Value, pointer: &str) -> Result<(), Wrong> {
        for (at, group) in part::list(value, "groups", pointer)?.iter().enumerate() {
            let pointer = format!("{pointer}/groups/{at}");
            let title = part::text(group, "title", &pointer)?;
            let number = self.groups.len();
            let id = group["id"].as_str().map_or_else(|| format!("G{}", number + 1), str::to_owned);
            self.groups.push(Group { id, title });
            self.controls(group, &pointer, number, None)?;
            self.groups(group, &pointer)?;
        }
        Ok(())
    }

    fn controls(
        &mut self,
        value: &'v Value,
        pointer: &str,
        group: usize,
        within: Option<usize>,
    ) -> Result<(), Wrong> {
        for (at, value) in part::list(value, "controls", pointer)?.iter().enumerate() {
            let pointer = format!("{pointer}/controls/{at}");
            let Some(id) = value["id"].as_str().filter(|id| part::is_name(id)) else {
                return wrong(&pointer, "a control has no `id` of plain ASCII");
            };
            let title = part::text(value, "title", &pointer)?;
            let number = self.controls.len();
            self.controls.push(Control { value, pointer: pointer.clone(), id, title, group, within });
            self.controls(value, &pointer, group, Some(number))?;
        }
        Ok(())
    }

    /// Returns the id that each control gets: its label, where labels tell all of them apart.
    fn names(&self) -> Result<Vec<String>, Wrong> {
        let mut seen = BTreeSet::new();
        if let Some(twice) = self.controls.iter().find(|control| !seen.insert(control.id)) {
            return wrong(&format!("{}/id", twice.pointer), format!("the id `{}` stands twice", twice.id));
        }
        let labels: Option<Vec<String>> =
            self.controls.iter().map(|control| part::label(control.value)).collect();
        let apart = labels.filter(|all| all.iter().collect::<BTreeSet<_>>().len() == all.len());
        Ok(apart.unwrap_or_else(|| self.controls.iter().map(|control| control.id.to_owned()).collect()))
    }

    /// Spells ids of groups as the labels do: `ac` is `AC` where its controls are `AC-1`.
    fn spell_groups(&mut self, names: &[String]) {
        for (at, group) in self.groups.iter_mut().enumerate() {
            let first = self.controls.iter().position(|control| control.group == at);
            let upper = group.id.to_uppercase();
            if first.is_some_and(|first| names[first].starts_with(&upper)) {
                group.id = upper;
            }
        }
    }
}

/// Makes the files of the pack `id` of a catalogue, or of a profile and the catalogue that it imports.
///
/// # Errors
/// The first fault of a file with its place, or the import that was not given.
pub fn make(id: &str, source: &Document, imported: Option<&Document>) -> Result<Made, Refusal> {
    let (root, base) = match (source.value.get("catalog"), source.value.get("profile"), imported) {
        (Some(catalogue), _, None) => (catalogue, source),
        (None, Some(profile), given) => {
            let wanted = profile::imports(profile).map_err(|it| refused(source, it))?;
            let Some(base) = given.filter(|_| wanted.len() == 1) else {
                return Err(Refusal::Missing(wanted));
            };
            (profile, base)
        }
        (Some(_), _, Some(_)) => {
            return Err(refused(
                source,
                Wrong {
                    pointer: "/catalog".to_owned(),
                    message: "this is a catalogue, which needs no `--catalog`".to_owned(),
                },
            ));
        }
        (None, None, _) => {
            let message = "this is no OSCAL catalogue or profile: it has neither `catalog` nor `profile`";
            return Err(refused(source, Wrong { pointer: String::new(), message: message.to_owned() }));
        }
    };
    let catalogue = catalogue_of(base).map_err(|it| refused(base, it))?;
    let mut walk = Walk::of(catalogue).map_err(|it| refused(base, it))?;
    let names = walk.names().map_err(|it| refused(base, it))?;
    walk.spell_groups(&names);
    let (chosen, set) = match source.value.get("profile").filter(|_| imported.is_some()) {
        Some(profile) => {
            let set = profile::modified(profile).map_err(|it| refused(source, it))?;
            (profile::chosen(profile, &walk).map_err(|it| refused(source, it))?, set)
        }
        None => (vec![true; walk.controls.len()], BTreeMap::new()),
    };
    let held = Held::of(&walk, &names, &chosen, &set).map_err(|it| refused(base, it))?;
    let kind = if imported.is_some() { "/profile/metadata" } else { "/catalog/metadata" };
    held.write(id, &root["metadata"], kind).map_err(|it| refused(source, it))
}

fn catalogue_of(base: &Document) -> Result<&Value, Wrong> {
    match base.value.get("catalog") {
        Some(catalogue) if catalogue.is_object() => Ok(catalogue),
        _ if base.value.get("profile").is_some() => {
            wrong("/profile", "this is a profile itself; give the catalogue that it resolves to")
        }
        _ => wrong("", "this is no OSCAL catalogue: it has no object `catalog`"),
    }
}

fn refused(document: &Document, wrong: Wrong) -> Refusal {
    let place = Place::value(wrong.pointer);
    let finding = Finding::of_file("pack-is-valid", &document.source.path, place, wrong.message);
    Refusal::Wrong(Box::new(finding))
}

/// What the catalogue of the pack will hold.
struct Held {
    groups: Vec<Group>,
    items: Vec<Item>,
    withdrawn: Vec<Withdrawn>,
}

impl Held {
    fn of(
        walk: &Walk<'_>,
        names: &[String],
        chosen: &[bool],
        set: &BTreeMap<String, String>,
    ) -> Result<Self, Wrong> {
        let mut items = Vec::new();
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        let is_kept = |at: usize| chosen[at] && !walk.controls[at].is_withdrawn();
        for (at, control) in walk.controls.iter().enumerate().filter(|(at, _)| is_kept(*at)) {
            let name = &names[at];
            let group = walk.groups[control.group].id.clone();
            known.insert(control.id.to_owned(), name.clone());
            items.push(Item {
                id: name.clone(),
                title: control.title.clone(),
                group: group.clone(),
                level: if control.within.is_some() { "enhancement" } else { "control" },
                parent: control.within.filter(|within| is_kept(*within)).map(|within| names[within].clone()),
                aliases: (control.id != name).then(|| control.id.to_owned()).into_iter().collect(),
            });
            let mut texts = Texts { name, group: &group, items: &mut items, set, known: &mut known };
            texts.statement(control.value, &control.pointer)?;
        }
        let withdrawn = withdrawn(walk, names, &known);
        let used: BTreeSet<&str> = items.iter().map(|item| item.group.as_str()).collect();
        let groups = walk.groups.iter().filter(|group| used.contains(group.id.as_str()));
        let groups = groups.map(|it| Group { id: it.id.clone(), title: it.title.clone() }).collect();
        Ok(Self { groups, items, withdrawn })
    }

    fn write(&self, id: &str, metadata: &Value, pointer: &str) -> Result<Made, Wrong> {
        let title = part::text(metadata, "title", pointer)?;
        let edition = part::text(metadata, "version", pointer)?;
        let mut levels = BTreeMap::new();
        self.items.iter().for_each(|item| *levels.entry(item.level).or_default() += 1);
        let catalogue = json!({
            "format": "countersign/catalogue/1", "id": id, "title": title, "edition": edition, "noun": "controls",
            "note": "Made of OSCAL; parts are the items of a statement, by their first words.",
            "sources": [{"title": title, "edition": edition}],
            "groups": self.groups, "withdrawn": self.withdrawn, "items": self.items,
        });
        let pack = json!({
            "format": "countersign/pack/1", "id": id, "title": title,
            "summary": format!("{title}, {edition}, as OSCAL has it"), "catalog": id,
        });
        let text = |value: &Value| format!("{value:#}\n").into_bytes();
        let files = [("pack.json", text(&pack)), ("catalogue.json", text(&catalogue))];
        let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect();
        let files = Files { folder: format!("packs/{id}"), files };
        Ok(Made { files, levels, withdrawn: self.withdrawn.len(), groups: self.groups.len() })
    }
}

/// Returns the controls that the source has withdrawn, with those that took over, as far as the pack has them.
fn withdrawn(walk: &Walk<'_>, names: &[String], known: &BTreeMap<String, String>) -> Vec<Withdrawn> {
    let gone = walk.controls.iter().enumerate().filter(|(_, control)| control.is_withdrawn());
    gone.map(|(at, control)| {
        let links = control.value["links"].as_array().into_iter().flatten();
        let took = links.filter(|it| it["rel"] == "incorporated-into" || it["rel"] == "moved-to");
        let ids = took.filter_map(|it| it["href"].as_str()?.strip_prefix('#'));
        let whole = |id: &str| known.get(id.split_once("_smt").map_or(id, |(whole, _)| whole)).cloned();
        let into = ids.filter_map(|id| known.get(id).cloned().or_else(|| whole(id))).take(50).collect();
        Withdrawn { id: names[at].clone(), title: control.title.clone(), into }
    })
    .collect()
}
