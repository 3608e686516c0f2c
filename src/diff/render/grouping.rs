//! Changes in the order in which they are read: a row's together, what many rows share once, long lists by family.

use std::collections::{BTreeMap, BTreeSet};

use super::Comparison;
use super::page::{Entry, FOLD, Group, LONG, Line};
use super::phrase::{Speaker, control};
use super::words::{Marked, Marker, Piece};
use crate::diff::{Callout, Change, Class, RowFacts, RowId};
use crate::report::words::count;

/// Puts changes into entries and entries into groups.
pub(super) struct Grouping<'a, 'm> {
    pub(super) speaker: &'a Speaker<'a>,
    pub(super) document: &'a Comparison,
    pub(super) marker: &'m mut Marker,
}

impl<'a> Grouping<'a, '_> {
    pub(super) fn groups(&mut self, changes: &[&'a Change]) -> Vec<Group> {
        let (split, changes) = self.split(changes);
        let (folded, single) = fold(&changes);
        let mut around = split;
        let has_folded = !folded.is_empty();
        for changes in folded {
            around.push(self.shared(&changes));
        }
        let mut rows: Vec<(&RowId, Vec<&'a Change>)> = Vec::new();
        let mut heads = Vec::new();
        for change in single {
            match &change.row {
                None => heads.push(change),
                Some(row) => match rows.last_mut() {
                    Some((last, changes)) if *last == row => changes.push(change),
                    _ => rows.push((row, vec![change])),
                },
            }
        }
        let mut groups = Vec::new();
        if !heads.is_empty() {
            around.push(self.entry("Parties, services, scope and terms".to_owned(), String::new(), &heads));
        }
        if !around.is_empty() {
            let title = match (heads.is_empty(), around.len()) {
                (true, _) if !has_folded => "Rows of another shape",
                (true, _) => "The same in many rows",
                (false, 1) => "Around the rows",
                (false, _) => "Around the rows, and the same in many",
            };
            groups.push(Group { title: title.to_owned(), entries: around });
        }
        groups.extend(self.families(rows));
        groups
    }

    /// Takes out the rows that were cut from another one, or went into one, without anybody's work going elsewhere: one
    /// entry for all of them.
    fn split(&mut self, changes: &[&'a Change]) -> (Vec<Entry>, Vec<&'a Change>) {
        let moved: BTreeSet<&RowId> = self.speaker.diff.moved.iter().map(|one| &one.row).collect();
        let mut shapes: BTreeMap<(bool, &RowId), Vec<&'a Change>> = BTreeMap::new();
        let mut rest = Vec::new();
        for change in changes {
            let row = change.row.as_ref().filter(|row| !moved.contains(row));
            let is_quiet = row.is_some() && change.takes_on.is_empty() && change.relieved.is_empty();
            match &change.callouts[..] {
                [Callout::SplitFrom { row }] if is_quiet => {
                    shapes.entry((true, row)).or_default().push(change)
                }
                [Callout::MergedInto { row }] if is_quiet => {
                    shapes.entry((false, row)).or_default().push(change)
                }
                _ => rest.push(*change),
            }
        }
        let entries = shapes.into_iter().map(|((is_split, whole), changes)| {
            let rows: Vec<String> = changes
                .iter()
                .filter_map(|change| change.row.as_ref())
                .map(|row| row.id().to_owned())
                .collect();
            let (title, number) = (self.speaker.row(whole), count(rows.len(), "row"));
            let title = if is_split {
                format!("{title} is split: {number} more, the same people")
            } else {
                format!("{title} takes in {number}, the same people")
            };
            Entry {
                title,
                id: format!("row {}", whole.id()),
                lines: vec![self.shape(changes[0])],
                rows,
                shared: 0,
                now: None,
            }
        });
        (entries.collect(), rest)
    }

    /// Returns the line of a row that came or went with the shape of others, without all that it says.
    fn shape(&self, change: &'a Change) -> Line {
        Line {
            class: change.class,
            is_owner: false,
            fresh: false,
            sentence: self.speaker.sentence(change),
            marked: Marked::default(),
            agreed: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn families(&mut self, rows: Vec<(&RowId, Vec<&'a Change>)>) -> Vec<Group> {
        let long = rows.len() > LONG;
        let mut families: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for (row, changes) in rows {
            let facts = self.speaker.facts(row);
            let family = if long { facts.map(family).unwrap_or_default() } else { String::new() };
            let title = facts.map_or_else(|| row.id().to_owned(), |facts| facts.title.clone());
            let entry = self.entry(title, identify(row, facts), &changes);
            families.entry(family).or_default().push(entry);
        }
        let titled = families.into_iter().map(|(family, entries)| {
            let name =
                self.document.families.get(&family).map(|name| format!(": {name}")).unwrap_or_default();
            let title = match family.as_str() {
                "" if long => "Rows without a control".to_owned(),
                "" => "Rows".to_owned(),
                family => format!("{family}{name}"),
            };
            Group { title: format!("{title} ({})", entries.len()), entries }
        });
        titled.collect()
    }

    fn entry(&mut self, title: String, id: String, changes: &[&'a Change]) -> Entry {
        let mut changes = changes.to_vec();
        changes.sort_by_key(|change| change.class);
        let now = self.now(&changes);
        let lines = changes.into_iter().map(|change| self.line(change)).collect();
        Entry { title, id, lines, rows: Vec::new(), shared: 0, now }
    }

    /// Returns the state of the row that material changes leave, unless it is told in full anyway.
    fn now(&self, changes: &[&Change]) -> Option<String> {
        let is_told = |change: &&Change| change.field == "rows" || !change.material;
        let row = changes.iter().find(|change| !is_told(change))?.row.as_ref()?;
        self.speaker.now(row)
    }

    /// One change that many rows share.
    fn shared(&mut self, changes: &[&'a Change]) -> Entry {
        let rows: Vec<String> = changes
            .iter()
            .filter_map(|change| change.row.as_ref())
            .map(|row| self.speaker.row(row))
            .collect();
        if changes.iter().all(|change| change.field == "id") {
            return self.renamed(changes);
        }
        let title = format!("The same in {}", count(rows.len(), "row"));
        let states = changes.iter().map(|change| self.now(&[*change]));
        let now = states.reduce(|one, other| if one == other { one } else { None }).flatten();
        Entry { title, id: String::new(), lines: vec![self.line(changes[0])], rows, shared: 0, now }
    }

    /// Returns one entry for rows that have another id and are the same.
    fn renamed(&mut self, changes: &[&'a Change]) -> Entry {
        let ids = changes.iter().filter_map(|change| change.row.as_ref());
        let ids = ids.filter_map(|row| Some((row.after.as_deref()?, row.before.as_deref()?)));
        let rows: Vec<String> = ids.map(|(is, was)| format!("{is}, before {was}")).collect();
        let title = format!("{} under another id", count(rows.len(), "row"));
        Entry { title, id: String::new(), lines: vec![self.shape(changes[0])], rows, shared: 0, now: None }
    }

    fn line(&mut self, change: &'a Change) -> Line {
        let (before, after) = (self.speaker.before(change), self.speaker.after(change));
        let is_short = |text: &str| text.split_whitespace().nth(3).is_none();
        let marked = if is_short(&before) || is_short(&after) {
            let one =
                |text: String| if text.is_empty() { Vec::new() } else { vec![Piece { text, marked: false }] };
            Marked { before: one(before), after: one(after), whole: true }
        } else {
            self.marker.mark(&before, &after)
        };
        let notes = change.callouts.iter().map(|callout| self.speaker.callout(callout)).collect();
        let whole = change.row.as_ref().filter(|_| change.field == "rows");
        let whole = whole.map(|row| self.speaker.whole(row)).unwrap_or_default();
        Line {
            class: change.class,
            is_owner: change.field == "allocation",
            fresh: change.before.is_null(),
            sentence: self.speaker.sentence(change),
            marked,
            agreed: self.speaker.agreed(change).into_iter().chain(whole).collect(),
            notes,
        }
    }
}

/// Takes out the changes that many rows share word for word.
fn fold<'a>(changes: &[&'a Change]) -> (Vec<Vec<&'a Change>>, Vec<&'a Change>) {
    let key = |change: &Change| {
        if change.field == "id" {
            // Which id each has now is in its own line of the entry.
            return "id".to_owned();
        }
        let callouts = serde_json::to_string(&change.callouts).unwrap_or_default();
        let words = |field: &str| change.edits.iter().find(|edit| edit.field == field).map(|it| &it.after);
        let agreed = (words("shared"), words("justification"));
        format!(
            "{:?} {} {:?} {:?} {:?} {} {} {callouts} {agreed:?}",
            change.class,
            change.field,
            change.deed,
            change.takes_on,
            change.relieved,
            change.before,
            change.after
        )
    };
    let foldable = |change: &Change| {
        change.row.is_some() && !matches!(change.class, Class::RowAdded | Class::RowRemoved)
    };
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (place, change) in changes.iter().enumerate().filter(|(_, change)| foldable(change)) {
        groups.entry(key(change)).or_default().push(place);
    }
    let mut folded: Vec<Vec<usize>> = groups.into_values().filter(|places| places.len() >= FOLD).collect();
    folded.sort();
    let gone: BTreeSet<usize> = folded.iter().flatten().copied().collect();
    let rest =
        changes.iter().enumerate().filter(|(place, _)| !gone.contains(place)).map(|(_, change)| *change);
    let folded = folded.iter().map(|places| places.iter().map(|place| changes[*place]).collect());
    (folded.collect(), rest.collect())
}

fn identify(row: &RowId, facts: Option<&RowFacts>) -> String {
    let ids = match (&row.before, &row.after) {
        (Some(before), Some(after)) if before != after => format!("row {after}, before: row {before}"),
        _ => format!("row {}", row.id()),
    };
    match facts.and_then(control) {
        Some(control) => format!("{control}, {ids}"),
        None => ids,
    }
}

/// Returns the family of a row: the first part of its first control.
fn family(facts: &RowFacts) -> String {
    let Some(first) = facts.controls.first() else { return String::new() };
    let bare = first.split_once(':').map_or(first.as_str(), |(_, id)| id);
    let end = if bare.starts_with(|c: char| c.is_ascii_alphabetic()) {
        bare.find(['.', '-', '(', '['])
    } else {
        bare.find(['(', '['])
    };
    bare[..end.unwrap_or(bare.len())].to_owned()
}
