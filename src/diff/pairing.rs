//! Pairs the elements of two lists by what they say, never by position.
//!
//! Stages go from the closest resemblance to the loosest. Each is one pass over sorted groups, so the cost
//! stays `n log n` whatever a file contains, and exchanging the sides exchanges the pairs and nothing else.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use serde::Serialize;

use super::change::Both;
use super::value::{Object, at, canonical, canonical_object, has_lists, object};

/// An element of a list.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Its place in its list.
    pub(crate) index: usize,
    /// What it says.
    pub(crate) value: Object,
    canonical: OnceCell<String>,
}

impl Item {
    pub(crate) fn of(index: usize, element: &impl Serialize) -> Self {
        Self { index, value: object(element), canonical: OnceCell::new() }
    }

    /// Returns what it says, the same for the same in any order.
    pub(crate) fn canonical(&self) -> &str {
        self.canonical.get_or_init(|| canonical_object(&self.value))
    }

    /// Returns whether two elements say the same, whatever the order of their lists.
    pub(crate) fn says_same(&self, other: &Self) -> bool {
        let has_lists = has_lists(&self.value) && has_lists(&other.value);
        self.value == other.value || has_lists && self.canonical() == other.canonical()
    }

    /// Returns the same at another place.
    pub(crate) fn at(&self, index: usize) -> Self {
        Self { index, ..self.clone() }
    }

    /// Returns the element as an edit wants it.
    pub(crate) fn placed(&self) -> (usize, Object) {
        (self.index, self.value.clone())
    }
}

/// Returns a list as items.
pub(crate) fn items<T: Serialize>(list: &[T]) -> Vec<Item> {
    list.iter().enumerate().map(|(index, element)| Item::of(index, element)).collect()
}

/// Returns two lists as items without what both begin and end with: an element that stayed is its own.
pub(crate) fn unlike<T: Serialize + PartialEq>(before: &[T], after: &[T]) -> Both<Vec<Item>> {
    let first = before.iter().zip(after).take_while(|(was, is)| was == is).count();
    let (was, is) = (&before[first..], &after[first..]);
    let last = was.iter().rev().zip(is.iter().rev()).take_while(|(was, is)| was == is).count();
    let items = |list: &[T]| {
        let rest = (first..).zip(&list[..list.len() - last]);
        rest.map(|(index, element)| Item::of(index, element)).collect()
    };
    Both::of(items(was), items(is))
}

/// What two elements must share to be taken for the same one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stage {
    /// The fields; the first must be there.
    pub(crate) fields: &'static [&'static str],
    /// Whether elements with two different ids may be the same one.
    pub(crate) across_ids: bool,
}

/// Returns a stage in which two different ids keep two elements apart.
pub(crate) const fn alike(fields: &'static [&'static str]) -> Stage {
    Stage { fields, across_ids: false }
}

/// Returns a stage that looks through a changed id.
pub(crate) const fn renamed(fields: &'static [&'static str]) -> Stage {
    Stage { fields, across_ids: true }
}

/// An element on one side or both.
pub(crate) type Pair = Both<Option<Item>>;

/// Returns every element of both lists once, paired where a stage or equality says that it stayed.
pub(crate) fn pair(before: Vec<Item>, after: Vec<Item>, stages: &[Stage]) -> Vec<Pair> {
    let mut pool = Pool { before: slots(before), after: slots(after), pairs: Vec::new() };
    if !pool.is_unlike() {
        pool.stage(|item| Some(item.canonical().to_owned()), true);
    }
    for stage in stages {
        if pool.is_done() {
            break;
        }
        pool.stage(|item| key(item, stage.fields), stage.across_ids);
    }
    pool.finish()
}

fn slots(items: Vec<Item>) -> Vec<Option<Item>> {
    let mut items = items;
    items.sort_by(|one, other| one.canonical().cmp(other.canonical()));
    items.into_iter().map(Some).collect()
}

fn key(item: &Item, fields: &[&str]) -> Option<String> {
    at(&item.value, fields.first()?)?;
    let parts = fields.iter().map(|path| at(&item.value, path).map(canonical).unwrap_or_default());
    Some(parts.collect::<Vec<_>>().join("\u{1f}"))
}

struct Pool {
    before: Vec<Option<Item>>,
    after: Vec<Option<Item>>,
    pairs: Vec<Pair>,
}

impl Pool {
    /// Says whether one side has nothing left to pair.
    fn is_done(&self) -> bool {
        [&self.before, &self.after].into_iter().any(|side| side.iter().all(Option::is_none))
    }

    /// Says whether each side has but one element, and they do not say the same.
    fn is_unlike(&self) -> bool {
        let ([Some(before)], [Some(after)]) = (&self.before[..], &self.after[..]) else { return false };
        !before.says_same(after)
    }

    fn stage(&mut self, key: impl Fn(&Item) -> Option<String>, across_ids: bool) {
        let mut groups: BTreeMap<String, Both<Vec<usize>>> = BTreeMap::new();
        for (slot, item) in filled(&self.before) {
            if let Some(key) = key(item) {
                groups.entry(key).or_default().before.push(slot);
            }
        }
        for (slot, item) in filled(&self.after) {
            if let Some(group) = key(item).and_then(|key| groups.get_mut(&key)) {
                group.after.push(slot);
            }
        }
        for group in groups.into_values() {
            for (before, after) in self.zip(group, across_ids) {
                let pair = Both::of(self.before[before].take(), self.after[after].take());
                self.pairs.push(pair);
            }
        }
    }

    /// Pairs a group in the order of what its members say; an id pairs with no other id.
    fn zip(&self, group: Both<Vec<usize>>, across_ids: bool) -> Vec<(usize, usize)> {
        if across_ids {
            return group.before.into_iter().zip(group.after).collect();
        }
        let named = |side: &[Option<Item>], slot: usize| {
            side[slot].as_ref().is_some_and(|item| item.value.contains_key("id"))
        };
        let (before_named, before): (Vec<_>, Vec<_>) =
            group.before.into_iter().partition(|slot| named(&self.before, *slot));
        let (after_named, after): (Vec<_>, Vec<_>) =
            group.after.into_iter().partition(|slot| named(&self.after, *slot));
        let plain = before.len().min(after.len());
        let mut pairs: Vec<_> = before.iter().copied().zip(after.iter().copied()).collect();
        pairs.extend(before_named.into_iter().zip(after.into_iter().skip(plain)));
        pairs.extend(before.into_iter().skip(plain).zip(after_named));
        pairs
    }

    fn finish(self) -> Vec<Pair> {
        let gone = self.before.into_iter().flatten().map(|item| Both::of(Some(item), None));
        let new = self.after.into_iter().flatten().map(|item| Both::of(None, Some(item)));
        self.pairs.into_iter().chain(gone).chain(new).collect()
    }
}

fn filled(side: &[Option<Item>]) -> impl Iterator<Item = (usize, &Item)> {
    side.iter().enumerate().filter_map(|(slot, item)| item.as_ref().map(|item| (slot, item)))
}
