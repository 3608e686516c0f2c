//! A diff in words and in order, before any format lays it out.

use super::glance::Glance;
use super::grouping::Grouping;
use super::meaning::{Meaning, meanings};
use super::phrase::Speaker;
use super::remaining::remaining;
use super::summary::{bump, lead_of, reasons};
use super::times::Times;
use super::words::{Marked, Marker};
use super::{Compared, Comparison, Presence};
use crate::diff::{Both, Change, Class, Column, RowId, Weakening, is_native};
use crate::report::words::count;

/// Entries from which a list is grouped by family.
pub(super) const LONG: usize = 12;

/// Rows from which one change that all of them share is told once.
pub(super) const FOLD: usize = 4;

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
    pub(super) fresh: bool,
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
    pub(super) fn of(document: &Comparison) -> Self {
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
    fn of(compared: &Compared, document: &Comparison, marker: &mut Marker) -> Self {
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
