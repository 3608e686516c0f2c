//! All rows of both sides: the changes of each, and what readers and rules ask about those that changed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::change::{Both, Callout, Change, RowId};
use super::effect::{self, Holding, Holdings, Parts};
use super::holder::{self, Part};
use super::matching::Matched;
use super::row::{self, Placed, Sides};
use super::{RowFacts, frame, moved};
use crate::matrix::{Allocation, Deed, Matrix, Row};

/// Compares all rows, and says what everyone does in those that only one side has.
pub(crate) fn compare(sides: &Sides<'_>, matched: &Matched) -> (Vec<Change>, Parts) {
    let mut changes = Vec::new();
    let mut parts = Parts::new();
    let mut both = Vec::new();
    for pair in &matched.pairs {
        let was = pair.before.map(|place| (place, &sides.before.rows[place]));
        let is = pair.after.map(|place| (place, &sides.after.rows[place]));
        if let (Some(was), Some(is)) = (was, is) {
            let known = matched.equal[was.0] && !sides.translated;
            if !sides.same_defaults || !known && was.1 != is.1 {
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

pub(super) fn id_of(sides: &Sides<'_>, pair: &Both<Option<usize>>) -> RowId {
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
pub(crate) fn holdings(sides: &Sides<'_>, matched: &Matched, facts: &[RowFacts]) -> Holdings {
    let changed: HashMap<&RowId, &RowFacts> = facts.iter().map(|facts| (&facts.row, facts)).collect();
    let holdings = matched.pairs.iter().filter_map(|pair| {
        let id = id_of(sides, pair);
        let nobody = changed.get(&id)?.nobody;
        let was = pair.before.map(|place| &sides.before.rows[place]);
        let is = pair.after.map(|place| &sides.after.rows[place]);
        let had = was.map(|row| holder::parts(sides.before, row)).unwrap_or_default();
        let has = is.map(|row| holder::parts(sides.after, row)).unwrap_or_default();
        let holding = Holding {
            place: (pair.after.unwrap_or(usize::MAX), pair.before.unwrap_or(usize::MAX)),
            was_shared: was.is_some_and(|row| row.allocation == Allocation::Shared),
            nobody,
            worked: effect::workers(&had),
            works: effect::workers(&has),
            has_part: with_a_part(&has, is),
        };
        Some((id, holding))
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

/// Returns the facts of every row that has a change, in the order of the changes; `now` says who has a row in words.
pub(crate) fn facts<'a>(
    sides: &Sides<'a>,
    matched: &Matched,
    changes: &[Change],
    now: fn(&Matrix, &Row) -> Option<String>,
) -> Vec<RowFacts> {
    let mut lost: HashMap<(Option<&str>, Option<&str>), bool> = HashMap::new();
    for change in changes {
        if let Some(row) = &change.row {
            let gone = change.field == "evidence" && change.after.is_null();
            *lost.entry((row.before.as_deref(), row.after.as_deref())).or_default() |= gone;
        }
    }
    let pairs = matched.pairs.iter().filter_map(|pair| {
        let was = pair.before.map(|place| &sides.before.rows[place]);
        let is = pair.after.map(|place| &sides.after.rows[place]);
        let id = |row: Option<&'a Row>| row.map(|row| row.id.as_str());
        let evidence_lost = *lost.get(&(id(was), id(is)))?;
        let now = is.and_then(|row| now(sides.after, row));
        Some(RowFacts { now, ..row_facts(sides, id_of(sides, pair), was, is, evidence_lost) })
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
        agreed: Both::of(agreed(was), agreed(is)),
        evidence: Both::of(pieces(was), pieces(is)),
        evidence_lost: evidence_lost || pieces(was) > 0 && pieces(is) == 0,
        nobody,
        now: None,
        row,
    }
}
