//! Kind `change`: what changed since an earlier text satisfies a JSON Schema.
//!
//! Parameters choose the changes: by class, by field, and by the sides between which the work moves. What
//! `must` is asked about is a [`Node`]: the change as `countersign diff --format json` tells it, and its row.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::{Hit, Subject};
use crate::diff::{Change, Class, holders, object};
use crate::finding::Place;
use crate::matrix::{Matrix, Row, Side};
use crate::policy::Base;
use crate::policy::rule::LazyMust;

/// Changes of some kind satisfy a schema.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeMust {
    /// The classes that are looked at; empty for all.
    #[serde(default)]
    class: Vec<Class>,
    /// The fields that are looked at, such as `allocation`; empty for all.
    #[serde(default)]
    field: Vec<String>,
    /// The side that has less of the work than before.
    #[serde(default)]
    from: Option<Side>,
    /// The side that has more of the work than before.
    #[serde(default)]
    to: Option<Side>,
    /// What each such change has to satisfy.
    #[serde(deserialize_with = "lazy")]
    must: Arc<LazyMust>,
}

fn lazy<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<LazyMust>, D::Error> {
    Value::deserialize(deserializer).map(|schema| Arc::new(LazyMust::of(schema)))
}

/// What a schema is asked about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Node<'a> {
    /// The change, as a diff tells it.
    change: &'a Change,
    /// The row now, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<Map<String, Value>>,
    /// The row before, if it was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    was: Option<Map<String, Value>>,
    /// Whether both parties had walked through the row before and agreed.
    agreed: bool,
    /// Whether nobody owns the row now, and somebody did.
    nobody: bool,
    /// Whether the row gives a reason that it did not give in the version agreed last; before any is, whether it gives one.
    new_reason: bool,
    /// Whether the row still is work and names fewer pieces of evidence.
    loses_evidence: bool,
}

/// A change with the row that it stands in, on both sides.
struct Rows<'a> {
    change: &'a Change,
    was: Option<&'a Row>,
    is: Option<&'a Row>,
}

impl ChangeMust {
    /// Returns what is wrong with the schema, if it cannot be used.
    ///
    /// # Errors
    /// A sentence on it.
    pub fn usable(&self) -> Result<(), String> {
        self.must.get().map(drop).map_err(str::to_owned)
    }

    /// Returns one hit for each row with a change that does not satisfy the schema, and for each such change
    /// outside the rows.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut told = BTreeSet::new();
        let mut hits = Vec::new();
        for base in subject.bases {
            let moved = self.moved(base, subject.matrix);
            for change in self.faults(base, subject.matrix).chain(moved) {
                let place = change.row.as_ref().map_or(change.pointer.after.as_str(), |row| row.id());
                if told.insert(place.to_owned()) {
                    hits.push(hit(base, subject.matrix, change));
                }
            }
        }
        hits
    }

    /// Returns the changes since an earlier text that do not satisfy the schema.
    fn faults<'a>(&'a self, base: &'a Base, now: &'a Matrix) -> impl Iterator<Item = &'a Change> {
        let changes = base.diff.changes.iter().filter(|change| self.is_meant(change));
        changes.filter(move |change| {
            let rows = Rows::of(change, base, now);
            self.is_from_and_to(&rows, base, now) && !self.holds(&rows.node(base))
        })
    }

    /// Returns the changes of rows by whose shape a leaf went from one side to another, and that do not satisfy the schema.
    fn moved<'a>(&'a self, base: &'a Base, now: &'a Matrix) -> impl Iterator<Item = &'a Change> {
        let is_asked = (self.from.is_some() || self.to.is_some())
            && (self.field.is_empty() || self.field.iter().any(|field| field == "allocation"));
        let moves = base.diff.moved.iter().filter(move |one| {
            let (less, more) = gains(&sides(&base.matrix, &one.had), &sides(now, &one.has));
            is_asked && has(&less, self.from) && has(&more, self.to)
        });
        let changes = moves.filter_map(|one| {
            let mut own = base.diff.changes.iter().filter(|change| change.row.as_ref() == Some(&one.row));
            own.next().filter(|_| one.row.after.is_some())
        });
        changes.filter(move |change| !self.holds(&Rows::of(change, base, now).node(base)))
    }

    fn is_meant(&self, change: &Change) -> bool {
        (self.class.is_empty() || self.class.contains(&change.class))
            && (self.field.is_empty() || self.field.contains(&change.field))
    }

    fn is_from_and_to(&self, rows: &Rows<'_>, base: &Base, now: &Matrix) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        let (less, more) = rows.moves(base, now);
        has(&less, self.from) && has(&more, self.to)
    }

    fn holds(&self, node: &Node<'_>) -> bool {
        let must = self.must.get().expect("a rule whose schema does not compile is refused when it is read");
        serde_json::to_value(node).is_ok_and(|node| must.is_valid(&node))
    }
}

impl<'a> Rows<'a> {
    fn of(change: &'a Change, base: &'a Base, now: &'a Matrix) -> Self {
        let find = |matrix: &'a Matrix, id: &Option<String>| {
            id.as_ref().and_then(|id| matrix.rows.iter().find(|row| row.id == *id))
        };
        let row = change.row.as_ref();
        let was = row.and_then(|row| find(&base.matrix, &row.before));
        Self { change, was, is: row.and_then(|row| find(now, &row.after)) }
    }

    fn node(&self, base: &Base) -> Node<'a> {
        let facts = self.change.row.as_ref().and_then(|row| base.diff.row(row));
        let pieces = |row: Option<&Row>| row.map_or(0, |row| row.evidence.len());
        Node {
            change: self.change,
            row: self.is.map(object),
            was: self.was.map(object),
            agreed: facts.is_some_and(|facts| facts.agreed.before),
            nobody: facts.is_some_and(|facts| facts.nobody),
            new_reason: facts
                .is_some_and(|facts| facts.newly_justified || !base.is_agreed && facts.justified),
            loses_evidence: pieces(self.is) < pieces(self.was)
                && self.is.is_some_and(|row| row.allocation.is_work()),
        }
    }

    /// Returns which sides have less of the work and which have more.
    ///
    /// Where a row is allocated anew, a side that now shares what it had alone has less, and one that has alone
    /// what it shared has more.
    fn moves(&self, base: &Base, now: &Matrix) -> (BTreeSet<Side>, BTreeSet<Side>) {
        let (Some(was), Some(is), "allocation") = (self.was, self.is, self.change.field.as_str()) else {
            let (less, more) = (&self.change.relieved, &self.change.takes_on);
            return (sides(&base.matrix, less), sides(now, more));
        };
        let had = sides(&base.matrix, &holders(&base.matrix, was));
        let has = sides(now, &holders(now, is));
        gains(&had, &has)
    }
}

/// Returns which sides have less and which have more; one that shares what it had alone has less, and one that has alone
/// what it shared has more.
fn gains(had: &BTreeSet<Side>, has: &BTreeSet<Side>) -> (BTreeSet<Side>, BTreeSet<Side>) {
    let more = |before: &BTreeSet<Side>, after: &BTreeSet<Side>| {
        let is_alone = after.len() == 1 && before.len() > 1;
        after.iter().copied().filter(|side| is_alone || !before.contains(side)).collect()
    };
    (more(has, had), more(had, has))
}

fn has(sides: &BTreeSet<Side>, wanted: Option<Side>) -> bool {
    wanted.is_none_or(|side| sides.contains(&signing(side)))
}

/// Returns the sides of parties, that of a subprovider being its provider's.
fn sides<'a>(matrix: &Matrix, parties: impl IntoIterator<Item = &'a String>) -> BTreeSet<Side> {
    parties.into_iter().filter_map(|party| matrix.side(party)).map(signing).collect()
}

fn signing(side: Side) -> Side {
    if side.is_providing() { Side::Provider } else { side }
}

fn hit(base: &Base, now: &Matrix, change: &Change) -> Hit {
    let place = Place::value(change.pointer.after.clone());
    let id = change.row.as_ref().map_or("", |row| row.id());
    let row = now.rows.iter().position(|row| row.id == id);
    Hit { row, ..Hit::at(place) }
        .with("row", id)
        .with("said", format!("{}{}", base.diff.says(change), old_reason(base, now, change)))
        .with("base", &base.name)
}

/// Returns the reason that a row gives and gave before, for whoever asks why it changes hands now.
fn old_reason(base: &Base, now: &Matrix, change: &Change) -> String {
    let facts = change.row.as_ref().and_then(|row| base.diff.row(row));
    let stale =
        facts.filter(|facts| change.field == "allocation" && facts.justified && !facts.newly_justified);
    let row = stale.and_then(|facts| now.rows.iter().find(|row| row.id == facts.row.id()));
    let reason = row.and_then(|row| row.justification.as_deref());
    reason
        .map(|reason| format!("; the reason that it gives stood there before: “{reason}”"))
        .unwrap_or_default()
}
