//! What is to be known first of many changes: every class with its figure, and what weighs most.

use std::collections::{BTreeMap, BTreeSet};

use super::page::{Entry, Section};
use crate::diff::{Class, Diff, RowId, is_native};
use crate::report::words::count;

/// Rows that are named as those that weigh most.
const MOST: usize = 10;

/// Signs of a sentence that are shown here; the whole stands below.
const LONGEST: usize = 160;

/// The first screen of a long comparison.
#[derive(Default)]
pub(super) struct Glance {
    /// A line for each class that occurs, with the number of its changes and rows.
    pub(super) figures: Vec<String>,
    /// What weighs most, a line each.
    pub(super) gravest: Vec<String>,
}

impl Glance {
    /// Returns the first screen; nothing where what follows is one itself.
    pub(super) fn of(diff: &Diff, section: &Section) -> Self {
        let entries: Vec<&Entry> =
            section.first.iter().chain(&section.material).flat_map(|group| &group.entries).collect();
        let all = section.groups().flat_map(|group| &group.entries).count();
        let rows: BTreeSet<&RowId> =
            diff.changes.iter().filter(|it| !is_native(it)).filter_map(|it| it.row.as_ref()).collect();
        if all <= MOST && rows.len() <= 2 * MOST {
            return Self::default();
        }
        Self { figures: figures(diff), gravest: gravest(&entries) }
    }
}

fn figures(diff: &Diff) -> Vec<String> {
    let mut classes: BTreeMap<Class, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for change in diff.changes.iter().filter(|change| !is_native(change)) {
        let (changes, rows) = classes.entry(change.class).or_default();
        *changes += 1;
        rows.extend(change.row.as_ref().map(|row| row.id()));
    }
    let said = classes.into_iter().map(|(class, (changes, rows))| {
        let label = super::page::label(class);
        match rows.len() {
            0 => format!("{label}: {changes}, around the rows"),
            rows if rows == changes => format!("{label}: {}", count(rows, "row")),
            rows => format!("{label}: {} in {}", count(changes, "change"), count(rows, "row")),
        }
    });
    said.collect()
}

/// Returns the entries with the gravest classes, a row that stands in two places once.
fn gravest(entries: &[&Entry]) -> Vec<String> {
    let mut rows: BTreeMap<(&str, &str), Vec<&Entry>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let key = if entry.rows.is_empty() { (entry.title.as_str(), entry.id.as_str()) } else { ("", "") };
        match key {
            ("", "") => drop(rows.insert(("shared", entries[at].rows[0].as_str()), vec![*entry])),
            key => rows.entry(key).or_default().push(*entry),
        }
    }
    let weight = |entries: &Vec<&Entry>| {
        let lines = || entries.iter().flat_map(|entry| &entry.lines);
        let classes = lines().map(|line| line.class);
        (classes.clone().min(), std::cmp::Reverse(entries[0].rows.len()), std::cmp::Reverse(lines().count()))
    };
    let mut all: Vec<Vec<&Entry>> = rows.into_values().collect();
    all.sort_by_key(weight);
    let more = all.len().saturating_sub(MOST);
    let mut said: Vec<String> = all.iter().take(MOST).map(|entries| says(entries)).collect();
    said.extend((more > 0).then(|| format!("and {} below", count(more, "more entry"))));
    said
}

fn says(entries: &[&Entry]) -> String {
    let first = entries[0];
    let title = match first.rows.len() {
        0 if first.id.is_empty() => first.title.clone(),
        0 => format!("{} [{}]", first.title, first.id),
        rows => format!("{} and {} alike", first.rows[0], count(rows - 1, "row")),
    };
    let mut lines: Vec<_> = entries.iter().flat_map(|entry| &entry.lines).collect();
    lines.sort_by_key(|line| line.class);
    let gravest = lines.first().map(|line| line.class);
    // Who has the row says it; which duties follow from that stands below.
    let has_owner = lines.iter().any(|line| Some(line.class) == gravest && line.is_owner);
    let said = lines.iter().filter(|line| Some(line.class) == gravest && (line.is_owner || !has_owner));
    let said: Vec<String> = said.map(|line| line.sentence.clone()).collect();
    format!("{title}: {}", short(&said.join("; ")))
}

fn short(said: &str) -> String {
    match said.char_indices().nth(LONGEST) {
        None => said.to_owned(),
        Some((end, _)) => {
            let end = said[..end].rfind(' ').unwrap_or(end);
            format!("{} …", &said[..end])
        }
    }
}
