//! Kind `notice-leaves-room`: a provider's notice comes early enough for the client's own.

use serde::Deserialize;

use super::{Hit, Subject, length};
use crate::finding::Place;
use crate::matrix::{Deed, Duty};

/// Where both sides have a deadline from the same event, the provider's ends first, with time to spare.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeLeavesRoom {
    /// The part of the client's time that a notice may use up, 0 to 1.
    #[serde(default = "half")]
    pub most: f64,
}

fn half() -> f64 {
    0.5
}

impl NoticeLeavesRoom {
    /// Returns one hit for each provider's notice that uses up the client's time.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, row) in subject.matrix.rows.iter().enumerate() {
            let deadlines = || {
                row.duties.iter().enumerate().filter_map(|(at, duty)| Some((at, duty, duty.within.as_ref()?)))
            };
            let providing =
                |duty: &Duty| subject.matrix.side(&duty.party).is_some_and(|side| side.is_providing());
            let own = deadlines().filter(|(_, duty, _)| !providing(duty) && reports_outward(subject, duty));
            let Some(client) = own.filter_map(|(_, _, within)| length::of_deadline(within)).min() else {
                continue;
            };
            for (duty_at, _, within) in
                deadlines().filter(|(_, duty, _)| duty.deed == Deed::Notify && providing(duty))
            {
                #[expect(clippy::cast_precision_loss, reason = "minutes of a deadline are few")]
                let over = length::of_deadline(within)
                    .is_some_and(|minutes| minutes as f64 > client as f64 * self.most);
                if over {
                    let place = Place::value(format!("/rows/{at}/duties/{duty_at}/within"));
                    hits.push(Hit::in_row(at, place).with("time", within.time.words()));
                }
            }
        }
        hits
    }
}

/// The client's own deadline is one towards somebody outside the two sides.
fn reports_outward(subject: &Subject<'_>, duty: &Duty) -> bool {
    let outside =
        |party: &String| subject.matrix.side(party).is_none_or(|side| side == crate::matrix::Side::External);
    match duty.deed {
        Deed::Notify => duty.to.iter().any(outside),
        Deed::Perform => duty.phase.as_deref() == Some("notify"),
        _ => false,
    }
}
