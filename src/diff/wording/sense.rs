//! What a text says by the words that count: which meanings, which names, which figures, in which order.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{Kind, Lexicon, Meaning};
use super::token::{Text, Token};
use super::{Reason, Turn};

/// The words of a text that count.
pub(super) struct Sense {
    /// All of them in their order, each as it stands.
    all: Vec<(Mark, String)>,
}

/// A word that counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Meaning(Meaning),
    Figure(String),
}

impl Mark {
    fn reason(&self) -> Reason {
        match self {
            Self::Figure(_) => Reason::Figure,
            Self::Meaning(Meaning { kind: Kind::Name, .. }) => Reason::Name,
            Self::Meaning(_) => Reason::Word,
        }
    }

    /// Returns whether another order of such words is another meaning.
    fn has_place(&self) -> bool {
        !matches!(self, Self::Meaning(Meaning { kind: Kind::Word, .. }))
    }
}

impl Sense {
    pub(super) fn of(text: &Text, lexicon: &Lexicon) -> Self {
        let mut all = Vec::new();
        for sentence in &text.sentences {
            let words: Vec<&str> = sentence.iter().map(|token| token.word.as_str()).collect();
            let mut at = 0;
            while at < words.len() {
                let (mark, length) = match lexicon.starts(&words[at..]) {
                    Some((meaning, length)) => (Some(Mark::Meaning(meaning.clone())), length),
                    None if sentence[at].is_figure => (Some(Mark::Figure(words[at].to_owned())), 1),
                    None => (None, 1),
                };
                all.extend(mark.map(|mark| (mark, said(&sentence[at..at + length]))));
                at += length;
            }
        }
        Self { all }
    }

    /// Returns whether the order of other words matters: something is denied, or two are named.
    pub(super) fn is_delicate(&self) -> bool {
        let is_denied = |mark: &Mark| {
            matches!(mark, Mark::Meaning(Meaning { kind: Kind::Negation, .. }))
                || matches!(mark, Mark::Meaning(Meaning { name, .. }) if ["except", "excluding", "but", "unless"].contains(&name.as_str()))
        };
        let names = self.all.iter().filter(|(mark, _)| mark.reason() == Reason::Name);
        self.all.iter().any(|(mark, _)| is_denied(mark))
            || names.map(|it| &it.0).collect::<BTreeSet<_>>().len() > 1
    }

    /// Returns what speaks for another meaning: words that count and came or went, or stand in another order.
    pub(super) fn against(&self, other: &Self) -> Vec<Turn> {
        let (had, has) = (self.counts(), other.counts());
        let surplus = |one: &Counts<'_>, two: &Counts<'_>| -> Vec<(Reason, String)> {
            let more = one.iter().filter(|(mark, (count, _))| two.get(*mark).is_none_or(|it| it.0 < *count));
            more.map(|(mark, (_, said))| (mark.reason(), (*said).to_owned())).collect()
        };
        let (went, came) = (surplus(&had, &has), surplus(&has, &had));
        let mut turns = Vec::new();
        for kind in [Reason::Word, Reason::Name, Reason::Figure] {
            let of = |all: &[(Reason, String)]| -> Vec<String> {
                all.iter().filter(|it| it.0 == kind).map(|it| it.1.clone()).collect()
            };
            let (went, came) = (of(&went), of(&came));
            if let ([went], [came]) = (&went[..], &came[..]) {
                turns.push(Turn::of(kind, went, came));
                continue;
            }
            turns.extend(went.into_iter().map(|word| Turn::of(kind, word, "")));
            turns.extend(came.into_iter().map(|word| Turn::of(kind, "", word)));
        }
        let places = |sense: &Self| -> Vec<Mark> {
            sense.all.iter().map(|it| &it.0).filter(|mark| mark.has_place()).cloned().collect()
        };
        if turns.is_empty() && places(self) != places(other) {
            turns.push(Turn::of(Reason::Order, "", ""));
        }
        turns
    }

    fn counts(&self) -> Counts<'_> {
        let mut counts = Counts::new();
        for (mark, said) in &self.all {
            let entry = counts.entry(mark).or_insert((0, said));
            entry.0 += 1;
        }
        counts
    }
}

/// How often each stands in a text, and how it is said first.
type Counts<'a> = BTreeMap<&'a Mark, (usize, &'a str)>;

fn said(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.said.as_str()).collect::<Vec<_>>().join(" ")
}
