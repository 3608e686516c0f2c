//! A diff in words and in order, before any format lays it out.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Compared, Document, Presence};
use crate::diff::phrase::{Speaker, control};
use crate::diff::words::{Marked, Marker, Piece};
use crate::diff::{Both, Bump, Change, Class, Diff, Effect, RowFacts, RowId, Weakening};
use crate::report::words::{count, list, short_name};

/// Entries from which a list is grouped by family.
const LONG: usize = 12;

/// Rows from which one change that all of them share is told once.
const FOLD: usize = 4;

/// Everything that a reader sees.
pub(super) struct Page {
    pub(super) sides: Both<String>,
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
    /// What it means for each party.
    pub(super) effects: Vec<Meaning>,
    /// Rows that nobody owns now.
    pub(super) nobody: Vec<String>,
    /// Which number of the version has to grow, and why.
    pub(super) bump: String,
    /// Changes that move work, scope, deadlines or proof.
    pub(super) material: Vec<Group>,
    /// All others.
    pub(super) rest: Vec<Group>,
}

/// What the changes mean for a party.
pub(super) struct Meaning {
    pub(super) name: String,
    /// What it has to do about which rows, such as "takes on 2 rows" and their labels.
    pub(super) points: Vec<(String, Vec<String>)>,
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
    /// The rows that share the change, where it is told once for many.
    pub(super) rows: Vec<String>,
}

/// One change.
pub(super) struct Line {
    pub(super) class: Class,
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
            Class::WordingOnly => '~',
            _ => '*',
        }
    }

    /// Returns the class in words.
    pub(super) fn label(&self) -> String {
        self.class.word().replace('-', " ")
    }
}

impl Page {
    pub(super) fn of(document: &Document) -> Self {
        let mut marker = Marker::default();
        Self {
            sides: document.sides.clone(),
            weakened: document.weakenings().iter().map(weakening).collect(),
            matrices: document.matrices.iter().map(|it| Section::of(it, document, &mut marker)).collect(),
        }
    }
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
        let (material, rest): (Vec<&Change>, Vec<&Change>) = diff.changes.iter().partition(|it| it.material);
        let mut groups =
            |changes: &[&Change]| Grouping { speaker: &speaker, document, marker }.groups(changes);
        Self {
            title: diff.title.clone(),
            id: identity(compared),
            material: groups(&material),
            rest: groups(&rest),
            lead: lead(diff),
            effects: diff.effects.iter().map(|effect| meaning(&speaker, effect)).collect(),
            nobody: diff.nobody.iter().map(|row| speaker.row(row)).collect(),
            bump: bump(diff),
        }
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

/// Returns the one line that hides nothing.
pub(super) fn lead(diff: &Diff) -> String {
    if diff.is_empty() {
        return "no change of responsibility, wording or terms".to_owned();
    }
    let mut parts: Vec<String> = Vec::new();
    if !diff.nobody.is_empty() {
        parts.push(format!("{} owned by nobody", count(diff.nobody.len(), "row")));
    }
    let speaker = Speaker::of(diff);
    let came = diff.changes.iter().filter(is_newcomer).filter_map(|change| change.after.as_object());
    parts.extend(came.map(|party| speaker.newcomer(party)));
    for effect in &diff.effects {
        let name = short_name(&effect.name);
        let new = [&effect.takes_on, &effect.must_approve, &effect.must_prove];
        let more: BTreeSet<&RowId> = new.into_iter().flatten().collect();
        let figures = [
            ("takes on", more.len()),
            ("is now alone with", effect.alone.len()),
            ("gives up", effect.gives_up.len()),
            ("does something else or less in", effect.otherwise.len()),
        ];
        let said = figures.iter().filter(|(_, rows)| *rows > 0);
        let said: Vec<String> = said.map(|(does, rows)| format!("{does} {rows}")).collect();
        if !said.is_empty() {
            parts.push(format!("{name} {}", list(&said)));
        }
    }
    let of = |class: Class| diff.of_class(class).count();
    let mut push = |number: usize, noun: &str, tail: &str| {
        if number > 0 {
            parts.push(format!("{}{tail}", count(number, noun)));
        }
    };
    push(of(Class::RowAdded), "row", " added");
    push(of(Class::RowRemoved), "row", " removed");
    let told = [Class::RowAdded, Class::RowRemoved, Class::WordingOnly];
    let movers =
        [Class::TakenOn, Class::GivenUp, Class::DutyMoved, Class::BecomesShared, Class::OwnedByNobody];
    let other = |change: &&Change| {
        !told.contains(&change.class) && !movers.contains(&change.class) && !is_newcomer(change)
    };
    let others = diff.changes.iter().filter(other);
    let (material, rest): (Vec<&Change>, Vec<&Change>) = others.partition(|change| change.material);
    push(material.len(), "other material change", "");
    push(rest.len(), "change", " of terms");
    push(of(Class::WordingOnly), "rewording", "");
    if parts.is_empty() { count(diff.changes.len(), "change") } else { parts.join(", ") }
}

/// Returns whether a party is new.
fn is_newcomer(change: &&Change) -> bool {
    change.field == "parties" && change.before.is_null()
}

fn bump(diff: &Diff) -> String {
    let (kind, why) = match diff.bump {
        Bump::None => return "no new version is due".to_owned(),
        Bump::Minor => ("MINOR", "wording, references, contacts or terms changed"),
        Bump::Major => ("MAJOR", "who, where, by when or with which proof changed"),
    };
    let due = match rise(&diff.version) {
        Some(rise) if rise == diff.bump => {
            format!("{} is the {kind} version that this needs", diff.version.after)
        }
        Some(rise) if rise > diff.bump => {
            format!("{} is more than the {kind} version that this needs", diff.version.after)
        }
        _ => format!("a {kind} version is due"),
    };
    format!("{due}: {why}; both parties sign it")
}

/// Returns which number of the version rose, or nothing where a side has no version or it fell.
fn rise(version: &Both<String>) -> Option<Bump> {
    let numbers = |text: &str| -> Option<(u32, u32)> {
        let (major, minor) = text.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    };
    let (before, after) = (numbers(&version.before)?, numbers(&version.after)?);
    match (after.0.cmp(&before.0), after.1.cmp(&before.1)) {
        (Ordering::Greater, _) => Some(Bump::Major),
        (Ordering::Equal, Ordering::Greater) => Some(Bump::Minor),
        (Ordering::Equal, Ordering::Equal) => Some(Bump::None),
        _ => None,
    }
}

fn meaning(speaker: &Speaker<'_>, effect: &Effect) -> Meaning {
    let rows = |rows: &[RowId]| rows.iter().map(|row| speaker.row(row)).collect::<Vec<_>>();
    let number = |rows: &[RowId]| count(rows.len(), "row");
    let points = [
        ("takes on work in", &effect.takes_on),
        ("is now alone with", &effect.alone),
        ("gives up all its work in", &effect.gives_up),
        ("does something else, or less, in", &effect.otherwise),
        ("must newly approve, decide or define in", &effect.must_approve),
        ("must be faster or act more often in", &effect.faster),
        ("must newly keep or collect evidence for", &effect.must_prove),
    ];
    let points = points.into_iter().filter(|(_, list)| !list.is_empty());
    let mut points: Vec<(String, Vec<String>)> =
        points.map(|(said, list)| (format!("{said} {}", number(list)), rows(list))).collect();
    let deadlines = new_deadlines(speaker, effect);
    if !deadlines.is_empty() {
        points.push((format!("new deadlines in {}", count(deadlines.len(), "row")), deadlines));
    }
    Meaning { name: effect.name.clone(), points }
}

/// Returns the new deadlines of a party, those of one row together.
fn new_deadlines(speaker: &Speaker<'_>, effect: &Effect) -> Vec<String> {
    let of_rows = effect.new_deadlines.chunk_by(|one, other| one.row == other.row).map(|deadlines| {
        let said: Vec<String> = deadlines.iter().map(|it| speaker.new_deadline(it)).collect();
        format!("{}: {}", speaker.row(&deadlines[0].row), list(&said))
    });
    of_rows.collect()
}

/// Puts changes into entries and entries into groups.
struct Grouping<'a, 'm> {
    speaker: &'a Speaker<'a>,
    document: &'a Document,
    marker: &'m mut Marker,
}

impl<'a> Grouping<'a, '_> {
    fn groups(&mut self, changes: &[&'a Change]) -> Vec<Group> {
        let (folded, single) = fold(changes);
        let mut around = Vec::new();
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
            around.push(self.entry("Around the rows".to_owned(), String::new(), &heads));
        }
        if !around.is_empty() {
            let title = match (heads.is_empty(), around.len()) {
                (true, _) => "The same in many rows",
                (false, 1) => "Around the rows",
                (false, _) => "Around the rows, and the same in many",
            };
            groups.push(Group { title: title.to_owned(), entries: around });
        }
        groups.extend(self.families(rows));
        groups
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
        let lines = changes.into_iter().map(|change| self.line(change)).collect();
        Entry { title, id, lines, rows: Vec::new() }
    }

    /// One change that many rows share.
    fn shared(&mut self, changes: &[&'a Change]) -> Entry {
        let rows: Vec<String> = changes
            .iter()
            .filter_map(|change| change.row.as_ref())
            .map(|row| self.speaker.row(row))
            .collect();
        let title = format!("The same in {}", count(rows.len(), "row"));
        Entry { title, id: String::new(), lines: vec![self.line(changes[0])], rows }
    }

    fn line(&mut self, change: &'a Change) -> Line {
        let value = |value: &Value| self.speaker.value(change, value);
        let (before, after) = (value(&change.before), value(&change.after));
        let is_short = |text: &str| text.split_whitespace().nth(3).is_none();
        let marked = if is_short(&before) || is_short(&after) {
            let one =
                |text: String| if text.is_empty() { Vec::new() } else { vec![Piece { text, marked: false }] };
            Marked { before: one(before), after: one(after), whole: true }
        } else {
            self.marker.mark(&before, &after)
        };
        let notes = change.callouts.iter().map(|callout| self.speaker.callout(callout)).collect();
        let agreed = self.speaker.agreed(change);
        Line { class: change.class, sentence: self.speaker.sentence(change), marked, agreed, notes }
    }
}

/// Takes out the changes that many rows share word for word.
fn fold<'a>(changes: &[&'a Change]) -> (Vec<Vec<&'a Change>>, Vec<&'a Change>) {
    let key = |change: &Change| {
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
