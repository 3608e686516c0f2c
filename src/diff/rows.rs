//! All rows of both sides: the changes of each, and what readers and rules ask about those that changed.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Both, Callout, Change, RowId};
use super::effect::{self, Holding, Holdings, Parts};
use super::holder::{self, Part};
use super::matching::Matched;
use super::row::{self, Placed, Sides};
use super::{RowFacts, frame, moved};
use crate::matrix::{Allocation, Deed, Row};

/// A row that has a change.
pub(crate) struct Changed {
    pub(crate) id: RowId,
    /// Where it stands.
    pub(crate) places: Both<Option<usize>>,
    /// Whether a piece of its evidence went.
    evidence_lost: bool,
}

impl Changed {
    /// Returns what its changes tell of a row; nothing where there are none.
    fn of(changes: &[Change], places: &Both<Option<usize>>) -> Option<Self> {
        let id = changes.first()?.row.clone()?;
        let evidence_lost = changes.iter().any(|it| it.field == "evidence" && it.after.is_null());
        Some(Self { id, places: places.clone(), evidence_lost })
    }

    /// Returns the row on both sides.
    pub(super) fn rows<'a>(&self, sides: &Sides<'a>) -> [Option<&'a Row>; 2] {
        let Both { before, after } = &self.places;
        [before.map(|place| &sides.before.rows[place]), after.map(|place| &sides.after.rows[place])]
    }
}

/// Compares all rows: their changes, those that have some, and what everyone does in those that only one side has.
pub(crate) fn compare(sides: &Sides<'_>, matched: &Matched) -> (Vec<Change>, Vec<Changed>, Parts) {
    let mut changes = Vec::new();
    let mut changed = Vec::new();
    let mut parts = Parts::new();
    for pair in &matched.pairs {
        let was = pair.before.map(|place| (place, &sides.before.rows[place]));
        let is = pair.after.map(|place| (place, &sides.after.rows[place]));
        let found = if let (Some(was), Some(is)) = (was, is) {
            let known = matched.equal[was.0] && !sides.translated;
            let is_same = sides.same_defaults && (known || was.1 == is.1);
            if is_same { Vec::new() } else { row::compare(sides, was, is) }
        } else {
            let (change, mine) = alone(sides, matched, was, is);
            parts.extend(change.row.clone().map(|row| (row, mine)));
            vec![change]
        };
        changed.extend(Changed::of(&found, pair));
        changes.extend(found);
    }
    moved::call_out(&mut changes, &changed, &sides.before.rows, &sides.after.rows);
    reused_ids(&mut changes);
    (changes, changed, parts)
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
        let twin = if is.is_some() { matched.pair_of.before[*place] } else { matched.pair_of.after[*place] };
        let row = id_of(sides, &matched.pairs[twin]);
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

/// Returns who works in every row that has a change.
pub(crate) fn holdings(sides: &Sides<'_>, changed: &[Changed], facts: &[RowFacts]) -> Holdings {
    let holdings = changed.iter().zip(facts).map(|(row, facts)| {
        let [was, is] = row.rows(sides);
        let had = was.map(|row| holder::parts(sides.before, row)).unwrap_or_default();
        let has = is.map(|row| holder::parts(sides.after, row)).unwrap_or_default();
        let holding = Holding {
            place: (row.places.after.unwrap_or(usize::MAX), row.places.before.unwrap_or(usize::MAX)),
            was_shared: was.is_some_and(|row| row.allocation == Allocation::Shared),
            is_work: is.is_some_and(|row| row.allocation.is_work()),
            nobody: facts.nobody,
            worked: effect::workers(&had),
            works: effect::workers(&has),
            has_part: with_a_part(&has, is),
        };
        (row.id.clone(), holding)
    });
    holdings.collect()
}

/// Returns the parties that have work in a row, a proof to collect or a report to make.
fn with_a_part(parts: &BTreeSet<Part>, row: Option<&Row>) -> BTreeSet<String> {
    let does = parts.iter().filter(|(_, deed)| !matches!(deed, Deed::Inform | Deed::Consult));
    let mut parties: BTreeSet<String> = does.map(|(party, _)| party.clone()).collect();
    if let Some(row) = row {
        parties.extend(row.evidence.iter().filter_map(|evidence| evidence.collector.clone()));
        parties.extend(row.reports.iter().filter_map(|report| report.by.clone()));
    }
    parties
}

/// Returns the facts of every row that has a change.
pub(crate) fn facts(sides: &Sides<'_>, changed: &[Changed]) -> Vec<RowFacts> {
    let facts = changed.iter().map(|row| {
        let [was, is] = row.rows(sides);
        row_facts(sides, row, was, is)
    });
    facts.collect()
}

fn row_facts(sides: &Sides<'_>, row: &Changed, was: Option<&Row>, is: Option<&Row>) -> RowFacts {
    let shown = is.or(was);
    let agreed = |row: Option<&Row>| row.is_some_and(Row::is_agreed);
    let pieces = |row: Option<&Row>| row.map_or(0, |row| row.evidence.len());
    let nobody = match (was, is) {
        (Some(was), Some(is)) => !frame::is_unowned(sides.before, was) && frame::is_unowned(sides.after, is),
        (None, Some(is)) => is.allocation == Allocation::Unassigned,
        (_, None) => false,
    };
    RowFacts {
        title: shown.map(|row| row.label().to_owned()).unwrap_or_default(),
        controls: shown.map(|row| row.controls.clone()).unwrap_or_default(),
        from: was.map(|row| row.allocation),
        to: is.map(|row| row.allocation),
        justified: is.is_some_and(|row| row.justification.is_some()),
        newly_justified: is.is_some_and(|is| {
            is.justification.is_some() && was.is_none_or(|was| was.justification != is.justification)
        }),
        agreed: Both::of(agreed(was), agreed(is)),
        evidence: Both::of(pieces(was), pieces(is)),
        evidence_lost: row.evidence_lost || pieces(was) > 0 && pieces(is) == 0,
        nobody,
        row: row.id.clone(),
    }
}
