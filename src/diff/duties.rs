//! Duties of one row: who does what, own duties and those that a default gives.
//!
//! By id, else by party, deed, phase and occasion. What is left is one duty that went to another party
//! where the deed is the same, and taken on or given up where it is not.

use std::collections::BTreeMap;

use serde_json::Value;

use super::change::{Both, Callout, Change, Class, Edit};
use super::deadline;
use super::list::{Weight, shared_text};
use super::pairing::{Item, Pair, Stage, alike, pair, renamed, unlike};
use super::row::Sides;
use super::value::{Object, differences, text};
use crate::matrix::{Deed, Duty, Matrix, Row};

/// What makes two duties the same one.
pub(crate) const STAGES: &[Stage] = &[
    renamed(&["id"]),
    renamed(&["text", "party", "do"]),
    alike(&["party", "do", "phase", "within.of"]),
    alike(&["party", "do", "phase"]),
    alike(&["party", "do"]),
    renamed(&["text", "do"]),
    renamed(&["text", "party"]),
    alike(&["do", "phase", "within.of"]),
    alike(&["do", "phase"]),
    alike(&["do"]),
];

/// A duty that a default gives counts its place from here.
const DEFAULT: usize = usize::MAX / 2;

/// Returns the duties of a row on both sides, with the defaults that it does not override; what both have in the same
/// way may be left out.
pub(crate) fn effective(sides: &Sides<'_>, was: &Row, is: &Row) -> Both<Vec<Item>> {
    let mut duties = unlike(&was.duties, &is.duties);
    let leaves_it = |row: &Row, default: &Duty| row.duties.iter().all(|own| own.deed != default.deed);
    let is_same = |default: &Duty| sides.same_defaults && leaves_it(was, default) && leaves_it(is, default);
    let given = |matrix: &Matrix, defaults: &[Item], row: &Row| -> Vec<Item> {
        let typed = defaults.iter().zip(&matrix.defaults.duties);
        let given = typed.filter(|(_, duty)| leaves_it(row, duty) && !is_same(duty));
        given.map(|(item, _)| item.at(DEFAULT + item.index)).collect()
    };
    duties.before.extend(given(sides.before, &sides.defaults.before, was));
    duties.after.extend(given(sides.after, &sides.defaults.after, is));
    duties
}

fn is_default(item: &Item) -> bool {
    item.index >= DEFAULT
}

/// Returns the changes of a row's duties.
pub(crate) fn compare(row: &Both<String>, before: Vec<Item>, after: Vec<Item>) -> Vec<Change> {
    done_otherwise(pair(before, after, STAGES)).iter().flat_map(|pair| changes(row, pair)).collect()
}

/// Pairs the one duty that a party lost with the one that it gained, where both are the same kind of deed: who
/// configured and now performs has the same work in another way.
fn done_otherwise(pairs: Vec<Pair>) -> Vec<Pair> {
    let mut kept = Vec::new();
    let mut alone: BTreeMap<(String, Option<Deed>), Both<Vec<Item>>> = BTreeMap::new();
    for pair in pairs {
        let (before, after) = match (pair.before, pair.after) {
            (Some(before), None) => (Some(before), None),
            (None, Some(after)) => (None, Some(after)),
            (before, after) => {
                kept.push(Both::of(before, after));
                continue;
            }
        };
        let Some(item) = before.as_ref().or(after.as_ref()) else { continue };
        let kind = (text(&item.value, "party").to_owned(), deed(&item.value).map(Deed::counts));
        let group = alone.entry(kind).or_default();
        group.before.extend(before);
        group.after.extend(after);
    }
    for mut group in alone.into_values() {
        let one_each = group.before.len() == 1 && group.after.len() == 1;
        if one_each && may_be_one(&group.before[0], &group.after[0]) {
            kept.push(Both::of(group.before.pop(), group.after.pop()));
        } else {
            kept.extend(group.before.into_iter().map(|item| Both::of(Some(item), None)));
            kept.extend(group.after.into_iter().map(|item| Both::of(None, Some(item))));
        }
    }
    kept
}

/// Two duties of one deed were kept apart by their ids, and so are two that both have one.
fn may_be_one(before: &Item, after: &Item) -> bool {
    let has_id = |item: &Item| item.value.contains_key("id");
    before.value.get("do") != after.value.get("do") && !(has_id(before) && has_id(after))
}

fn changes(row: &Both<String>, pair: &Pair) -> Vec<Change> {
    match (&pair.before, &pair.after) {
        (Some(before), Some(after)) => kept(row, before, after),
        (before, after) => vec![whole(row, before.as_ref(), after.as_ref())],
    }
}

/// A duty that only one side has.
fn whole(row: &Both<String>, before: Option<&Item>, after: Option<&Item>) -> Change {
    let class = if after.is_some() { Class::TakenOn } else { Class::GivenUp };
    let item = after.or(before);
    let party = item.map_or("", |item| text(&item.value, "party"));
    let edit = Edit::element(row, "duties", before.map(Item::placed), after.map(Item::placed));
    let mut change = Change::of(class, true, "duties", edit).party(party).moves(
        before.map(|_| party.to_owned()).into_iter().collect(),
        after.map(|_| party.to_owned()).into_iter().collect(),
    );
    change.deed = item.and_then(|item| deed(&item.value));
    place(&mut change, row, before, after);
    change
}

/// A duty that both sides have: one change for each field that differs.
fn kept(row: &Both<String>, before: &Item, after: &Item) -> Vec<Change> {
    let owner = Both::of(pointer(&row.before, before), pointer(&row.after, after));
    let otherwise = before.value.get("do") != after.value.get("do");
    let deed_of = if otherwise { None } else { deed(&after.value) };
    let party = shared_text(before, after, "party");
    let mut changes: Vec<Change> = differences(&before.value, &after.value)
        .into_iter()
        .map(|(name, was, is)| {
            let (class, material) = match name.as_str() {
                // Other words for another deed are another work.
                "text" if otherwise => (Class::DutyMoved, true),
                // A role that comes with its party is told with it.
                "role" if party.is_empty() => (Class::DutyMoved, true),
                "role" if [before, after].iter().any(|side| deed(&side.value).is_some_and(answers)) => {
                    (Class::DutyMoved, true)
                }
                _ => weigh(&name, &was, &is),
            };
            let holder = |value: &Value| match value.as_str() {
                Some(party) if name == "party" => vec![party.to_owned()],
                _ => Vec::new(),
            };
            let (relieved, takes_on) = (holder(&was), holder(&is));
            let edit = Edit::set(&owner, &name, was, is);
            let mut change = Change::of(class, material, format!("duties.{name}"), edit)
                .party(party)
                .moves(relieved, takes_on);
            change.deed = deed_of;
            change
        })
        .collect();
    rewrite(&mut changes, row, before, after);
    changes
}

/// Corrects the edits where a default stands on one side or on both.
fn rewrite(changes: &mut Vec<Change>, row: &Both<String>, before: &Item, after: &Item) {
    let (was, is) = (is_default(before), is_default(after));
    if !was && !is {
        return;
    }
    for change in changes.iter_mut() {
        change.edits.clear();
        if was && is {
            change.callouts.push(Callout::ByDefault);
        }
    }
    if was == is {
        return;
    }
    let edit = Edit::element(row, "duties", (!was).then(|| before.placed()), (!is).then(|| after.placed()));
    if let Some(first) = changes.first_mut() {
        first.edits.push(edit);
        return;
    }
    let mut change = Change::of(Class::WordingOnly, false, "duties.default", edit);
    change.deed = deed(&after.value);
    place(&mut change, row, Some(before), Some(after));
    changes.push(change.party(text(&after.value, "party")));
}

/// Writes where a duty stands on each side; a default stands outside the row and is edited there.
fn place(change: &mut Change, row: &Both<String>, before: Option<&Item>, after: Option<&Item>) {
    let place =
        |row: &String, item: Option<&Item>| item.map_or_else(|| row.clone(), |item| pointer(row, item));
    change.pointer = Both::of(place(&row.before, before), place(&row.after, after));
    let value = |item: Option<&Item>| item.map_or(Value::Null, |item| Value::Object(item.value.clone()));
    (change.before, change.after) = (value(before), value(after));
    let alone = before.is_none() || after.is_none();
    if alone && before.or(after).is_some_and(is_default) {
        change.edits.clear();
        change.callouts.push(Callout::ByDefault);
    }
}

fn pointer(row: &str, item: &Item) -> String {
    match item.index.checked_sub(DEFAULT) {
        Some(index) => format!("/defaults/duties/{index}"),
        None => format!("{row}/duties/{}", item.index),
    }
}

/// Returns the deed of a duty.
pub(crate) fn deed(duty: &Object) -> Option<Deed> {
    duty.get("do").and_then(|word| serde::Deserialize::deserialize(word).ok())
}

/// Returns whether it matters down to the role who does something: who says yes, chooses or answers for it.
fn answers(deed: Deed) -> bool {
    matches!(deed, Deed::Approve | Deed::Decide | Deed::Define | Deed::Accountable | Deed::Agree)
}

/// Returns what a field of a duty weighs.
pub(crate) fn weigh(name: &str, before: &Value, after: &Value) -> Weight {
    match name {
        "party" | "do" => (Class::DutyMoved, true),
        "within" => deadline::within(before, after),
        "cadence" => deadline::cadence(before, after),
        "to" | "scope" | "controls" | "phase" | "for" => (Class::ScopeChanged, true),
        "role" => (Class::DescribedOtherwise, false),
        "escalate" => (Class::TermsChanged, false),
        _ => (Class::WordingOnly, false),
    }
}
