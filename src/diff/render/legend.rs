//! What signs and marks mean, for those that occur.

use std::collections::BTreeSet;

use super::page::{Line, Page, Section};
use super::words::Piece;
use crate::document::{Block, Inline, Role};

/// The signs in the order in which they are explained.
const SIGNS: [(char, &str); 10] = [
    ('!', "nobody has it"),
    ('+', "taken on or added"),
    ('-', "given up or removed"),
    ('=', "becomes shared"),
    ('>', "goes to another, or is done in another way"),
    ('<', "sooner or more often"),
    ('o', "later, less often or by another clock"),
    ('*', "where, with what or on which terms it applies"),
    ('?', "words that may change the duty"),
    ('~', "described otherwise, or spelled otherwise: read it"),
];

/// What a reader has to know of a page to read its signs and marks.
pub(super) struct Legend {
    /// The signs that occur, with what they mean.
    signs: Vec<String>,
    /// Whether words are marked that went.
    went: bool,
    /// Whether words are marked that came.
    came: bool,
}

impl Legend {
    pub(super) fn of(page: &Page) -> Self {
        let groups = page.matrices.iter().flat_map(Section::groups);
        let lines: Vec<&Line> =
            groups.flat_map(|group| &group.entries).flat_map(|entry| &entry.lines).collect();
        let used: BTreeSet<char> = lines.iter().map(|line| line.sign()).collect();
        let signs = SIGNS.iter().filter(|(sign, _)| used.contains(sign));
        let marks = |side: fn(&Line) -> &[Piece]| {
            let mut marked = lines.iter().filter(|line| !line.marked.whole);
            marked.any(|line| side(line).iter().any(|piece| piece.marked))
        };
        Self {
            signs: signs.map(|(sign, meaning)| format!("{sign} {meaning}")).collect(),
            went: marks(|line| &line.marked.before),
            came: marks(|line| &line.marked.after),
        }
    }

    /// Says what the signs mean, and the marks.
    pub(super) fn blocks(&self) -> Vec<Block> {
        let signs = (!self.signs.is_empty()).then(|| Block::Legend(self.signs.join("; ")));
        signs.into_iter().chain(self.marks()).collect()
    }

    fn marks(&self) -> Option<Block> {
        let all =
            [(self.went, Role::Removed, "these words went"), (self.came, Role::Added, "these words came")];
        let mut said = Inline::from("Marks: ");
        for (at, (_, role, words)) in all.into_iter().filter(|(occurs, ..)| *occurs).enumerate() {
            said = said.with(Role::Plain, if at == 0 { "" } else { "; " }).with(role, words);
        }
        (self.went || self.came).then_some(Block::Sentence(said))
    }
}
