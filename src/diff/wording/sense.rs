//! What a text says by the words that count: which meanings, which names, which figures, in which order.

use std::collections::{BTreeMap, BTreeSet};

use super::lexicon::{Kind, Lexicon, Meaning};
use super::token::{Text, Token, said};
use super::{Reason, Turn};

/// The words of a text that count.
pub(super) struct Sense {
    /// All of them in their order.
    all: Vec<Marked>,
    /// The words that say something between the names, in their order.
    between: Vec<BTreeMap<String, usize>>,
}

/// A word that counts, as it stands.
#[derive(Clone)]
struct Marked {
    mark: Mark,
    said: String,
    /// Whether nothing but "and" and "or" stands between the name before and this one: both are of one list.
    is_listed: bool,
    /// Whether "by" stands before it: who acts in a passive.
    is_agent: bool,
}

/// A word that counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Meaning(Meaning),
    Figure(String),
    Reference(String),
}

impl Mark {
    fn reason(&self) -> Reason {
        match self {
            Self::Figure(_) => Reason::Figure,
            Self::Reference(_) => Reason::Reference,
            Self::Meaning(Meaning { kind: Kind::Name, .. }) => Reason::Name,
            Self::Meaning(_) => Reason::Word,
        }
    }

    fn is_act(&self) -> bool {
        matches!(self, Self::Meaning(Meaning { kind: Kind::Act, .. }))
    }

    /// Returns whether another order of such words is another meaning.
    fn has_place(&self) -> bool {
        !matches!(self, Self::Reference(_) | Self::Meaning(Meaning { kind: Kind::Word | Kind::Act, .. }))
    }
}

impl Sense {
    pub(super) fn of(text: &Text, lexicon: &Lexicon) -> Self {
        let mut sense = Self { all: Vec::new(), between: vec![BTreeMap::new()] };
        text.sentences.iter().for_each(|sentence| sense.add(sentence, lexicon));
        sense
    }

    fn add(&mut self, sentence: &[Token], lexicon: &Lexicon) {
        let words: Vec<&str> = sentence.iter().map(|token| token.word.as_str()).collect();
        let (mut at, mut is_listed) = (0, false);
        while at < words.len() {
            let token = &sentence[at];
            let (mark, length) = match lexicon.starts(&words[at..]) {
                _ if token.is_reference => (Some(Mark::Reference(token.word.clone())), 1),
                Some((meaning, length)) => (Some(Mark::Meaning(meaning.clone())), length),
                None if token.is_figure => (Some(Mark::Figure(token.word.clone())), 1),
                None => (None, 1),
            };
            let is_name = mark.as_ref().is_some_and(|mark| mark.reason() == Reason::Name);
            if is_name {
                self.between.push(BTreeMap::new());
            } else {
                let said = sentence[at..at + length].iter().filter_map(Token::stem);
                let here = self.between.last_mut().expect("it begins with one");
                said.for_each(|stem| *here.entry(stem.to_owned()).or_default() += 1);
                is_listed &= ["and", "or", "the", "as", "well"].contains(&token.word.as_str());
            }
            let said = said(&sentence[at..at + length]);
            let ahead = words[..at].iter().rev().find(|word| !["the", "a", "an"].contains(*word));
            let is_agent = ahead.is_some_and(|word| *word == "by");
            self.all.extend(mark.map(|mark| Marked { mark, said, is_listed, is_agent }));
            is_listed |= is_name;
            at += length;
        }
    }

    /// Returns whether the order of other words matters: something is denied, or words went from one name to another.
    pub(super) fn is_delicate(&self, other: &Self) -> bool {
        let is_denied = |mark: &Mark| {
            matches!(mark, Mark::Meaning(Meaning { kind: Kind::Negation, .. }))
                || matches!(mark, Mark::Meaning(Meaning { name, .. }) if ["except", "excluding", "but", "unless"].contains(&name.as_str()))
        };
        let names = self.all.iter().map(|it| &it.mark).filter(|mark| mark.reason() == Reason::Name);
        self.all.iter().any(|it| is_denied(&it.mark))
            || names.collect::<BTreeSet<_>>().len() > 1 && self.between != other.between
    }

    /// Returns the same without the kinds of work.
    pub(super) fn without_acts(&self) -> Self {
        let all = self.all.iter().filter(|it| !it.mark.is_act()).cloned().collect();
        Self { all, between: self.between.clone() }
    }

    /// Returns the words of which the order is a meaning; the names of a list stand in one order whatever they do.
    fn places(&self) -> Vec<&Mark> {
        let mut places: Vec<&Mark> = Vec::new();
        let mut start = 0;
        for it in self.all.iter().filter(|it| it.mark.has_place()) {
            if !it.is_listed {
                start = places.len();
            }
            if places.last() == Some(&&it.mark) && it.mark.reason() == Reason::Name {
                continue;
            }
            places.push(&it.mark);
            places[start..].sort();
        }
        places
    }

    /// Returns the words of the only name that it has, however often; none if it has several or none.
    pub(super) fn only_name(&self) -> BTreeSet<&str> {
        let names = || self.all.iter().filter(|it| it.mark.reason() == Reason::Name);
        let is_one = names().map(|it| &it.mark).collect::<BTreeSet<_>>().len() == 1;
        names().filter(|_| is_one).flat_map(|it| it.said.split(|c: char| !c.is_alphanumeric())).collect()
    }

    /// Returns whether it has any of these words that count.
    pub(super) fn knows(&self, words: &BTreeSet<&str>) -> bool {
        let parts = |said: &str| said.split(|c: char| !c.is_alphanumeric()).any(|part| words.contains(part));
        self.all.iter().any(|it| parts(&it.said) || it.said.split(' ').any(|said| words.contains(said)))
    }

    /// Returns what speaks for another meaning: words that count and came or went, or stand in another order.
    pub(super) fn against(&self, other: &Self) -> Vec<Turn> {
        let (had, has) = (self.counts(), other.counts());
        let surplus = |one: &Counts<'_>, two: &Counts<'_>| -> Vec<(Reason, String)> {
            let more = one.iter().filter(|(mark, (count, _))| two.get(*mark).is_none_or(|it| it.0 < *count));
            more.map(|(mark, (_, said))| (mark.reason(), (*said).to_owned())).collect()
        };
        let (mut went, mut came) = (surplus(&had, &has), surplus(&has, &had));
        let is_denied_otherwise = deny(&had, &has, &mut went, &mut came);
        let mut turns = Vec::new();
        for kind in [Reason::Word, Reason::Name, Reason::Figure, Reason::Reference] {
            let of = |all: &[(Reason, String)]| -> Vec<String> {
                all.iter().filter(|it| it.0 == kind).map(|it| it.1.clone()).collect()
            };
            let (mut went, mut came) = (of(&went), of(&came));
            // One kind of work in place of another is another work; one in place of a word that is not known may be the
            // same in other words.
            let acts = |one: &Counts<'_>, two: &Counts<'_>| -> Vec<String> {
                let more =
                    one.iter().filter(|(mark, (count, _))| two.get(*mark).is_none_or(|it| it.0 < *count));
                more.filter(|(mark, _)| mark.is_act()).map(|(_, (_, said))| (*said).to_owned()).collect()
            };
            if kind == Reason::Word {
                let (less, more) = (acts(&had, &has), acts(&has, &had));
                // What starts a clock is not passed over.
                let is_timed = had.keys().any(|mark| mark.reason() == Reason::Figure);
                if (less.is_empty() || more.is_empty()) && !is_timed {
                    went.retain(|said| !less.contains(said));
                    came.retain(|said| !more.contains(said));
                }
            }
            if let ([went], [came]) = (&went[..], &came[..]) {
                turns.push(Turn::of(kind, went, came));
                continue;
            }
            turns.extend(went.into_iter().map(|word| Turn::of(kind, word, "")));
            turns.extend(came.into_iter().map(|word| Turn::of(kind, "", word)));
        }
        let is_turned = self.places() != other.places() || self.is_acted_on_otherwise(other);
        if turns.is_empty() && !is_denied_otherwise && is_turned {
            turns.push(Turn::of(Reason::Order, "", ""));
        }
        turns
    }

    /// Returns whether the names stand in one order on both sides and another one acts: "Harbor tells Acme", "Harbor is told
    /// by Acme".
    fn is_acted_on_otherwise(&self, other: &Self) -> bool {
        let names = |sense: &'_ Self| -> Vec<(Mark, bool)> {
            let named = sense.all.iter().filter(|it| it.mark.reason() == Reason::Name);
            named.map(|it| (it.mark.clone(), it.is_agent)).collect()
        };
        let (had, has) = (names(self), names(other));
        let is_same_order = had.iter().map(|it| &it.0).eq(has.iter().map(|it| &it.0));
        let is_active = |names: &[(Mark, bool)]| names.first().is_some_and(|it| !it.1);
        is_same_order && had.len() > 1 && is_active(&had) && is_active(&has) && had != has
    }

    fn counts(&self) -> Counts<'_> {
        let mut counts = Counts::new();
        let is_alone = !self.only_name().is_empty();
        for Marked { mark, said, .. } in &self.all {
            let entry = counts.entry(mark).or_insert((0, said.as_str()));
            // A reference is one however often it stands there, and so is the only name.
            let is_once = mark.reason() == Reason::Reference || mark.reason() == Reason::Name && is_alone;
            entry.0 = if is_once { 1 } else { entry.0 + 1 };
        }
        counts
    }
}

/// Leaves out that "not any" became "no", or the other way round, and returns whether it did.
fn deny(
    had: &Counts<'_>,
    has: &Counts<'_>,
    went: &mut Vec<(Reason, String)>,
    came: &mut Vec<(Reason, String)>,
) -> bool {
    let times = |counts: &Counts<'_>, name: &str| -> usize {
        let named = counts.iter().filter(|(mark, _)| matches!(mark, Mark::Meaning(it) if it.name == name));
        named.map(|(_, (times, _))| *times).sum()
    };
    let more = |name: &str| (times(has, name), times(had, name));
    let is_same = |(not, any, no): ((usize, usize), (usize, usize), (usize, usize))| {
        let by = |(more, less): (usize, usize)| more.checked_sub(less).filter(|by| *by == 1);
        by(not).is_some() && by(any).is_some() && by((no.1, no.0)).is_some()
    };
    let turned = |(one, other): (usize, usize)| (other, one);
    let (not, any, no) = (more("not"), more("any"), more("no"));
    let is_denied_otherwise = is_same((not, any, no)) || is_same((turned(not), turned(any), turned(no)));
    if is_denied_otherwise {
        let is_denial = |said: &str| ["not", "any", "no"].contains(&said.to_lowercase().as_str());
        went.retain(|(_, said)| !is_denial(said));
        came.retain(|(_, said)| !is_denial(said));
    }
    is_denied_otherwise
}

/// How often each stands in a text, and how it is said first.
type Counts<'a> = BTreeMap<&'a Mark, (usize, &'a str)>;
