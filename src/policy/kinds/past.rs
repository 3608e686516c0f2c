//! Kind `days-have-come`: what is said to have happened did not happen on a day still to come.

use jiff::civil::Date;
use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;

/// The last review and the days on which authorizations were looked up have come.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysHaveCome {}

impl DaysHaveCome {
    /// Returns one hit for each such day that is still to come.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut tell = |pointer: String, what: String, day: Option<Date>| {
            if let Some(day) = day.filter(|day| *day > subject.today) {
                let hit = Hit::at(Place::value(pointer));
                hits.push(hit.with("what", what).with("day", day.to_string()));
            }
        };
        let review = subject.matrix.review.as_ref();
        tell("/review/last".into(), "the last review".to_owned(), review.and_then(|review| review.last));
        for (at, party) in subject.matrix.parties.iter().enumerate() {
            for (which, authorization) in party.authorizations.iter().enumerate() {
                let what = format!("the look-up of `{}` of {}", authorization.kind, party.name);
                tell(format!("/parties/{at}/authorizations/{which}/asOf"), what, authorization.as_of);
            }
        }
        hits
    }
}
