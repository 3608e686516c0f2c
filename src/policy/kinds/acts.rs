//! Kind `details-name-acts`: the words of a shared row say what each side does, not that both are responsible.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::short_name;
use crate::policy::given::Regex;

/// Details of a shared row name an act.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetailsNameActs {}

/// Words that say nothing of who does what.
static HOLLOW: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\bwork(?:s|ing)?(?: closely| jointly)? together\b|\bas a team\b|\bjoint(?:ly)? (?:effort|respons\w+)|\bshares? (?:the )?responsib\w+|\b(?:collaborat|cooperat|co-operat|liais)\w*|\b(?:is|are|be|remains?) (?:also |both |jointly |equally |each |together |mutually )*(?:responsible|accountable|liable)\b|\b(?:shared|joint|mutual) responsibility\b",
    )
});
/// Words that say that one side answers for the same as the other.
static TWICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(?:is|are) (?:also|both|jointly|equally|mutually) (?:responsible|accountable)\b")
});
/// An act after all: "responsible for approving each request".
static GERUND: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bresponsible for (?:\w+ )?\w{3,}ing\b"));

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("this pattern is ours")
}

impl DetailsNameActs {
    /// Returns one hit for each shared row whose words name no act.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let rows = subject.matrix.rows.iter().enumerate();
        rows.filter_map(|(at, row)| {
            let details = row.shared.as_ref()?.details.as_deref()?;
            let plain = without_stops(subject, details);
            let words = hollow(&plain)?;
            let hit = Hit::in_row(at, Place::value(format!("/rows/{at}/shared/details")));
            Some(hit.with("words", words))
        })
        .collect()
    }
}

/// Returns a text with the parties' names as people say them: the stop of "Inc." ends no clause.
fn without_stops(subject: &Subject<'_>, text: &str) -> String {
    let parties = subject.matrix.parties.iter();
    parties.fold(text.to_owned(), |text, party| text.replace(&party.name, short_name(&party.name)))
}

/// Returns the words by which a text says nothing: every clause of it does, or one gives two sides the same.
fn hollow(details: &str) -> Option<&str> {
    let clauses = || details.split([';', '.', '\n']).map(str::trim).filter(|clause| !clause.is_empty());
    let twice = clauses().filter(|clause| !GERUND.is_match(clause)).find_map(|clause| TWICE.find(clause));
    let found = || clauses().find_map(|clause| HOLLOW.find(clause));
    let is_hollow = |clause: &str| HOLLOW.is_match(clause) && !GERUND.is_match(clause) && !names_more(clause);
    twice.or_else(|| if clauses().all(is_hollow) { found() } else { None }).map(|found| found.as_str())
}

/// Returns whether a clause goes on after its hollow words: "works together and approves each request".
fn names_more(clause: &str) -> bool {
    static MORE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:,|\band\b|\bwhile\b) (?:\w+ ){0,3}(?:approv|decid|configur|report|review|install|monitor|notif|provid|test|sign|run|keep|creat|remov|check|perform|send|writ|set|own)\w*",
        )
    });
    MORE.is_match(clause)
}

#[cfg(test)]
mod tests {
    use super::hollow;

    #[test]
    fn words_without_an_act_are_told_from_acts() {
        for text in [
            "Harbor and Acme work together on all reviews",
            "Acme is responsible for reviews; Harbor is also responsible for reviews",
            "Both are jointly responsible",
            "The parties collaborate on incident response",
            "Acme and Harbor share responsibility for this control",
        ] {
            assert!(hollow(text).is_some(), "{text}");
        }
        for text in [
            "Harbor reports access; Acme decides what continues",
            "Acme is responsible for approving each request; Harbor opens the account",
            "Both sit in one meeting: Harbor shows gaps; Acme decides the changes",
            "Harbor collaborates with Acme and reviews every alert; Acme decides",
        ] {
            assert_eq!(hollow(text), None, "{text}");
        }
    }
}
