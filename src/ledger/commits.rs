//! The drafts of a history: every commit that changed what was asked about, agreed or not.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde::Serialize;

use super::Ledger;
use super::history::{Changed, History, changed};
use super::record::{Draft, Held, RULE, Walk, Written};
use super::text::SharedText;
use super::topic::Topic;
use crate::diff::Comparer;
use crate::error::{Kind, Result};

/// A commit that changed what was asked about.
#[derive(Clone, Debug, Serialize)]
pub struct Commit {
    /// The matrix's id.
    pub matrix: String,
    /// Who wrote what when.
    #[serde(flatten)]
    pub written: Written,
    /// What changed in meaning, against the text recorded before.
    pub changes: Vec<Changed>,
    /// What else a reader must not miss.
    pub note: Option<String>,
}

/// The commits, and the rule by which they were chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Commits {
    /// The rule.
    pub rule: &'static str,
    /// The commit where the walk began.
    pub head: String,
    /// The commits, matrix by matrix, each in the order in which they were recorded.
    pub list: Vec<Commit>,
}

impl Ledger<'_> {
    /// Adds the drafts of matrices to a history.
    ///
    /// # Errors
    /// Where history or an object is missing.
    pub fn add_commits(
        &self,
        history: &mut History,
        topic: &Topic<'_>,
        walk: &Walk<'_>,
        ids: &BTreeSet<String>,
    ) -> Result<()> {
        let mut list = Vec::new();
        let mut is_unread = false;
        for id in ids.iter().filter(|id| topic.is_about(id)) {
            let drafts = walk.drafts(id)?;
            list.extend(commits(&self.by, id, &drafts, topic));
            is_unread |= matches!(drafts.last().map(|draft| &draft.held), Some(Held::Unreadable(_)));
        }
        if is_unread {
            // What stands there now was asked for too, and nobody can say what it is.
            history.exit_code = Kind::CannotJudge.exit_code();
        } else if !list.is_empty() {
            history.exit_code = 0;
        }
        history.commits = Some(Commits { rule: RULE, head: walk.head.to_string(), list });
        Ok(())
    }
}

fn commits(by: &Comparer, id: &str, drafts: &[Draft], topic: &Topic<'_>) -> Vec<Commit> {
    let texts: Vec<Option<Rc<SharedText>>> = drafts.iter().map(|draft| draft.held.text().cloned()).collect();
    let kept = topic.kept(&texts, by);
    let mut before: Option<Rc<SharedText>> = None;
    let mut commits = Vec::new();
    for (draft, kept) in drafts.iter().zip(&kept) {
        let (changes, note) = match &draft.held {
            Held::Text(text) => {
                let was = before.replace(Rc::clone(text)).unwrap_or_else(|| Rc::new(text.without_rows()));
                (changed(by, &was, text, topic, kept), None)
            }
            Held::Unreadable(why) => {
                (Vec::new(), Some(format!("what it holds cannot be read as a matrix: {why}")))
            }
            Held::Nothing => {
                before = None;
                (Vec::new(), Some("it removes the matrix".to_owned()))
            }
        };
        if changes.is_empty() && note.is_none() && topic.merges() {
            continue;
        }
        let form = || changes.is_empty().then(|| "it changes nothing but the form".to_owned());
        let note = note.or_else(form);
        commits.push(Commit { matrix: id.to_owned(), written: draft.written(), changes, note });
    }
    // What cannot be read may have been about it.
    let is_unread = drafts.iter().any(|draft| matches!(draft.held, Held::Unreadable(_)));
    let is_there = |one: &Commit| !one.changes.is_empty() || !topic.merges();
    if is_unread || commits.iter().any(is_there) { commits } else { Vec::new() }
}
