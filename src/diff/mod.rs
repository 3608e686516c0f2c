//! What responsibility moved to whom between two versions of a matrix.
//!
//! Rows are matched by id, then by control and text; order and formatting are never a change. The result
//! is complete: [`apply`] makes the version after of it. This module compares meaning only; [`render`]
//! decides how a change looks.

mod apply;
mod bump;
mod change;
mod comparer;
mod deadline;
mod duties;
mod edition;
mod effect;
mod frame;
mod head;
mod holder;
mod identity;
mod leaf;
mod likeness;
mod list;
mod matching;
mod moved;
mod native;
mod pairing;
mod proof;
pub mod render;
mod row;
mod rows;
mod told;
mod value;
mod weakening;
mod wording;

pub use apply::apply;
pub use bump::Bump;
pub use change::{Both, Callout, Change, Class, Edit, RowId};
pub use comparer::Comparer;
pub use edition::Edition;
pub use effect::{Effect, NewDeadline};
pub(crate) use holder::holders;
pub use identity::PartyId;
pub use leaf::LeafMove;
pub use native::Column;
pub(crate) use native::is_native;
pub use proof::Proof;
pub(crate) use value::object;
pub use weakening::{Weakening, Weaker};
pub use wording::{Reason, Turn, Words};

use std::collections::BTreeMap;

use serde::Serialize;

use crate::matrix::{Allocation, Matrix};
use frame::Frame;
use identity::Definitions;
use matching::Matched;
use proof::Proofs;
use row::Sides;
use rows::Changed;
use told::Told;

/// Everything that changed between two versions of a matrix.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// The matrix's id after.
    pub id: String,
    /// Its title after.
    pub title: String,
    /// Its version on both sides.
    pub version: Both<String>,
    /// Which number of the version has to grow.
    pub bump: Bump,
    /// Every party of either side.
    pub parties: Vec<PartyId>,
    /// What people call services, scopes and documents, by field and id.
    #[serde(skip)]
    pub titles: BTreeMap<(&'static str, String), String>,
    /// What stands around the rows on each side, with the parties called as in sentences.
    #[serde(skip)]
    pub(crate) heads: Both<Matrix>,
    /// What readers are told of rows that changed, beside the changes.
    #[serde(skip)]
    pub(crate) told: BTreeMap<RowId, Told>,
    /// What readers ask about the versions as wholes.
    #[serde(skip)]
    pub(crate) frame: Frame,
    /// What it means for each party that it means something for.
    pub effects: Vec<Effect>,
    /// Rows that nobody owns now, and somebody did.
    pub nobody: Vec<RowId>,
    /// The controls for which some row answered, and none does now.
    pub lost: Vec<String>,
    /// The editions of frameworks that the matrix follows since.
    pub editions: Vec<Edition>,
    /// The leaves of the catalogues that have another owner because rows were split, merged or given other controls.
    pub moved: Vec<LeafMove>,
    /// What became of the columns of the source.
    #[serde(skip)]
    pub columns: Vec<Column>,
    /// The rows that changed, with what rules ask about them.
    pub rows: Vec<RowFacts>,
    /// All changes: what stands around the rows first, then rows as they stand in the file.
    pub changes: Vec<Change>,
}

/// What rules and readers want to know about a row that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RowFacts {
    /// The row.
    #[serde(flatten)]
    pub row: RowId,
    /// Its label.
    pub title: String,
    /// Its controls after, or before where it is gone.
    pub controls: Vec<String>,
    /// Which side acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Allocation>,
    /// Which side acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Allocation>,
    /// Whether the row gives a justification now.
    pub justified: bool,
    /// Whether the justification is another one than before.
    pub newly_justified: bool,
    /// Whether both parties had walked through it and agreed.
    pub agreed: Both<bool>,
    /// How many pieces of evidence it names.
    pub evidence: Both<usize>,
    /// Whether a piece of evidence went.
    pub evidence_lost: bool,
    /// Whether nobody owns it now.
    pub nobody: bool,
}

impl Diff {
    /// Returns whether both versions say the same.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Returns the least version that the changes ask for, where the version after is less.
    pub fn version_due(&self) -> Option<String> {
        self.bump.due(&self.version)
    }

    /// Returns which number of the version rose, or nothing where it fell.
    pub fn rise(&self) -> Option<Bump> {
        Bump::between(&self.version)
    }

    /// Returns the matrix's id before.
    pub fn id_before(&self) -> &String {
        &self.heads.before.id
    }

    /// Returns the changes of one class.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.class == class)
    }

    /// Returns the facts of a row that changed.
    pub fn row(&self, id: &RowId) -> Option<&RowFacts> {
        self.rows.iter().find(|facts| facts.row == *id)
    }

    /// Returns the name of a party, or its id where no party has it.
    pub fn name<'a>(&'a self, party: &'a str) -> &'a str {
        self.parties
            .iter()
            .find(|known| known.id == party)
            .map_or(party.trim_end_matches("~before"), |known| &known.called)
    }

    /// Returns the same by the id that the party had before.
    pub(crate) fn name_before<'a>(&'a self, party: &'a str) -> &'a str {
        let known = self.parties.iter().find(|known| known.before.as_deref() == Some(party));
        known.map_or(party, |known| &known.called)
    }

    /// Returns what people call something that a field refers to by id; the id where it has no other name.
    pub(crate) fn title<'a>(&'a self, field: &str, id: &'a str) -> &'a str {
        let mut named = self.titles.iter().filter(|((kind, known), _)| *kind == field && known == id);
        named.next().map_or(id, |(_, title)| title)
    }

    /// Returns the findings that the matrix itself newly accepts.
    pub fn weakened(&self) -> Vec<Weakening> {
        let accepted =
            self.changes.iter().filter(|change| change.field == "accepts" && change.before.is_null());
        let text = |change: &Change, name: &str| {
            change.after.get(name).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
        };
        accepted
            .map(|change| Weakening {
                matrix: Some(self.id.clone()),
                row: change.row.as_ref().map(|row| row.id().to_owned()),
                reason: Some(text(change, "reason")),
                pointer: Some(change.pointer.after.clone()),
                ..Weakening::new(Weaker::AcceptanceAdded, text(change, "rule"))
            })
            .collect()
    }
}

/// Two versions with what everything else about them is made of.
struct Found<'a> {
    sides: &'a Sides<'a>,
    parties: Vec<PartyId>,
    changes: Vec<Change>,
    /// The rows that have some of them.
    changed: Vec<Changed>,
    parts: effect::Parts,
    leaves: leaf::Leaves,
}

/// Returns what changed from `before` to `after`, by the word lists that come with the program.
pub fn compare(before: &Matrix, after: &Matrix) -> Diff {
    Comparer::default().compare(before, after)
}

impl Comparer {
    /// Returns what changed from `before` to `after`; what is only renumbered with an edition of its framework is none.
    pub fn compare(&self, before: &Matrix, after: &Matrix) -> Diff {
        let Some((forward, editions)) = edition::bring_forward(&self.packs, before, after) else {
            return self.compare_ids(before, after);
        };
        let mut diff = self.compare_ids(&forward, after);
        restore(&mut diff.changes, before);
        diff.editions = editions;
        diff
    }

    fn compare_ids(&self, before: &Matrix, after: &Matrix) -> Diff {
        let mut definitions = Definitions::between(before, after);
        let mut ids = definitions.ids();
        let matched = matching::rows(&before.rows, &after.rows);
        ids.rows = row_ids(&matched, before, after);
        let parties = definitions.parties(before, after, &ids);
        let translated = (!ids.is_empty()).then(|| {
            let mut matrix = before.clone();
            ids.translate(&mut matrix);
            definitions.refresh(&matrix);
            ids.rename(&mut matrix);
            matrix
        });
        let mut sides = Sides::of(before, translated.as_ref(), after, self);
        sides.columns = native::renamed(sides.before, sides.after, &matched);
        let mut changes = head::compare(&sides, &definitions);
        let (of_rows, changed, parts) = rows::compare(&sides, &matched);
        changes.extend(of_rows);
        let reshaped = changed.iter().any(|row| row.places.before.is_none() || row.places.after.is_none());
        let reshaped =
            reshaped || changes.iter().any(|change| ["controls", "scope"].contains(&change.field.as_str()));
        let leaves = leaf::compare(&sides, &matched, reshaped);
        if translated.is_some() {
            restore(&mut changes, before);
        }
        let named = [sides.before, sides.after].map(|matrix| identity::called(matrix, &parties));
        let sides = match &named {
            [Some(before), Some(after)] => Sides { before, after, ..sides },
            _ => sides,
        };
        let found = Found { sides: &sides, parties, changes, changed, parts, leaves };
        found.diff(before, after)
    }
}

impl Found<'_> {
    /// Returns the changes with what all of them mean for whom.
    fn diff(self, before: &Matrix, after: &Matrix) -> Diff {
        let Self { sides, parties, changes, changed, parts, leaves } = self;
        let rows = rows::facts(sides, &changed);
        let told = told::of(sides, &changed);
        let holdings = rows::holdings(sides, &changed, &rows);
        let proofs = Proofs::of(&changes, &told, &parts, sides.before);
        let measure = effect::Measure { after, parts: &parts, holdings: &holdings, proofs: &proofs };
        let effects = measure.effects(&changes, &parties);
        Diff {
            id: after.id.clone(),
            title: after.title.clone(),
            version: Both::of(before.version.clone(), after.version.clone()),
            bump: Bump::of(&changes),
            parties,
            titles: titles(before, after),
            heads: Both::of(sides.before.without_rows(), sides.after.without_rows()),
            told,
            frame: Frame::of(sides),
            effects,
            nobody: rows.iter().filter(|facts| facts.nobody).map(|facts| facts.row.clone()).collect(),
            lost: leaves.lost,
            editions: Vec::new(),
            moved: leaves.moved,
            columns: native::columns(&changes, sides.before, sides.after),
            rows,
            changes,
        }
    }
}

/// Returns what people call the things that rows refer to by id; the words after count, where both sides have some.
fn titles(before: &Matrix, after: &Matrix) -> BTreeMap<(&'static str, String), String> {
    let mut titles = BTreeMap::new();
    let mut call = |field, id: &String, title: &Option<String>| {
        titles.extend(title.clone().map(|title| ((field, id.clone()), title)));
    };
    for matrix in [before, after] {
        matrix.services.iter().for_each(|it| call("services", &it.id, &it.name));
        matrix.scopes.iter().for_each(|it| call("scope", &it.id, &it.title));
        matrix.documents.iter().for_each(|it| call("document", &it.id, &it.reference));
    }
    titles
}

fn row_ids(matched: &Matched, before: &Matrix, after: &Matrix) -> BTreeMap<String, String> {
    let pairs: Vec<Both<Option<&str>>> = matched
        .pairs
        .iter()
        .map(|pair| {
            let was = pair.before.map(|place| before.rows[place].id.as_str());
            Both::of(was, pair.after.map(|place| after.rows[place].id.as_str()))
        })
        .collect();
    if pairs.iter().all(|pair| pair.before == pair.after) {
        return BTreeMap::new();
    }
    let owned =
        pairs.into_iter().map(|pair| Both::of(pair.before.map(str::to_owned), pair.after.map(str::to_owned)));
    identity::translations(owned.collect())
}

/// Writes back what stood in the version before where ids were translated.
fn restore(changes: &mut [Change], before: &Matrix) {
    let Ok(document) = serde_json::to_value(before) else { return };
    let original = |pointer: &str, value: &mut serde_json::Value| {
        if let Some(found) = document.pointer(pointer).filter(|_| !value.is_null()) {
            *value = value::tidy(found.clone());
        }
    };
    for change in changes {
        let shows_edit = change.edits.first().is_some_and(|edit| edit.before == change.before);
        for edit in &mut change.edits {
            original(&edit.place_before(), &mut edit.before);
        }
        match change.edits.first() {
            Some(edit) if shows_edit => change.before = edit.before.clone(),
            _ => original(&change.pointer.before, &mut change.before),
        }
    }
}
