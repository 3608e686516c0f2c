//! Editions of a framework: which controls only bear another id since a matrix follows the next edition.
//!
//! A catalogue says which one it replaces and what took over from each of its controls. Where exactly one control did,
//! the row says the same under another id, which is no change; where none or several did, it is for people to read.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::identity;
use crate::matrix::{Matrix, Row};
use crate::pack::Packs;

/// A step of a matrix from one edition of a framework to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edition {
    /// The catalogue before.
    pub from: String,
    /// The catalogue after.
    pub to: String,
    /// How many controls of the matrix only bear another id.
    pub renumbered: usize,
    /// How many rows name them.
    pub rows: usize,
    /// The controls before of which none or several took over.
    pub open: Vec<String>,
}

/// Returns the version before with the ids of the editions that it follows after; `None` if it follows the same ones.
pub(super) fn bring_forward(
    packs: &Packs,
    before: &Matrix,
    after: &Matrix,
) -> Option<(Matrix, Vec<Edition>)> {
    let had: BTreeSet<&str> = before.frameworks.iter().map(|framework| framework.pack.as_str()).collect();
    let new = after.frameworks.iter().filter(|framework| !had.contains(framework.pack.as_str()));
    let mut matrix = before.clone();
    let mut editions = Vec::new();
    for framework in new {
        editions.extend(step(packs, &mut matrix, &framework.pack));
    }
    (!editions.is_empty()).then_some((matrix, editions))
}

fn step(packs: &Packs, matrix: &mut Matrix, pack: &str) -> Option<Edition> {
    let mut packs = packs.clone();
    packs.want(pack);
    let catalogue = packs.get(pack)?.catalogue()?;
    let earlier = catalogue.replaces.as_ref()?.catalogue.clone();
    let mut ids = BTreeMap::new();
    let mut open = BTreeSet::new();
    let prefix = format!("{earlier}:");
    for control in matrix.rows.iter().flat_map(|row| &row.controls) {
        let Some(id) = control.strip_prefix(&prefix) else { continue };
        match catalogue.successors(&earlier, id).as_deref() {
            Some([one]) => drop(ids.insert(control.clone(), format!("{}:{}", catalogue.id, one.id))),
            Some(_) | None => drop(open.insert(id.to_owned())),
        }
    }
    let is_renumbered = |row: &&Row| row.controls.iter().any(|control| ids.contains_key(control));
    let rows = matrix.rows.iter().filter(is_renumbered).count();
    if rows == 0 {
        return None;
    }
    for row in &mut matrix.rows {
        renumber(row, &ids);
    }
    let (renumbered, open) = (ids.len(), open.into_iter().collect());
    Some(Edition { from: earlier, to: catalogue.id.clone(), renumbered, rows, open })
}

fn renumber(row: &mut Row, ids: &BTreeMap<String, String>) {
    identity::list(ids, &mut row.controls);
    let mut seen = BTreeSet::new();
    row.controls.retain(|control| seen.insert(control.clone()));
    row.duties.iter_mut().for_each(|duty| identity::list(ids, &mut duty.controls));
    row.evidence.iter_mut().for_each(|evidence| identity::list(ids, &mut evidence.controls));
}
