//! Kind `due`: what the calendar triggers is announced before it fails.

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::{Place, Severity};

/// A day has not passed; a notice comes some days before.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// What has a day.
    pub what: What,
    /// How many days ahead a notice comes.
    #[serde(default = "thirty")]
    pub ahead: i64,
}

/// What has a day.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// The review of the whole matrix.
    Review,
    /// An authorization of a party.
    Authorization,
}

impl What {
    fn coming(self, days: i64) -> String {
        match (self, days) {
            (Self::Review, 0) => "is due today".to_owned(),
            (Self::Review, _) => format!("is due in {}", in_days(days)),
            (Self::Authorization, 0) => "ends today".to_owned(),
            (Self::Authorization, _) => format!("ends in {}", in_days(days)),
        }
    }

    fn passed(self, days: i64) -> String {
        match self {
            Self::Review => format!("was due {} ago", in_days(days)),
            Self::Authorization => format!("ended {} ago", in_days(days)),
        }
    }
}

fn in_days(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

fn thirty() -> i64 {
    30
}

impl Due {
    /// Returns a hit for each day that has passed, and a note for each that is near.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        match self.what {
            What::Review => {
                let days =
                    subject.facts.value.pointer("/review/dueInDays").and_then(serde_json::Value::as_i64);
                days.and_then(|days| self.hit("/review/last".to_owned(), days)).into_iter().collect()
            }
            What::Authorization => self.authorizations(subject),
        }
    }

    fn authorizations(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (at, party) in subject.matrix.parties.iter().enumerate() {
            for (which, authorization) in party.authorizations.iter().enumerate() {
                let Some(expires) = authorization.expires else { continue };
                let days = i64::from(subject.today.until(expires).map_or(0, |span| span.get_days()));
                let pointer = format!("/parties/{at}/authorizations/{which}/expires");
                let hit = self.hit(pointer, days);
                hits.extend(hit.map(|hit| hit.with("party", &party.name).with("kind", &authorization.kind)));
            }
        }
        hits
    }

    fn hit(&self, pointer: String, days: i64) -> Option<Hit> {
        let hit = Hit::at(Place::value(pointer));
        match days {
            _ if days > self.ahead => None,
            0.. => Some(hit.with("when", self.what.coming(days)).at_most(Severity::Note)),
            _ => Some(hit.with("when", self.what.passed(-days))),
        }
    }
}
