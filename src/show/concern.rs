//! What of a row concerns one party: what it does, what it is told, what it may expect of others.

use crate::matrix::{Deed, Duty, Matrix, Report, Row, Side};

/// The part of a row that concerns one party.
pub(super) struct Concern<'a> {
    /// Its own duties.
    pub(super) does: Vec<&'a Duty>,
    /// Notices that reach it.
    pub(super) told: Vec<&'a Duty>,
    /// Reports that reach it.
    pub(super) reports: Vec<&'a Report>,
    /// What others do in a row in which it has a part, or do for it as their client.
    pub(super) expects: Vec<&'a Duty>,
}

impl<'a> Concern<'a> {
    /// Reads a row as `party` has to; defaults of the matrix are no part of it.
    pub(super) fn of(matrix: &Matrix, row: &'a Row, party: &str) -> Self {
        let passive = |duty: &Duty| matches!(duty.deed, Deed::Inform | Deed::Consult);
        let tells = |duty: &Duty| duty.to.iter().any(|to| to == party);
        let own = |duty: &&Duty| duty.party == party;
        let does: Vec<&Duty> = row.duties.iter().filter(own).filter(|duty| !passive(duty)).collect();
        let told: Vec<&Duty> =
            row.duties.iter().filter(|duty| tells(duty) || (own(duty) && passive(duty))).collect();
        let reports: Vec<&Report> =
            row.reports.iter().filter(|report| report.to.iter().any(|to| to == party)).collect();
        let has_part = !does.is_empty() || !told.is_empty() || !reports.is_empty();
        let is_client = matrix.side(party) == Some(Side::Client);
        let expected = |duty: &&Duty| {
            let served = is_client && matrix.side(&duty.party).is_some_and(Side::is_providing);
            !own(duty) && !tells(duty) && !passive(duty) && (has_part || served)
        };
        let expects = row.duties.iter().filter(expected).collect();
        Self { does, told, reports, expects }
    }

    /// Leaves out what the party is told and may expect, where it asks for its own work alone.
    pub(super) fn only(self, its_own: bool) -> Self {
        if !its_own {
            return self;
        }
        Self { does: self.does, told: Vec::new(), reports: Vec::new(), expects: Vec::new() }
    }

    /// Returns whether the row is none of the party's business.
    pub(super) fn is_empty(&self) -> bool {
        self.does.is_empty() && self.told.is_empty() && self.reports.is_empty() && self.expects.is_empty()
    }
}
