//! Kind `acyclic`: nobody inherits from himself or is bound by himself, by whatever detour.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;

/// No cycle in a row's inheritance or in who is bound by whom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acyclic {}

impl Acyclic {
    /// Returns one hit for each edge that closes a circle.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            let edges: Vec<(&str, &str)> =
                row.inherits.iter().map(|edge| (edge.by.as_str(), edge.from.as_str())).collect();
            for closing in closing_edges(&edges) {
                let place = Place::value(format!("/rows/{at}/inherits/{closing}/from"));
                hits.push(Hit::in_row(at, place).with("by", edges[closing].0).with("from", edges[closing].1));
            }
        }
        let parties = &subject.matrix.parties;
        let bound: Vec<(usize, (&str, &str))> = parties
            .iter()
            .enumerate()
            .filter_map(|(at, party)| Some((at, (party.id.as_str(), party.bound_by.as_deref()?))))
            .collect();
        let edges: Vec<(&str, &str)> = bound.iter().map(|(_, edge)| *edge).collect();
        for closing in closing_edges(&edges) {
            let place = Place::value(format!("/parties/{}/boundBy", bound[closing].0));
            hits.push(Hit::at(place).with("by", edges[closing].0).with("from", edges[closing].1));
        }
        hits
    }
}

/// Returns the positions of edges whose end leads back to their beginning over earlier edges.
fn closing_edges(edges: &[(&str, &str)]) -> Vec<usize> {
    (0..edges.len()).filter(|at| leads_to(&edges[..*at], edges[*at].1, edges[*at].0)).collect()
}

fn leads_to(edges: &[(&str, &str)], from: &str, to: &str) -> bool {
    let mut reached = vec![from];
    let mut next = 0;
    while let Some(here) = reached.get(next).copied() {
        if here == to {
            return true;
        }
        let onward = edges.iter().filter(|(by, _)| *by == here).map(|(_, from)| *from);
        for node in onward.collect::<Vec<_>>() {
            if !reached.contains(&node) {
                reached.push(node);
            }
        }
        next += 1;
    }
    false
}
