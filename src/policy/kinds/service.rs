//! Kind `service-in-force`: what a provider does, he is paid for.

use serde::Deserialize;

use super::{Hit, Subject, listed};
use crate::finding::Place;
use crate::matrix::{Deed, Row};

/// Every row in which a provider performs belongs to a service that runs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceInForce {}

impl ServiceInForce {
    /// Returns a hit for each such row without a running service; one for a matrix without any service.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        let mut provided = rows.filter(|(_, row)| is_provided(subject, row)).peekable();
        if provided.peek().is_some() && subject.matrix.services.is_empty() {
            let what = "the matrix names no service, so nothing says that the provider is paid for its rows";
            return vec![Hit::at(Place::key("/rows")).with("what", what)];
        }
        provided.filter_map(|(at, row)| hit(subject, at, row)).collect()
    }
}

fn is_provided(subject: &Subject<'_>, row: &Row) -> bool {
    row.duties.iter().any(|duty| {
        duty.deed.counts() == Deed::Perform
            && subject.matrix.side(&duty.party).is_some_and(|side| side.is_providing())
    })
}

fn hit(subject: &Subject<'_>, at: usize, row: &Row) -> Option<Hit> {
    if row.services.is_empty() {
        let what = format!("the provider performs in row `{}`, which belongs to no service", row.id);
        return Some(Hit::row(at).with("what", what));
    }
    let services = subject.facts.value.get("services").and_then(serde_json::Value::as_array);
    let runs = |name: &String| {
        services.into_iter().flatten().any(|service| {
            service.get("id").and_then(serde_json::Value::as_str) == Some(name)
                && service.get("inForce").and_then(serde_json::Value::as_bool) == Some(true)
        })
    };
    let known = |name: &String| subject.matrix.services.iter().any(|service| service.id == *name);
    if row.services.iter().any(runs) || !row.services.iter().any(known) {
        return None;
    }
    let what =
        format!("row `{}` belongs to {}, which does not run on that day", row.id, listed(&row.services));
    Some(Hit::in_row(at, Place::value(format!("/rows/{at}/services"))).with("what", what))
}
