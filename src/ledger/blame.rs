//! For each row of a matrix: the version and the commit that wrote what it says now, and who agreed.
//!
//! Every change of words counts, other order and white space do not. Where another commit last changed who does what,
//! where, by when or with which proof, as [`crate::diff`] weighs it, that one is named beside it.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Serialize;

use super::agreed::Agreed;
use super::record::{Draft, Held, RULE, Walk, Written};
use super::text::{self, SharedText};
use super::{Ledger, TOOL};
use crate::diff::{Change, Class, Comparer};
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
    /// The version that wrote what it says and that all have agreed to; none while the text differs from what all have
    /// agreed to.
    pub agreed: Option<Agreed>,
    /// The commit that wrote what it says.
    #[serde(flatten)]
    pub written: Written,
    /// The commit that last changed who does what, where, by when or with which proof; none where it is the same one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub material: Option<Written>,
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
    /// What a reader must not miss: the commits whose text cannot be read.
    pub notes: Vec<String>,
    /// The rows in their order.
    pub rows: Vec<Line>,
}

impl Line {
    fn of(
        matrix: &Matrix,
        row: &Row,
        agreed: Option<Agreed>,
        (written, material): (Written, Option<Written>),
    ) -> Self {
        Self {
            row: row.id.clone(),
            title: row.label().to_owned(),
            controls: row.controls.clone(),
            who: sentence::allocation(matrix, row),
            side: sentence::side(matrix, row),
            remarks: sentence::remarks(row),
            agreed,
            written,
            material,
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
            Some(Held::Unreadable(why)) => {
                return Err(Error::cannot_judge(format!("the text of `{id}` cannot be read as a matrix"))
                    .because(why.clone())
                    .hint("`countersign check` shows every fault with its line"));
            }
            Some(Held::Nothing) | None => return Err(no_text(id)),
        };
        let trace = Trace::of(&self.by, drafts.iter().map(|draft| draft.held.text()));
        let agreed = self.agreed_by_row(id, text)?;
        let matrix = text.matrix();
        let line = |row: &Row| {
            let last = trace.changed_in(&row.id)?;
            let material = drafts.get(last.material).filter(|_| last.material != last.text);
            let written = (drafts.get(last.text)?.written(), material.map(Draft::written));
            Some(Line::of(&matrix, row, agreed.get(&row.id).cloned(), written))
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
            notes: drafts.iter().filter_map(unreadable).collect(),
            rows,
        })
    }

    /// Returns the version that last changed each row, for rows that say what all have agreed to.
    fn agreed_by_row(&self, id: &str, text: &Rc<SharedText>) -> Result<BTreeMap<String, Agreed>> {
        let Some(id) = id.parse::<MatrixId>().ok().filter(|id| self.matrices().contains_key(id)) else {
            return Ok(BTreeMap::new());
        };
        let standing = self.matrices()[&id].versions.values().filter(|one| one.state.is_final());
        let versions: Vec<Version> = standing.map(|one| one.version).collect();
        let read = |version: &Version| self.agreed_text(&id, *version);
        let texts = versions
            .iter()
            .map(|version| read(version).map(|text| Rc::new(SharedText::of(Matrix::clone(&text)))));
        let texts = texts.collect::<Result<Vec<Rc<SharedText>>>>()?;
        let trace = Trace::of(&self.by, texts.iter().chain([text]).map(Some));
        let names = Names::of_matrix(&text.head);
        let found = text.rows.iter().filter_map(|row| {
            let version = versions.get(trace.changed_in(&row.id)?.text)?;
            let one = self.version(&id, *version)?;
            Some((row.id.clone(), Agreed::of(self, one, &names)))
        });
        Ok(found.collect())
    }
}

/// Says that the text of a commit cannot be read, if it cannot.
fn unreadable(draft: &Draft) -> Option<String> {
    let Held::Unreadable(why) = &draft.held else { return None };
    let Written { commit, author, path, .. } = draft.written();
    let commit = commit.get(..12).unwrap_or(&commit);
    let path = path.unwrap_or_default();
    Some(format!(
        "commit {commit} by {author} cannot be read, for `{path}` is no matrix there ({why}); what it changed is told of \
         the next that can"
    ))
}

fn no_text(id: &str) -> Error {
    Error::nothing(format!("no matrix `{id}` lies in this commit"))
        .hint("`countersign status` shows the matrices there are")
}

/// Which of several texts last changed a row, by their numbers.
#[derive(Clone, Copy, Debug)]
struct Last {
    /// In anything that it says.
    text: usize,
    /// In who does what, where, by when or with which proof.
    material: usize,
}

/// Which of several texts last changed each row.
#[derive(Debug, Default)]
struct Trace {
    changed: BTreeMap<String, Last>,
    last: Option<Rc<SharedText>>,
}

impl Trace {
    /// Follows the rows through texts in their order; what is no text changes nothing.
    fn of<'t>(by: &Comparer, texts: impl Iterator<Item = Option<&'t Rc<SharedText>>>) -> Self {
        let mut trace = Self::default();
        for (at, text) in texts.enumerate() {
            if let Some(text) = text {
                trace.add(by, at, text);
            }
        }
        trace
    }

    /// Takes the next text, number `at`.
    fn add(&mut self, by: &Comparer, at: usize, text: &Rc<SharedText>) {
        let Some(before) = self.last.replace(Rc::clone(text)) else {
            let first = Last { text: at, material: at };
            self.changed = text.rows.iter().map(|row| (row.id.clone(), first)).collect();
            return;
        };
        let changes = text::compare(by, &before, text).changes;
        let touched = touched(&changes);
        if changes.iter().all(Change::keeps_id) {
            for (id, is_material) in touched {
                let last = self.changed.get(id).filter(|_| !is_material);
                let material = last.map_or(at, |last| last.material);
                self.changed.insert(id.to_owned(), Last { text: at, material });
            }
            return;
        }
        let ids = changes.iter().filter_map(|change| change.row.as_ref());
        let ids = ids.filter_map(|row| Some((row.after.as_deref()?, row.before.as_deref()?)));
        let old: BTreeMap<&str, &str> = ids.collect();
        let rows = text.rows.iter().map(|row| {
            let id = row.id.as_str();
            let known = self.changed.get(*old.get(id).unwrap_or(&id)).copied();
            let last = match (touched.get(id), known) {
                (Some(true), _) | (_, None) => Last { text: at, material: at },
                (Some(false), Some(known)) => Last { text: at, ..known },
                (None, Some(known)) => known,
            };
            (row.id.clone(), last)
        });
        self.changed = rows.collect();
    }

    /// Returns the numbers of the texts that last changed a row.
    fn changed_in(&self, row: &str) -> Option<Last> {
        self.changed.get(row).copied()
    }
}

/// Returns the rows that say something else, each with whether that is material. Terms around a row, as the day on which
/// it was reviewed, and its id are not what it says.
fn touched(changes: &[Change]) -> BTreeMap<&str, bool> {
    let mut touched = BTreeMap::new();
    for change in changes {
        let says = change.material || change.class != Class::TermsChanged && change.field != "id";
        if let Some(row) = change.row.as_ref().and_then(|row| row.after.as_deref()).filter(|_| says) {
            *touched.entry(row).or_default() |= change.material;
        }
    }
    touched
}
