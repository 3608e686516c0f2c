//! Who must keep or collect evidence that it did not keep or collect before, defaults resolved.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::change::{Callout, Change, Class, RowId};
use super::holder::Part;
use super::told::{Doing, Told};
use crate::matrix::{Deed, Matrix};

/// Evidence of a row that a party has newly to keep or to collect.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Proof {
    /// The row.
    pub row: RowId,
    /// The pieces; empty where the row names none and only says who keeps it.
    pub evidence: Vec<String>,
}

/// What parties must newly prove, by party.
#[derive(Default)]
pub(crate) struct Proofs {
    pub(crate) keep: BTreeMap<String, Vec<Proof>>,
    pub(crate) collect: BTreeMap<String, Vec<Proof>>,
}

impl Proofs {
    /// Reads them off the rows that changed.
    pub(crate) fn of(
        changes: &[Change],
        told: &BTreeMap<RowId, Told>,
        parts: &BTreeMap<RowId, BTreeSet<Part>>,
        before: &Matrix,
    ) -> Self {
        let mut by_row: BTreeMap<&RowId, Vec<&Change>> = BTreeMap::new();
        for change in changes {
            by_row.entry(change.row.as_ref().unwrap_or(&NO_ROW)).or_default().push(change);
        }
        let mut proofs = Self::default();
        for (row, changes) in by_row {
            let Some(told) = told.get(row).filter(|_| row.after.is_some()) else { continue };
            let news = News { row, changes: &changes, told, before };
            let mine = parts.get(row);
            for party in told.doing(|deed| deed == Deed::RetainEvidence) {
                let part = (party.to_owned(), Deed::RetainEvidence);
                let is_mine = mine.is_none_or(|mine| mine.contains(&part));
                note(&mut proofs.keep, party, row, news.kept_by(party).filter(|_| is_mine));
            }
            for party in told.collectors() {
                note(&mut proofs.collect, party, row, news.collected_by(party));
            }
        }
        proofs
    }
}

/// Stands for what is around the rows.
const NO_ROW: RowId = RowId { before: None, after: None };

fn note(all: &mut BTreeMap<String, Vec<Proof>>, party: &str, row: &RowId, evidence: Option<Vec<String>>) {
    let proof = evidence.map(|evidence| Proof { row: row.clone(), evidence });
    if let Some(proof) = proof {
        all.entry(party.to_owned()).or_default().push(proof);
    }
}

/// What is new about the proof of one row.
struct News<'a> {
    row: &'a RowId,
    changes: &'a [&'a Change],
    told: &'a Told,
    before: &'a Matrix,
}

impl News<'_> {
    /// Returns what a keeper keeps now and did not; nothing where that is nothing.
    fn kept_by(&self, party: &str) -> Option<Vec<String>> {
        let kept = self.told.parts.before.contains(&(party.to_owned(), Doing::Duty(Deed::RetainEvidence)));
        if !kept {
            return Some(self.told.evidence().iter().map(|piece| piece.artifact.clone()).collect());
        }
        let added: Vec<String> = self.added().map(|piece| artifact(piece).to_owned()).collect();
        (!added.is_empty()).then_some(added)
    }

    /// Returns what a collector collects now and did not.
    fn collected_by(&self, party: &str) -> Option<Vec<String>> {
        if self.row.before.is_none() {
            let is_split = self.changes.iter().any(|it| it.has(|it| matches!(it, Callout::SplitFrom { .. })));
            let mine = self.told.evidence().iter().filter(|piece| piece.collector.as_deref() == Some(party));
            let new = mine.filter(|piece| !is_split || !self.was_collected(&piece.artifact, party));
            let new: Vec<String> = new.map(|piece| piece.artifact.clone()).collect();
            return (!new.is_empty()).then_some(new);
        }
        let by = |piece: &Value| piece.get("collector").and_then(Value::as_str) == Some(party);
        let mut new: Vec<String> =
            self.added().filter(|piece| by(piece)).map(|piece| artifact(piece).to_owned()).collect();
        let handed = self
            .changes
            .iter()
            .filter(|it| it.field == "evidence.collector" && it.takes_on.iter().any(|to| to == party));
        new.extend(handed.filter_map(|change| {
            let place = change.pointer.after.strip_suffix("/collector")?;
            let place: usize = place.rsplit('/').next()?.parse().ok()?;
            Some(self.told.evidence().get(place)?.artifact.clone())
        }));
        (!new.is_empty()).then_some(new)
    }

    /// Returns whether any row had the piece from the same collector, so that a part of it has nothing new.
    fn was_collected(&self, artifact: &str, party: &str) -> bool {
        let mut pieces = self.before.rows.iter().flat_map(|row| &row.evidence);
        pieces.any(|piece| piece.artifact == artifact && piece.collector.as_deref() == Some(party))
    }

    fn added(&self) -> impl Iterator<Item = &Value> {
        let added = |change: &&&Change| {
            change.class == Class::EvidenceChanged && change.field == "evidence" && change.before.is_null()
        };
        self.changes.iter().filter(added).map(|change| &change.after)
    }
}

fn artifact(piece: &Value) -> &str {
    piece.get("artifact").and_then(Value::as_str).unwrap_or_default()
}
