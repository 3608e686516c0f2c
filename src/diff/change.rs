//! One change between two versions: its class, whom it moves work to, and the edits that make it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::value::Object;
use super::wording::Turn;
use crate::matrix::Deed;

/// The same thing on both sides.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Both<T> {
    /// In the version that is replaced.
    pub before: T,
    /// In the version that replaces it.
    pub after: T,
}

impl<T> Both<T> {
    /// Returns a value for each side.
    pub fn of(before: T, after: T) -> Self {
        Self { before, after }
    }

    /// Returns the two sides exchanged.
    #[must_use]
    pub fn swapped(self) -> Self {
        Self { before: self.after, after: self.before }
    }
}

/// What kind of change it is, the gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// Nobody does the work any more.
    OwnedByNobody,
    /// A party has work that it did not have.
    TakenOn,
    /// A party no longer has work that it had.
    GivenUp,
    /// Both sides now have a part of the work.
    BecomesShared,
    /// A duty went from one party to another, or is done in another way.
    DutyMoved,
    /// Other words for the work that may ask for other work.
    WordsMayChangeDuty,
    /// A row that was not there.
    RowAdded,
    /// A row that is no longer there.
    RowRemoved,
    /// Less time, or more often.
    DeadlineTightened,
    /// More time, or less often.
    DeadlineLoosened,
    /// Another clock or another start, so that the two cannot be compared.
    DeadlineChanged,
    /// Where, for which controls or towards whom it applies.
    ScopeChanged,
    /// What proves the work, and who keeps it.
    EvidenceChanged,
    /// What is relied on from whom.
    InheritanceChanged,
    /// Who the parties are.
    PartiesChanged,
    /// Agreement, days, review, status and other terms around the rows.
    TermsChanged,
    /// The work is described in other words.
    DescribedOtherwise,
    /// Other spelling, signs, references and ids.
    WordingOnly,
}

impl Class {
    /// All classes, the gravest first.
    pub const ALL: [Self; 18] = [
        Self::OwnedByNobody,
        Self::TakenOn,
        Self::GivenUp,
        Self::BecomesShared,
        Self::DutyMoved,
        Self::WordsMayChangeDuty,
        Self::RowAdded,
        Self::RowRemoved,
        Self::DeadlineTightened,
        Self::DeadlineLoosened,
        Self::DeadlineChanged,
        Self::ScopeChanged,
        Self::EvidenceChanged,
        Self::InheritanceChanged,
        Self::PartiesChanged,
        Self::TermsChanged,
        Self::DescribedOtherwise,
        Self::WordingOnly,
    ];

    /// Returns the word that files and options use.
    pub fn word(self) -> &'static str {
        match self {
            Self::OwnedByNobody => "owned-by-nobody",
            Self::TakenOn => "taken-on",
            Self::GivenUp => "given-up",
            Self::BecomesShared => "becomes-shared",
            Self::DutyMoved => "duty-moved",
            Self::WordsMayChangeDuty => "words-may-change-duty",
            Self::RowAdded => "row-added",
            Self::RowRemoved => "row-removed",
            Self::DeadlineTightened => "deadline-tightened",
            Self::DeadlineLoosened => "deadline-loosened",
            Self::DeadlineChanged => "deadline-changed",
            Self::ScopeChanged => "scope-changed",
            Self::EvidenceChanged => "evidence-changed",
            Self::InheritanceChanged => "inheritance-changed",
            Self::PartiesChanged => "parties-changed",
            Self::TermsChanged => "terms-changed",
            Self::DescribedOtherwise => "described-otherwise",
            Self::WordingOnly => "wording-only",
        }
    }

    /// Returns the class that [`Class::word`] names.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }
}

/// A row on both sides, by its ids.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RowId {
    /// Its id before, if it was there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Its id after, if it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl RowId {
    /// Returns the id that readers know it by: the one after, or the one before where it is gone.
    pub fn id(&self) -> &str {
        self.after.as_deref().or(self.before.as_deref()).unwrap_or_default()
    }

    /// Returns whether its id changed.
    pub fn is_renamed(&self) -> bool {
        matches!((&self.before, &self.after), (Some(before), Some(after)) if before != after)
    }
}

/// Something that a reader must not miss about a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Callout {
    /// The id belonged to another row: what refers to it by id now means this one.
    IdReused {
        /// The other row.
        row: RowId,
    },
    /// The text now stands in another row, which answers for another control.
    TextMovedTo {
        /// The row that has it now.
        row: RowId,
    },
    /// The text stood in another row.
    TextMovedFrom {
        /// The row that had it.
        row: RowId,
    },
    /// The row was a part of another one.
    SplitFrom {
        /// The row that it was cut from.
        row: RowId,
    },
    /// The row is now a part of another one.
    MergedInto {
        /// The row that took it in.
        row: RowId,
    },
    /// The row says nothing new; what holds for all rows changed.
    ByDefault,
}

/// One place that differs, with what is needed to make one side from the other.
///
/// All indices count in their own document, so that edits can be applied in any order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The pointer of the object that has the field, on both sides.
    pub owner: Both<String>,
    /// The field.
    pub field: String,
    /// Which element of the field's list came or went; nothing on both sides where the field was set.
    #[serde(skip_serializing_if = "is_set")]
    pub index: Both<Option<usize>>,
    /// The value before, `null` where there was none.
    pub before: Value,
    /// The value after, `null` where there is none.
    pub after: Value,
}

fn is_set(index: &Both<Option<usize>>) -> bool {
    index.before.is_none() && index.after.is_none()
}

impl Edit {
    /// Returns an edit that sets a field.
    pub(crate) fn set(owner: &Both<String>, field: &str, before: Value, after: Value) -> Self {
        Self { owner: owner.clone(), field: field.to_owned(), index: Both::default(), before, after }
    }

    /// Returns an edit that adds an element to a list, or removes one.
    pub(crate) fn element(
        owner: &Both<String>,
        field: &str,
        before: Option<(usize, Object)>,
        after: Option<(usize, Object)>,
    ) -> Self {
        let index = Both::of(before.as_ref().map(|it| it.0), after.as_ref().map(|it| it.0));
        let value = |side: Option<(usize, Object)>| side.map_or(Value::Null, |it| Value::Object(it.1));
        Self {
            owner: owner.clone(),
            field: field.to_owned(),
            index,
            before: value(before),
            after: value(after),
        }
    }

    /// Returns whether the edit sets a field and does not touch an element of a list.
    pub fn is_set(&self) -> bool {
        is_set(&self.index)
    }

    /// Returns where the value before stands, or would stand.
    pub(crate) fn place_before(&self) -> String {
        let index = self.index.before.map(|index| format!("/{index}")).unwrap_or_default();
        format!("{}/{}{index}", self.owner.before, self.field)
    }

    /// Returns where to look on each side: the value, or its nearest enclosing object where it is absent.
    pub fn pointers(&self) -> Both<String> {
        let pointer = |owner: &String, value: &Value, index: Option<usize>| match index {
            Some(index) => format!("{owner}/{}/{index}", self.field),
            // What the schema fills in by itself need not stand in the file.
            None if value.is_null() || self.field == "coverage" => owner.clone(),
            None => format!("{owner}/{}", self.field),
        };
        Both::of(
            pointer(&self.owner.before, &self.before, self.index.before),
            pointer(&self.owner.after, &self.after, self.index.after),
        )
    }
}

/// One change, as a reviewer reads it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// What kind of change it is.
    pub class: Class,
    /// Whether it changes who does what, where, by when or with which proof.
    pub material: bool,
    /// The row, or nothing for what stands outside the rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<RowId>,
    /// What changed, such as `allocation`, `duties.party` or `parties.name`.
    pub field: String,
    /// What the duty consists of, where the change is about a duty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deed: Option<Deed>,
    /// The party whose duty, deadline or proof it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
    /// The parties that now have what they did not have.
    pub takes_on: Vec<String>,
    /// The parties that no longer have what they had.
    pub relieved: Vec<String>,
    /// The value before, `null` where there was none.
    pub before: Value,
    /// The value after, `null` where there is none.
    pub after: Value,
    /// Where to look on each side, as JSON Pointers that resolve there.
    pub pointer: Both<String>,
    /// Why its words may change a duty; empty where they do not, or where it is about no words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub because: Vec<Turn>,
    /// What a reader must not miss.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub callouts: Vec<Callout>,
    /// What makes the change; empty where another change makes it, such as that of a default.
    pub edits: Vec<Edit>,
}

impl Change {
    /// Returns whether its row, if it is about one, is there on both sides under the same id.
    pub fn keeps_id(&self) -> bool {
        self.row.as_ref().is_none_or(|row| row.before == row.after)
    }

    /// Returns a change that one edit makes.
    pub(crate) fn of(class: Class, material: bool, field: impl Into<String>, edit: Edit) -> Self {
        Self {
            class,
            material,
            row: None,
            field: field.into(),
            deed: None,
            party: None,
            takes_on: Vec::new(),
            relieved: Vec::new(),
            before: edit.before.clone(),
            after: edit.after.clone(),
            pointer: edit.pointers(),
            because: Vec::new(),
            callouts: Vec::new(),
            edits: vec![edit],
        }
    }

    /// Says whose duty, deadline or proof it is.
    #[must_use]
    pub(crate) fn party(mut self, party: &str) -> Self {
        self.party = (!party.is_empty()).then(|| party.to_owned());
        self
    }

    /// Says who has more and who has less for it.
    #[must_use]
    pub(crate) fn moves(mut self, relieved: Vec<String>, takes_on: Vec<String>) -> Self {
        self.relieved = relieved;
        self.takes_on = takes_on;
        self
    }

    /// Returns whether a callout is there that `test` accepts.
    pub fn has(&self, test: impl Fn(&Callout) -> bool) -> bool {
        self.callouts.iter().any(test)
    }

    /// Returns whether the change comes through a default.
    pub fn is_by_default(&self) -> bool {
        self.has(|callout| *callout == Callout::ByDefault)
    }
}
