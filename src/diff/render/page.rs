//! A diff in words and in order, before any format lays it out.

use std::collections::{BTreeMap, BTreeSet};

use super::glance::Glance;
use super::meaning::{Meaning, meanings};
use super::remaining::remaining;
use super::summary::{bump, lead_of, reasons};
use super::times::Times;
use super::{Compared, Document, Presence};
use crate::diff::render::phrase::{Speaker, control};
use crate::diff::render::words::{Marked, Marker, Piece};
use crate::diff::{Both, Callout, Change, Class, Column, RowFacts, RowId, Weakening, is_native};
use crate::report::words::count;

/// Entries from which a list is grouped by family.
const LONG: usize = 12;

/// Rows from which one change that all of them share is told once.
const FOLD: usize = 4;

/// Everything that a reader sees.
pub(super) struct Page {
    pub(super) sides: Both<String>,
    /// What was said in the commits, and how many more there are.
    pub(super) commits: Vec<String>,
    /// What weakens the gate, one sentence each.
    pub(super) weakened: Vec<String>,
    pub(super) matrices: Vec<Section>,
}

/// One matrix.
pub(super) struct Section {
    pub(super) title: String,
    /// The id and the versions.
    pub(super) id: String,
    /// The summary: who takes on how much, and how much else there is.
    pub(super) lead: String,
    /// What is to be known first of many changes.
    pub(super) glance: Glance,
    /// Words that may change a duty, to be read before all else.
    pub(super) first: Vec<Group>,
    /// What it means for each party.
    pub(super) effects: Vec<Meaning>,
    /// Why, in the words of the rows that say so.
    pub(super) reasons: Vec<String>,
    /// Rows that nobody owns now.
    pub(super) nobody: Vec<String>,
    /// Which number of the version has to grow, and why.
    pub(super) bump: String,
    /// Changes that move work, scope, deadlines or proof.
    pub(super) material: Vec<Group>,
    /// All others.
    pub(super) rest: Vec<Group>,
    /// What became of the columns of the source, a line each.
    pub(super) columns: Vec<String>,
    /// What is left to do.
    pub(super) remaining: Vec<String>,
}

/// Joins rows for a sentence; a row with a comma in it ends with a semicolon.
pub(super) fn joined(rows: &[String]) -> String {
    rows.join(if rows.iter().any(|row| row.contains(", ")) { "; " } else { ", " })
}

/// Returns whether rows say more than their names, so that each gets a line of its own.
pub(super) fn say_more(rows: &[String]) -> bool {
    rows.iter().any(|row| row.contains(": "))
}

/// Entries of one family, or all of them.
pub(super) struct Group {
    pub(super) title: String,
    pub(super) entries: Vec<Entry>,
}

/// One row, one thing around the rows, or one change that many rows share.
pub(super) struct Entry {
    pub(super) title: String,
    /// Control and id, empty outside the rows.
    pub(super) id: String,
    pub(super) lines: Vec<Line>,
    /// The rows that share the change, where it is told once for many; the first of them and a number.
    pub(super) rows: Vec<String>,
    /// How many rows share the change.
    pub(super) shared: usize,
    /// Who does, decides, keeps and answers for the row after the change.
    pub(super) now: Option<String>,
}

/// One change.
pub(super) struct Line {
    pub(super) class: Class,
    /// Whether it is about who has the row, and not about a duty in it.
    pub(super) is_owner: bool,
    /// Whether there was nothing before.
    fresh: bool,
    pub(super) sentence: String,
    pub(super) marked: Marked,
    /// How the work is shared now and what justifies it, in the words of the matrix.
    pub(super) agreed: Vec<String>,
    pub(super) notes: Vec<String>,
}

impl Line {
    /// Returns a sign that says the direction without colour.
    pub(super) fn sign(&self) -> char {
        match self.class {
            Class::OwnedByNobody => '!',
            Class::TakenOn | Class::RowAdded => '+',
            Class::GivenUp | Class::RowRemoved => '-',
            Class::BecomesShared => '=',
            Class::DutyMoved => '>',
            Class::DeadlineTightened => '<',
            Class::DeadlineLoosened | Class::DeadlineChanged => 'o',
            Class::WordsMayChangeDuty => '?',
            Class::DescribedOtherwise | Class::WordingOnly => '~',
            _ => '*',
        }
    }

    /// Returns the class in words.
    pub(super) fn label(&self) -> String {
        match self.class {
            Class::DeadlineTightened if self.fresh => "new deadline or rhythm".to_owned(),
            class => label(class),
        }
    }
}

/// Returns a class in words.
pub(super) fn label(class: Class) -> String {
    match class {
        Class::WordsMayChangeDuty => "words that may change the duty".to_owned(),
        Class::DescribedOtherwise => "described otherwise: read it".to_owned(),
        Class::WordingOnly => "words changed".to_owned(),
        class => class.word().replace('-', " "),
    }
}

/// Rows that are named where many say the same; then there is a number.
const NAMED: usize = 5;

/// Returns the first rows of many and how many more there are.
pub(super) fn named(mut rows: Vec<String>, is_whole: bool) -> Vec<String> {
    let more = rows.len().saturating_sub(NAMED);
    // One more row is as short as saying so.
    if !is_whole && more > 1 {
        rows.truncate(NAMED);
        rows.push(format!("and {more} more (all of them with --all)"));
    }
    rows
}

impl Page {
    pub(super) fn of(document: &Document) -> Self {
        let mut marker = Marker::default();
        Self {
            sides: document.sides.clone(),
            commits: commits(&document.commits),
            weakened: document.weakenings().iter().map(weakening).collect(),
            matrices: document.matrices.iter().map(|it| Section::of(it, document, &mut marker)).collect(),
        }
    }
}

/// Returns the last commits, and how many came before them.
fn commits(all: &[String]) -> Vec<String> {
    let hidden = all.len().saturating_sub(LONG);
    let earlier = (hidden > 0).then(|| format!("{} before these", count(hidden, "commit")));
    earlier.into_iter().chain(all[hidden..].iter().cloned()).collect()
}

pub(super) fn weakening(it: &Weakening) -> String {
    let mut said = format!("{}: {}", it.kind.says(), it.subject);
    if let (Some(before), Some(after)) = (&it.before, &it.after) {
        said.push_str(&format!(", from {before} to {after}"));
    }
    if let Some(matrix) = &it.matrix {
        said.push_str(&format!(", in {matrix}"));
    }
    if let Some(row) = &it.row {
        said.push_str(&format!(", for row {row}"));
    }
    if let Some(reason) = &it.reason {
        said.push_str(&format!("; the reason given: {reason}"));
    }
    said
}

impl Section {
    fn of(compared: &Compared, document: &Document, marker: &mut Marker) -> Self {
        let diff = &compared.diff;
        let speaker = Speaker::of(diff);
        let shown = diff.changes.iter().filter(|change| !speaker.is_folded(change) && !is_native(change));
        let (first, others): (Vec<&Change>, Vec<&Change>) =
            shown.partition(|it| it.class == Class::WordsMayChangeDuty);
        let (material, rest): (Vec<&Change>, Vec<&Change>) = others.into_iter().partition(|it| it.material);
        let mut groups =
            |changes: &[&Change]| Grouping { speaker: &speaker, document, marker }.groups(changes);
        let times = Times::of(&speaker);
        let effects = meanings(&speaker, &times);
        let lead = lead_of(&speaker, &effects, &times);
        let fold = |mut meaning: Meaning| {
            let long = meaning.points.iter_mut().filter(|(_, rows)| rows.len() > LONG);
            long.for_each(|(_, rows)| *rows = named(std::mem::take(rows), document.is_whole));
            meaning
        };
        let mut section = Self {
            glance: Glance::default(),
            title: diff.title.clone(),
            id: identity(compared),
            first: groups(&first),
            material: groups(&material),
            rest: groups(&rest),
            lead,
            effects: effects.into_iter().map(fold).collect(),
            columns: diff.columns.iter().flat_map(|it| column(&speaker, it, document.is_whole)).collect(),
            reasons: reasons(diff, &speaker),
            nobody: diff.nobody.iter().map(|row| speaker.row(row)).collect(),
            bump: bump(compared),
            remaining: remaining(&speaker, compared),
        };
        section.glance = Glance::of(diff, &section);
        for entry in section.groups_mut().flat_map(|group| &mut group.entries) {
            entry.shared = entry.rows.len();
            entry.rows = named(std::mem::take(&mut entry.rows), document.is_whole);
        }
        section
    }

    fn groups_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        self.first.iter_mut().chain(&mut self.material).chain(&mut self.rest)
    }
}

/// Says what became of a column of the source.
fn column(speaker: &Speaker<'_>, column: &Column, is_whole: bool) -> Vec<String> {
    let whose = &column.vocabulary;
    let rows = |rows: &[RowId]| count(rows.len(), "row");
    let mut said = Vec::new();
    let shown = match (&column.name.before, &column.name.after) {
        (Some(was), Some(is)) if was != is && !column.rows.is_empty() => {
            said.push(format!("{whose}: the column “{was}” is called “{is}” ({})", rows(&column.rows)));
            is
        }
        (_, Some(is)) if column.name.before.is_none() => {
            said.push(format!("{whose}: the column “{is}” came ({})", rows(&column.rows)));
            is
        }
        (Some(was), None) => {
            said.push(format!("{whose}: the column “{was}” went ({})", rows(&column.rows)));
            was
        }
        (was, is) => is.as_ref().or(was.as_ref()).expect("a column stands on one side"),
    };
    if !column.changed.is_empty() {
        let labels = named(column.changed.iter().map(|row| speaker.row(row)).collect(), is_whole);
        said.push(format!(
            "{whose}: the column “{shown}” says something else in {}: {}",
            rows(&column.changed),
            joined(&labels)
        ));
    }
    said
}

impl Section {
    /// Returns all groups of changes, in the order in which they are shown.
    pub(super) fn groups(&self) -> impl Iterator<Item = &Group> {
        self.first.iter().chain(&self.material).chain(&self.rest)
    }
}

fn identity(compared: &Compared) -> String {
    let Both { before, after } = &compared.diff.version;
    let id = &compared.diff.id;
    match compared.presence {
        Presence::Added => format!("{id}, version {after}: a new matrix"),
        Presence::Removed => format!("{id}, version {before}: the matrix is gone"),
        Presence::Changed if before == after => format!("{id}, version {after} on both sides"),
        Presence::Changed => format!("{id}, version {before} to {after}"),
    }
}

/// Puts changes into entries and entries into groups.
struct Grouping<'a, 'm> {
    speaker: &'a Speaker<'a>,
    document: &'a Document,
    marker: &'m mut Marker,
}

impl<'a> Grouping<'a, '_> {
    fn groups(&mut self, changes: &[&'a Change]) -> Vec<Group> {
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
