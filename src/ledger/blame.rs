//! For each row of a matrix: the version and the commit that last changed its responsibility, and who agreed.
//!
//! Responsibility is who, where, by when and with which proof, as [`crate::diff`] weighs it; other words, other order
//! and white space change none.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;

use super::agreed::Agreed;
use super::commits::empty;
use super::record::{Draft, Held, RULE, Walk, Written};
use super::{Ledger, TOOL};
use crate::diff;
use crate::error::{Error, Result};
use crate::matrix::Matrix;
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

impl Ledger<'_> {
    /// Says of each row of the committed text where its responsibility comes from.
    ///
    /// # Errors
    /// Where there is no such matrix, its text cannot be read, or history or an object is missing.
    pub fn blame(&self, id: &str, walk: &Walk<'_>) -> Result<Blame> {
        let drafts = walk.drafts(id)?;
        let text = match drafts.last().map(|draft| &draft.held) {
            Some(Held::Text(text)) => Rc::clone(text),
            Some(Held::Unreadable) => {
                return Err(Error::cannot_judge(format!("the text of `{id}` cannot be read as a matrix"))
                    .hint("`countersign check` shows every fault with its line"));
            }
            Some(Held::Nothing) | None => return Err(self.no_text(id)),
        };
        let texts: Vec<(&Draft, &Rc<Matrix>)> = drafts
            .iter()
            .filter_map(|draft| match &draft.held {
                Held::Text(text) => Some((draft, text)),
                Held::Unreadable | Held::Nothing => None,
            })
            .collect();
        let commits = last_changes(texts.iter().map(|(_, text)| &***text));
        let agreed = self.agreed_by_row(id, &text)?;
        let rows = text.rows.iter().filter_map(|row| {
            let (draft, _) = texts.get(*commits.get(row.id.as_str())?)?;
            Some(Line {
                row: row.id.clone(),
                title: row.label().to_owned(),
                controls: row.controls.clone(),
                who: sentence::allocation(&text, row),
                agreed: agreed.get(&row.id).cloned(),
                written: draft.written.clone(),
            })
        });
        Ok(Blame {
            format: "countersign/blame/1",
            tool: TOOL,
            matrix: id.to_owned(),
            title: text.title.clone(),
            version: text.version.clone(),
            head: walk.head.to_string(),
            rule: RULE,
            rows: rows.collect(),
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
        let mut texts = Vec::new();
        for version in &versions {
            texts.push(self.agreed_text(&id, *version)?);
        }
        let draft = versions.len();
        let names = Names::of_matrix(text);
        let last = last_changes(texts.iter().map(|text| &**text).chain([text]));
        let found = last.into_iter().filter(|(_, at)| *at < draft).filter_map(|(row, at)| {
            let one = self.version(&id, versions[at])?;
            Some((row, Agreed::of(self, one, &names)))
        });
        Ok(found.collect())
    }
}

/// Returns for each row of the last text which text last changed its responsibility.
pub fn last_changes<'m>(texts: impl IntoIterator<Item = &'m Matrix>) -> BTreeMap<String, usize> {
    let mut last: BTreeMap<String, usize> = BTreeMap::new();
    let mut before: Option<Rc<Matrix>> = None;
    for (at, text) in texts.into_iter().enumerate() {
        let was = before.take().unwrap_or_else(|| Rc::new(empty(text)));
        last = step(&last, &was, text, at);
        before = Some(Rc::new(text.clone()));
    }
    last
}

fn step(
    last: &BTreeMap<String, usize>,
    before: &Matrix,
    after: &Matrix,
    at: usize,
) -> BTreeMap<String, usize> {
    let diff = diff::compare(before, after);
    let was: BTreeMap<&str, &str> = diff
        .rows
        .iter()
        .filter_map(|facts| Some((facts.row.after.as_deref()?, facts.row.before.as_deref()?)))
        .collect();
    let material = diff.changes.iter().filter(|change| change.material);
    let changed: std::collections::BTreeSet<&str> =
        material.filter_map(|change| change.row.as_ref()?.after.as_deref()).collect();
    let rows = after.rows.iter().map(|row| {
        let id = row.id.as_str();
        let known = last.get(*was.get(id).unwrap_or(&id)).filter(|_| !changed.contains(id));
        (row.id.clone(), known.copied().unwrap_or(at))
    });
    rows.collect()
}
