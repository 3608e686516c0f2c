//! Sentences and clauses that came or went whole.

use std::collections::{BTreeMap, BTreeSet};

use super::token::{self, Text, Token};
use super::{Reason, Turn};

/// Words in common, per mille, under which no sentence stands for another.
const ALIKE: usize = 350;

/// Words of a sentence from which it is one.
const WORDS: usize = 3;

/// Words that a reason quotes.
const QUOTED: usize = 12;

/// Pairs of words that are compared to find sentences; longer texts are compared as one.
const COMPARISONS: usize = 4_000_000;

/// The sentences that only one side has, by their places.
#[derive(Debug, Default)]
pub(super) struct Strangers {
    pub(super) went: Vec<usize>,
    pub(super) came: Vec<usize>,
    said: [Vec<String>; 2],
}

impl Strangers {
    pub(super) fn is_empty(&self) -> bool {
        self.went.is_empty() && self.came.is_empty()
    }

    /// Returns a reason for each; one that gave way to one is one reason.
    pub(super) fn turns(&self) -> Vec<Turn> {
        let turn = |went: &str, came: &str| Turn::of(Reason::Sentence, went, came);
        match &self.said {
            [went, came] if went.len() == 1 && came.len() == 1 => vec![turn(&went[0], &came[0])],
            [went, came] => {
                let went = went.iter().map(|said| turn(said, ""));
                went.chain(came.iter().map(|said| turn("", said))).collect()
            }
        }
    }
}

/// Returns the sentences to which the other side has nothing alike.
pub(super) fn strangers(was: &Text, is: &Text) -> Strangers {
    if was.tokens().count().saturating_mul(is.tokens().count()) > COMPARISONS {
        return Strangers::default();
    }
    let (went, came) = (unlike(was, is), unlike(is, was));
    let said = |text: &Text, places: &[usize]| -> Vec<String> {
        places.iter().map(|place| whole(&text.sentences[*place])).collect()
    };
    Strangers { said: [said(was, &went), said(is, &came)], went, came }
}

fn unlike(one: &Text, other: &Text) -> Vec<usize> {
    let theirs: Vec<Vec<&str>> = other.sentences.iter().map(|it| stems(it)).collect();
    let mine = one.sentences.iter().enumerate().filter(|(_, sentence)| {
        let stems = stems(sentence);
        stems.len() >= WORDS && theirs.iter().all(|their| alike(&stems, their) < ALIKE)
    });
    mine.map(|(place, _)| place).collect()
}

fn stems(sentence: &[Token]) -> Vec<&str> {
    let mut stems: Vec<&str> = sentence.iter().filter_map(Token::stem).collect();
    stems.sort_unstable();
    stems
}

/// Returns how much of the shorter sentence stands in the longer one, 0 to 1000.
fn alike(one: &[&str], other: &[&str]) -> usize {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let common = short.iter().filter(|word| long.contains(word)).count();
    (1000 * common).checked_div(short.len()).unwrap_or(0)
}

/// Returns a clause that one side has beside what both say.
///
/// A name that stands once more in a text that names nobody else is none.
pub(super) fn clause(was: &Text, is: &Text, name: &BTreeSet<&str>) -> Option<Turn> {
    let (mut went, mut came) = (only(was, is), only(is, was));
    for side in [&mut went, &mut came] {
        side.retain(|token| !name.contains(token.said.as_str()));
    }
    let (more, less) = if came.len() > went.len() { (&came, &went) } else { (&went, &came) };
    let is_added = match (more.len(), less.len()) {
        (_, 0) if !more.is_empty() => true,
        (more, less) => more >= less + 3,
    };
    if !is_added || is_spelled_out(was, is, more) {
        return None;
    }
    let said = quoted(more.clone());
    Some(if came.len() > went.len() {
        Turn::of(Reason::Clause, "", said)
    } else {
        Turn::of(Reason::Clause, said, "")
    })
}

/// Returns the words that say something and stand on one side only, each once.
fn only<'t>(one: &'t Text, other: &Text) -> Vec<&'t Token> {
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    other.tokens().filter_map(Token::stem).for_each(|stem| *there.entry(stem).or_default() += 1);
    let mut seen = BTreeSet::new();
    let mine = one.tokens().filter(|token| {
        let Some(stem) = token.stem() else { return false };
        match there.get_mut(stem) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => seen.insert(stem),
        }
    });
    mine.collect()
}

/// Returns whether words spell out an abbreviation that stands in either text, one or many.
fn is_spelled_out(was: &Text, is: &Text, words: &[&Token]) -> bool {
    let initials: String = words.iter().filter_map(|token| token.word.chars().next()).collect();
    let initials = initials.replace('z', "s");
    let short = was.tokens().chain(is.tokens()).filter(|token| (2..=7).contains(&token.word.len()));
    let forms = short.flat_map(|token| {
        let word = token.word.replace('z', "s");
        let one = is_plural(&token.said).then(|| word.trim_end_matches('s').to_owned());
        std::iter::once(word).chain(one)
    });
    forms
        .filter(|form| form.len() >= 2)
        .any(|form| initials.starts_with(&form) && words.len() <= form.len() + 2)
}

/// Returns whether a word is an abbreviation of several, such as SLAs.
fn is_plural(said: &str) -> bool {
    said.strip_suffix('s').is_some_and(|one| one.len() >= 2 && one.chars().all(char::is_uppercase))
}

/// Returns the beginning of a sentence as it stands.
fn whole(sentence: &[Token]) -> String {
    let more = if sentence.len() > QUOTED { " …" } else { "" };
    format!("{}{more}", token::said(sentence.iter().take(QUOTED)))
}

fn quoted(tokens: Vec<&Token>) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.said.as_str()).collect();
    let more = if words.len() > QUOTED { " …" } else { "" };
    format!("{}{more}", words[..words.len().min(QUOTED)].join(" "))
}
