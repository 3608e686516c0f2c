//! What a history is about: rows of a control, a party, a whole matrix, or everything.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Ledger;
use super::row::RowAnswer;
use super::subject::{Meant, Subject};
use super::text::{self, SharedText};
use crate::diff::{Callout, Change, Comparer, RowId};
use crate::error::Result;
use crate::matrix::{Matrix, Party, short_name};
use crate::trust::name::MatrixId;

/// What a history is about.
#[derive(Clone, Debug)]
pub enum Topic<'a> {
    /// Rows, by a control, a reference, or an id.
    Rows(Subject<'a>),
    /// What a party takes on and gives up, by the party's id.
    Party(String),
    /// One matrix.
    Matrix(String),
    /// All matrices.
    Everything,
}

/// The ids of the rows that a history is about, in one text; a row keeps its place here when its id changes.
pub(super) type Kept = BTreeSet<String>;

impl<'a> Topic<'a> {
    /// Understands what was typed: a matrix, rows, a party, or the title of rows, the first that there is among what was
    /// offered and these drafts.
    ///
    /// # Errors
    /// Where nothing has that name.
    pub fn of(name: &str, subject: Subject<'a>, ledger: &Ledger<'_>, drafts: &[Rc<Matrix>]) -> Result<Self> {
        let is_offered = name.parse().is_ok_and(|id: MatrixId| ledger.matrices().contains_key(&id));
        if is_offered || drafts.iter().any(|draft| draft.id == name) {
            return Ok(Self::Matrix(name.to_owned()));
        }
        let texts = || {
            let versions = ledger.matrices().iter();
            let all = versions.flat_map(|(id, one)| one.versions.keys().map(move |version| (id, *version)));
            let offered = all.filter_map(|(id, version)| ledger.text(id, version));
            offered.chain(drafts.iter().map(Rc::clone))
        };
        if !subject.meant.is_empty() || texts().any(|text| !subject.rows(&text).is_empty()) {
            return Ok(Self::Rows(subject));
        }
        let party = texts().find_map(|text| party(&text, name));
        if let Some(party) = party {
            return Ok(Self::Party(party));
        }
        let by_title = subject.by_title();
        if texts().any(|text| !by_title.rows(&text).is_empty()) {
            return Ok(Self::Rows(by_title));
        }
        Err(ledger.nothing_named(&subject))
    }

    pub(super) fn is_about(&self, id: &str) -> bool {
        match self {
            Self::Matrix(own) => own == id,
            Self::Rows(_) | Self::Party(_) | Self::Everything => true,
        }
    }

    /// Says whether it is about all there is of a matrix, and not only about some rows.
    pub(super) fn is_whole(&self) -> bool {
        !matches!(self, Self::Rows(_))
    }

    /// Says whether versions that change nothing of it belong to the stretch before.
    pub(super) fn merges(&self) -> bool {
        matches!(self, Self::Rows(_) | Self::Party(_))
    }

    pub(super) fn meant(&self) -> Vec<Meant> {
        match self {
            Self::Rows(subject) => subject.meant.clone(),
            Self::Party(_) | Self::Matrix(_) | Self::Everything => Vec::new(),
        }
    }

    /// Returns the ids of the rows that it is about in each text, following rows whose id changed, both ways.
    pub(super) fn kept(&self, texts: &[Option<Rc<SharedText>>], by: &Comparer) -> Vec<Kept> {
        self.followed(texts, by, false)
    }

    /// Returns the same, and with a row all rows into which it was split or merged.
    pub(super) fn kept_through_splits(&self, texts: &[Option<Rc<SharedText>>], by: &Comparer) -> Vec<Kept> {
        self.followed(texts, by, true)
    }

    fn followed(&self, texts: &[Option<Rc<SharedText>>], by: &Comparer, splits: bool) -> Vec<Kept> {
        let mut follow = Follow { topic: self, by, splits, kept: Vec::new(), last: None, steps: Vec::new() };
        texts.iter().for_each(|text| follow.add(text.as_deref()));
        follow.done()
    }

    /// Returns the rows of a text that it is about; none for whole matrices, of which only changes are told.
    ///
    /// Whom to call is left out: it changes with the parties and not with the rows.
    pub(super) fn rows(&self, text: &Matrix, kept: &Kept) -> Vec<RowAnswer> {
        let Self::Rows(subject) = self else { return Vec::new() };
        let rows = text.rows.iter().filter(|row| kept.contains(&row.id));
        rows.map(|row| RowAnswer { call: Vec::new(), ..RowAnswer::of(text, row, Some(subject)) }).collect()
    }

    /// Returns the ids of the rows of a text that are asked for by name.
    pub(super) fn ids(&self, text: &SharedText) -> Kept {
        let Self::Rows(subject) = self else { return Kept::new() };
        subject.rows(&text.matrix()).into_iter().map(|row| row.id.clone()).collect()
    }

    /// Says whether a change against the text before is about it.
    ///
    /// `known` are the ids of its rows in the text before, `kept` in the text after.
    pub(super) fn has(&self, change: &Change, known: &Kept, kept: &Kept) -> bool {
        match self {
            Self::Rows(_) => {
                let Some(row) = &change.row else { return false };
                let is_in = |id: &Option<String>, ids: &Kept| id.as_ref().is_some_and(|id| ids.contains(id));
                is_in(&row.after, kept) || is_in(&row.before, known)
            }
            Self::Party(party) => {
                change.party.as_ref() == Some(party)
                    || change.takes_on.contains(party)
                    || change.relieved.contains(party)
            }
            Self::Matrix(_) | Self::Everything => {
                !["version", "effectiveFrom"].contains(&change.field.as_str())
            }
        }
    }
}

/// Returns the id of the party that a person means by its id or its name.
fn party(text: &Matrix, name: &str) -> Option<String> {
    let is_meant = |one: &&Party| {
        let names = [one.id.as_str(), one.name.as_str(), short_name(&one.name)];
        names.iter().any(|own| own.eq_ignore_ascii_case(name))
    };
    text.parties.iter().find(is_meant).map(|one| one.id.clone())
}

/// Follows rows from text to text.
struct Follow<'t> {
    topic: &'t Topic<'t>,
    by: &'t Comparer,
    /// Whether a row is also those into which it was split or merged.
    splits: bool,
    kept: Vec<Kept>,
    last: Option<(usize, &'t SharedText)>,
    /// From which text to which, and the ids of one row in both.
    steps: Vec<(usize, usize, String, String)>,
}

impl<'t> Follow<'t> {
    /// Takes the next text.
    fn add(&mut self, text: Option<&'t SharedText>) {
        self.kept.push(text.map(|text| self.topic.ids(text)).unwrap_or_default());
        // A control is itself followed, whatever rows answer for it.
        let is_followed = matches!(self.topic, Topic::Rows(subject) if subject.meant.is_empty());
        let Some(text) = text.filter(|_| is_followed) else { return };
        let at = self.kept.len() - 1;
        if let Some((from, before)) = self.last.replace((at, text)) {
            let pairs = same_rows(self.by, before, text, self.splits);
            self.steps.extend(pairs.into_iter().map(|(was, is)| (from, at, was, is)));
        }
    }

    /// Returns the ids in each text.
    fn done(self) -> Vec<Kept> {
        let Self { mut kept, steps, .. } = self;
        let mut follow = |from: usize, to: usize, was: &String, is: &String| {
            if kept[from].contains(was) {
                kept[to].insert(is.clone());
            }
        };
        for (from, to, was, is) in &steps {
            follow(*from, *to, was, is);
        }
        for (from, to, was, is) in steps.iter().rev() {
            follow(*to, *from, is, was);
        }
        kept
    }
}

/// Returns the ids before and after of every row that both texts have.
fn same_rows(by: &Comparer, before: &SharedText, after: &SharedText, splits: bool) -> Vec<(String, String)> {
    let changes = text::compare(by, before, after).changes;
    let rows = changes.iter().filter_map(|change| change.row.as_ref());
    let renamed: BTreeSet<&RowId> = rows.filter(|row| row.is_renamed()).collect();
    let pairs = renamed.iter().filter_map(|row| row.before.clone().zip(row.after.clone()));
    let is_renamed = |id: &str| {
        renamed.iter().any(|row| [&row.before, &row.after].iter().any(|own| own.as_deref() == Some(id)))
    };
    let ids: BTreeSet<&str> = after.rows.iter().map(|row| row.id.as_str()).collect();
    let kept = before.rows.iter().filter(|row| ids.contains(row.id.as_str()) && !is_renamed(&row.id));
    let shaped = changes.iter().filter(|_| splits).flat_map(|change| {
        change.callouts.iter().filter_map(|callout| {
            let row = change.row.as_ref()?;
            match callout {
                Callout::SplitFrom { row: from } => from.before.clone().zip(row.after.clone()),
                Callout::MergedInto { row: into } => row.before.clone().zip(into.after.clone()),
                _ => None,
            }
        })
    });
    let kept = kept.map(|row| (row.id.clone(), row.id.clone()));
    pairs.chain(shaped).chain(kept).collect()
}
