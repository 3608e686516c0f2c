//! The pieces of an OSCAL control: labels, titles, and the items of its statement.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Item, Wrong, wrong};

/// How many characters of a text make its title.
const WORDS: usize = 160;

/// Returns the list at `key`, which may be absent.
pub(super) fn list<'v>(value: &'v Value, key: &str, pointer: &str) -> Result<&'v [Value], Wrong> {
    match value.get(key) {
        None => Ok(&[]),
        Some(Value::Array(list)) => match list.iter().position(|it| !it.is_object()) {
            Some(at) => wrong(&format!("{pointer}/{key}/{at}"), format!("`{key}` holds what is no object")),
            None => Ok(list),
        },
        Some(_) => wrong(&format!("{pointer}/{key}"), format!("`{key}` is no list")),
    }
}

/// Returns the text at `key`, which has to be there.
pub(super) fn text(value: &Value, key: &str, pointer: &str) -> Result<String, Wrong> {
    match value.get(key).and_then(Value::as_str).map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ if value.get(key).is_some() => wrong(&format!("{pointer}/{key}"), format!("`{key}` is no text")),
        _ => wrong(pointer, format!("`{key}` is missing")),
    }
}

/// Returns the properties of a control or part.
pub(super) fn props(value: &Value) -> impl Iterator<Item = &Value> {
    value["props"].as_array().into_iter().flatten()
}

/// Says whether a catalogue may hold this id.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 150
        && name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        && name.trim() == name
}

/// Returns the label of a control or part, one without a class before others.
pub(super) fn label(value: &Value) -> Option<String> {
    let labels = || props(value).filter(|prop| prop["name"] == "label");
    let found = labels().find(|prop| prop.get("class").is_none()).or_else(|| labels().next())?;
    let label = found["value"].as_str()?.trim().replace(" (", "(");
    is_name(&label).then_some(label)
}

/// Where the parts of one control go.
pub(super) struct Texts<'a> {
    pub(super) name: &'a str,
    pub(super) group: &'a str,
    pub(super) items: &'a mut Vec<Item>,
    /// What a profile sets for parameters, by their ids.
    pub(super) set: &'a BTreeMap<String, String>,
    /// The ids of the pack by those of the source.
    pub(super) known: &'a mut BTreeMap<String, String>,
}

impl Texts<'_> {
    /// Adds the items of the control's statement.
    pub(super) fn statement(&mut self, control: &Value, pointer: &str) -> Result<(), Wrong> {
        let params = list(control, "params", pointer)?;
        let label = |param: &Value| {
            let id = param["id"].as_str()?;
            let label = self.set.get(id).map(String::as_str).or_else(|| param["label"].as_str());
            Some((id.to_owned(), label.unwrap_or("selection").to_owned()))
        };
        let params: BTreeMap<String, String> = params.iter().filter_map(label).collect();
        for (at, part) in list(control, "parts", pointer)?.iter().enumerate() {
            if part["name"] == "statement" {
                let name = self.name.to_owned();
                self.parts(part, &format!("{pointer}/parts/{at}"), (&name, '_'), &params)?;
            }
        }
        Ok(())
    }

    fn parts(
        &mut self,
        value: &Value,
        pointer: &str,
        (parent, joint): (&str, char),
        params: &BTreeMap<String, String>,
    ) -> Result<(), Wrong> {
        let items = list(value, "parts", pointer)?.iter().enumerate();
        for (at, part) in items.filter(|(_, part)| part["name"] == "item") {
            let pointer = format!("{pointer}/parts/{at}");
            let label = label(part).unwrap_or_default().to_lowercase();
            let mut label: String = label.chars().filter(char::is_ascii_alphanumeric).collect();
            if label.is_empty() {
                label = (at + 1).to_string();
            }
            let id = format!("{parent}{joint}{label}");
            if !is_name(&id)
                || self.items.iter().rev().take_while(|it| it.group == self.group).any(|it| it.id == id)
            {
                return wrong(&pointer, format!("the part `{id}` stands twice, or its id is too long"));
            }
            if let Some(source) = part["id"].as_str() {
                self.known.insert(source.to_owned(), id.clone());
            }
            let title = title(part["prose"].as_str().unwrap_or_default(), params);
            self.items.push(Item {
                id: id.clone(),
                title: if title.is_empty() { format!("Part {label}") } else { title },
                group: self.group.to_owned(),
                level: "part",
                parent: Some(parent.to_owned()),
                aliases: Vec::new(),
            });
            self.parts(part, &pointer, (&id, '.'), params)?;
        }
        Ok(())
    }
}

/// Returns the first words of a text, its parameters by their labels.
fn title(prose: &str, params: &BTreeMap<String, String>) -> String {
    let mut pieces = prose.split("{{");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (insert, rest) = piece.split_once("}}").unwrap_or((piece, ""));
        let id = insert.rsplit(',').next().unwrap_or_default().trim();
        let label = params.get(id).map_or("organization-defined value", String::as_str);
        text.push_str(&format!("[{label}]{rest}"));
    }
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_end_matches([';', ',', '.', ':']);
    match text.char_indices().nth(WORDS) {
        Some((end, _)) => {
            let cut = text[..end].rsplit_once(' ').map_or(&text[..end], |(whole, _)| whole);
            format!("{} ...", cut.trim_end_matches([',', ':', ';']))
        }
        None => text.to_owned(),
    }
}
