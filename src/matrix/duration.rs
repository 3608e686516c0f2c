//! Lengths of time in a matrix: ISO 8601 durations, compared by their usual length.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An ISO 8601 duration such as `PT24H` or `P6Y`, as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(transparent)]
pub struct Duration(String);

impl Duration {
    /// Returns the duration as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns its length in minutes, a month taken as 30 days and a year as 365.
    ///
    /// Good for comparing deadlines of one clock; calendar arithmetic uses [`Duration::span`].
    pub fn minutes(&self) -> Option<i64> {
        let span = self.span()?;
        let days = i64::from(span.get_years()) * 365
            + i64::from(span.get_months()) * 30
            + i64::from(span.get_weeks()) * 7
            + i64::from(span.get_days());
        Some(days * 24 * 60 + i64::from(span.get_hours()) * 60 + span.get_minutes())
    }

    /// Returns the calendar span, or nothing where the text is no duration.
    pub fn span(&self) -> Option<jiff::Span> {
        jiff::Span::from_str(&self.0).ok()
    }

    /// Returns the duration in words, such as "5 days".
    pub fn words(&self) -> String {
        let Some(span) = self.span() else { return self.0.clone() };
        let parts = [
            (i64::from(span.get_years()), "year"),
            (i64::from(span.get_months()), "month"),
            (i64::from(span.get_weeks()), "week"),
            (i64::from(span.get_days()), "day"),
            (i64::from(span.get_hours()), "hour"),
            (span.get_minutes(), "minute"),
            (span.get_seconds(), "second"),
        ];
        let words: Vec<String> = parts
            .into_iter()
            .filter(|(count, _)| *count != 0)
            .map(|(count, unit)| format!("{count} {unit}{}", if count == 1 { "" } else { "s" }))
            .collect();
        if words.is_empty() { "0 days".to_owned() } else { words.join(" ") }
    }
}

impl From<&str> for Duration {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_people_say_them() {
        assert_eq!(Duration::from("P5D").words(), "5 days");
        assert_eq!(Duration::from("PT1H").words(), "1 hour");
        assert_eq!(Duration::from("P1Y6M").words(), "1 year 6 months");
        assert_eq!(Duration::from("soon").words(), "soon");
    }

    #[test]
    fn durations_compare_by_their_usual_length() {
        assert_eq!(Duration::from("PT72H").minutes(), Duration::from("P3D").minutes());
        assert_eq!(Duration::from("P1W").minutes(), Some(7 * 24 * 60));
        assert_eq!(Duration::from("within SLA").minutes(), None);
    }
}
