//! Whether other words for the same touch a figure or a time: those are read before they are signed.

/// Words of time and number, beside those with a digit.
const WORDS: [&str; 62] = [
    "annual",
    "annually",
    "biannual",
    "biannually",
    "biennial",
    "biweekly",
    "continuous",
    "continuously",
    "daily",
    "day",
    "days",
    "deadline",
    "eight",
    "eleven",
    "fifteen",
    "five",
    "forty",
    "four",
    "half",
    "hour",
    "hourly",
    "hours",
    "immediate",
    "immediately",
    "minute",
    "minutes",
    "month",
    "monthly",
    "months",
    "nightly",
    "nine",
    "ninety",
    "once",
    "overnight",
    "periodic",
    "periodically",
    "promptly",
    "quarter",
    "quarterly",
    "quarters",
    "regularly",
    "semiannual",
    "semiannually",
    "seven",
    "seventy",
    "six",
    "sixty",
    "ten",
    "thirty",
    "three",
    "triennial",
    "triennially",
    "twelve",
    "twenty",
    "twice",
    "two",
    "week",
    "weekly",
    "weeks",
    "year",
    "yearly",
    "years",
];

/// Returns whether two texts differ in their figures and words of time, or in the order of them.
pub(crate) fn differs(before: &str, after: &str) -> bool {
    figures(before) != figures(after)
}

fn figures(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| is_figure(word)).collect()
}

fn is_figure(word: &str) -> bool {
    word.chars().any(char::is_numeric) || WORDS.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_or_a_time_is_seen_wherever_it_comes_goes_or_changes() {
        assert!(WORDS.is_sorted());
        assert!(differs("Test the capability", "Test the capability every year in an exercise"));
        assert!(differs("Keep 6 copies", "Keep 9 copies"));
        assert!(differs("2 days, then 3 weeks", "3 days, then 2 weeks"));
        assert!(!differs("Review the logs every month", "Look at the logs every month"));
    }
}
