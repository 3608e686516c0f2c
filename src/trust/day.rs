//! Days and moments as signed files write them: one spelling each, always UTC.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::name::{NotAName, written_as_text};

/// A calendar day, `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Day {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let day = text.parse().map(Day).ok().filter(|day| day.to_string() == text);
        day.ok_or_else(|| NotAName::new("a day such as `2027-01-01`", text))
    }
}

/// A moment to the second in UTC, `YYYY-MM-DDTHH:MM:SSZ`. It is what a signer claims, never a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub DateTime);

impl Moment {
    /// Returns the day of the moment.
    pub fn day(&self) -> Day {
        Day(self.0.date())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Z", self.0)
    }
}

impl FromStr for Moment {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let civil = text.strip_suffix('Z').and_then(|civil| civil.parse().ok()).map(Moment);
        let exact = civil.filter(|moment| moment.to_string() == text && text.len() == 20);
        exact.ok_or_else(|| NotAName::new("a moment such as `2026-11-20T09:30:00Z`", text))
    }
}

written_as_text!(Day, Moment);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_one_spelling() {
        assert!("2027-01-01".parse::<Day>().is_ok());
        for wrong in ["20270101", "2027-1-1", "2027-02-30", "+002027-01-01", "2027-01-01T00:00:00", ""] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_moment_has_one_spelling() {
        assert!("2026-11-20T09:30:00Z".parse::<Moment>().is_ok());
        for wrong in [
            "2026-11-20T09:30:00+02:00",
            "2026-11-20T09:30:00",
            "2026-11-20 09:30:00Z",
            "2026-11-20T09:30Z",
            "2026-11-20T09:30:00.5Z",
            "2026-11-20T09:30:60Z",
            "2026-11-20T09:30:00z",
        ] {
            assert!(wrong.parse::<Moment>().is_err(), "{wrong}");
        }
    }
}
