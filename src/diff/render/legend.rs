//! What the signs of the text output mean, for those that occur in it.

use std::collections::BTreeSet;

use super::page::{Line, Page};

/// The signs in the order in which they are explained.
const SIGNS: [(char, &str); 9] = [
    ('!', "nobody has it"),
    ('+', "taken on or added"),
    ('-', "given up or removed"),
    ('=', "becomes shared"),
    ('>', "goes to another, or is done in another way"),
    ('<', "sooner or more often"),
    ('o', "later, less often or by another clock"),
    ('*', "where, with what or on which terms it applies"),
    ('~', "other words for the same"),
];

/// Returns the signs that occur, with what they mean; empty where none occurs.
pub(super) fn of(page: &Page) -> String {
    let groups = page.matrices.iter().flat_map(|section| section.material.iter().chain(&section.rest));
    let lines: Vec<&Line> = groups.flat_map(|group| &group.entries).flat_map(|entry| &entry.lines).collect();
    let used: BTreeSet<char> = lines.iter().map(|line| line.sign()).collect();
    let mut said: Vec<String> = SIGNS
        .iter()
        .filter(|(sign, _)| used.contains(sign))
        .map(|(sign, meaning)| format!("{sign} {meaning}"))
        .collect();
    let marks = |line: &Line| !line.marked.whole;
    let has = |side: fn(&Line) -> bool| lines.iter().any(|line| marks(line) && side(line));
    if has(|line| line.marked.before.iter().any(|piece| piece.marked)) {
        said.push("[-these words went-]".to_owned());
    }
    if has(|line| line.marked.after.iter().any(|piece| piece.marked)) {
        said.push("{+these words came+}".to_owned());
    }
    said.join("; ")
}
