//! For each row of a matrix: the version and the commit that last changed its responsibility, and who agreed.
//!
//! Responsibility is who, where, by when and with which proof, as [`crate::diff`] weighs it; other words, other order
//! and white space change none.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::Serialize;

use super::agreed::Agreed;
use super::record::{Draft, Held, RULE, Walk, Written};
use super::{Ledger, TOOL};
use crate::diff;
use crate::error::{Error, Result};
use crate::matrix::{Matrix, Row};
use crate::show::sentence;
use crate::status::words::Names;
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
        let drafts = walk.drafts(id)?;
        let (trace, last) = trace(walk, &drafts)?;
        let text = match last {
            Held::Text(text) => text,
            Held::Unreadable => {
                return Err(Error::cannot_judge(format!("the text of `{id}` cannot be read as a matrix"))
                    .hint("`countersign check` shows every fault with its line"));
            }
            Held::Nothing => return Err(self.no_text(id)),
        };
        let agreed = self.agreed_by_row(id, &text)?;
        let mut rows = Vec::new();
        for row in &text.rows {
            let Some(draft) = trace.changed_in(&row.id).and_then(|at| drafts.get(at)) else { continue };
            let written = draft.written(&walk.held(draft)?);
            rows.push(Line::of(&text, row, agreed.get(&row.id).cloned(), written));
        }
        Ok(Blame {
            format: "countersign/blame/1",
            tool: TOOL,
            matrix: id.to_owned(),
            title: text.title.clone(),
            version: text.version.clone(),
            head: walk.head.to_string(),
            rule: RULE,
            rows,
        })
    }

    fn no_text(&self, id: &str) -> Error {
        Error::nothing(format!("no matrix `{id}` lies in this commit"))
            .hint("`countersign status` shows the matrices there are")
    }

    /// Returns the version that last changed each row, for rows that say what all have agreed to.
    fn agreed_by_row(&self, id: &str, text: &Matrix) -> Result<BTreeMap<String, Agreed>> {
        let Some(id) = id.parse::<MatrixId>().ok().filter(|id| self.matrices().contains_key(id)) else {
            return Ok(BTreeMap::new());
        };
        let standing = self.matrices()[&id].versions.values().filter(|one| one.state.is_standing());
        let versions: Vec<Version> = standing.map(|one| one.version).collect();
        let mut trace = Trace::default();
        for (at, version) in versions.iter().enumerate() {
            trace.add(at, self.agreed_text(&id, *version)?);
        }
        trace.add(versions.len(), Rc::new(text.clone()));
        let names = Names::of_matrix(text);
        let found = text.rows.iter().filter_map(|row| {
            let version = versions.get(trace.changed_in(&row.id)?)?;
            let one = self.version(&id, *version)?;
            Some((row.id.clone(), Agreed::of(self, one, &names)))
        });
        Ok(found.collect())
    }
}

/// Returns which commit last changed each row, and what the last one holds.
fn trace(walk: &Walk<'_>, drafts: &[Draft]) -> Result<(Trace, Held)> {
    let mut trace = Trace::default();
    let mut last = Held::Nothing;
    for (at, draft) in drafts.iter().enumerate() {
        last = walk.held(draft)?;
        if let Some(text) = last.text() {
            trace.add(at, Rc::clone(text));
        }
    }
    Ok((trace, last))
}

/// Which of several texts last changed each row; only the last text is held.
#[derive(Debug, Default)]
struct Trace {
    changed: BTreeMap<String, usize>,
    last: Option<Rc<Matrix>>,
}

impl Trace {
    /// Takes the next text, number `at`.
    fn add(&mut self, at: usize, text: Rc<Matrix>) {
        let before = self.last.take().unwrap_or_else(|| Rc::new(text.without_rows()));
        let (was, is) = narrowed(&before, &text);
        let diff = diff::compare(&was, &is);
        let old: BTreeMap<&str, &str> = diff
            .rows
            .iter()
            .filter_map(|facts| Some((facts.row.after.as_deref()?, facts.row.before.as_deref()?)))
            .collect();
        let material = diff.changes.iter().filter(|change| change.material);
        let touched: BTreeSet<&str> =
            material.filter_map(|change| change.row.as_ref()?.after.as_deref()).collect();
        let rows = text.rows.iter().map(|row| {
            let id = row.id.as_str();
            let known = self.changed.get(*old.get(id).unwrap_or(&id)).filter(|_| !touched.contains(id));
            (row.id.clone(), known.copied().unwrap_or(at))
        });
        self.changed = rows.collect();
        self.last = Some(text);
    }

    /// Returns the number of the text that last changed a row.
    fn changed_in(&self, row: &str) -> Option<usize> {
        self.changed.get(row).copied()
    }
}

/// Leaves out the rows that are the same on both sides, where nothing around the rows can change what they mean.
fn narrowed<'m>(before: &'m Matrix, after: &'m Matrix) -> (Cow<'m, Matrix>, Cow<'m, Matrix>) {
    let head = |one: &Matrix| Matrix { version: String::new(), effective_from: None, ..one.without_rows() };
    if head(before) != head(after) {
        return (Cow::Borrowed(before), Cow::Borrowed(after));
    }
    let rows: BTreeMap<&str, &Row> = before.rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let is_same = |row: &&Row| rows.get(row.id.as_str()) == Some(row);
    let same: BTreeSet<&str> = after.rows.iter().filter(is_same).map(|row| row.id.as_str()).collect();
    let rest = |one: &Matrix| {
        let rows = one.rows.iter().filter(|row| !same.contains(row.id.as_str())).cloned().collect();
        Cow::Owned(Matrix { rows, ..one.without_rows() })
    };
    (rest(before), rest(after))
}
