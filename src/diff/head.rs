//! What stands around the rows: parties, contacts, agreement, days, review, scopes, services, defaults.

use serde_json::Value;

use super::change::{Both, Change, Class, Edit};
use super::identity::Definitions;
use super::list::{List, Weight, nested};
use super::pairing::{Item, renamed};
use super::row::Sides;
use super::value::{differences, object, text};
use super::{deadline, duties};
use crate::matrix::{Defaults, Matrix};

/// Returns the changes outside the rows.
pub(crate) fn compare(sides: &Sides<'_>, definitions: &Definitions) -> Vec<Change> {
    let root = Both::default();
    let (before, after) = (sides.before, sides.after);
    let mut changes = fields(sides);
    changes.extend(PARTIES.changes(&root, &definitions.parties));
    for pair in &definitions.parties {
        if let (Some(was), Some(is)) = (&pair.before, &pair.after) {
            changes.extend(people(sides, was, is));
        }
    }
    changes.extend(SCOPES.changes(&root, &definitions.scopes));
    changes.extend(SERVICES.changes(&root, &definitions.services));
    changes.extend(DOCUMENTS.changes(&root, &definitions.documents));
    changes.extend(FRAMEWORKS.between(&root, &before.frameworks, &after.frameworks));
    changes.extend(REPLACES.between(&root, &before.replaces, &after.replaces));
    changes.extend(defaults(sides));
    changes
}

fn fields(sides: &Sides<'_>) -> Vec<Change> {
    let (before, after) = (plain(sides.before), plain(sides.after));
    if before == after {
        return Vec::new();
    }
    let mut changes = Vec::new();
    for (name, was, is) in differences(&object(&before), &object(&after)) {
        for edit in nested(&Both::default(), &name, &was, &is) {
            let field = if edit.field == name { name.clone() } else { format!("{name}.{}", edit.field) };
            let (class, material) = weigh(&field, &edit.before, &edit.after);
            changes.push(Change::of(class, material, field, edit));
        }
    }
    changes
}

/// Returns what stands at the head itself. Lists stay out: they are compared element by element.
fn plain(matrix: &Matrix) -> Matrix {
    Matrix {
        id: matrix.id.clone(),
        kind: matrix.kind,
        version: matrix.version.clone(),
        title: matrix.title.clone(),
        based_on: matrix.based_on.clone(),
        frameworks: Vec::new(),
        agreement: matrix.agreement.clone(),
        documents: Vec::new(),
        effective_from: matrix.effective_from,
        effective_until: matrix.effective_until,
        retroactive: matrix.retroactive.clone(),
        replaces: Vec::new(),
        review: matrix.review.clone(),
        parties: Vec::new(),
        services: Vec::new(),
        scopes: Vec::new(),
        defaults: Defaults::default(),
        rows: Vec::new(),
    }
}

fn weigh(field: &str, before: &Value, after: &Value) -> Weight {
    match field {
        "title" => (Class::WordingOnly, false),
        "review.every" => deadline::length(before, after),
        "review" => {
            let every = |review: &Value| review.get("every").cloned().unwrap_or(Value::Null);
            match (every(before), every(after)) {
                (before, after) if before == after => (Class::TermsChanged, false),
                (before, after) => deadline::length(&before, &after),
            }
        }
        "kind" => (Class::TermsChanged, true),
        _ => (Class::TermsChanged, false),
    }
}

/// Compares the contacts and authorizations of a party.
fn people(sides: &Sides<'_>, was: &Item, is: &Item) -> Vec<Change> {
    let owner = Both::of(format!("/parties/{}", was.index), format!("/parties/{}", is.index));
    let (before, after) = (&sides.before.parties[was.index], &sides.after.parties[is.index]);
    let mut changes = CONTACTS.between(&owner, &before.contacts, &after.contacts);
    changes.extend(AUTHORIZATIONS.between(&owner, &before.authorizations, &after.authorizations));
    for change in &mut changes {
        change.field = format!("parties.{}", change.field);
        change.party = Some(text(&is.value, "id").to_owned());
    }
    changes
}

/// Compares the defaults themselves; what they move is shown with the rows.
fn defaults(sides: &Sides<'_>) -> Vec<Change> {
    if sides.same_defaults {
        return Vec::new();
    }
    let whole = |matrix: &Matrix| match object(&matrix.defaults) {
        empty if empty.is_empty() => Value::Null,
        object => Value::Object(object),
    };
    let (was, is) = (whole(sides.before), whole(sides.after));
    if was.is_null() != is.is_null() {
        let edit = Edit::set(&Both::default(), "defaults", was, is);
        return vec![Change::of(Class::TermsChanged, false, "defaults", edit)];
    }
    let owner = Both::of("/defaults".to_owned(), "/defaults".to_owned());
    let mut changes = DEFAULTS.compare(&owner, sides.defaults.before.clone(), sides.defaults.after.clone());
    for name in ["cadence", "retention"] {
        let own = |value: &Value| value.get(name).cloned().unwrap_or(Value::Null);
        if own(&was) != own(&is) {
            let edit = Edit::set(&owner, name, own(&was), own(&is));
            changes.push(Change::of(Class::TermsChanged, false, name, edit));
        }
    }
    changes.iter_mut().for_each(|change| change.field = format!("defaults.{}", change.field));
    changes
}

const DEFAULTS: List = List {
    field: "duties",
    stages: duties::STAGES,
    party: "party",
    is_work: false,
    whole: Both { before: (Class::TermsChanged, false), after: (Class::TermsChanged, false) },
    weigh: |_, _, _| (Class::TermsChanged, false),
    apart: &[],
};

const PARTIES: List = List {
    field: "parties",
    stages: &[],
    party: "id",
    is_work: false,
    whole: Both { before: (Class::PartiesChanged, true), after: (Class::PartiesChanged, true) },
    weigh: |name, _, _| match name {
        "businessHours" => (Class::DeadlineChanged, true),
        _ => (Class::PartiesChanged, true),
    },
    apart: &["contacts", "authorizations"],
};

const CONTACTS: List = List {
    field: "contacts",
    stages: &[renamed(&["id"]), renamed(&["channel"]), renamed(&["role", "name"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::TermsChanged, false), after: (Class::TermsChanged, false) },
    weigh: |_, _, _| (Class::TermsChanged, false),
    apart: &[],
};

const AUTHORIZATIONS: List = List {
    field: "authorizations",
    stages: &[renamed(&["kind", "reference"]), renamed(&["kind"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::PartiesChanged, true), after: (Class::PartiesChanged, true) },
    weigh: |_, _, _| (Class::TermsChanged, false),
    apart: &[],
};

const SCOPES: List = List {
    field: "scopes",
    stages: &[],
    party: "",
    is_work: false,
    whole: Both { before: (Class::ScopeChanged, true), after: (Class::ScopeChanged, true) },
    weigh: |name, _, _| match name {
        "id" | "title" => (Class::WordingOnly, false),
        _ => (Class::ScopeChanged, true),
    },
    apart: &[],
};

const SERVICES: List = List {
    field: "services",
    stages: &[],
    party: "party",
    is_work: false,
    whole: Both { before: (Class::ScopeChanged, true), after: (Class::ScopeChanged, true) },
    weigh: |name, _, _| match name {
        "id" | "name" => (Class::WordingOnly, false),
        "party" => (Class::DutyMoved, true),
        _ => (Class::ScopeChanged, true),
    },
    apart: &[],
};

const DOCUMENTS: List = List {
    field: "documents",
    stages: &[],
    party: "party",
    is_work: false,
    whole: Both { before: (Class::WordingOnly, false), after: (Class::WordingOnly, false) },
    weigh: |name, _, _| match name {
        "sha256" => (Class::TermsChanged, false),
        _ => (Class::WordingOnly, false),
    },
    apart: &[],
};

const FRAMEWORKS: List = List {
    field: "frameworks",
    stages: &[renamed(&["pack", "edition"]), renamed(&["pack"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::ScopeChanged, true), after: (Class::ScopeChanged, true) },
    weigh: |_, _, _| (Class::ScopeChanged, true),
    apart: &[],
};

const REPLACES: List = List {
    field: "replaces",
    stages: &[renamed(&["id", "version"]), renamed(&["id"])],
    party: "",
    is_work: false,
    whole: Both { before: (Class::TermsChanged, false), after: (Class::TermsChanged, false) },
    weigh: |_, _, _| (Class::TermsChanged, false),
    apart: &[],
};
