//! Deadlines and frequencies: which of two leaves less time.

use serde_json::Value;

use super::change::Class;
use crate::matrix::Duration;

/// Returns what became of a `within`, and whether that is material.
pub(crate) fn within(before: &Value, after: &Value) -> (Class, bool) {
    if before.is_null() || after.is_null() {
        return (if before.is_null() { Class::DeadlineTightened } else { Class::DeadlineLoosened }, true);
    }
    let differs = |name: &str| before.get(name) != after.get(name);
    if differs("of") || differs("clock") {
        return (Class::DeadlineChanged, true);
    }
    length(before.get("time").unwrap_or(&Value::Null), after.get("time").unwrap_or(&Value::Null))
}

/// Returns what became of a length of time that something may take.
pub(crate) fn length(before: &Value, after: &Value) -> (Class, bool) {
    compare(before, after, |text| seconds(&Duration::from(text)))
}

/// Returns what became of a frequency; more often is tighter.
pub(crate) fn cadence(before: &Value, after: &Value) -> (Class, bool) {
    compare(before, after, |text| match text {
        "continuous" => Some(0),
        "daily" => Some(days(1)),
        "weekly" => Some(days(7)),
        "monthly" => Some(days(30)),
        "quarterly" => Some(days(90)),
        "semiannual" => Some(days(180)),
        "annual" => Some(days(365)),
        "triennial" => Some(days(3 * 365)),
        "on-event" => None,
        other => seconds(&Duration::from(other)),
    })
}

fn compare(before: &Value, after: &Value, measure: impl Fn(&str) -> Option<i64>) -> (Class, bool) {
    if before == after {
        return (Class::WordingOnly, false);
    }
    let (Some(before), Some(after)) = (before.as_str(), after.as_str()) else {
        return (if before.is_null() { Class::DeadlineTightened } else { Class::DeadlineLoosened }, true);
    };
    match (measure(before), measure(after)) {
        (Some(before), Some(after)) if after < before => (Class::DeadlineTightened, true),
        (Some(before), Some(after)) if after > before => (Class::DeadlineLoosened, true),
        (Some(_), Some(_)) => (Class::WordingOnly, false),
        _ => (Class::DeadlineChanged, true),
    }
}

fn days(count: i64) -> i64 {
    count * 24 * 60 * 60
}

fn seconds(duration: &Duration) -> Option<i64> {
    Some(duration.minutes()? * 60 + duration.span()?.get_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn less_time_is_tighter_and_no_deadline_is_the_longest() {
        let p5d = json!({ "time": "P5D" });
        assert_eq!(within(&p5d, &json!({ "time": "PT4H" })).0, Class::DeadlineTightened);
        assert_eq!(within(&Value::Null, &p5d).0, Class::DeadlineTightened);
        assert_eq!(within(&p5d, &Value::Null).0, Class::DeadlineLoosened);
        assert_eq!(within(&p5d, &json!({ "time": "PT120H" })), (Class::WordingOnly, false));
    }

    #[test]
    fn two_clocks_cannot_be_compared() {
        let business = json!({ "time": "PT4H", "clock": "business" });
        assert_eq!(within(&business, &json!({ "time": "PT4H", "clock": "wall" })).0, Class::DeadlineChanged);
        assert_eq!(cadence(&json!("monthly"), &json!("on-event")).0, Class::DeadlineChanged);
        assert_eq!(cadence(&json!("annual"), &json!("quarterly")).0, Class::DeadlineTightened);
        assert_eq!(cadence(&json!("quarterly"), &json!("P3M")), (Class::WordingOnly, false));
    }
}
