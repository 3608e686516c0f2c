//! Who owned each leaf of a catalogue before and who owns it after, whatever rows name it.
//!
//! An id covers its parts except those that another row names, so the owner of a part is found through the nearest row
//! that names it or what it is part of.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::change::{Both, RowId};
use super::holder;
use super::matching::Matched;
use super::row::Sides;
use crate::matrix::{Matrix, Row};

/// A leaf that has another owner because rows were split, merged or given other controls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeafMove {
    /// The leaf, as `catalog:id`.
    pub control: String,
    /// The row that answers for it now.
    pub row: RowId,
    /// Who had it.
    pub had: Vec<String>,
    /// Who has it.
    pub has: Vec<String>,
}

impl LeafMove {
    /// Returns the parties that have it now and did not.
    pub fn takes_on(&self) -> impl Iterator<Item = &String> {
        self.has.iter().filter(|party| !self.had.contains(party))
    }

    /// Returns the parties that had it and have it no longer.
    pub fn relieved(&self) -> impl Iterator<Item = &String> {
        self.had.iter().filter(|party| !self.has.contains(party))
    }
}

/// What became of the leaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Leaves {
    /// The leaves whose owner changed with the shape of the rows.
    pub(crate) moved: Vec<LeafMove>,
    /// The controls for which some row answered, and none does now.
    pub(crate) lost: Vec<String>,
}

/// Returns the id and what it is part of, the nearest first. The letter or objective at its end says that it is a part;
/// a figure in brackets after letters is an enhancement, which belongs to its control and is no part of it.
pub(crate) fn lineage(control: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(control), |id| {
        let bare = id.split_once(':').map_or(*id, |(_, bare)| bare);
        let head = match id.as_bytes().last()? {
            b']' => &id[..id.rfind('[')?],
            b')' => {
                let open = id.rfind('(')?;
                let inner = &id[open + 1..id.len() - 1];
                let is_enhancement = inner.starts_with(|c: char| c.is_ascii_digit())
                    && bare.starts_with(|c: char| c.is_alphabetic());
                if is_enhancement { return None } else { &id[..open] }
            }
            _ => return None,
        };
        (!head.is_empty() && !head.ends_with(':')).then_some(head)
    })
}

/// Returns whether one control is the other or a part of it.
pub(crate) fn overlap(one: &str, other: &str) -> bool {
    lineage(one).any(|id| id == other) || lineage(other).any(|id| id == one)
}

/// The rows of one side by the controls that they name.
struct Index<'a> {
    matrix: &'a Matrix,
    rows: BTreeMap<&'a str, Vec<usize>>,
    /// What the named controls are part of.
    above: BTreeSet<&'a str>,
}

impl<'a> Index<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let mut rows: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut above = BTreeSet::new();
        for (place, row) in matrix.rows.iter().enumerate() {
            for control in &row.controls {
                rows.entry(control).or_default().push(place);
                above.extend(lineage(control).skip(1));
            }
        }
        Self { matrix, rows, above }
    }

    /// Returns the rows that answer for a leaf: those that name it, or else the nearest thing that it is part of.
    fn answering(&self, leaf: &str) -> &[usize] {
        lineage(leaf).find_map(|id| self.rows.get(id)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns who owns a leaf in each scope; rows without a scope hold everywhere.
    fn owners(&self, leaf: &str, scope: &str) -> BTreeSet<String> {
        let holds = |row: &&Row| row.scope.is_empty() || row.scope.iter().any(|own| own == scope);
        let rows = self.answering(leaf).iter().map(|place| &self.matrix.rows[*place]).filter(holds);
        rows.flat_map(|row| holder::holders(self.matrix, row)).collect()
    }

    fn scopes(&self, leaf: &str) -> impl Iterator<Item = &'a str> {
        self.answering(leaf).iter().flat_map(|place| &self.matrix.rows[*place].scope).map(String::as_str)
    }
}

/// Compares the owners of all leaves.
pub(crate) fn compare(sides: &Sides<'_>, matched: &Matched, has_changed: bool) -> Leaves {
    if !has_changed {
        return Leaves::default();
    }
    let (was, is) = (Index::of(sides.before), Index::of(sides.after));
    let named: BTreeSet<&str> = was.rows.keys().chain(is.rows.keys()).copied().collect();
    let mut leaves = Leaves::default();
    for leaf in named {
        let (before, after) = (was.answering(leaf), is.answering(leaf));
        let has_parts = was.above.contains(leaf) || is.above.contains(leaf);
        if after.is_empty() && !is.above.contains(leaf) && was.rows.contains_key(leaf) {
            leaves.lost.push(leaf.to_owned());
        }
        let is_rest = was.rows.contains_key(leaf) && is.rows.contains_key(leaf);
        if before.is_empty() || after.is_empty() || has_parts && !is_rest || is_plain(matched, before, after)
        {
            continue;
        }
        leaves.moved.extend(moved(sides, matched, (&was, &is), leaf));
    }
    leaves
}

/// Returns whether the same rows answer on both sides: their own changes say what moved.
fn is_plain(matched: &Matched, before: &[usize], after: &[usize]) -> bool {
    let was: BTreeSet<usize> = before.iter().map(|place| matched.pair_of.before[*place]).collect();
    let is: BTreeSet<usize> = after.iter().map(|place| matched.pair_of.after[*place]).collect();
    was == is
}

fn moved(
    sides: &Sides<'_>,
    matched: &Matched,
    (was, is): (&Index<'_>, &Index<'_>),
    leaf: &str,
) -> Option<LeafMove> {
    let mut scopes: BTreeSet<&str> = was.scopes(leaf).chain(is.scopes(leaf)).collect();
    if scopes.is_empty() {
        scopes.insert("");
    }
    let owners = scopes.into_iter().map(|scope| (was.owners(leaf, scope), is.owners(leaf, scope)));
    let (had, has) = owners.into_iter().find(|(had, has)| had != has)?;
    let place = *is.answering(leaf).first()?;
    let pair = &matched.pairs[matched.pair_of.after[place]];
    let row = RowId {
        before: pair.before.map(|place| sides.before.rows[place].id.clone()),
        after: Some(sides.after.rows[place].id.clone()),
    };
    let list = |parties: BTreeSet<String>| parties.into_iter().collect();
    Some(LeafMove { control: leaf.to_owned(), row, had: list(had), has: list(has) })
}

/// Returns the controls of rows, and what they are part of, with the places of the rows.
pub(crate) fn kin(rows: &[Row]) -> Both<BTreeMap<&str, Vec<usize>>> {
    let mut kin: Both<BTreeMap<&str, Vec<usize>>> = Both::default();
    for (place, row) in rows.iter().enumerate() {
        for control in &row.controls {
            kin.before.entry(control).or_default().push(place);
            for above in lineage(control).skip(1) {
                kin.after.entry(above).or_default().push(place);
            }
        }
    }
    kin
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_known_by_its_id_and_an_enhancement_is_no_part() {
        let lineage = |id| lineage(id).collect::<Vec<_>>();
        assert_eq!(lineage("c:AC.L2-3.1.1[a]"), ["c:AC.L2-3.1.1[a]", "c:AC.L2-3.1.1"]);
        assert_eq!(
            lineage("h:164.308(a)(1)(ii)"),
            ["h:164.308(a)(1)(ii)", "h:164.308(a)(1)", "h:164.308(a)", "h:164.308"]
        );
        assert_eq!(lineage("n:AC-2(11)"), ["n:AC-2(11)"]);
        assert_eq!(lineage("n:AC-2(a)"), ["n:AC-2(a)", "n:AC-2"]);
        for odd in ["", ":", "c:[a]", "]", ")", "c:)", "é)"] {
            assert_eq!(lineage(odd).len(), 1, "{odd}");
        }
        assert!(overlap("c:1[a]", "c:1") && overlap("c:1", "c:1[a]") && !overlap("c:1[a]", "c:1[b]"));
    }
}
