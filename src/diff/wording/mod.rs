//! Wording: whether another text for the same duty may change the duty, and by which words.
//!
//! No program can say that two texts mean the same. This one says which words speak for another meaning, and which
//! changes are spelling, signs and references alone; all between is described otherwise, for people to read.

mod abbreviation;
mod clock;
mod date;
mod lexicon;
mod marks;
mod number;
mod reference;
mod sense;
mod sentences;
mod token;
mod weigh;

use lexicon::Lexicon;
pub(crate) use lexicon::List;
pub use lexicon::Words;
pub(crate) use weigh::Wording;

use std::collections::BTreeSet;

use serde::Serialize;

use sense::Sense;
use token::Text;

/// What became of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    /// Only spelling, signs or references differ.
    Spelling,
    /// The words differ, and none of them is known to change a duty.
    Otherwise,
    /// Words differ that may change the duty.
    Turned(Vec<Turn>),
}

/// One reason why a text may ask for something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Turn {
    /// What kind of reason it is.
    pub kind: Reason,
    /// The words that went, as they stood; empty where nothing went.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub went: String,
    /// The words that came, as they stand; empty where nothing came.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub came: String,
}

/// Why words may change a duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A word that can change a duty came or went.
    Word,
    /// A party, role, system or scope of this matrix is named that was not, or no longer.
    Name,
    /// A figure differs.
    Figure,
    /// Another requirement, another standard or another edition of it is named.
    Reference,
    /// A word gave way to its opposite.
    Opposite,
    /// A sentence came or went whole.
    Sentence,
    /// A part of a sentence came or went.
    Clause,
    /// The same words stand in another order, and the order says who or what is meant.
    Order,
}

/// Returns what became of a text; exchanging the sides exchanges what went and what came, and nothing else.
fn read(lexicon: &[Lexicon; 2], before: &str, after: &str) -> Reading {
    if before == after {
        return Reading::Spelling;
    }
    let signs = marks::turned(before, after);
    if !signs.is_empty() {
        return Reading::Turned(signs);
    }
    let list = lexicon[0].list();
    let (mut was, mut is) = (Text::of(before, list), Text::of(after, list));
    abbreviation::bring_together(&mut was, &mut is);
    let (had, has) = (Sense::of(&was, &lexicon[0]), Sense::of(&is, &lexicon[1]));
    let by_words = had.against(&has);
    // A kind of work may be written in two words: "log files" and "logfiles".
    let is_joined =
        || was.letters() == is.letters() && had.without_acts().against(&has.without_acts()).is_empty();
    // Two words that look alike may be opposites: "prescribed" and "proscribed".
    let is_misspelt = token::is_misspelt(&was, &is) && list.opposites(&was, &is).is_empty();
    if is_joined() || is_misspelt && (by_words.is_empty() || are_slips_of_the_pen(&was, &is, [&had, &has])) {
        return Reading::Spelling;
    }
    let sentences = sentences::strangers(&was, &is);
    let mut turns = if sentences.is_empty() {
        let mut turns = by_words;
        turns.extend(turned(list, &was, &is));
        let name: BTreeSet<&str> = had.only_name().intersection(&has.only_name()).copied().collect();
        turns.extend(sentences::clause(&was, &is, &name));
        turns
    } else {
        // What stands in a sentence that came or went whole is told with it.
        let (was, is) = (was.without(&sentences.went), is.without(&sentences.came));
        let mut turns = sentences.turns();
        turns.extend(Sense::of(&was, &lexicon[0]).against(&Sense::of(&is, &lexicon[1])));
        turns.extend(turned(list, &was, &is));
        turns
    };
    if turns.is_empty()
        && !token::is_turned_round(&was, &is)
        && token::is_reordered(&was, &is)
        && (had.is_delicate(&has) || has.is_delicate(&had) || was.is_sequence())
    {
        turns.push(Turn { kind: Reason::Order, went: String::new(), came: String::new() });
    }
    drop_told(&mut turns);
    turns.sort();
    turns.dedup();
    if turns.is_empty() { Reading::Otherwise } else { Reading::Turned(turns) }
}

/// Returns whether of each two words that look alike only one is known, so that the other is a slip of the pen.
fn are_slips_of_the_pen(was: &Text, is: &Text, [had, has]: [&Sense; 2]) -> bool {
    token::slips(was, is)
        .iter()
        .all(|(one, other)| !(had.knows(&BTreeSet::from([*one])) && has.knows(&BTreeSet::from([*other]))))
}

/// Returns the words that gave way to their opposites.
fn turned(list: &List, was: &Text, is: &Text) -> Vec<Turn> {
    [list.opposites(was, is), token::negated(was, is)].concat()
}

/// Leaves out a clause of which every word is told as a reason of its own.
fn drop_told(turns: &mut Vec<Turn>) {
    let words = |said: &str| -> Vec<String> {
        said.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect()
    };
    let single = turns.iter().filter(|turn| turn.kind != Reason::Clause);
    let told: BTreeSet<String> =
        single.flat_map(|turn| [words(&turn.went), words(&turn.came)]).flatten().collect();
    turns.retain(|turn| {
        let own = [words(&turn.went), words(&turn.came)].concat();
        turn.kind != Reason::Clause || own.iter().any(|word| !word.is_empty() && !told.contains(word))
    });
}

impl Turn {
    fn of(kind: Reason, went: impl Into<String>, came: impl Into<String>) -> Self {
        Self { kind, went: went.into(), came: came.into() }
    }

    /// Returns the same reason where the sides are exchanged.
    #[must_use]
    pub fn swapped(self) -> Self {
        Self { kind: self.kind, went: self.came, came: self.went }
    }

    /// Says the reason, to stand after "because".
    pub fn says(&self) -> String {
        let what = match self.kind {
            Reason::Sentence => "the sentence ",
            Reason::Name => "the name ",
            Reason::Reference => "the reference ",
            Reason::Clause | Reason::Figure | Reason::Word | Reason::Opposite => "",
            Reason::Order => return "the same words stand in another order".to_owned(),
        };
        match (self.went.as_str(), self.came.as_str()) {
            ("", came) => format!("{what}“{came}” was added"),
            (went, "") => format!("{what}“{went}” was taken out"),
            (went, came) => format!("{what}“{went}” became “{came}”"),
        }
    }
}
