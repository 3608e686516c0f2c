//! Lists of things that are no rows: what came, what went, and which of their fields changed.

use serde::Serialize;
use serde_json::Value;

use super::change::{Both, Change, Class, Edit};
use super::pairing::{Item, Pair, Stage, pair, unlike};
use super::value::{differences, text};

/// What a change of something weighs: its class, and whether it is material.
pub(crate) type Weight = (Class, bool);

/// How a list is compared.
pub(crate) struct List {
    /// The field that holds it.
    pub(crate) field: &'static str,
    /// What makes two of its elements the same one.
    pub(crate) stages: &'static [Stage],
    /// The field of an element that names the party whose it is, if there is one.
    pub(crate) party: &'static str,
    /// Whether the party has more to do with a new element and less without an old one.
    pub(crate) is_work: bool,
    /// What a new element weighs, and an old one that is gone.
    pub(crate) whole: Both<Weight>,
    /// What a field of an element that stayed weighs.
    pub(crate) weigh: fn(&str, &Value, &Value) -> Weight,
    /// Fields that are compared elsewhere.
    pub(crate) apart: &'static [&'static str],
}

impl List {
    /// Returns the changes of a list, without a look at its elements where nothing changed.
    pub(crate) fn between<T: Serialize + PartialEq>(
        &self,
        owner: &Both<String>,
        before: &[T],
        after: &[T],
    ) -> Vec<Change> {
        if before == after {
            return Vec::new();
        }
        let Both { before, after } = unlike(before, after);
        self.compare(owner, before, after)
    }

    /// Returns the changes of a list in two objects.
    pub(crate) fn compare(&self, owner: &Both<String>, before: Vec<Item>, after: Vec<Item>) -> Vec<Change> {
        self.changes(owner, &pair(before, after, self.stages))
    }

    /// Returns the changes of elements that are paired already.
    pub(crate) fn changes(&self, owner: &Both<String>, pairs: &[Pair]) -> Vec<Change> {
        let changes = pairs.iter().flat_map(|pair| match (&pair.before, &pair.after) {
            (Some(before), Some(after)) if before.says_same(after) => Vec::new(),
            (Some(before), Some(after)) => self.fields(owner, before, after),
            (before, after) => vec![self.whole(owner, before.as_ref(), after.as_ref())],
        });
        changes.collect()
    }

    fn whole(&self, owner: &Both<String>, before: Option<&Item>, after: Option<&Item>) -> Change {
        let (class, material) = if after.is_some() { self.whole.after } else { self.whole.before };
        let edit = Edit::element(owner, self.field, before.map(Item::placed), after.map(Item::placed));
        let party = after.or(before).map_or("", |item| text(&item.value, self.party));
        let moved = |side: Option<&Item>| match side {
            Some(_) if self.is_work && !party.is_empty() => vec![party.to_owned()],
            _ => Vec::new(),
        };
        let (relieved, takes_on) = (moved(before), moved(after));
        Change::of(class, material, self.field, edit).party(party).moves(relieved, takes_on)
    }

    fn fields(&self, owner: &Both<String>, before: &Item, after: &Item) -> Vec<Change> {
        let element = Both::of(
            format!("{}/{}/{}", owner.before, self.field, before.index),
            format!("{}/{}/{}", owner.after, self.field, after.index),
        );
        let party = shared_text(before, after, self.party);
        differences(&before.value, &after.value)
            .into_iter()
            .filter(|(name, ..)| !self.apart.contains(&name.as_str()))
            .map(|(name, was, is)| {
                let (class, material) = (self.weigh)(&name, &was, &is);
                let moved = |value: &Value| match value.as_str() {
                    Some(party) if self.is_work && name == self.party => vec![party.to_owned()],
                    _ => Vec::new(),
                };
                let (relieved, takes_on) = (moved(&was), moved(&is));
                let field = format!("{}.{name}", self.field);
                Change::of(class, material, field, Edit::set(&element, &name, was, is))
                    .party(party)
                    .moves(relieved, takes_on)
            })
            .collect()
    }
}

/// Returns a text that two elements have in common, else nothing.
pub(crate) fn shared_text<'a>(before: &'a Item, after: &Item, name: &str) -> &'a str {
    let (was, is) = (text(&before.value, name), text(&after.value, name));
    if was == is { was } else { "" }
}

/// Returns the edits of an object inside an object, field by field where both sides have it.
pub(crate) fn nested(owner: &Both<String>, field: &str, before: &Value, after: &Value) -> Vec<Edit> {
    let (Value::Object(was), Value::Object(is)) = (before, after) else {
        return vec![Edit::set(owner, field, before.clone(), after.clone())];
    };
    let inner = Both::of(format!("{}/{field}", owner.before), format!("{}/{field}", owner.after));
    let edits = differences(was, is).into_iter();
    edits.map(|(name, was, is)| Edit::set(&inner, &name, was, is)).collect()
}
