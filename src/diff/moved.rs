//! Sentences that left one row and turned up in another: the same words, now under another control.
//!
//! Each of the two rows looks merely reworded; together they move an obligation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change::{Callout, Change, Class, RowId};
use super::likeness::{Words, plain};
use super::rows::Changed;
use crate::matrix::Row;

/// Sentences of fewer words are common to many rows.
const WORDS: usize = 4;

/// Pairs of sentences that are compared word by word; beyond that only equal ones are found.
const COMPARISONS: usize = 250_000;

/// A sentence that a row lost or gained.
struct Sentence {
    row: usize,
    text: String,
    words: Words,
}

/// Calls out the changes of rows between which text moved.
pub(crate) fn call_out(changes: &mut [Change], rows: &[Changed], before: &[Row], after: &[Row]) {
    let both = |row: &Changed| Some((&before[row.places.before?], &after[row.places.after?]));
    let pairs = rows.iter().enumerate().filter_map(|(number, row)| Some((number, both(row)?)));
    let reworded: Vec<(usize, (&Row, &Row))> =
        pairs.filter(|(_, (was, is))| !texts(was).eq(texts(is))).collect();
    if reworded.len() < 2 {
        return;
    }
    let pairs = || reworded.iter().copied();
    let lost: Vec<Sentence> = pairs().flat_map(|(number, (was, is))| only_in(was, is, number)).collect();
    if lost.is_empty() {
        return;
    }
    let gained: Vec<Sentence> = pairs().flat_map(|(number, (was, is))| only_in(is, was, number)).collect();
    let found = moves(&lost, &gained);
    if found.is_empty() {
        return;
    }
    let mut places: HashMap<RowId, Vec<usize>> = HashMap::new();
    for (place, change) in changes.iter().enumerate() {
        if let Some(row) = &change.row {
            places.entry(row.clone()).or_default().push(place);
        }
    }
    for (from, to) in found {
        let (from, to) = (&rows[from].id, &rows[to].id);
        mark(changes, &places[from], Callout::TextMovedTo { row: to.clone() });
        mark(changes, &places[to], Callout::TextMovedFrom { row: from.clone() });
    }
}

/// Returns which rows lost a sentence to which rows, once each.
fn moves(lost: &[Sentence], gained: &[Sentence]) -> Vec<(usize, usize)> {
    let mut homes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for sentence in gained {
        homes.entry(&sentence.text).or_default().push(sentence.row);
    }
    let compare_all = lost.len().saturating_mul(gained.len()) <= COMPARISONS;
    let mut found = Vec::new();
    for sentence in lost {
        let equal = homes.get(sentence.text.as_str()).into_iter().flatten().copied();
        found.extend(equal.take(8).filter(|home| *home != sentence.row).map(|home| (sentence.row, home)));
        if compare_all {
            let alike = gained
                .iter()
                .filter(|other| other.row != sentence.row && other.words.likeness(&sentence.words) >= 750);
            found.extend(alike.map(|other| (sentence.row, other.row)));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Marks the changes of a row's words, or all of its changes where no words of its own changed.
fn mark(changes: &mut [Change], places: &[usize], callout: Callout) {
    let is_text = |change: &Change| {
        matches!(change.field.as_str(), "activity" | "shared.details" | "shared" | "duties.text" | "duties")
    };
    let has_text = places.iter().any(|place| is_text(&changes[*place]));
    for place in places {
        let change = &mut changes[*place];
        if has_text && !is_text(change) {
            continue;
        }
        change.callouts.push(callout.clone());
        change.callouts.sort();
        if change.class == Class::WordingOnly {
            (change.class, change.material) = (Class::ScopeChanged, true);
        }
    }
}

/// Returns the sentences of a row that it does not have on the other side.
fn only_in(row: &Row, other: &Row, number: usize) -> Vec<Sentence> {
    let theirs: BTreeSet<&str> = texts(other).collect();
    let changed: Vec<&str> = texts(row).filter(|text| !theirs.contains(text)).collect();
    if changed.is_empty() {
        return Vec::new();
    }
    let known: BTreeSet<String> = theirs.into_iter().flat_map(sentences).collect();
    let only: BTreeSet<String> = changed.into_iter().flat_map(sentences).collect();
    only.into_iter()
        .filter(|text| !known.contains(text))
        .map(|text| Sentence { row: number, words: Words::of([text.as_str()]), text })
        .filter(|sentence| sentence.words.len() >= WORDS)
        .collect()
}

/// Returns the texts of a row that say what is done.
fn texts(row: &Row) -> impl Iterator<Item = &str> {
    let details = row.shared.as_ref().and_then(|shared| shared.details.as_deref());
    let duties = row.duties.iter().filter_map(|duty| duty.text.as_deref());
    row.activity.as_deref().into_iter().chain(details).chain(duties)
}

fn sentences(text: &str) -> impl Iterator<Item = String> {
    text.split(['.', ';', '!', '?', '\n']).map(plain)
}
