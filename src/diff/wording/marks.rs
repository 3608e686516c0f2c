//! Commas and brackets that say what a word belongs to: "contractors who left" are some, "contractors, who left" all.

use std::collections::BTreeSet;

use super::{Reason, Turn};

/// Words that begin a clause which a comma makes one about all that was named.
const RELATIVE: [&str; 5] = ["who", "which", "that", "whose", "where"];

/// The words of a text, and between which of them signs stand.
struct Marks {
    words: Vec<String>,
    /// The words before which a comma stands.
    commas: BTreeSet<usize>,
    /// The first word of each bracket and the one behind it.
    brackets: Vec<(usize, usize)>,
}

impl Marks {
    fn of(text: &str) -> Self {
        let mut marks = Self { words: Vec::new(), commas: BTreeSet::new(), brackets: Vec::new() };
        let (mut word, mut open) = (String::new(), None);
        for sign in text.chars().chain([' ']) {
            if sign.is_alphanumeric() {
                word.extend(sign.to_lowercase());
                continue;
            }
            if !word.is_empty() {
                marks.words.push(std::mem::take(&mut word));
            }
            let at = marks.words.len();
            match sign {
                ',' => drop(marks.commas.insert(at)),
                '(' => open = Some(at),
                ')' => marks.brackets.extend(open.take().map(|from| (from, at))),
                _ => (),
            }
        }
        marks
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.words.get(at).is_some_and(|word| words.contains(&word.as_str()))
    }

    /// Returns the words around a comma, as they are written with it or without it.
    fn around(&self, at: usize) -> String {
        let sign = if self.commas.contains(&at) { ", " } else { " " };
        let word = |at: usize| self.words.get(at).map_or("", String::as_str);
        format!("{}{sign}{}", word(at.wrapping_sub(1)), word(at))
    }
}

/// Returns where signs alone say that other things are meant; none if the words differ as well.
pub(super) fn turned(before: &str, after: &str) -> Vec<Turn> {
    let (was, is) = (Marks::of(before), Marks::of(after));
    if was.words != is.words {
        return Vec::new();
    }
    let told = |at: usize| Turn::of(Reason::Clause, was.around(at), is.around(at));
    let moved: Vec<usize> = was.commas.symmetric_difference(&is.commas).copied().collect();
    let mut turns: Vec<Turn> =
        moved.iter().filter(|at| was.is(**at, &RELATIVE)).map(|at| told(*at)).collect();
    // A pair of commas sets apart what stands between; one before the last of a list is a matter of taste.
    let is_shared = |at: usize| was.commas.intersection(&is.commas).any(|comma| *comma < at);
    let set_apart =
        moved.first().filter(|at| moved.len() > 1 && was.is(**at, &["and", "or"]) && !is_shared(**at));
    turns.extend(set_apart.map(|at| told(*at)));
    if !was.brackets.is_empty() && !is.brackets.is_empty() && was.brackets != is.brackets {
        let inside = |marks: &Marks| {
            let all =
                marks.brackets.iter().map(|(from, to)| format!("({})", marks.words[*from..*to].join(" ")));
            all.collect::<Vec<_>>().join(" ")
        };
        turns.push(Turn::of(Reason::Clause, inside(&was), inside(&is)));
    }
    turns
}
