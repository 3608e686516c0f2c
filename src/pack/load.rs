//! Reading packs: compiled in, or from an engagement's `packs/<id>/`.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

use include_dir::{Dir, include_dir};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{Catalogue, Group, Obligation, Pack, Variant};
use crate::finding::{Finding, Place};
use crate::schema;
use crate::source::cut::Cut;
use crate::source::{self, Document, Limits};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/policies");

/// The files of one pack by name, as bytes, and the folder that findings name.
#[derive(Clone, Debug, Default)]
pub struct Files {
    /// The folder, relative to the root.
    pub folder: String,
    /// The files in it.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Returns the ids of all shipped packs, in order.
pub fn shipped_ids() -> Vec<&'static str> {
    let mut ids: Vec<&str> = SHIPPED
        .dirs()
        .filter_map(|dir| dir.path().file_name()?.to_str())
        .filter(|id| !id.is_empty())
        .collect();
    ids.sort_unstable();
    ids
}

/// Returns the text of a file of a shipped pack.
pub fn shipped_file(pack: &str, name: &str) -> Option<&'static str> {
    SHIPPED.get_file(format!("{pack}/{name}"))?.contents_utf8()
}

/// Returns the families of a shipped pack's catalogue, without reading its controls.
pub fn shipped_groups(pack: &str) -> Vec<Group> {
    let text = shipped_file(pack, "catalogue.json").unwrap_or_default();
    let groups = Cut::of(text.as_bytes(), "groups", None).map(|cut| cut.list);
    let groups = groups.and_then(|list| serde_json::from_str(&text[list.start - 1..=list.end]).ok());
    groups.unwrap_or_default()
}

/// Returns the shipped pack that has a rule of this id, whether or not the pack is at hand.
pub fn shipped_rule_pack(rule: &str) -> Option<&'static str> {
    let quoted = format!("\"id\": \"{rule}\"");
    shipped_ids()
        .into_iter()
        .find(|id| shipped_file(id, "rules.json").is_some_and(|text| text.contains(&quoted)))
}

/// Says whether a pack is shipped.
pub(super) fn is_shipped(id: &str) -> bool {
    SHIPPED.get_dir(id).is_some()
}

/// Returns a shipped pack, read once per process.
pub(super) fn shipped(id: &str) -> Option<Arc<Pack>> {
    static READ: LazyLock<Mutex<BTreeMap<String, Arc<Pack>>>> = LazyLock::new(Mutex::default);
    let mut read = READ.lock().expect("no reader of a shipped pack panics");
    if let Some(pack) = read.get(id) {
        return Some(Arc::clone(pack));
    }
    let head: Head = serde_json::from_str(shipped_file(id, "pack.json")?).ok()?;
    let pack = Arc::new(assemble_shipped(id, head));
    read.insert(id.to_owned(), Arc::clone(&pack));
    Some(pack)
}

fn assemble_shipped(id: &str, head: Head) -> Pack {
    let catalogue = shipped_file(id, "catalogue.json").map(Lazy::shipped);
    let obligations = shipped_file(id, "obligations.json").map_or_else(Vec::new, |text| {
        serde_json::from_str::<Obligations>(text).expect("a test reads all shipped obligations").obligations
    });
    let rules = shipped_file(id, "rules.json").map(|text| {
        let path = format!("policies/{id}/rules.json");
        source::load(&path, text.as_bytes().to_vec(), Limits::OTHER).expect("a test reads all shipped rules")
    });
    let starter = shipped_file(id, "starter.json").map(str::to_owned);
    Pack {
        id: head.id,
        title: head.title,
        aliases: head.aliases,
        summary: head.summary,
        catalogue,
        obligations,
        rules,
        starter,
        starter_rows: OnceLock::new(),
        variants: head.variants,
        is_shipped: true,
        digest: None,
    }
}

/// A catalogue that is read when it is first asked for: the large ones cost more than a check of a small matrix.
#[derive(Debug)]
pub(super) struct Lazy {
    text: &'static str,
    read: OnceLock<Catalogue>,
}

impl Lazy {
    fn shipped(text: &'static str) -> Self {
        Self { text, read: OnceLock::new() }
    }

    fn of(catalogue: Catalogue) -> Self {
        Self { text: "", read: OnceLock::from(catalogue.indexed()) }
    }

    /// Returns the catalogue.
    pub(super) fn read(&self) -> &Catalogue {
        let parse =
            || serde_json::from_str::<Catalogue>(self.text).expect("a test reads every shipped catalogue");
        self.read.get_or_init(|| parse().indexed())
    }
}

/// Reads a pack of the engagement's own.
pub(super) fn own(id: &str, files: &Files) -> Result<Pack, Vec<Finding>> {
    let mut reader = Reader { files, findings: Vec::new() };
    if is_shipped(id) && shipped_file(id, "rules.json").is_some() {
        let path = reader.path("pack.json");
        let message = format!("the id `{id}` belongs to a shipped pack and cannot be used again");
        return Err(vec![Finding::of_file("pack-is-valid", &path, Place::File, message)]);
    }
    let head: Option<Head> = reader.read("pack.json", schema::Kind::Pack, true);
    let catalogue: Option<Catalogue> = reader.read("catalogue.json", schema::Kind::Catalogue, false);
    let obligations: Option<Obligations> = reader.read("obligations.json", schema::Kind::Obligations, false);
    let rules = reader.document("rules.json", schema::Kind::Policy, false);
    let starter = reader.document("starter.json", schema::Kind::Matrix, false);
    if let Some(head) = &head
        && head.id != id
    {
        let message = format!("the pack says its id is `{}` but lies in the folder `{id}`", head.id);
        reader.report("pack.json", Place::value("/id"), message);
    }
    if let Some(catalogue) = &catalogue {
        reader.check_catalogue(id, catalogue);
    }
    match head {
        Some(head) if reader.findings.is_empty() => Ok(Pack {
            id: head.id,
            title: head.title,
            aliases: head.aliases,
            summary: head.summary,
            catalogue: catalogue.map(Lazy::of),
            obligations: obligations.map(|file| file.obligations).unwrap_or_default(),
            rules,
            starter: starter.map(|document| document.source.text),
            starter_rows: OnceLock::new(),
            variants: head.variants,
            is_shipped: false,
            digest: Some(digest(files)),
        }),
        _ => Err(reader.findings),
    }
}

/// Returns one digest over the files of a shipped pack.
pub fn shipped_digest(id: &str) -> Option<String> {
    let folder = SHIPPED.get_dir(id)?;
    let name = |file: &include_dir::File<'_>| Some(file.path().file_name()?.to_str()?.to_owned());
    let files = folder.files().filter_map(|file| Some((name(file)?, file.contents().to_vec()))).collect();
    Some(digest(&Files { folder: String::new(), files }))
}

/// Returns one digest over the names and bytes of all files.
fn digest(files: &Files) -> String {
    let mut hasher = Sha256::new();
    for (name, bytes) in &files.files {
        hasher.update((name.len() as u64).to_be_bytes());
        hasher.update(name);
        hasher.update((bytes.len() as u64).to_be_bytes());
        hasher.update(bytes);
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Deserialize)]
struct Head {
    id: String,
    title: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    variants: Vec<Variant>,
}

#[derive(Deserialize)]
struct Obligations {
    obligations: Vec<Obligation>,
}

/// Reads the files of one pack and collects what is wrong with them.
struct Reader<'a> {
    files: &'a Files,
    findings: Vec<Finding>,
}

impl Reader<'_> {
    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.files.folder)
    }

    fn report(&mut self, name: &str, place: Place, message: String) {
        let path = self.path(name);
        self.findings.push(Finding::of_file("pack-is-valid", &path, place, message));
    }

    fn document(&mut self, name: &str, kind: schema::Kind, required: bool) -> Option<Document> {
        let Some(bytes) = self.files.files.get(name) else {
            if required {
                self.report(name, Place::File, format!("the pack has no `{name}`"));
            }
            return None;
        };
        let path = self.path(name);
        match source::load(&path, bytes.clone(), Limits::MATRIX) {
            Err(unreadable) => {
                self.findings.extend(unreadable.findings);
                None
            }
            Ok(document) => {
                let faults = schema::validate(kind, &document.value);
                let sound = faults.is_empty();
                self.findings.extend(faults.into_iter().map(|fault| fault.in_file(&path)));
                sound.then_some(document)
            }
        }
    }

    fn read<T: for<'de> Deserialize<'de>>(
        &mut self,
        name: &str,
        kind: schema::Kind,
        required: bool,
    ) -> Option<T> {
        let document = self.document(name, kind, required)?;
        match T::deserialize(&document.value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.report(name, Place::File, format!("the file cannot be used: {error}"));
                None
            }
        }
    }

    fn check_catalogue(&mut self, id: &str, catalogue: &Catalogue) {
        if catalogue.id != id {
            let message = format!("the catalogue's id `{}` must be the pack's, `{id}`", catalogue.id);
            self.report("catalogue.json", Place::value("/id"), message);
        }
        let mut seen = std::collections::BTreeSet::new();
        for (at, item) in catalogue.items.iter().enumerate() {
            if let Some(parent) = &item.parent
                && !seen.contains(parent.as_str())
            {
                let message = format!("`{parent}`, which `{}` is part of, does not stand before it", item.id);
                self.report("catalogue.json", Place::value(format!("/items/{at}/parent")), message);
            }
            if !seen.insert(item.id.as_str()) {
                let message = format!("the id `{}` stands twice", item.id);
                self.report("catalogue.json", Place::value(format!("/items/{at}/id")), message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{shipped, shipped_groups, shipped_ids};

    #[test]
    fn families_are_those_of_the_whole_catalogue() {
        for id in shipped_ids() {
            let pack = shipped(id).expect("a shipped pack");
            let whole = pack.catalogue().into_iter().flat_map(|catalogue| &catalogue.groups);
            let whole: Vec<_> = whole.map(|group| (group.id.clone(), group.title.clone())).collect();
            let alone: Vec<_> = shipped_groups(id).into_iter().map(|group| (group.id, group.title)).collect();
            assert_eq!(alone, whole, "{id}");
        }
    }
}
