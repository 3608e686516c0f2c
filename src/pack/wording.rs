//! What the text of a law says in words that no field holds: a threshold, a channel, an order of things.

use serde::Deserialize;

/// Words of which a row that answers a text has one, or has none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Beginnings of words, one of which stands in the row; empty if none has to.
    #[serde(default)]
    pub says: Vec<String>,
    /// Beginnings of words that do not stand in it, save denied; `{provider}` is the name of a providing party.
    #[serde(default)]
    pub never: Vec<String>,
    /// The only rows that it is about have one of these; empty for all.
    #[serde(default)]
    pub about: Vec<String>,
    /// What the text says, for the message.
    pub because: String,
}

/// The longest time that is usual for work of some subject, where the framework names none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Usual {
    /// Beginnings of words that mark the event or the duty.
    pub about: Vec<String>,
    /// How long it takes at most.
    pub time: crate::matrix::Duration,
    /// What the time is usual for, in words.
    pub of: String,
}

/// Returns where a text has a word that begins with a phrase; both in lower case.
///
/// A figure is whole: `500` is found neither in `5,000` nor in `1,500`.
pub fn find(text: &str, phrase: &str) -> Option<usize> {
    text.match_indices(phrase).map(|(at, _)| at).find(|at| {
        let (before, after) = (&text[..*at], &text[at + phrase.len()..]);
        let is_figure = phrase.ends_with(|c: char| c.is_ascii_digit());
        let goes_on = after.trim_start_matches([',', '.']).starts_with(|c: char| c.is_ascii_digit())
            && !after.starts_with(' ');
        let is_tail = before.ends_with(|c: char| c.is_alphanumeric())
            || (is_figure
                && before.ends_with(',')
                && before[..before.len() - 1].ends_with(|c: char| c.is_ascii_digit()));
        !(is_tail || is_figure && goes_on)
    })
}

/// Returns whether a text has, at one place at least, a word that begins with a phrase and is not denied.
pub fn asserts(text: &str, phrase: &str) -> bool {
    const DENIALS: [&str; 8] =
        ["not ", "never ", "no ", "nor ", "without ", "instead of ", "rather than ", "other than "];
    let mut from = 0;
    while let Some(at) = find(&text[from..], phrase).map(|at| from + at) {
        let clause = text[..at].rfind(['.', ';', '\n']).map_or(0, |stop| stop + 1);
        let denied = DENIALS.iter().any(|denial| find(&text[clause..at], denial).is_some());
        if !denied {
            return true;
        }
        from = at + phrase.len();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{asserts, find};

    #[test]
    fn a_word_is_found_by_its_beginning_and_a_figure_whole() {
        assert!(find("it notifies the client", "notif").is_some());
        assert!(find("a denotifier", "notif").is_none());
        assert!(find("breaches of 500 or more", "500").is_some());
        assert!(find("breaches of 500, or more", "500").is_some());
        for text in ["5,000 persons", "1,500 persons", "5000 persons", "500,000 persons"] {
            assert!(find(text, "500").is_none(), "{text}");
        }
    }

    #[test]
    fn what_is_denied_is_not_said() {
        assert!(asserts("send it to the contracting officer", "contracting officer"));
        assert!(!asserts("hand it over, and never to the contracting officer", "contracting officer"));
        assert!(asserts("not by post; to the contracting officer", "contracting officer"));
    }
}
