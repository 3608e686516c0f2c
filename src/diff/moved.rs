//! Sentences that left one row and turned up in another: the same words, now under another control.
//!
//! Each of the two rows looks merely reworded; together they move an obligation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change::{Callout, Change, RowId};
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
    let replaced = [is_replaced(&lost, &gained), is_replaced(&gained, &lost)];
    let (lost, gained) = (without(lost, &replaced[0]), without(gained, &replaced[1]));
    let found = moves(&lost, &gained);
    if found.is_empty() {
        return;
    }
    let (had, has) = (Sayings::of(before), Sayings::of(after));
    let own = |(from, to): &(usize, usize)| had.is_own(&lost[*from].text) && has.is_own(&gained[*to].text);
    let mut found: Vec<(usize, usize)> =
        found.into_iter().filter(own).map(|(from, to)| (lost[from].row, gained[to].row)).collect();
    found.sort_unstable();
    found.dedup();
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

/// Says of each sentence whether its own row has another one like it in its place on the other side.
fn is_replaced(sentences: &[Sentence], others: &[Sentence]) -> Vec<bool> {
    let mut by_row: HashMap<usize, Vec<&Sentence>> = HashMap::new();
    others.iter().for_each(|sentence| by_row.entry(sentence.row).or_default().push(sentence));
    let replaced = sentences.iter().map(|sentence| {
        let own = by_row.get(&sentence.row).into_iter().flatten();
        own.take(64).any(|other| other.words.likeness(&sentence.words) >= 500)
    });
    replaced.collect()
}

fn without(sentences: Vec<Sentence>, replaced: &[bool]) -> Vec<Sentence> {
    sentences.into_iter().zip(replaced).filter(|(_, replaced)| !**replaced).map(|it| it.0).collect()
}

/// How many rows of one side say each sentence; what several say belongs to none of them alone.
struct Sayings(HashMap<String, usize>);

impl Sayings {
    fn of(rows: &[Row]) -> Self {
        let mut sayings = HashMap::new();
        for row in rows {
            let own: BTreeSet<String> = texts(row).flat_map(sentences).collect();
            own.into_iter().for_each(|sentence| *sayings.entry(sentence).or_default() += 1);
        }
        Self(sayings)
    }

    fn is_own(&self, sentence: &str) -> bool {
        self.0.get(sentence).is_none_or(|rows| *rows < 2)
    }
}

/// Returns which sentences were lost and which were gained in another row, by their places.
fn moves(lost: &[Sentence], gained: &[Sentence]) -> Vec<(usize, usize)> {
    let mut homes: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (place, sentence) in gained.iter().enumerate() {
        homes.entry(&sentence.text).or_default().push(place);
    }
    let compare_all = lost.len().saturating_mul(gained.len()) <= COMPARISONS;
    let mut found = Vec::new();
    for (place, sentence) in lost.iter().enumerate() {
        let equal = homes.get(sentence.text.as_str()).into_iter().flatten().copied();
        found
            .extend(equal.take(8).filter(|home| gained[*home].row != sentence.row).map(|home| (place, home)));
        if compare_all {
            let alike = gained.iter().enumerate().filter(|(_, other)| {
                other.row != sentence.row && other.words.likeness(&sentence.words) >= 750
            });
            found.extend(alike.map(|(home, _)| (place, home)));
        }
    }
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
