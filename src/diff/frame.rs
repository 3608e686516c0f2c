//! What stands around the rows and what readers ask about it: the day in force, services, what nobody owns.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::change::{Both, RowId};
use super::holder;
use super::row::Sides;
use super::told::Told;
use crate::matrix::{Allocation, Matrix, MatrixKind, Row, Service, Side};

/// Facts of the two versions as wholes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Frame {
    /// The first day in force of the version after.
    pub(crate) in_force: Option<Date>,
    /// The parties that sign the version after, by id.
    pub(crate) signers: Vec<String>,
    /// The services of each side.
    pub(crate) services: Both<Vec<Service>>,
    /// The labels of all rows that nobody owns now.
    pub(crate) unowned: Vec<String>,
    /// Rows that still name a service which no longer exists, by service.
    pub(crate) stranded: BTreeMap<String, Vec<String>>,
}

impl Frame {
    /// Reads both versions.
    pub(crate) fn of(sides: &Sides<'_>) -> Self {
        let (before, after) = (sides.before, sides.after);
        let signs = |side: Side| matches!(side, Side::Client | Side::Provider);
        let signers = after.parties.iter().filter(|party| signs(party.side)).map(|party| party.id.clone());
        let unowned = after
            .rows
            .iter()
            .filter(|row| row.allocation == Allocation::Unassigned)
            .map(|row| row.label().to_owned());
        Self {
            in_force: after.effective_from,
            signers: if after.kind == MatrixKind::Engagement { signers.collect() } else { Vec::new() },
            services: Both::of(before.services.clone(), after.services.clone()),
            unowned: unowned.collect(),
            stranded: stranded(before, after),
        }
    }

    /// Returns a service of one side.
    pub(crate) fn service<'a>(side: &'a [Service], id: &str) -> Option<&'a Service> {
        side.iter().find(|service| service.id == id)
    }

    /// Returns the services that are gone.
    pub(crate) fn ended(&self) -> impl Iterator<Item = &Service> {
        self.services
            .before
            .iter()
            .filter(|service| Self::service(&self.services.after, &service.id).is_none())
    }
}

/// Returns the rows that named a service before and changed in that.
pub(crate) fn users<'a>(
    told: &'a BTreeMap<RowId, Told>,
    service: &'a str,
    side: for<'s> fn(&Both<&'s [String]>) -> &'s [String],
) -> impl Iterator<Item = (&'a RowId, &'a Told)> {
    told.iter().filter(move |(_, told)| side(&told.services()).iter().any(|id| id == service))
}

/// Returns whether nobody owns a row, or nobody works in it although somebody should.
pub(crate) fn is_unowned(matrix: &Matrix, row: &Row) -> bool {
    row.allocation == Allocation::Unassigned || row.allocation.is_work() && !holder::has_worker(matrix, row)
}

fn stranded(before: &Matrix, after: &Matrix) -> BTreeMap<String, Vec<String>> {
    let mut stranded: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in &after.rows {
        for id in &row.services {
            let was = Frame::service(&before.services, id).is_some();
            if was && Frame::service(&after.services, id).is_none() {
                stranded.entry(id.clone()).or_default().push(row.label().to_owned());
            }
        }
    }
    stranded
}
