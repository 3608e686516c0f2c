//! Kind `plan-of-action`: what is not met yet may be open, and enough is met for a conditional status.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::coverage::Owned;
use crate::finding::{Place, Severity};
use crate::matrix::Row;
use crate::pack::Control;

/// Rows that are planned answer requirements that a plan of action may hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanOfAction {
    /// The catalogue.
    pub catalog: String,
    /// The part of the highest score that a conditional status needs, 0 to 1.
    pub least: f64,
}

impl PlanOfAction {
    /// Returns a hit for each row that is open and may not be, and a warning where the score is too low.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate().filter(|(_, row)| row.is_open());
        let mut hits: Vec<Hit> = rows.filter_map(|(at, row)| self.row(subject, at, row)).collect();
        hits.extend(self.score(subject).map(|hit| hit.at_most(Severity::Warning)));
        hits
    }

    fn row(&self, subject: &Subject<'_>, at: usize, row: &Row) -> Option<Hit> {
        let catalogue = subject.packs.catalogue(&self.catalog)?;
        let of_pack = |name: &'_ String| catalogue.get(name.strip_prefix(&self.catalog)?.strip_prefix(':')?);
        let mut tops =
            row.controls.iter().filter_map(of_pack).filter_map(|one| catalogue.lineage(one).last());
        let never = tops.find(|control: &&Control| control.poam.as_deref() == Some("never"))?;
        let word = row.status.as_ref().and_then(|status| status.implementation.as_deref())?;
        let what = format!("is {word}, and no plan of action may hold {}: {}", never.id, never.title);
        let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/status/implementation")));
        Some(hit.with("what", format!("row `{}` {what}", row.id)))
    }

    fn score(&self, subject: &Subject<'_>) -> Option<Hit> {
        let catalogue = subject.packs.catalogue(&self.catalog)?;
        let framework = subject.matrix.frameworks.iter().find(|one| one.pack == self.catalog)?;
        let points = Owned::of([subject.matrix]).points(catalogue, framework)?;
        #[expect(clippy::cast_precision_loss, reason = "scores are small")]
        let enough = points.score as f64 >= self.least * points.highest as f64;
        let at = subject.matrix.rows.iter().position(Row::is_open).filter(|_| !enough)?;
        let what =
            format!("the score is {} of {}, too low for a conditional status", points.score, points.highest);
        Some(Hit::in_row(at, Place::value(format!("/rows/{at}/status/implementation"))).with("what", what))
    }
}
