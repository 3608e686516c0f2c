//! A change in words, with parties by name. What it returns is raw text: escaping is the renderer's.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::handover::now;
use super::noun::noun;
use super::quote::{mode, within};
use crate::diff::change::{Both, Callout, Change, Class, RowId};
use crate::diff::told::Told;
use crate::diff::value::{Object, text};
use crate::diff::wording::Turn;
use crate::diff::{Diff, NewDeadline, RowFacts};
use crate::matrix::Deed;
use crate::report::words::{count, list, short_name};
use crate::show;

/// Says things of one diff.
pub(crate) struct Speaker<'a> {
    pub(crate) diff: &'a Diff,
    /// Sides and short names of the parties.
    pub(super) sides: Vec<(&'static str, &'a str)>,
    /// What is known of the rows that changed.
    rows: HashMap<&'a RowId, &'a RowFacts>,
    /// The rows of which more changed than words and terms.
    material: HashSet<&'a RowId>,
    /// Changes of role that come with the handover of the same duty, by row and place of the duty.
    roles: HashMap<(&'a RowId, &'a str), &'a Change>,
}

impl<'a> Speaker<'a> {
    pub(crate) fn of(diff: &'a Diff) -> Self {
        let present = diff.parties.iter().filter(|party| party.after.is_some() || party.before.is_some());
        let sides = present.map(|party| (party.side.word(), short_name(&party.called))).collect();
        let rows = diff.rows.iter().map(|facts| (&facts.row, facts)).collect();
        let material = diff.changes.iter().filter(|change| change.material);
        let material = material.filter_map(|change| change.row.as_ref()).collect();
        Self { diff, sides, rows, material, roles: roles(diff) }
    }

    /// Returns what is known of a row that changed.
    pub(crate) fn facts(&self, row: &RowId) -> Option<&'a RowFacts> {
        self.rows.get(row).copied()
    }

    /// Returns a party's name as people say it.
    pub(crate) fn name(&self, party: &'a str) -> &'a str {
        short_name(self.diff.name(party))
    }

    pub(super) fn names(&self, parties: &'a [String]) -> String {
        let names: Vec<String> = parties.iter().map(|party| self.name(party).to_owned()).collect();
        list(&names)
    }

    /// Returns the names of parties, or that there are none.
    pub(crate) fn parties(&self, parties: &[String]) -> String {
        let names: Vec<String> =
            parties.iter().map(|party| short_name(self.diff.name(party)).to_owned()).collect();
        if names.is_empty() { "nobody".to_owned() } else { list(&names) }
    }

    /// Returns a row by its label, with its first control.
    pub(crate) fn row(&self, id: &RowId) -> String {
        let Some(facts) = self.facts(id) else { return id.id().to_owned() };
        match control(facts) {
            Some(control) => format!("{} ({control})", facts.title),
            None => facts.title.clone(),
        }
    }

    /// Says who keeps the proof of a row, now or before.
    fn keepers(&self, told: &Told, is_now: bool) -> Option<String> {
        let Both { before, after } = &self.diff.heads;
        let (matrix, row) = if is_now { (after, &told.rows.after) } else { (before, &told.rows.before) };
        show::row::keepers(matrix, row.as_ref()?)
    }

    /// Says who does, decides, keeps and answers for a row that changed in more than its words now.
    pub(crate) fn now(&self, row: &RowId) -> Option<String> {
        let is = self.told(row)?.rows.after.as_ref().filter(|_| self.material.contains(row))?;
        Some(show::row::state(&self.diff.heads.after, is))
    }

    /// Says everything that a row says which only one side has.
    pub(crate) fn whole(&self, row: &RowId) -> Vec<String> {
        let Both { before, after } = &self.diff.heads;
        match self.told(row).map(|told| &told.rows) {
            Some(Both { before: Some(was), after: None }) => show::row::whole(before, was),
            Some(Both { before: None, after: Some(is) }) => show::row::whole(after, is),
            _ => Vec::new(),
        }
    }

    /// Says what the change means.
    pub(crate) fn sentence(&self, change: &'a Change) -> String {
        match (change.class, change.field.as_str()) {
            (_, "allocation") => self.allocation(change),
            (Class::RowAdded, _) if change.takes_on.is_empty() => "nobody has more to do for it".to_owned(),
            (Class::RowAdded, _) => format!("new work for {}", self.names(&change.takes_on)),
            (Class::RowRemoved, _) if change.relieved.is_empty() => "nobody has less to do for it".to_owned(),
            (Class::RowRemoved, _) => format!("no longer work of {}", self.names(&change.relieved)),
            (_, "duties") => self.duty_alone(change),
            (Class::OwnedByNobody, "duties.scope") => self.duty_alone(change),
            (_, "duties.party") => self.duty_moved(change),
            (_, "duties.do") => self.duty_otherwise(change),
            (_, "shared.mode") if change.after.is_null() => {
                "it is no longer said how it is shared".to_owned()
            }
            (_, "shared.mode") if change.before.is_null() => "it is said now how it is shared".to_owned(),
            (_, "duties.default") => {
                "written out in the row now, or left to the default; it says the same".to_owned()
            }
            (_, "reports" | "reports.by") => self.report(change),
            (_, "evidence") => self.evidence(change),
            (_, "evidence.collector") => self.collector(change),
            (_, "byScope" | "byScope.allocation") => self.by_scope(change),
            (_, "services") if change.row.is_some() => self.services(change),
            (_, "services") => self.service(change),
            (_, "services.party") => self.service_moved(change),
            (_, "parties" | "scopes" | "documents" | "frameworks" | "replaces") => {
                format!("{} {}", noun(&change.field), came_or_went(change))
            }
            (_, "parties.name") => {
                let id = change.party.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
                format!("the party{id} is renamed; it is the same party")
            }
            (_, "parties.id") => {
                let whose = change.after.as_str().map_or("", |id| self.name(id));
                format!("{whose}: the id is another one; it is the same party")
            }
            (_, "id") => "the id is another one; it is the same thing".to_owned(),
            (_, field) if field.ends_with("within") || field.ends_with("cadence") => self.deadline(change),
            (_, field) => {
                let deed = change.deed.map(|deed| format!(" ({})", deed.says())).unwrap_or_default();
                let because = reasons(change).map(|why| format!(", because {why}")).unwrap_or_default();
                format!("{}{}{deed} {}{because}", self.whose(change), noun(field), came_or_went(change))
            }
        }
    }

    /// Returns the party of a change with a colon, where it has one.
    fn whose(&self, change: &'a Change) -> String {
        change.party.as_deref().map(|party| format!("{}: ", self.name(party))).unwrap_or_default()
    }

    /// Returns a row with the reasons for which its words may change the duty of a party.
    pub(crate) fn with_reasons(&self, row: &RowId, party: &str) -> String {
        let own = |change: &&Change| {
            change.row.as_ref() == Some(row) && change.party.as_deref().is_none_or(|whose| whose == party)
        };
        let said: Vec<String> = self.diff.changes.iter().filter(own).filter_map(reasons).collect();
        format!("{}: {}", self.row(row), said.join("; "))
    }

    /// Returns what is told of a row that changed, beside its changes.
    pub(crate) fn told(&self, row: &RowId) -> Option<&'a Told> {
        self.diff.told.get(row)
    }

    /// Says who has a row in some of its scopes now.
    fn by_scope(&self, change: &'a Change) -> String {
        let mut said = Vec::new();
        if !change.takes_on.is_empty() {
            said.push(format!("{} takes it on", self.names(&change.takes_on)));
        }
        if !change.relieved.is_empty() {
            said.push(format!("{} no longer has it", self.names(&change.relieved)));
        }
        if said.is_empty() {
            said.push("it is divided otherwise, with the same parties".to_owned());
        }
        format!("in some scopes {}", said.join(" and "))
    }

    fn duty_alone(&self, change: &'a Change) -> String {
        let party = change.party.as_deref().map_or("", |party| self.name(party));
        let does = change.deed.map_or("has a duty", Deed::says);
        match change.class {
            Class::OwnedByNobody if change.field == "duties.scope" => {
                format!("{party} {} in fewer places, and nobody does in the others", now("now", does))
            }
            Class::OwnedByNobody => format!("{party} {}, and nobody else does", now("no longer", does)),
            Class::GivenUp => format!("{party} {}", now("no longer", does)),
            _ => format!("{party} {}", now("now", does)),
        }
    }

    fn duty_moved(&self, change: &'a Change) -> String {
        let does = change.deed.map_or("does this", Deed::says);
        let role = self.role_moved(change);
        let role = |side: fn(&Change) -> &Value| {
            let role = role.and_then(|role| side(role).as_str());
            role.map(|role| format!(" ({role})")).unwrap_or_default()
        };
        let (more, less) = (self.names(&change.takes_on), self.names(&change.relieved));
        let (came, went) = (role(|change| &change.after), role(|change| &change.before));
        format!("{more}{came} {}, {less}{went} no longer", now("now", does))
    }

    /// Returns the change of role that comes with the handover of a duty.
    fn role_moved(&self, change: &Change) -> Option<&'a Change> {
        self.roles.get(&(change.row.as_ref()?, place(change))).copied()
    }

    /// Returns whether a change is told as a part of another one: a role that comes with its party.
    pub(crate) fn is_folded(&self, change: &Change) -> bool {
        let at = |row| self.roles.get(&(row, place(change)));
        change.field == "duties.role"
            && change.row.as_ref().and_then(at).is_some_and(|role| std::ptr::eq(*role, change))
    }

    /// Says that a party now does something else with the same work.
    fn duty_otherwise(&self, change: &'a Change) -> String {
        let party = change.party.as_deref().map_or("", |party| self.name(party));
        let deed = |value: &Value| {
            let word = value.as_object().and_then(|duty| duty.get("do")).unwrap_or(value);
            serde_json::from_value::<Deed>(word.clone()).ok()
        };
        let is = deed(&change.after).map_or("does something else", Deed::says);
        let was = deed(&change.before).map_or("did something else", Deed::did);
        format!("{party} now {is}; before, it {was}")
    }

    fn report(&self, change: &'a Change) -> String {
        match (change.takes_on.is_empty(), change.relieved.is_empty()) {
            (false, true) => format!("{} now reports", self.names(&change.takes_on)),
            (true, false) => format!("{} no longer reports", self.names(&change.relieved)),
            _ => format!(
                "{} now reports, {} no longer",
                self.names(&change.takes_on),
                self.names(&change.relieved)
            ),
        }
    }

    fn evidence(&self, change: &'a Change) -> String {
        let added = change.before.is_null();
        let piece = if added { &change.after } else { &change.before };
        let word = |name: &str| piece.get(name).and_then(Value::as_str);
        let artifact = word("artifact").map_or("this".to_owned(), |name| format!("“{name}”"));
        let told = change.row.as_ref().and_then(|row| self.told(row));
        let keeper = |told: &'a Told| self.keepers(told, added);
        let name = |by| if added { self.diff.name(by) } else { self.diff.name_before(by) };
        let collector = word("collector").map(|by| short_name(name(by)));
        let proof = [
            collector.map(|by| format!("collected by {by}")),
            told.and_then(keeper).map(|by| format!("kept as proof by {by}")),
        ];
        let proof: Vec<String> = proof.into_iter().flatten().collect();
        let by = if proof.is_empty() { "kept".to_owned() } else { list(&proof) };
        let unkept =
            if added && told.and_then(keeper).is_none() { "; nobody is named to keep it" } else { "" };
        if added {
            format!("evidence added: {artifact} is to be {by}{unkept}")
        } else {
            format!("evidence removed: {artifact} is no longer {by}")
        }
    }

    fn collector(&self, change: &'a Change) -> String {
        match (change.takes_on.is_empty(), change.relieved.is_empty()) {
            (false, true) => format!("{} collects the evidence", self.names(&change.takes_on)),
            (true, _) => format!("{} no longer collects the evidence", self.names(&change.relieved)),
            (false, false) => format!(
                "{} now collects the evidence, {} no longer",
                self.names(&change.takes_on),
                self.names(&change.relieved)
            ),
        }
    }

    fn deadline(&self, change: &'a Change) -> String {
        let whose = change.party.as_deref().map(|party| self.name(party));
        let is_rhythm = change.field.ends_with("cadence");
        let what = match change.class {
            _ if change.before.is_null() && is_rhythm => "a rhythm, where there was none",
            _ if change.before.is_null() => "a deadline, where there was none",
            _ if change.after.is_null() && is_rhythm => "no rhythm any more",
            _ if change.after.is_null() => "no deadline any more",
            Class::DeadlineTightened if is_rhythm => "more often than before",
            Class::DeadlineTightened => "less time than before",
            Class::DeadlineLoosened if is_rhythm => "less often than before",
            Class::DeadlineLoosened => "more time than before",
            Class::DeadlineChanged => "another clock or start, so that the two cannot be compared",
            _ => "the same time in other words",
        };
        match (whose, change.deed) {
            (Some(party), Some(deed)) => format!("{party} {}: {what}", deed.says()),
            (Some(party), None) => format!("{party}: {what}"),
            (None, Some(deed)) => format!("whoever {}: {what}", deed.says()),
            (None, None) => what.to_owned(),
        }
    }

    /// Says by when or how often something is to be done, and how it was before.
    pub(crate) fn timing(&self, change: &Change) -> String {
        let does = change.deed.map(|deed| format!("{} ", deed.says())).unwrap_or_default();
        let before = self.before(change);
        let after = match self.after(change) {
            nothing if nothing.is_empty() => "by no fixed time any more".to_owned(),
            said => said,
        };
        let before = if change.before.is_null() { String::new() } else { format!(" (before: {before})") };
        format!("{does}{after}{before}")
    }

    /// Says how the work is shared now, and what justifies the change, where it brings such words.
    pub(crate) fn agreed(&self, change: &Change) -> Vec<String> {
        let new = |field: &str| {
            let edit = change.edits.iter().find(|edit| edit.field == field && edit.before.is_null());
            let whole = (change.field == "rows").then(|| change.after.get(field)).flatten();
            edit.map(|edit| &edit.after).or(whole).filter(|value| !value.is_null())
        };
        let mut said = Vec::new();
        if change.field != "allocation" && change.field != "rows" {
            return said;
        }
        if let Some(shared) = new("shared").and_then(Value::as_object) {
            let words = [mode(text(shared, "mode")), text(shared, "details")];
            let words: Vec<&str> = words.into_iter().filter(|text| !text.is_empty()).collect();
            said.push(format!("how it is shared: {}", words.join(". ")));
        }
        if let Some(justification) = new("justification").and_then(Value::as_str) {
            said.push(format!("why: {justification}"));
        }
        said
    }

    /// Says who came, under whom and with which data.
    pub(crate) fn newcomer(&self, party: &Object) -> String {
        let mut role = text(party, "side").to_owned();
        if !text(party, "boundBy").is_empty() {
            role.push_str(&format!(" under {}", short_name(self.diff.name(text(party, "boundBy")))));
        }
        let data = party.get("handles").and_then(Value::as_array).into_iter().flatten();
        let data: Vec<String> = data.filter_map(Value::as_str).map(str::to_uppercase).collect();
        if !data.is_empty() {
            role.push_str(&format!(", handles {}", list(&data)));
        }
        format!("new party: {} ({role})", self.name(text(party, "id")))
    }

    /// Says what a party must do by when.
    pub(crate) fn new_deadline(&self, deadline: &NewDeadline) -> String {
        let time = deadline.within.as_object().map(within).unwrap_or_default();
        format!("{} {time}", deadline.deed.says())
    }

    /// Returns what a reader must not miss, in words.
    pub(crate) fn callout(&self, callout: &Callout) -> String {
        let row = |row: &RowId| format!("“{}” (row {})", self.row(row), row.id());
        match callout {
            Callout::IdReused { row: other } => format!(
                "careful: this id now stands for another row than before; {} is the other one. What refers to the id, such as accepted findings, now means something else",
                row(other)
            ),
            Callout::TextMovedTo { row: to } => {
                format!(
                    "careful: words of this row now stand in {}, for its controls and no longer for these",
                    row(to)
                )
            }
            Callout::TextMovedFrom { row: from } => {
                format!("careful: words of this row stood in {} before, for its controls", row(from))
            }
            Callout::SplitFrom { row: from } => format!("split from {}", row(from)),
            Callout::MergedInto { row: into } => format!("merged into {}", row(into)),
            Callout::ByDefault => "through what holds for every row that does not say otherwise".to_owned(),
        }
    }
}

/// Returns a control without its catalogue.
pub(crate) fn bare(control: &str) -> &str {
    control.split_once(':').map_or(control, |(_, id)| id)
}

/// Returns the first control of a row without its catalogue, and how many more there are.
pub(crate) fn control(facts: &RowFacts) -> Option<String> {
    let first = facts.controls.first()?;
    let bare = first.split_once(':').map_or(first.as_str(), |(_, id)| id);
    let more = facts.controls.len() - 1;
    Some(if more == 0 { bare.to_owned() } else { format!("{bare} and {}", count(more, "more control")) })
}

/// Returns the changes of role whose duty went to another party.
fn roles(diff: &Diff) -> HashMap<(&RowId, &str), &Change> {
    let of = |field: &'static str| diff.changes.iter().filter(move |change| change.field == field);
    let handed: HashSet<(&RowId, &str)> =
        of("duties.party").filter_map(|change| Some((change.row.as_ref()?, place(change)))).collect();
    let roles = of("duties.role").filter_map(|change| Some(((change.row.as_ref()?, place(change)), change)));
    roles.filter(|(at, _)| handed.contains(at)).collect()
}

/// Returns where the duty of a change stands after.
fn place(change: &Change) -> &str {
    let at = change.pointer.after.as_str();
    at.strip_suffix("/role").or_else(|| at.strip_suffix("/party")).unwrap_or(at)
}

/// Reasons that are said before the others are only counted.
const REASONS: usize = 4;

/// Says why the words of a change may change a duty, or nothing where they do not.
pub(crate) fn reasons(change: &Change) -> Option<String> {
    let mut said: Vec<String> = change.because.iter().take(REASONS).map(Turn::says).collect();
    let more = change.because.len().saturating_sub(REASONS);
    said.extend((more > 0).then(|| count(more, "more difference")));
    (!said.is_empty()).then(|| list(&said))
}

fn came_or_went(change: &Change) -> &'static str {
    match (change.before.is_null(), change.after.is_null()) {
        (true, false) => "added",
        (false, true) => "removed",
        _ => "changed",
    }
}
