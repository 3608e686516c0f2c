//! Sentences and clauses that came or went whole.

use std::collections::BTreeMap;

use super::token::{Text, Token};
use super::{Reason, Turn};

/// Words in common, per mille, under which no sentence stands for another.
const ALIKE: usize = 350;

/// Words of a sentence from which it is one.
const WORDS: usize = 3;

/// Words that a reason quotes.
const QUOTED: usize = 12;

/// Pairs of words that are compared to find sentences; longer texts are compared as one.
const COMPARISONS: usize = 4_000_000;

/// Returns the sentences that only one side has, or a clause that one side has more.
pub(super) fn added(was: &Text, is: &Text) -> Vec<Turn> {
    let is_short = was.tokens().count().saturating_mul(is.tokens().count()) <= COMPARISONS;
    let strangers = |one: &Text, other: &Text| if is_short { strangers(one, other) } else { Vec::new() };
    let (went, came) = (strangers(was, is), strangers(is, was));
    if !went.is_empty() || !came.is_empty() {
        let went = went.into_iter().map(|said| Turn::of(Reason::Sentence, said, ""));
        return went.chain(came.into_iter().map(|said| Turn::of(Reason::Sentence, "", said))).collect();
    }
    clause(was, is).into_iter().collect()
}

/// Returns the sentences to which the other side has nothing alike.
fn strangers(one: &Text, other: &Text) -> Vec<String> {
    let theirs: Vec<Vec<&str>> = other.sentences.iter().map(|it| stems(it)).collect();
    let mine = one.sentences.iter().filter(|sentence| {
        let stems = stems(sentence);
        stems.len() >= WORDS && theirs.iter().all(|their| alike(&stems, their) < ALIKE)
    });
    mine.map(|sentence| quoted(sentence.iter().collect())).collect()
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
fn clause(was: &Text, is: &Text) -> Option<Turn> {
    let (went, came) = (only(was, is), only(is, was));
    let joins = |text: &Text| {
        text.tokens()
            .filter(|token| ["and", "or", "but", "plus", "also"].contains(&token.word.as_str()))
            .count()
    };
    let (more, less, grown) = if came.len() > went.len() {
        (&came, &went, joins(is) > joins(was))
    } else {
        (&went, &came, joins(was) > joins(is))
    };
    let is_added = match (more.len(), less.len()) {
        (_, 0) if more.len() >= 2 || grown && more.len() == 1 => true,
        (more, less) => more >= less + 3,
    };
    if !is_added || is_spelled_out(was, is, more) {
        return None;
    }
    let said = quoted(more.clone());
    Some(if came.len() > went.len() {
        Turn::of(Reason::Sentence, "", said)
    } else {
        Turn::of(Reason::Sentence, said, "")
    })
}

/// Returns the words that say something and stand on one side only, as often as they do.
fn only<'t>(one: &'t Text, other: &Text) -> Vec<&'t Token> {
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    other.tokens().filter_map(Token::stem).for_each(|stem| *there.entry(stem).or_default() += 1);
    let mine = one.tokens().filter(|token| {
        let Some(stem) = token.stem() else { return false };
        match there.get_mut(stem) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        }
    });
    mine.collect()
}

/// Returns whether words spell out an abbreviation that stands in either text.
fn is_spelled_out(was: &Text, is: &Text, words: &[&Token]) -> bool {
    let initials: String = words.iter().filter_map(|token| token.word.chars().next()).collect();
    let short = was.tokens().chain(is.tokens()).filter(|token| (2..=6).contains(&token.word.len()));
    short
        .map(|token| token.word.replace('s', "z"))
        .any(|token| initials.replace('s', "z").starts_with(&token) && words.len() <= token.len() + 2)
}

fn quoted(tokens: Vec<&Token>) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.said.as_str()).collect();
    let more = if words.len() > QUOTED { " …" } else { "" };
    format!("{}{more}", words[..words.len().min(QUOTED)].join(" "))
}
