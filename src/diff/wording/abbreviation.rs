//! Abbreviations and what they stand for: a text that spells one out says the same as one that does not.

use std::collections::BTreeSet;

use super::token::{Text, Token};

/// Writes the abbreviation where either text spells out one that the other has, and leaves out what stands there twice.
pub(super) fn bring_together(was: &mut Text, is: &mut Text) {
    let known: BTreeSet<String> = was.tokens().chain(is.tokens()).filter_map(short).collect();
    for text in [was, is] {
        for sentence in &mut text.sentences {
            *sentence = shortened(std::mem::take(sentence), &known);
        }
    }
}

/// Returns the letters of an abbreviation, one or many: EDR, SLAs, IdP.
fn short(token: &Token) -> Option<String> {
    let said = token.said.strip_suffix('s').unwrap_or(&token.said);
    let capitals = said.chars().filter(char::is_ascii_uppercase).count();
    let is_mixed = capitals >= 2 && said.ends_with(|c: char| c.is_ascii_uppercase());
    let is_short = (2..=6).contains(&said.chars().count())
        && said.chars().all(|c| c.is_ascii_alphabetic())
        && (capitals == said.len() || is_mixed);
    is_short.then(|| said.to_owned())
}

fn shortened(sentence: Vec<Token>, known: &BTreeSet<String>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(sentence.len());
    let words: BTreeSet<String> = known.iter().map(|short| word(short)).collect();
    let mut at = 0;
    while at < sentence.len() {
        let found = known.iter().filter_map(|short| Some((short, length(&sentence[at..], short)?)));
        let token = match found.max_by_key(|(_, length)| *length) {
            Some((short, length)) => {
                at += length;
                let (word, said) = (word(short), short.clone());
                Token { word, said, joint: None, is_figure: false, is_reference: false }
            }
            None => {
                at += 1;
                let token = sentence[at - 1].clone();
                match short(&token) {
                    Some(short) => Token { word: word(&short), ..token },
                    None => token,
                }
            }
        };
        // "ten (10) days", "endpoint detection and response (EDR)"
        let is_twice = out.last().is_some_and(|last| {
            last.word == token.word && (token.is_figure || token.is_reference || words.contains(&token.word))
        });
        if !is_twice {
            out.push(token);
        }
    }
    out
}

/// Returns an abbreviation as it is compared.
fn word(short: &str) -> String {
    short.to_lowercase().replace('z', "s")
}

/// Returns how many words spell an abbreviation: one a letter, or one a capital as in IdP.
fn length(words: &[Token], short: &str) -> Option<usize> {
    let capitals: String = short.chars().filter(char::is_ascii_uppercase).collect();
    let is_mixed = capitals.len() < short.len();
    let by_capitals = || is_mixed.then(|| spelled(words, &capitals.to_lowercase())).flatten();
    spelled(words, &short.to_lowercase()).or_else(by_capitals)
}

/// Returns how many words spell an abbreviation, one a letter; "and", "of" and "for" may have none.
fn spelled(words: &[Token], short: &str) -> Option<usize> {
    let mut letters = short.chars().peekable();
    let mut length = 0;
    for token in words {
        let Some(letter) = letters.peek() else { break };
        let is_short = token.said.chars().count() > 1 && token.said.chars().all(|c| c.is_ascii_uppercase());
        if token.said.to_lowercase().starts_with(*letter) && !is_short {
            letters.next();
        } else if length == 0 || !["and", "of", "for", "the"].contains(&token.word.as_str()) {
            return None;
        }
        length += 1;
    }
    (letters.peek().is_none() && length > 1).then_some(length)
}
