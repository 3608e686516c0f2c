//! Things of one kind with what is said of each, and changes with what stood before and stands after.

use super::{Block, Inline};

/// Things of one kind, such as the rows of a family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entries {
    /// How many of what, such as "3 rows"; empty if it goes without saying.
    pub caption: String,
    /// The columns of a table, where a layout has room for one; if there are none, each entry stands by itself.
    pub columns: Vec<&'static str>,
    /// The entries in the order of reading.
    pub entries: Vec<Entry>,
}

/// One thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// What people call it.
    pub name: Inline,
    /// Its id; empty if the name says it.
    pub id: String,
    /// What is said of it, a list for each column; the first stands with the name.
    pub cells: Vec<Vec<Block>>,
}

/// What changed, with what stood before and stands after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// A sign that says the direction without colour.
    pub sign: char,
    /// What it is to its reader.
    pub tone: Tone,
    /// Its kind, in words.
    pub label: String,
    /// What changed, in a sentence.
    pub says: Inline,
    /// The text before, its words that went marked; empty if there was none.
    pub before: Inline,
    /// The text after, its words that came marked; empty if there is none.
    pub after: Inline,
    /// What else is said of it, such as a justification.
    pub further: Vec<Inline>,
    /// What a reader has to be careful about.
    pub notes: Vec<Inline>,
}

/// What a change is to its reader; a layout shows it by colour, beside the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something must be done at once.
    Alarm,
    /// Somebody has to read it.
    Doubt,
    /// Something came.
    Gain,
    /// Something went.
    Loss,
    /// Something is otherwise.
    Other,
    /// It matters little.
    Quiet,
}
