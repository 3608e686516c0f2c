//! For each row of a matrix: the version and the commit that last changed its responsibility, and who agreed.
//!
//! Responsibility is who, where, by when and with which proof, as [`crate::diff`] weighs it; other words, other order
//! and white space change none.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::Serialize;

use super::agreed::Agreed;
use super::record::{Held, RULE, Walk, Written};
use super::text::{self, Text};
use super::{Ledger, TOOL};
use crate::diff::Change;
use crate::error::{Error, Result};
use crate::matrix::{Matrix, Row};
use crate::project::words::Names;
use crate::show::sentence;
use crate::trust::name::{MatrixId, Version};

/// One row with where its responsibility comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The row's id.
    pub row: String,
    /// Its label.
    pub title: String,
    /// The controls it answers.
    pub controls: Vec<String>,
    /// Who acts, in words.
    pub who: String,
    /// Who acts, without the words that the row adds.
    #[serde(skip)]
    pub side: String,
    /// The words that the row adds to it, each with its term.
    #[serde(skip)]
    pub remarks: Vec<(&'static str, String)>,
    /// The version that last changed its responsibility and that all have agreed to; none while the text differs from
    /// what all have agreed to.
    pub agreed: Option<Agreed>,
    /// The commit that last changed its responsibility.
    #[serde(flatten)]
    pub written: Written,
}

/// A matrix with where each row comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Blame {
    format: &'static str,
    tool: &'static str,
    /// The matrix's id.
    pub matrix: String,
    /// What people call it.
    pub title: String,
    /// The version that the text names.
    pub version: String,
    /// The commit whose text it is.
    pub head: String,
    /// The rule by which commits were chosen.
    pub rule: &'static str,
    /// The rows in their order.
    pub rows: Vec<Line>,
}

impl Line {
    fn of(matrix: &Matrix, row: &Row, agreed: Option<Agreed>, written: Written) -> Self {
        Self {
            row: row.id.clone(),
            title: row.label().to_owned(),
            controls: row.controls.clone(),
            who: sentence::allocation(matrix, row),
            side: sentence::side(matrix, row),
            remarks: sentence::remarks(row),
            agreed,
            written,
        }
    }
}

impl Ledger<'_> {
    /// Says of each row of the committed text where its responsibility comes from.
    ///
    /// # Errors
    /// Where there is no such matrix, its text cannot be read, or history or an object is missing.
    pub fn blame(&self, id: &str, walk: &Walk<'_>) -> Result<Blame> {
        if !walk.may_have(id)? {
            return Err(no_text(id));
        }
        let drafts = walk.drafts(id)?;
        let text = match drafts.last().map(|draft| &draft.held) {
            Some(Held::Text(text)) => text,
            Some(Held::Unreadable) => {
                return Err(Error::cannot_judge(format!("the text of `{id}` cannot be read as a matrix"))
                    .hint("`countersign check` shows every fault with its line"));
            }
            Some(Held::Nothing) | None => return Err(no_text(id)),
        };
        let trace = Trace::of(drafts.iter().map(|draft| draft.held.text()));
        let agreed = self.agreed_by_row(id, text)?;
        let matrix = text.matrix();
        let line = |row: &Row| {
            let draft = drafts.get(trace.changed_in(&row.id)?)?;
            Some(Line::of(&matrix, row, agreed.get(&row.id).cloned(), draft.written()))
        };
        let rows = matrix.rows.iter().filter_map(line).collect();
        Ok(Blame {
            format: "countersign/blame/1",
            tool: TOOL,
            matrix: id.to_owned(),
            title: matrix.title.clone(),
            version: matrix.version.clone(),
            head: walk.head.to_string(),
            rule: RULE,
            rows,
        })
    }

    /// Returns the version that last changed each row, for rows that say what all have agreed to.
    fn agreed_by_row(&self, id: &str, text: &Rc<Text>) -> Result<BTreeMap<String, Agreed>> {
        let Some(id) = id.parse::<MatrixId>().ok().filter(|id| self.matrices().contains_key(id)) else {
            return Ok(BTreeMap::new());
        };
        let standing = self.matrices()[&id].versions.values().filter(|one| one.state.is_standing());
        let versions: Vec<Version> = standing.map(|one| one.version).collect();
        let read = |version: &Version| self.agreed_text(&id, *version);
        let texts =
            versions.iter().map(|version| read(version).map(|text| Rc::new(Text::of(Matrix::clone(&text)))));
        let texts = texts.collect::<Result<Vec<Rc<Text>>>>()?;
        let trace = Trace::of(texts.iter().chain([text]).map(Some));
        let names = Names::of_matrix(&text.head);
        let found = text.rows.iter().filter_map(|row| {
            let version = versions.get(trace.changed_in(&row.id)?)?;
            let one = self.version(&id, *version)?;
            Some((row.id.clone(), Agreed::of(self, one, &names)))
        });
        Ok(found.collect())
    }
}

fn no_text(id: &str) -> Error {
    Error::nothing(format!("no matrix `{id}` lies in this commit"))
        .hint("`countersign status` shows the matrices there are")
}

/// Which of several texts last changed each row.
#[derive(Debug, Default)]
struct Trace {
    changed: BTreeMap<String, usize>,
    last: Option<Rc<Text>>,
}

impl Trace {
    /// Follows the rows through texts in their order; what is no text changes nothing.
    fn of<'t>(texts: impl Iterator<Item = Option<&'t Rc<Text>>>) -> Self {
        let mut trace = Self::default();
        for (at, text) in texts.enumerate() {
            if let Some(text) = text {
                trace.add(at, text);
            }
        }
        trace
    }

    /// Takes the next text, number `at`.
    fn add(&mut self, at: usize, text: &Rc<Text>) {
        let Some(before) = self.last.replace(Rc::clone(text)) else {
            self.changed = text.rows.iter().map(|row| (row.id.clone(), at)).collect();
            return;
        };
        let changes = text::changes(&before, text);
        let material = changes.iter().filter(|change| change.material);
        let touched: BTreeSet<&str> =
            material.filter_map(|change| change.row.as_ref()?.after.as_deref()).collect();
        if changes.iter().all(Change::keeps_id) {
            self.changed.extend(touched.into_iter().map(|id| (id.to_owned(), at)));
            return;
        }
        let ids = changes.iter().filter_map(|change| change.row.as_ref());
        let ids = ids.filter_map(|row| Some((row.after.as_deref()?, row.before.as_deref()?)));
        let old: BTreeMap<&str, &str> = ids.collect();
        let rows = text.rows.iter().map(|row| {
            let id = row.id.as_str();
            let known = self.changed.get(*old.get(id).unwrap_or(&id)).filter(|_| !touched.contains(id));
            (row.id.clone(), known.copied().unwrap_or(at))
        });
        self.changed = rows.collect();
    }

    /// Returns the number of the text that last changed a row.
    fn changed_in(&self, row: &str) -> Option<usize> {
        self.changed.get(row).copied()
    }
}
