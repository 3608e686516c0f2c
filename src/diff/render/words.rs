//! Word-level marks: which words of a text went and which came.
//!
//! Bounded by counting and never by time, so that every machine shows the same. What is too long or too
//! different is shown whole, before and after, which reads better too.

use std::collections::HashSet;

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Tokens of one side beyond which a text is shown as replaced.
const LONGEST: usize = 4_000;

/// Tokens of all texts together that are compared; what comes later is shown as replaced.
const BUDGET: usize = 400_000;

/// Per cent of words in common under which marks confuse more than they show.
const COMMON: usize = 35;

/// A stretch of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// Whether only this side has it.
    pub marked: bool,
}

/// A text on both sides, cut into what both have and what one has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// The text before.
    pub before: Vec<Piece>,
    /// The text after.
    pub after: Vec<Piece>,
    /// Whether the text was replaced as a whole, so that marks inside it say nothing.
    pub whole: bool,
}

/// Marks texts until its budget is spent.
#[derive(Debug)]
pub struct Marker {
    left: usize,
}

impl Default for Marker {
    fn default() -> Self {
        Self { left: BUDGET }
    }
}

impl Marker {
    /// Marks the words that differ.
    pub fn mark(&mut self, before: &str, after: &str) -> Marked {
        if before == after {
            let same = vec![Piece { text: before.to_owned(), marked: false }];
            return Marked { before: same.clone(), after: same, whole: false };
        }
        let (was, is) = (tokens(before), tokens(after));
        let size = was.len() + is.len();
        if was.len() > LONGEST || is.len() > LONGEST || size > self.left {
            return replaced(before, after);
        }
        self.left -= size;
        let all = words(&was) + words(&is);
        let is_enough = |common: usize| common * 200 >= COMMON * all;
        if !is_enough(shared_words(&was, &is)) {
            return replaced(before, after);
        }
        let ops = capture_diff_slices(Algorithm::Myers, &was, &is);
        if !is_enough(common_words(&ops, &was)) {
            return replaced(before, after);
        }
        pieces(&ops, &was, &is)
    }
}

fn replaced(before: &str, after: &str) -> Marked {
    let piece = |text: &str| match text {
        "" => Vec::new(),
        text => vec![Piece { text: text.to_owned(), marked: true }],
    };
    Marked { before: piece(before), after: piece(after), whole: true }
}

/// Cuts a text into words, spaces and single signs.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        let now = kind(c);
        if last.is_some_and(|last| last != now || now == 2) {
            tokens.push(&text[start..at]);
            start = at;
        }
        last = Some(now);
    }
    if start < text.len() {
        tokens.push(&text[start..]);
    }
    tokens
}

fn is_word(token: &str) -> bool {
    token.chars().next().is_some_and(char::is_alphanumeric)
}

fn words(tokens: &[&str]) -> usize {
    tokens.iter().filter(|token| is_word(token)).count()
}

/// Counts the words before that stand anywhere after: a comparison finds no more of them in common.
fn shared_words(before: &[&str], after: &[&str]) -> usize {
    let after: HashSet<&str> = after.iter().copied().collect();
    before.iter().filter(|token| is_word(token) && after.contains(*token)).count()
}

fn common_words(ops: &[DiffOp], before: &[&str]) -> usize {
    let equal = ops.iter().map(|op| match *op {
        DiffOp::Equal { old_index, len, .. } => words(&before[old_index..old_index + len]),
        _ => 0,
    });
    equal.sum()
}

fn pieces(ops: &[DiffOp], before: &[&str], after: &[&str]) -> Marked {
    let mut marked = Marked::default();
    for op in ops {
        let equal = matches!(op, DiffOp::Equal { .. });
        push(&mut marked.before, &before[op.old_range()], !equal);
        push(&mut marked.after, &after[op.new_range()], !equal);
    }
    marked
}

/// Adds tokens; spaces between two marked stretches are marked too, so that a phrase reads as one.
fn push(pieces: &mut Vec<Piece>, tokens: &[&str], marked: bool) {
    if tokens.is_empty() {
        return;
    }
    match pieces.last_mut() {
        Some(last) if last.marked == marked => last.text.push_str(&tokens.concat()),
        _ => pieces.push(Piece { text: tokens.concat(), marked }),
    }
    let bridges = |pieces: &[Piece]| match pieces {
        [.., first, gap, last] => first.marked && last.marked && !gap.marked && gap.text.trim().is_empty(),
        _ => false,
    };
    if bridges(pieces)
        && let (Some(last), Some(gap)) = (pieces.pop(), pieces.pop())
        && let Some(first) = pieces.last_mut()
    {
        first.text.push_str(&gap.text);
        first.text.push_str(&last.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(before: &str, after: &str) -> (Vec<String>, Vec<String>) {
        let marked = Marker::default().mark(before, after);
        let only = |pieces: Vec<Piece>| pieces.into_iter().filter(|it| it.marked).map(|it| it.text).collect();
        (only(marked.before), only(marked.after))
    }

    #[test]
    fn only_the_words_that_differ_are_marked() {
        let (before, after) = marks("Review the logs every month", "Review the logs every week");
        assert_eq!((before, after), (vec!["month".to_owned()], vec!["week".to_owned()]));
    }

    #[test]
    fn a_phrase_is_one_mark() {
        let (_, after) = marks("Review the logs every month at noon", "Review the logs on two days at noon");
        assert_eq!(after, ["on two days"]);
    }

    #[test]
    fn too_little_in_common_is_shown_whole() {
        assert!(Marker::default().mark("Review the logs", "Patch every server at once").whole);
        assert!(!Marker::default().mark("Review the logs", "Review the old logs").whole);
    }

    #[test]
    fn no_text_is_too_long() {
        let words = |every: usize| {
            let words = (0..20_000).map(|n| if n % every == 0 { format!("x{n}") } else { format!("w{n}") });
            words.collect::<Vec<_>>().join(" ")
        };
        assert!(Marker::default().mark(&words(20_001), &words(2)).whole);
    }

    #[test]
    fn both_sides_keep_every_letter() {
        let (before, after) = ("a  b, c\u{301}\n d", "a b; c d\u{1F600}");
        let marked = Marker::default().mark(before, after);
        let text = |pieces: &[Piece]| pieces.iter().map(|piece| piece.text.as_str()).collect::<String>();
        assert_eq!((text(&marked.before).as_str(), text(&marked.after).as_str()), (before, after));
    }
}
