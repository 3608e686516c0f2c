//! Columns of the source: which are called otherwise, came or went, and where one says something else.
//!
//! They hold what a published matrix said in its own words, beside the duties. A column is paired by its vocabulary and by
//! what stands in it, over all rows, so that a new heading is one change and not one in each row.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Both, Change, RowId};
use super::list::List;
use super::matching::Matched;
use super::pairing::{items, pair};
use crate::matrix::{Matrix, Native};

/// What became of a column of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Whose words they are.
    pub vocabulary: String,
    /// What it is called on each side; nothing on the side that does not have it.
    pub name: Both<Option<String>>,
    /// The rows in which it came, went or is called otherwise.
    pub rows: Vec<RowId>,
    /// The rows in which it says something else.
    pub changed: Vec<RowId>,
}

/// A column: its vocabulary and what it is called.
type Key = (String, String);

/// The columns that are called otherwise after.
pub(crate) type Renamed = BTreeMap<Key, String>;

/// Returns which columns before are called how after: one that is gone and one that is new, in which most rows say the same.
pub(crate) fn renamed(before: &Matrix, after: &Matrix, matched: &Matched) -> Renamed {
    let (was, is) = (keys(before), keys(after));
    let (gone, new): (BTreeSet<&Key>, BTreeSet<&Key>) = (
        was.keys().filter(|key| !is.contains_key(*key)).collect(),
        is.keys().filter(|key| !was.contains_key(*key)).collect(),
    );
    if gone.is_empty() || new.is_empty() {
        return Renamed::new();
    }
    let mut same: BTreeMap<(&Key, &Key), usize> = BTreeMap::new();
    for both in &matched.pairs {
        let (Some(was), Some(is)) = (both.before, both.after) else { continue };
        for one in &before.rows[was].native {
            let mine = key(one);
            let Some(mine) = gone.get(&mine) else { continue };
            for other in after.rows[is]
                .native
                .iter()
                .filter(|it| it.vocabulary == one.vocabulary && it.value == one.value)
            {
                if let Some(theirs) = new.get(&key(other)) {
                    *same.entry((*mine, *theirs)).or_default() += 1;
                }
            }
        }
    }
    let mut found: Vec<_> = same.into_iter().map(|(pair, rows)| (std::cmp::Reverse(rows), pair)).collect();
    found.sort();
    let (mut names, mut taken) = (Renamed::new(), BTreeSet::new());
    for (std::cmp::Reverse(rows), (mine, theirs)) in found {
        if rows * 2 >= was[mine].min(is[theirs]) && !names.contains_key(mine) && taken.insert(theirs) {
            names.insert(mine.clone(), theirs.1.clone());
        }
    }
    names
}

fn key(native: &Native) -> Key {
    (native.vocabulary.clone(), native.field.clone())
}

/// Returns all columns with the number of rows that have them.
fn keys(matrix: &Matrix) -> BTreeMap<Key, usize> {
    let mut keys = BTreeMap::new();
    matrix
        .rows
        .iter()
        .flat_map(|row| &row.native)
        .for_each(|native| *keys.entry(key(native)).or_default() += 1);
    keys
}

/// Returns the changes of the columns in one row.
pub(crate) fn compare(
    list: &List,
    owner: &Both<String>,
    renamed: &Renamed,
    before: &[Native],
    after: &[Native],
) -> Vec<Change> {
    if before == after {
        return Vec::new();
    }
    let called: Vec<Native> = before
        .iter()
        .map(|native| match renamed.get(&key(native)) {
            Some(name) => Native { field: name.clone(), ..native.clone() },
            None => native.clone(),
        })
        .collect();
    let own = items(before);
    let mut pairs = pair(items(&called), items(after), list.stages);
    for item in pairs.iter_mut().filter_map(|pair| pair.before.as_mut()) {
        *item = own[item.index].clone();
    }
    list.changes(owner, &pairs)
}

/// Returns what became of each column, for those of which something did.
pub(crate) fn columns(changes: &[Change], before: &Matrix, after: &Matrix) -> Vec<Column> {
    let mut columns: BTreeMap<(String, Both<Option<String>>), Column> = BTreeMap::new();
    for change in changes.iter().filter(|change| is_native(change)) {
        let Some(row) = &change.row else { continue };
        let place = |pointer: &str, matrix: &'_ Matrix| -> Option<Native> {
            let mut parts = pointer.split('/').skip(2);
            let row: usize = pointer.split('/').nth(2)?.parse().ok()?;
            let at: usize = parts.nth(2)?.parse().ok()?;
            matrix.rows.get(row)?.native.get(at).cloned()
        };
        let (was, is) = (place(&change.pointer.before, before), place(&change.pointer.after, after));
        let Some(vocabulary) = is.as_ref().or(was.as_ref()).map(|native| native.vocabulary.clone()) else {
            continue;
        };
        let name = Both::of(was.map(|it| it.field), is.map(|it| it.field));
        let column = columns.entry((vocabulary.clone(), name.clone())).or_insert_with(|| Column {
            vocabulary,
            name,
            rows: Vec::new(),
            changed: Vec::new(),
        });
        let rows = if change.field == "native.value" { &mut column.changed } else { &mut column.rows };
        rows.push(row.clone());
    }
    columns.into_values().collect()
}

/// Returns whether a change is one of the source's own words.
pub(crate) fn is_native(change: &Change) -> bool {
    change.row.is_some() && (change.field == "native" || change.field.starts_with("native."))
}
