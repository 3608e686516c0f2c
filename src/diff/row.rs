//! One row on both sides: every field that differs becomes a change.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::{Both, Callout, Change, Class, Edit, RowId};
use super::comparer::Comparer;
use super::list::{List, Weight, nested};
use super::pairing::{Item, items, renamed};
use super::value::{Difference, difference, object};
use super::wording::Wording;
use super::{deadline, duties, holder, native};
use crate::matrix::{Allocation, Deed, Duration, Matrix, Row};

/// Both versions, with the ids after on both sides, and what their rows are compared against.
pub(crate) struct Sides<'a> {
    pub(crate) before: &'a Matrix,
    pub(crate) after: &'a Matrix,
    /// The default duties of each side.
    pub(crate) defaults: Both<Vec<Item>>,
    /// Whether the defaults say the same, so that an equal row is an equal row.
    pub(crate) same_defaults: bool,
    /// Whether ids of the version before were translated.
    pub(crate) translated: bool,
    /// What the words of either side are read with.
    pub(crate) wording: Wording,
    /// The columns of the source that are called otherwise after.
    pub(crate) columns: native::Renamed,
}

impl<'a> Sides<'a> {
    /// Returns two versions; the one before with its ids translated, where that was needed.
    pub(crate) fn of(
        before: &'a Matrix,
        translated: Option<&'a Matrix>,
        after: &'a Matrix,
        by: &Comparer,
    ) -> Self {
        let (before, is_translated) = (translated.unwrap_or(before), translated.is_some());
        let same_defaults = before.defaults == after.defaults;
        let was = items(&before.defaults.duties);
        let is = if same_defaults { was.clone() } else { items(&after.defaults.duties) };
        let defaults = Both::of(was, is);
        Self {
            before,
            after,
            defaults,
            same_defaults,
            translated: is_translated,
            wording: Wording::by(&by.list),
            columns: native::Renamed::new(),
        }
    }
}

/// A row with its place.
pub(crate) type Placed<'a> = (usize, &'a Row);

/// Returns the changes of a row that both sides have.
pub(crate) fn compare(sides: &Sides<'_>, was: Placed<'_>, is: Placed<'_>) -> Vec<Change> {
    let owner = Both::of(format!("/rows/{}", was.0), format!("/rows/{}", is.0));
    let (was, is) = (was.1, is.1);
    let mut changes = fields(sides, &owner, was, is);
    if was.duties != is.duties || !sides.same_defaults {
        let Both { before, after } = duties::effective(sides, was, is);
        changes.extend(duties::compare(&owner, before, after));
    }
    let is_narrower = |change: &Change| change.field == "duties.scope";
    let of_work = |change: &&mut Change| {
        change.deed.is_some_and(holder::is_work) && (change.class == Class::GivenUp || is_narrower(change))
    };
    if abandons(sides, was, is) {
        let lost = |change: &&mut Change| of_work(change) && !is_narrower(change);
        changes.iter_mut().filter(lost).for_each(|change| change.class = Class::OwnedByNobody);
    } else if abandons_a_scope(sides, was, is) {
        changes.iter_mut().filter(of_work).for_each(|change| change.class = Class::OwnedByNobody);
    }
    changes.extend(by_scope(sides, &owner, was, is));
    changes.extend(DOCUMENTS.between(&owner, &was.documents, &is.documents));
    changes.extend(INHERITS.between(&owner, &was.inherits, &is.inherits));
    changes.extend(evidence(sides, &owner, was, is));
    changes.extend(REPORTS.between(&owner, &was.reports, &is.reports));
    changes.extend(ACCEPTS.between(&owner, &was.accepts, &is.accepts));
    changes.extend(native::compare(&NATIVE, &owner, &sides.columns, &was.native, &is.native));
    let id = RowId { before: Some(was.id.clone()), after: Some(is.id.clone()) };
    for change in &mut changes {
        change.row = Some(id.clone());
        sides.wording.weigh(change, [sides.before, sides.after]);
    }
    changes
}

/// Returns whether the last one to work in a row left, although its allocation still says that someone does.
fn abandons(sides: &Sides<'_>, was: &Row, is: &Row) -> bool {
    let says_someone = is.allocation.is_work() && is.allocation != Allocation::Unassigned;
    says_someone && holder::has_worker(sides.before, was) && !holder::has_worker(sides.after, is)
}

/// Returns whether the last one to work in one of a row's scopes left it, while someone works in another.
fn abandons_a_scope(sides: &Sides<'_>, was: &Row, is: &Row) -> bool {
    if !is.allocation.is_work() || is.allocation == Allocation::Unassigned {
        return false;
    }
    let everywhere = sides.after.scopes.iter().map(|scope| &scope.id);
    let own = is.scope.iter();
    let mut scopes: Box<dyn Iterator<Item = &String>> =
        if is.scope.is_empty() { Box::new(everywhere) } else { Box::new(own) };
    scopes.any(|scope| {
        holder::has_worker_in(sides.before, was, scope) && !holder::has_worker_in(sides.after, is, scope)
    })
}

/// Returns the change that a row which only one side has makes.
pub(crate) fn alone(was: Option<Placed<'_>>, is: Option<Placed<'_>>) -> Change {
    let whole = |placed: Placed<'_>| (placed.0, object(placed.1));
    let edit = Edit::element(&Both::default(), "rows", was.map(whole), is.map(whole));
    let class = if is.is_some() { Class::RowAdded } else { Class::RowRemoved };
    let id = |placed: Option<Placed<'_>>| placed.map(|it| it.1.id.clone());
    let mut change = Change::of(class, true, "rows", edit);
    change.row = Some(RowId { before: id(was), after: id(is) });
    change
}

/// Compares what stands in the row itself.
fn fields(sides: &Sides<'_>, owner: &Both<String>, was: &Row, is: &Row) -> Vec<Change> {
    let mut differing = differing(was, is);
    let mut changes = Vec::new();
    if was.allocation != is.allocation {
        changes.push(allocation(sides, owner, (was, is), &mut differing));
    }
    for (name, before, after) in differing {
        match name.as_str() {
            "shared" | "status" => changes.extend(inner(owner, &name, &before, &after)),
            _ => {
                let (class, material) = weigh(&name);
                changes.push(Change::of(
                    class,
                    material,
                    name.clone(),
                    Edit::set(owner, &name, before, after),
                ));
            }
        }
    }
    changes.extend(cadence(sides, owner, was, is));
    changes
}

/// Compares how often the work is done, by the row itself or by the default that it leaves it to.
fn cadence(sides: &Sides<'_>, owner: &Both<String>, was: &Row, is: &Row) -> Option<Change> {
    let value = |cadence: Option<&str>| cadence.map_or(Value::Null, Value::from);
    let says_so = was.cadence != is.cadence;
    let (before, after) = (value(sides.before.cadence(was)), value(sides.after.cadence(is)));
    if !says_so && before == after {
        return None;
    }
    let (class, material) = deadline::cadence(&before, &after);
    let edit = Edit::set(owner, "cadence", value(was.cadence.as_deref()), value(is.cadence.as_deref()));
    let mut change = Change::of(class, material, "cadence", edit).party(&sole_worker(sides, was, is));
    let place = |owner: &String, row: &Row, value: &Value| match (&row.cadence, value) {
        (Some(_), _) => format!("{owner}/cadence"),
        (None, Value::Null) => owner.clone(),
        (None, _) => "/defaults/cadence".to_owned(),
    };
    change.pointer = Both::of(place(&owner.before, was, &before), place(&owner.after, is, &after));
    (change.before, change.after) = (before, after);
    if !says_so {
        change.edits.clear();
        change.callouts.push(Callout::ByDefault);
    }
    Some(change)
}

/// Returns what differs in the row itself, in the order of the names. Lists of things stay out: they are compared
/// element by element; so does how often, for a default may say it.
fn differing(was: &Row, is: &Row) -> Vec<Difference> {
    let Row {
        activity,
        allocation,
        controls,
        group,
        id,
        justification,
        notes,
        offered,
        references,
        reviewed,
        scope,
        services,
        shared,
        statement,
        status,
        title,
        tools,
        accepts: _,
        by_scope: _,
        cadence: _,
        documents: _,
        duties: _,
        evidence: _,
        inherits: _,
        native: _,
        reports: _,
    } = was;
    let found = [
        difference("activity", activity, &is.activity),
        difference("allocation", allocation, &is.allocation),
        difference("controls", controls, &is.controls),
        difference("group", group, &is.group),
        difference("id", id, &is.id),
        difference("justification", justification, &is.justification),
        difference("notes", notes, &is.notes),
        difference("offered", offered, &is.offered),
        difference("references", references, &is.references),
        difference("reviewed", reviewed, &is.reviewed),
        difference("scope", scope, &is.scope),
        difference("services", services, &is.services),
        difference("shared", shared, &is.shared),
        difference("statement", statement, &is.statement),
        difference("status", status, &is.status),
        difference("title", title, &is.title),
        difference("tools", tools, &is.tools),
    ];
    found.into_iter().flatten().collect()
}

fn weigh(name: &str) -> Weight {
    match name {
        "controls" | "scope" | "services" => (Class::ScopeChanged, true),
        "offered" => (Class::InheritanceChanged, true),
        "reviewed" | "justification" | "notes" | "tools" => (Class::TermsChanged, false),
        _ => (Class::WordingOnly, false),
    }
}

/// Compares how a row is shared, and its status, part by part.
fn inner(owner: &Both<String>, name: &str, before: &Value, after: &Value) -> Vec<Change> {
    let edits = nested(owner, name, before, after).into_iter();
    let changes = edits.map(|edit| {
        let whole = edit.field == name;
        let has_mode = |value: &Value| value.get("mode").is_some();
        let field = if whole { name.to_owned() } else { format!("{name}.{}", edit.field) };
        let (class, material) = match (name, edit.field.as_str()) {
            ("status", _) => (Class::TermsChanged, false),
            (_, "mode") => (Class::DutyMoved, true),
            _ if whole && (has_mode(before) || has_mode(after)) => (Class::DutyMoved, true),
            _ => (Class::WordingOnly, false),
        };
        Change::of(class, material, field, edit)
    });
    changes.collect()
}

/// Says who has the row now; what comes or goes with an allocation belongs to the same change.
fn allocation(
    sides: &Sides<'_>,
    owner: &Both<String>,
    (was, is): (&Row, &Row),
    differing: &mut Vec<Difference>,
) -> Change {
    let (had, has) = (holder::holders(sides.before, was), holder::holders(sides.after, is));
    let less = |some: &BTreeSet<String>, other: &BTreeSet<String>| some.difference(other).cloned().collect();
    let (relieved, takes_on): (Vec<String>, Vec<String>) = (less(&had, &has), less(&has, &had));
    let class =
        class_of_allocation(was.allocation, is.allocation, !takes_on.is_empty(), !relieved.is_empty());
    let mut edits = Vec::new();
    differing.retain(|(name, before, after)| {
        let comes_along =
            matches!(name.as_str(), "shared" | "justification") && (before.is_null() || after.is_null());
        let belongs = name == "allocation" || comes_along;
        if belongs {
            edits.push(Edit::set(owner, name, before.clone(), after.clone()));
        }
        !belongs
    });
    // Differences come in the order of their names, so the allocation is first.
    let mut edits = edits.into_iter();
    let first = edits.next().unwrap_or_else(|| Edit::set(owner, "allocation", Value::Null, Value::Null));
    let mut change = Change::of(class, true, "allocation", first).moves(relieved, takes_on);
    change.edits.extend(edits);
    change
}

fn class_of_allocation(was: Allocation, is: Allocation, gains: bool, loses: bool) -> Class {
    match (was, is) {
        (_, Allocation::Unassigned) => Class::OwnedByNobody,
        (_, Allocation::Shared) => Class::BecomesShared,
        _ if gains => Class::TakenOn,
        _ if loses => Class::GivenUp,
        (Allocation::Inherited, _) | (_, Allocation::Inherited) => Class::InheritanceChanged,
        _ => Class::ScopeChanged,
    }
}

/// Compares how a row is divided in scopes in which it is divided otherwise, and says who has more or less for it.
fn by_scope(sides: &Sides<'_>, owner: &Both<String>, was: &Row, is: &Row) -> Vec<Change> {
    let mut changes = BY_SCOPE.between(owner, &was.by_scope, &is.by_scope);
    let scopes: BTreeSet<&String> =
        was.by_scope.iter().chain(&is.by_scope).flat_map(|one| &one.scope).collect();
    let (mut relieved, mut takes_on) = (BTreeSet::new(), BTreeSet::new());
    for scope in scopes {
        let had = holder::holders_in(sides.before, was, scope);
        let has = holder::holders_in(sides.after, is, scope);
        relieved.extend(had.difference(&has).cloned());
        takes_on.extend(has.difference(&had).cloned());
    }
    let is_division =
        |change: &&mut Change| matches!(change.field.as_str(), "byScope" | "byScope.allocation");
    for change in changes.iter_mut().filter(is_division) {
        change.class = match (takes_on.is_empty(), relieved.is_empty()) {
            (false, _) => Class::TakenOn,
            (true, false) => Class::GivenUp,
            (true, true) => Class::ScopeChanged,
        };
        change.takes_on = takes_on.iter().cloned().collect();
        change.relieved = relieved.iter().cloned().collect();
    }
    changes
}

/// Returns the only party that works in a row on both sides, empty where there are several.
fn sole_worker(sides: &Sides<'_>, was: &Row, is: &Row) -> String {
    let workers = |matrix: &Matrix, row: &Row| -> BTreeSet<String> {
        let work = matrix
            .duties(row)
            .filter(|duty| holder::is_work(duty.deed) && duty.deed.counts() == Deed::Perform);
        work.map(|duty| duty.party.clone()).collect()
    };
    let (before, after) = (workers(sides.before, was), workers(sides.after, is));
    let mut both = before.intersection(&after);
    match (both.next(), both.next()) {
        (Some(party), None) => party.clone(),
        _ => String::new(),
    }
}

/// Compares the proof of a row; proof without a collector is its keeper's.
fn evidence(sides: &Sides<'_>, owner: &Both<String>, was: &Row, is: &Row) -> Vec<Change> {
    let mut changes = EVIDENCE.between(owner, &was.evidence, &is.evidence);
    for change in &mut changes {
        let by_keeper = change.field == "evidence" && change.party.is_none();
        if by_keeper && change.before.is_null() {
            change.takes_on = holder::keepers(sides.after, is);
        } else if by_keeper {
            change.relieved = holder::keepers(sides.before, was);
        }
    }
    changes.extend(default_retention(sides, owner, was, is));
    changes
}

/// Says how long the row's proof is kept now, where the row leaves that to the default.
fn default_retention(sides: &Sides<'_>, owner: &Both<String>, was: &Row, is: &Row) -> Option<Change> {
    let default = |matrix: &Matrix| matrix.defaults.retention.clone();
    let leaves_it = |row: &Row| row.evidence.iter().any(|evidence| evidence.retention.is_none());
    let (before, after) = (default(sides.before), default(sides.after));
    if before == after || !leaves_it(was) || !leaves_it(is) {
        return None;
    }
    let value = |retention: &Option<Duration>| {
        retention.as_ref().map_or(Value::Null, |retention| Value::from(retention.as_str()))
    };
    let edit = Edit::set(owner, "retention", value(&before), value(&after));
    let mut change = Change::of(Class::EvidenceChanged, true, "evidence.retention", edit);
    let place = |owner: &String, value: &Option<_>| match value {
        Some(_) => "/defaults/retention".to_owned(),
        None => owner.clone(),
    };
    change.pointer = Both::of(place(&owner.before, &before), place(&owner.after, &after));
    change.edits.clear();
    change.callouts.push(Callout::ByDefault);
    Some(change)
}

const BY_SCOPE: List = List {
    field: "byScope",
    stages: &[renamed(&["scope"]), renamed(&["allocation"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::ScopeChanged, true), after: (Class::ScopeChanged, true) },
    weigh: |name, _, _| match name {
        "shared" => (Class::DutyMoved, true),
        "offered" => (Class::InheritanceChanged, true),
        _ => (Class::ScopeChanged, true),
    },
    apart: &[],
};

const DOCUMENTS: List = List {
    field: "documents",
    stages: &[renamed(&["document", "section"]), renamed(&["document"]), renamed(&["section"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::WordingOnly, false), after: (Class::WordingOnly, false) },
    weigh: |_, _, _| (Class::WordingOnly, false),
    apart: &[],
};

const INHERITS: List = List {
    field: "inherits",
    stages: &[
        renamed(&["by", "from", "reference"]),
        renamed(&["by", "from"]),
        renamed(&["by"]),
        renamed(&["from"]),
    ],
    party: "by",
    is_work: false,
    whole: Both { before: (Class::InheritanceChanged, true), after: (Class::InheritanceChanged, true) },
    weigh: |name, _, _| (Class::InheritanceChanged, !matches!(name, "document" | "reference")),
    apart: &[],
};

const EVIDENCE: List = List {
    field: "evidence",
    stages: &[
        renamed(&["artifact", "collector"]),
        renamed(&["artifact"]),
        renamed(&["location", "collector"]),
        renamed(&["location"]),
        renamed(&["collector", "kind"]),
    ],
    party: "collector",
    is_work: true,
    whole: Both { before: (Class::EvidenceChanged, true), after: (Class::EvidenceChanged, true) },
    weigh: |name, _, _| {
        (Class::EvidenceChanged, matches!(name, "collector" | "retention" | "scope" | "controls"))
    },
    apart: &[],
};

const REPORTS: List = List {
    field: "reports",
    stages: &[renamed(&["by", "what"]), renamed(&["what"]), renamed(&["by", "to", "cadence", "within"])],
    party: "by",
    is_work: true,
    whole: Both { before: (Class::GivenUp, true), after: (Class::TakenOn, true) },
    weigh: |name, before, after| match name {
        "by" => (Class::DutyMoved, true),
        "what" => (Class::WordingOnly, false),
        _ => duties::weigh(name, before, after),
    },
    apart: &[],
};

const ACCEPTS: List = List {
    field: "accepts",
    stages: &[renamed(&["rule"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::TermsChanged, false), after: (Class::TermsChanged, false) },
    weigh: |_, _, _| (Class::TermsChanged, false),
    apart: &[],
};

const NATIVE: List = List {
    field: "native",
    stages: &[renamed(&["vocabulary", "field"]), renamed(&["vocabulary", "value"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::WordingOnly, false), after: (Class::WordingOnly, false) },
    weigh: |_, _, _| (Class::WordingOnly, false),
    apart: &[],
};
