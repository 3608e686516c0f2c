//! How long deadlines and rhythms can take at most, in minutes of the wall clock.

use crate::matrix::{Clock, Duration, Within};

const DAY: i64 = 24 * 60;

/// Returns how long a deadline can take: business hours stretch over a night and a weekend.
pub(super) fn of_deadline(within: &Within) -> Option<i64> {
    let minutes = within.time.minutes()?;
    match within.clock {
        Some(Clock::Business) => {
            let hours_as_days = |minutes: i64| (minutes + 8 * 60 - 1) / (8 * 60);
            let days =
                if within.time.as_str().contains('T') { hours_as_days(minutes) } else { minutes / DAY };
            Some((days + 2 * ((days + 4) / 5)) * DAY)
        }
        Some(Clock::Wall) | None => Some(minutes),
    }
}

/// Returns how long the time between two turns of a rhythm is; `None` for what an event triggers.
pub(super) fn of_rhythm(cadence: &str) -> Option<i64> {
    match cadence {
        "continuous" => Some(0),
        "daily" => Some(DAY),
        "weekly" => Some(7 * DAY),
        "monthly" => Some(31 * DAY),
        "quarterly" => Some(92 * DAY),
        "semiannual" => Some(184 * DAY),
        "annual" => Some(366 * DAY),
        "triennial" => Some(3 * 366 * DAY),
        other => {
            // A month is counted as the longest one, so that `P1M` and `monthly` are the same.
            let span = Duration::from(other).span()?;
            let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
            let rest = i64::from(span.get_weeks()) * 7 + i64::from(span.get_days());
            let days = months * 31 - months / 2 + rest;
            Some(days * DAY + i64::from(span.get_hours()) * 60 + span.get_minutes())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, of_rhythm};

    #[test]
    fn a_rhythm_as_a_length_is_no_longer_than_its_word() {
        for (length, word) in [
            ("P1M", "monthly"),
            ("P3M", "quarterly"),
            ("P6M", "semiannual"),
            ("P12M", "annual"),
            ("P1Y", "annual"),
        ] {
            assert!(of_rhythm(length) <= of_rhythm(word), "{length} {word}");
            assert!(of_rhythm(length).is_some_and(|it| it + 3 * DAY > of_rhythm(word).unwrap_or_default()));
        }
        assert!(of_rhythm("P2Y") > of_rhythm("annual"));
        assert_eq!(of_rhythm("on-event"), None);
    }
}
