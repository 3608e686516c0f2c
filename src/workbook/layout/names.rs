//! The names by which a workbook calls parties, services, scopes and controls, and the ids behind them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::kind::Noun;

/// Ids and the names that stand for them.
#[derive(Clone, Debug, Default)]
pub struct Names {
    parties: Known,
    services: Known,
    scopes: Known,
    documents: Known,
    /// The only catalogue of the matrix with a colon behind it.
    catalog: Option<String>,
}

/// The ids of one kind in their order, and what each is called.
#[derive(Clone, Debug, Default)]
struct Known {
    ids: Vec<String>,
    shown: BTreeMap<String, String>,
}

impl Known {
    /// A name that two have, that is an id too, or that takes more than a line, stands for nobody.
    fn of(list: &[Value], field: &str) -> Self {
        let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        let ids: Vec<String> = list.iter().filter_map(|one| text(one, "id")).collect();
        let names: Vec<(String, String)> =
            list.iter().filter_map(|one| text(one, "id").zip(text(one, field))).collect();
        let folded = |name: &str| name.to_lowercase();
        let is_plain = |name: &str| name.trim() == name && !name.chars().any(char::is_control);
        let is_unique = |name: &str| {
            names.iter().filter(|(_, other)| folded(other) == folded(name)).count() == 1
                && ids.iter().all(|id| folded(id) != folded(name))
        };
        let shown = names.iter().filter(|(_, name)| is_plain(name) && is_unique(name)).cloned().collect();
        Self { ids, shown }
    }

    fn shown<'a>(&'a self, id: &'a str) -> &'a str {
        self.shown.get(id).map_or(id, String::as_str)
    }

    fn id(&self, name: &str) -> Option<&str> {
        let same = |text: &str| text.to_lowercase() == name.to_lowercase();
        let by_name = self.shown.iter().find(|(_, shown)| same(shown)).map(|(id, _)| id);
        by_name.or_else(|| self.ids.iter().find(|id| same(id))).map(String::as_str)
    }
}

impl Names {
    /// Collects the names of a matrix.
    pub fn of(matrix: &Value) -> Self {
        let list = |name: &str| matrix.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let catalog = match list("frameworks") {
            [only] => only.get("pack").and_then(Value::as_str).map(|pack| format!("{pack}:")),
            _ => None,
        };
        Self {
            parties: Known::of(list("parties"), "name"),
            services: Known::of(list("services"), "name"),
            scopes: Known::of(list("scopes"), "title"),
            documents: Known::of(list("documents"), "-"),
            catalog,
        }
    }

    fn known(&self, noun: Noun) -> &Known {
        match noun {
            Noun::Party => &self.parties,
            Noun::Service => &self.services,
            Noun::Scope => &self.scopes,
            Noun::Document => &self.documents,
        }
    }

    /// Returns what a thing is called; its id where it has no name of its own.
    pub fn shown<'a>(&'a self, noun: Noun, id: &'a str) -> &'a str {
        self.known(noun).shown(id)
    }

    /// Returns the id of what is called so.
    ///
    /// # Errors
    /// Where nothing is; the text names what there is.
    pub fn id(&self, noun: Noun, name: &str) -> Result<String, String> {
        let known = self.known(noun);
        known.id(name).map(str::to_owned).ok_or_else(|| {
            let all = self.all(noun);
            match crate::near::nearest(name, all.iter().map(String::as_str)) {
                Some(near) => format!("the matrix has no `{name}`; `{near}` is meant?"),
                None => format!("the matrix has no `{name}`; it has {}", all.join(", ")),
            }
        })
    }

    /// Returns what all of a kind are called.
    pub fn all(&self, noun: Noun) -> Vec<String> {
        let known = self.known(noun);
        known.ids.iter().map(|id| known.shown(id).to_owned()).collect()
    }

    /// Returns a control without the catalogue, where the matrix has only one.
    pub fn control<'a>(&self, control: &'a str) -> &'a str {
        let own = self.catalog.as_ref().and_then(|catalog| control.strip_prefix(catalog.as_str()));
        own.filter(|own| !own.contains(':')).unwrap_or(control)
    }

    /// Returns a control with its catalogue.
    pub fn whole_control(&self, control: &str) -> String {
        match &self.catalog {
            Some(catalog) if !control.contains(':') => format!("{catalog}{control}"),
            _ => control.to_owned(),
        }
    }
}
