//! What readers are told of a row that changed beside its changes: the row itself, and who did and does what in it, with
//! defaults resolved.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Both, RowId};
use super::holder::{self, is_work};
use super::row::Sides;
use super::rows::Changed;
use crate::matrix::{Deed, Evidence, Matrix, Row};
use crate::report::words::list;

/// One row on both sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// Who does what on each side.
    pub(crate) parts: Both<BTreeSet<(String, Doing)>>,
    /// The row on each side, as far as it is there.
    pub(crate) rows: Both<Option<Row>>,
}

/// Something that a party does in a row, by duty or otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Doing {
    /// What a duty says.
    Duty(Deed),
    /// Brings in what proves the work.
    Collect,
    /// Reports about it.
    Report,
}

impl Doing {
    /// Returns several in the third person: "decides and keeps and collects the evidence".
    pub(crate) fn all_say(doings: &[Self]) -> String {
        Self::all(doings, Deed::says, ["keeps and collects the evidence", "collects the evidence", "reports"])
    }

    /// Returns several as things to do: "deciding and reporting".
    pub(crate) fn all_doing(doings: &[Self]) -> String {
        let others = ["keeping and collecting the evidence", "collecting the evidence", "reporting"];
        Self::all(doings, Deed::doing, others)
    }

    fn all(doings: &[Self], says: fn(Deed) -> &'static str, [both, collects, reports]: [&str; 3]) -> String {
        let keeps = Self::Duty(Deed::RetainEvidence);
        let has_both = doings.contains(&keeps) && doings.contains(&Self::Collect);
        let said = doings.iter().filter(|doing| !has_both || **doing != Self::Collect);
        let said = said.map(|doing| match *doing {
            _ if has_both && *doing == keeps => both,
            Self::Duty(deed) => says(deed),
            Self::Collect => collects,
            Self::Report => reports,
        });
        list(&said.map(str::to_owned).collect::<Vec<_>>())
    }
}

impl Told {
    /// Returns what proves the work of the row now.
    pub(crate) fn evidence(&self) -> &[Evidence] {
        self.rows.after.as_ref().map(|row| &row.evidence[..]).unwrap_or_default()
    }

    /// Returns the services that the row names on each side.
    pub(crate) fn services(&self) -> Both<&[String]> {
        Both::of(services(&self.rows.before), services(&self.rows.after))
    }

    /// Returns the parties that now have a duty of a kind.
    pub(crate) fn doing(&self, is_meant: impl Fn(Deed) -> bool) -> BTreeSet<&str> {
        let meant = |doing: Doing| matches!(doing, Doing::Duty(deed) if is_meant(deed));
        self.parts.after.iter().filter(|part| meant(part.1)).map(|part| part.0.as_str()).collect()
    }

    /// Returns the parties that now bring in what proves the work.
    pub(crate) fn collectors(&self) -> BTreeSet<&str> {
        let collects = self.parts.after.iter().filter(|part| part.1 == Doing::Collect);
        collects.map(|part| part.0.as_str()).collect()
    }

    /// Returns whether one party has less to do here and another has more.
    pub(crate) fn changes_hands(&self) -> bool {
        let is_light = |doing| matches!(doing, Doing::Report | Doing::Duty(Deed::Inform | Deed::Consult));
        let only = |one: &BTreeSet<(String, Doing)>, other: &BTreeSet<(String, Doing)>| -> BTreeSet<String> {
            one.difference(other).filter(|part| !is_light(part.1)).map(|part| part.0.clone()).collect()
        };
        let less = only(&self.parts.before, &self.parts.after);
        let more = only(&self.parts.after, &self.parts.before);
        less.iter().any(|party| more.iter().any(|other| other != party))
    }

    /// Returns what a party does now and did not, what it did and does not, and what it still does.
    pub(crate) fn moves(&self, party: &str) -> [Vec<Doing>; 3] {
        let of = |side: &BTreeSet<(String, Doing)>| -> BTreeSet<Doing> {
            side.iter().filter(|part| part.0 == party).map(|part| part.1).collect()
        };
        let (did, does) = (of(&self.parts.before), of(&self.parts.after));
        let less = |one: &BTreeSet<Doing>, other: &BTreeSet<Doing>| one.difference(other).copied().collect();
        [less(&does, &did), less(&did, &does), does.intersection(&did).copied().collect()]
    }
}

fn services(row: &Option<Row>) -> &[String] {
    row.as_ref().map(|row| &row.services[..]).unwrap_or_default()
}

/// Returns what is told of every row that changed.
pub(crate) fn of(sides: &Sides<'_>, changed: &[Changed]) -> BTreeMap<RowId, Told> {
    let told = changed.iter().map(|changed| {
        let [was, is] = changed.rows(sides);
        let each = |matrix, row: Option<&Row>| row.map(|row| parts(matrix, row)).unwrap_or_default();
        let parts = Both::of(each(sides.before, was), each(sides.after, is));
        (changed.id.clone(), Told { parts, rows: Both::of(was.cloned(), is.cloned()) })
    });
    told.collect()
}

/// Returns everything that somebody does in a row: by duty, by allocation, for proof and in reports.
fn parts(matrix: &Matrix, row: &Row) -> BTreeSet<(String, Doing)> {
    let duties = matrix.duties(row).map(|duty| (duty.party.clone(), Doing::Duty(duty.deed)));
    let mut parts: BTreeSet<(String, Doing)> = duties.collect();
    for party in holder::holders(matrix, row) {
        let works = |part: &(String, Doing)| matches!(part.1, Doing::Duty(deed) if is_work(deed));
        if !parts.iter().any(|part| part.0 == party && works(part)) {
            parts.insert((party, Doing::Duty(Deed::Perform)));
        }
    }
    parts.extend(row.evidence.iter().filter_map(|piece| Some((piece.collector.clone()?, Doing::Collect))));
    parts.extend(row.reports.iter().filter_map(|report| Some((report.by.clone()?, Doing::Report))));
    parts
}
