//! How a diff looks: the net effect first, then what is material, then the rest; grouped, never cut.
//!
//! `page::Page` says everything in words once, `blocks` makes a document of it, and each layout shows that.

mod blocks;
mod csv;
mod findings;
mod glance;
mod grouping;
mod handover;
mod json;
mod legend;
mod meaning;
mod noun;
mod page;
pub(crate) mod phrase;
mod quote;
mod remaining;
mod service;
mod summary;
mod times;
pub mod words;

pub use findings::{finding_rule, findings, rule_texts};

use std::collections::BTreeMap;

use serde::Serialize;

pub use crate::document::Format;

use super::{Both, Bump, Change, Class, Diff, Weakening};

/// What stands above the files that could not be compared.
const NOT_COMPARED: &str = "Not compared, because it could not be read:";

/// What stands above what became of the records.
const RECORDS: &str = "What was signed, and who may sign: look at this first";

/// What stands above what weakens the gate.
const WEAKER: &str = "Weaker checks: look at these first";

/// What stands above the changes that are to be read before all others.
const FIRST: &str = "Words that may change the duty: read these first";

/// What stands above what is to be known first of many changes.
const GLANCE: &str = "At a glance";

/// What stands above the rows that weigh most.
const GRAVEST: &str = "What weighs most";

/// What stands above the columns of the source.
const COLUMNS: &str = "Columns of the source, beside the duties";

/// Everything one run of `diff` has to say.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// What the two sides are, as people call them: "HEAD", "work tree", a file, a day.
    pub sides: Both<String>,
    /// What was said in the commits between the sides that changed the matrices, the oldest first.
    pub commits: Vec<String>,
    /// What could not be read on a side, and so is not compared; shown first.
    pub unread: Vec<String>,
    /// What changed in the records of the agreement; shown before everything else that changed.
    pub records: Vec<Record>,
    /// What weakens the gate; shown before all changes.
    pub weakened: Vec<Weakening>,
    /// The matrices that changed, came or went.
    pub matrices: Vec<Compared>,
    /// The titles of families of controls, by family, such as `AC`.
    pub families: BTreeMap<String, String>,
    /// Whether every row is named where many say the same.
    pub is_whole: bool,
    /// What the command exits with.
    pub exit_code: u8,
}

/// What became of a record of the agreement: a signed version, a statement, a list of signers, a revocation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// What became of it.
    pub change: RecordChange,
    /// The file or folder.
    pub file: String,
    /// What it is, in words.
    pub says: String,
}

/// What became of a record, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordChange {
    /// It is gone.
    Removed,
    /// It is not as it was; what was signed never changes.
    Changed,
    /// It is new.
    Added,
}

impl Record {
    /// Says it in one line: "removed: version 3.0 of acme, signed by both".
    pub fn line(&self) -> String {
        format!("{}: {}", self.change.word(), self.says)
    }
}

impl RecordChange {
    /// Returns the word for people, and for the rule that a finding goes by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Added => "new",
        }
    }
}

/// One matrix on both sides.
#[derive(Clone, Debug)]
pub struct Compared {
    /// What changed. A matrix that came or went is compared with one that has nothing in it.
    pub diff: Diff,
    /// Whether both sides have it.
    pub presence: Presence,
    /// Its file on each side, relative to the root.
    pub file: Both<Option<String>>,
    /// That the version before is a draft; nothing where it was offered for signature or nobody can tell.
    pub draft: Option<Draft>,
}

/// A version that nobody was asked to sign: its number binds nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The last version of the matrix that was offered for signature, if any was.
    pub last: Option<String>,
}

impl Compared {
    /// Returns which number has to grow: none where no version was offered from which it could.
    pub fn bump(&self) -> Bump {
        match (self.presence, &self.draft) {
            (Presence::Changed, None) if *self.diff.id_before() == self.diff.id => self.diff.bump,
            _ => Bump::None,
        }
    }

    /// Returns whether both sides have it and say the same, wherever it lies.
    pub fn is_same(&self) -> bool {
        self.presence == Presence::Changed && self.diff.is_empty()
    }
}

/// On which sides a matrix is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// On both.
    Changed,
    /// Only after.
    Added,
    /// Only before.
    Removed,
}

/// Returns the document in one format. Only text has colours, and never by colour alone.
pub fn render(format: Format, document: &Comparison, style: &crate::report::Style) -> String {
    match format {
        Format::Text => blocks::of(document).text(style),
        Format::Markdown => blocks::of(document).markdown(),
        Format::Html => blocks::of(document).html(),
        Format::Json => json::render(document),
        Format::Csv => csv::render(document),
    }
}

impl Diff {
    /// Says what a change means, with parties by name; raw text, to be escaped by whoever shows it.
    pub fn says(&self, change: &Change) -> String {
        phrase::Speaker::of(self).sentence(change)
    }
}

impl Comparison {
    /// Returns the changes of all matrices.
    pub fn changes(&self) -> impl Iterator<Item = &Change> {
        self.matrices.iter().flat_map(|matrix| &matrix.diff.changes)
    }

    /// Returns whether nothing changed, no record either, and nothing weakens the gate.
    pub fn is_empty(&self) -> bool {
        self.changes().next().is_none() && self.weakenings().is_empty() && self.records.is_empty()
    }

    /// Returns how many changes each class has, for the classes that have any.
    pub fn counts(&self) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for change in self.changes() {
            *counts.entry(change.class.word()).or_default() += 1;
        }
        counts
    }

    /// Returns whether a change has one of these classes.
    pub fn has_any(&self, classes: &[Class]) -> bool {
        self.changes().any(|change| classes.contains(&change.class))
    }

    /// Returns what weakens the gate: what the caller found, and what matrices newly accept.
    pub fn weakenings(&self) -> Vec<Weakening> {
        let mut all = self.weakened.clone();
        for matrix in &self.matrices {
            let file = matrix.file.after.clone();
            let own = matrix.diff.weakened().into_iter();
            all.extend(own.map(|weakening| Weakening { file: file.clone(), ..weakening }));
        }
        all.sort();
        all
    }

    /// Returns what became of the records, a line each.
    pub fn record_lines(&self) -> Vec<String> {
        self.records.iter().map(Record::line).collect()
    }

    /// Returns what weakens the gate, a sentence each.
    pub fn weakenings_in_words(&self) -> Vec<String> {
        self.weakenings().iter().map(page::weakening).collect()
    }
}
