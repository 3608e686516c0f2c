//! What responsibility moved to whom between two versions of a matrix.
//!
//! Rows are matched by id, then by control and text; order and formatting are never a change. The result
//! is complete: [`apply`] makes the version after of it. This module compares meaning only; [`render`]
//! decides how a change looks.

mod apply;
mod change;
mod deadline;
mod duties;
mod effect;
mod head;
mod holder;
mod identity;
mod likeness;
mod list;
mod matching;
mod moved;
mod pairing;
mod phrase;
pub mod render;
mod row;
mod value;
mod weakening;
pub mod words;

pub use apply::apply;
pub use change::{Both, Bump, Callout, Change, Class, Edit, RowId};
pub use effect::Effect;
pub use identity::PartyId;
pub use weakening::{Weakening, Weaker};

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::matrix::{Allocation, Matrix, Row};
use effect::Parts;
use holder::Part;
use identity::Definitions;
use matching::Matched;
use row::{Placed, Sides};

/// Everything that changed between two versions of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// The matrix's id after.
    pub id: String,
    /// Its title after.
    pub title: String,
    /// Its version on both sides.
    pub version: Both<String>,
    /// Which number of the version has to grow.
    pub bump: Bump,
    /// Every party of either side.
    pub parties: Vec<PartyId>,
    /// What it means for each party that it means something for.
    pub effects: Vec<Effect>,
    /// Rows that nobody owns now, and somebody did.
    pub nobody: Vec<RowId>,
    /// The rows that changed, with what rules ask about them.
    pub rows: Vec<RowFacts>,
    /// All changes: what stands around the rows first, then rows as they stand in the file.
    pub changes: Vec<Change>,
}

/// What rules and readers want to know about a row that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowFacts {
    /// The row.
    #[serde(flatten)]
    pub row: RowId,
    /// Its label.
    pub title: String,
    /// Its controls after, or before where it is gone.
    pub controls: Vec<String>,
    /// Which side acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Allocation>,
    /// Which side acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Allocation>,
    /// Whether the row gives a justification now.
    pub justified: bool,
    /// Whether both parties had walked through it and agreed.
    pub agreed: Both<bool>,
    /// How many pieces of evidence it names.
    pub evidence: Both<usize>,
    /// Whether a piece of evidence went.
    pub evidence_lost: bool,
    /// Whether nobody owns it now.
    pub nobody: bool,
}

impl Diff {
    /// Returns whether both versions say the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the changes of one class.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.class == class)
    }

    /// Returns the facts of a row that changed.
    pub fn row(&self, id: &RowId) -> Option<&RowFacts> {
        self.rows.iter().find(|facts| facts.row == *id)
    }

    /// Returns the name of a party, or its id where no party has it.
    pub fn name<'a>(&'a self, party: &'a str) -> &'a str {
        self.parties
            .iter()
            .find(|known| known.id == party)
            .map_or(party.trim_end_matches("~before"), |known| &known.name)
    }

    /// Returns the findings that the matrix itself newly accepts.
    pub fn weakened(&self) -> Vec<Weakening> {
        let accepted =
            self.changes.iter().filter(|change| change.field == "accepts" && change.before.is_null());
        let text = |change: &Change, name: &str| {
            change.after.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
        };
        accepted
            .map(|change| Weakening {
                matrix: Some(self.id.clone()),
                row: change.row.as_ref().map(|row| row.id().to_owned()),
                reason: Some(text(change, "reason")),
                pointer: Some(change.pointer.after.clone()),
                ..Weakening::new(Weaker::AcceptanceAdded, text(change, "rule"))
            })
            .collect()
    }
}

/// Returns what changed from `before` to `after`.
pub fn compare(before: &Matrix, after: &Matrix) -> Diff {
    let mut definitions = Definitions::between(before, after);
    let mut ids = definitions.ids();
    let matched = matching::rows(&before.rows, &after.rows);
    ids.rows = row_ids(&matched, before, after);
    let parties = definitions.parties(before, after, &ids);
    let translated = (!ids.is_empty()).then(|| {
        let mut matrix = before.clone();
        ids.translate(&mut matrix);
        definitions.refresh(&matrix);
        ids.rename(&mut matrix);
        matrix
    });
    let sides = Sides::of(translated.as_ref().unwrap_or(before), after);
    let mut changes = head::compare(&sides, &definitions);
    let (rows, parts) = rows(&sides, &matched);
    changes.extend(rows);
    if translated.is_some() {
        restore(&mut changes, before);
    }
    let rows = facts(&sides, &matched, &changes);
    Diff {
        id: after.id.clone(),
        title: after.title.clone(),
        version: Both::of(before.version.clone(), after.version.clone()),
        bump: bump(&changes),
        effects: effect::of(&changes, &parts, &parties),
        nobody: rows.iter().filter(|facts| facts.nobody).map(|facts| facts.row.clone()).collect(),
        parties,
        rows,
        changes,
    }
}

fn row_ids(matched: &Matched, before: &Matrix, after: &Matrix) -> BTreeMap<String, String> {
    let pairs: Vec<Both<Option<&str>>> = matched
        .pairs
        .iter()
        .map(|pair| {
            let was = pair.before.map(|place| before.rows[place].id.as_str());
            Both::of(was, pair.after.map(|place| after.rows[place].id.as_str()))
        })
        .collect();
    if pairs.iter().all(|pair| pair.before == pair.after) {
        return BTreeMap::new();
    }
    let owned =
        pairs.into_iter().map(|pair| Both::of(pair.before.map(str::to_owned), pair.after.map(str::to_owned)));
    identity::translations(owned.collect())
}

/// Compares all rows, and says what everyone does in those that only one side has.
fn rows(sides: &Sides<'_>, matched: &Matched) -> (Vec<Change>, Parts) {
    let mut changes = Vec::new();
    let mut parts = Parts::new();
    let mut both = Vec::new();
    for pair in &matched.pairs {
        let was = pair.before.map(|place| (place, &sides.before.rows[place]));
        let is = pair.after.map(|place| (place, &sides.after.rows[place]));
        if let (Some(was), Some(is)) = (was, is) {
            if was.1 != is.1 || !sides.same_defaults {
                let found = row::compare(sides, was, is);
                if let Some(id) = found.first().and_then(|change| change.row.clone()) {
                    both.push((Both::of(was.0, is.0), id));
                }
                changes.extend(found);
            }
        } else {
            let (change, mine) = alone(sides, matched, was, is);
            parts.extend(change.row.clone().map(|row| (row, mine)));
            changes.push(change);
        }
    }
    moved::call_out(&mut changes, &both, &sides.before.rows, &sides.after.rows);
    reused_ids(&mut changes);
    (changes, parts)
}

/// A row that only one side has, and what somebody does in it that nobody did in its kin.
fn alone(
    sides: &Sides<'_>,
    matched: &Matched,
    was: Option<Placed<'_>>,
    is: Option<Placed<'_>>,
) -> (Change, BTreeSet<Part>) {
    let mut change = row::alone(was, is);
    let (matrix, other, kin) = match (was, is) {
        (_, Some((place, _))) => (sides.after, sides.before, matched.splits.get(&place)),
        (Some((place, _)), None) => (sides.before, sides.after, matched.merges.get(&place)),
        (None, None) => return (change, BTreeSet::new()),
    };
    let mut mine = is.or(was).map(|placed| holder::parts(matrix, placed.1)).unwrap_or_default();
    for place in kin.into_iter().flatten() {
        let relative = &other.rows[*place];
        let theirs = holder::parts(other, relative);
        mine.retain(|part| !theirs.contains(part));
        let twin = matched
            .pairs
            .iter()
            .find(|pair| if is.is_some() { pair.before == Some(*place) } else { pair.after == Some(*place) });
        let row = twin.map(|pair| id_of(sides, pair)).unwrap_or_default();
        change.callouts.push(if is.is_some() {
            Callout::SplitFrom { row }
        } else {
            Callout::MergedInto { row }
        });
    }
    let movers: BTreeSet<String> = mine.iter().map(|(party, _)| party.clone()).collect();
    let movers: Vec<String> = movers.into_iter().collect();
    let (relieved, takes_on) = if is.is_some() { (Vec::new(), movers) } else { (movers, Vec::new()) };
    (change.moves(relieved, takes_on), mine)
}

fn id_of(sides: &Sides<'_>, pair: &Both<Option<usize>>) -> RowId {
    RowId {
        before: pair.before.map(|place| sides.before.rows[place].id.clone()),
        after: pair.after.map(|place| sides.after.rows[place].id.clone()),
    }
}

/// Calls out ids that belong to another row now.
fn reused_ids(changes: &mut [Change]) {
    let rows: BTreeSet<RowId> = changes.iter().filter_map(|change| change.row.clone()).collect();
    let renamed = |row: &RowId| row.before != row.after;
    if !rows.iter().any(renamed) {
        return;
    }
    let by = |id: fn(&RowId) -> &Option<String>| -> BTreeMap<&str, &RowId> {
        rows.iter().filter_map(|row| Some((id(row).as_deref()?, row))).collect()
    };
    let (before, after) = (by(|row| &row.before), by(|row| &row.after));
    for change in changes {
        let Some(row) = change.row.clone().filter(renamed) else { continue };
        if !matches!(change.field.as_str(), "id" | "rows") {
            continue;
        }
        let owner = |id: &Option<String>, side: &BTreeMap<&str, &RowId>| {
            id.as_deref().and_then(|id| side.get(id)).map(|other| (*other).clone())
        };
        let mut others: BTreeSet<RowId> = owner(&row.after, &before).into_iter().collect();
        others.extend(owner(&row.before, &after));
        others.remove(&row);
        change.callouts.extend(others.into_iter().map(|row| Callout::IdReused { row }));
    }
}

/// Writes back what stood in the version before where ids were translated.
fn restore(changes: &mut [Change], before: &Matrix) {
    let Ok(document) = serde_json::to_value(before) else { return };
    let original = |pointer: &str, value: &mut serde_json::Value| {
        if let Some(found) = document.pointer(pointer).filter(|_| !value.is_null()) {
            *value = value::tidy(found.clone());
        }
    };
    for change in changes {
        let shows_edit = change.edits.first().is_some_and(|edit| edit.before == change.before);
        for edit in &mut change.edits {
            original(&edit.place_before(), &mut edit.before);
        }
        match change.edits.first() {
            Some(edit) if shows_edit => change.before = edit.before.clone(),
            _ => original(&change.pointer.before, &mut change.before),
        }
    }
}

fn bump(changes: &[Change]) -> Bump {
    if changes.iter().any(|change| change.material) {
        Bump::Major
    } else if changes.iter().any(|change| change.field != "version") {
        Bump::Minor
    } else {
        Bump::None
    }
}

/// Returns the facts of every row that has a change, in the order of the changes.
fn facts(sides: &Sides<'_>, matched: &Matched, changes: &[Change]) -> Vec<RowFacts> {
    let mut lost: BTreeMap<&RowId, bool> = BTreeMap::new();
    for change in changes {
        if let Some(row) = &change.row {
            let gone = change.field == "evidence" && change.after.is_null();
            *lost.entry(row).or_default() |= gone;
        }
    }
    let pairs = matched.pairs.iter().filter_map(|pair| {
        let row = id_of(sides, pair);
        let evidence_lost = *lost.get(&row)?;
        let was = pair.before.map(|place| &sides.before.rows[place]);
        let is = pair.after.map(|place| &sides.after.rows[place]);
        Some(row_facts(sides, row, was, is, evidence_lost))
    });
    pairs.collect()
}

fn row_facts(
    sides: &Sides<'_>,
    row: RowId,
    was: Option<&Row>,
    is: Option<&Row>,
    evidence_lost: bool,
) -> RowFacts {
    let shown = is.or(was);
    let agreed = |row: Option<&Row>| {
        let reviewed = row.and_then(|row| row.reviewed.as_ref());
        reviewed.is_some_and(|reviewed| reviewed.outcome == crate::matrix::Outcome::Agreed)
    };
    let pieces = |row: Option<&Row>| row.map_or(0, |row| row.evidence.len());
    let unowned = |matrix: &Matrix, row: &Row| {
        row.allocation == Allocation::Unassigned
            || row.allocation.is_work() && !holder::has_worker(matrix, row)
    };
    let nobody = match (was, is) {
        (Some(was), Some(is)) => !unowned(sides.before, was) && unowned(sides.after, is),
        (None, Some(is)) => is.allocation == Allocation::Unassigned,
        (_, None) => false,
    };
    RowFacts {
        title: shown.map(|row| row.label().to_owned()).unwrap_or_default(),
        controls: shown.map(|row| row.controls.clone()).unwrap_or_default(),
        from: was.map(|row| row.allocation),
        to: is.map(|row| row.allocation),
        justified: is.is_some_and(|row| row.justification.is_some()),
        agreed: Both::of(agreed(was), agreed(is)),
        evidence: Both::of(pieces(was), pieces(is)),
        evidence_lost: evidence_lost || pieces(was) > 0 && pieces(is) == 0,
        nobody,
        row,
    }
}
