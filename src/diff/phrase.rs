//! A change in words, with parties by name. What it returns is raw text: escaping is the renderer's.

use std::collections::HashMap;

use serde_json::Value;

use super::change::{Callout, Change, Class, RowId};
use super::duties::deed;
use super::noun::noun;
use super::value::{Object, text};
use super::{Diff, NewDeadline, RowFacts};
use crate::matrix::{Allocation, Deed, Duration, Mode};
use crate::report::words::{count, holder, list, short_name};

/// Says things of one diff.
pub(crate) struct Speaker<'a> {
    pub(crate) diff: &'a Diff,
    /// Sides and short names of the parties.
    sides: Vec<(&'static str, &'a str)>,
    /// What is known of the rows that changed.
    rows: HashMap<&'a RowId, &'a RowFacts>,
}

impl<'a> Speaker<'a> {
    pub(crate) fn of(diff: &'a Diff) -> Self {
        let present = diff.parties.iter().filter(|party| party.after.is_some() || party.before.is_some());
        let sides = present.map(|party| (party.side.word(), short_name(&party.name))).collect();
        let rows = diff.rows.iter().map(|facts| (&facts.row, facts)).collect();
        Self { diff, sides, rows }
    }

    /// Returns what is known of a row that changed.
    pub(crate) fn facts(&self, row: &RowId) -> Option<&'a RowFacts> {
        self.rows.get(row).copied()
    }

    /// Returns a party's name as people say it.
    pub(crate) fn name(&self, party: &'a str) -> &'a str {
        short_name(self.diff.name(party))
    }

    fn names(&self, parties: &'a [String]) -> String {
        let names: Vec<String> = parties.iter().map(|party| self.name(party).to_owned()).collect();
        list(&names)
    }

    /// Returns a row by its label, with its first control.
    pub(crate) fn row(&self, id: &RowId) -> String {
        let Some(facts) = self.facts(id) else { return id.id().to_owned() };
        match control(facts) {
            Some(control) => format!("{} ({control})", facts.title),
            None => facts.title.clone(),
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
            (_, "duties.party") => self.duty_moved(change),
            (_, "duties.do") => self.duty_otherwise(change),
            (_, "duties.default") => {
                "written out in the row now, or left to the default; it says the same".to_owned()
            }
            (_, "reports" | "reports.by") => self.report(change),
            (_, "evidence") => self.evidence(change),
            (_, "evidence.collector") => self.collector(change),
            (_, "parties" | "services" | "scopes" | "documents" | "frameworks" | "replaces") => {
                format!("{} {}", noun(&change.field), came_or_went(change))
            }
            (_, "parties.name") => "the party is renamed; it is the same party".to_owned(),
            (_, "id" | "parties.id") => "the id is another one; it is the same thing".to_owned(),
            (_, field) if field.ends_with("within") || field.ends_with("cadence") => self.deadline(change),
            (_, field) => {
                let whose = change.party.as_deref().map(|party| format!("{}: ", self.name(party)));
                let deed = change.deed.map(|deed| format!(" ({})", deed.says())).unwrap_or_default();
                format!("{}{}{deed} {}", whose.unwrap_or_default(), noun(field), came_or_went(change))
            }
        }
    }

    fn allocation(&self, change: &'a Change) -> String {
        let (more, less) = (self.names(&change.takes_on), self.names(&change.relieved));
        let has = if change.relieved.len() == 1 { "has" } else { "have" };
        let takes = if change.takes_on.len() == 1 { "takes" } else { "take" };
        let freed = if less.is_empty() { String::new() } else { format!("; {less} no longer {has} it") };
        match change.class {
            Class::OwnedByNobody if less.is_empty() => "nobody has this now".to_owned(),
            Class::OwnedByNobody => format!("{less} no longer {has} it, and nobody else does"),
            Class::BecomesShared if more.is_empty() => "both sides have a part now".to_owned(),
            Class::BecomesShared => {
                format!("{more} now {} a part of it", if takes == "takes" { "has" } else { "have" })
            }
            _ if !more.is_empty() => format!("{more} {takes} this on{freed}"),
            _ if !less.is_empty() => format!("{less} no longer {has} this"),
            _ => "who acts changed".to_owned(),
        }
    }

    fn duty_alone(&self, change: &'a Change) -> String {
        let party = change.party.as_deref().map_or("", |party| self.name(party));
        let does = change.deed.map_or("has a duty", Deed::says);
        match change.class {
            Class::OwnedByNobody => format!("{party} no longer {does}, and nobody else does"),
            Class::GivenUp => format!("{party} no longer {does}"),
            _ => format!("{party} now {does}"),
        }
    }

    fn duty_moved(&self, change: &'a Change) -> String {
        let does = change.deed.map_or("does this", Deed::says);
        format!("{} now {does}, {} no longer", self.names(&change.takes_on), self.names(&change.relieved))
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
        let (more, less) = (self.names(&change.takes_on), self.names(&change.relieved));
        match (change.before.is_null(), more.is_empty() && less.is_empty()) {
            (true, true) => "evidence added".to_owned(),
            (true, false) => format!("evidence added: {more} has to prove this"),
            (false, true) => "evidence removed".to_owned(),
            (false, false) => format!("evidence removed: {less} no longer proves this"),
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

    /// Says what a party has to do sooner or more often, and what it had before.
    pub(crate) fn faster(&self, change: &Change) -> String {
        let does = change.deed.map(|deed| format!("{} ", deed.says())).unwrap_or_default();
        let (before, after) = (self.value(change, &change.before), self.value(change, &change.after));
        let before = if before.is_empty() { "not fixed".to_owned() } else { before };
        format!("{does}{after} (before: {before})")
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
        format!("new party: {} ({role})", short_name(text(party, "name")))
    }

    /// Says what a party must do by when.
    pub(crate) fn new_deadline(&self, deadline: &NewDeadline) -> String {
        let time = deadline.within.as_object().map(within).unwrap_or_default();
        format!("{} {time}", deadline.deed.says())
    }

    /// Says who has a row and who does what in it.
    fn division(&self, row: &Value) -> String {
        let allocation = row.get("allocation").and_then(|word| serde::Deserialize::deserialize(word).ok());
        let mut parts: Vec<String> =
            allocation.map(|allocation| holder(allocation, &self.sides)).into_iter().collect();
        for duty in row.get("duties").and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(duty) = duty {
                let does = deed(duty).map_or("has a duty", Deed::says);
                parts.push(format!("{} {does}", short_name(self.diff.name(text(duty, "party")))));
            }
        }
        parts.join("; ")
    }

    /// Returns a value of the change in words, empty where there is none.
    pub(crate) fn value(&self, change: &Change, value: &Value) -> String {
        // The sentence says both deeds already.
        if change.field == "duties.do" && change.party.is_some() {
            return String::new();
        }
        self.say(&change.field, value)
    }

    fn say(&self, field: &str, value: &Value) -> String {
        let last = field.rsplit('.').next().unwrap_or(field);
        match value {
            Value::Null => String::new(),
            Value::String(word) => self.word(last, word),
            Value::Array(items) => {
                let said: Vec<String> = items.iter().map(|item| self.say(field, item)).collect();
                said.join(if items.iter().any(Value::is_object) { "; " } else { ", " })
            }
            Value::Object(object) if last == "within" => within(object),
            Value::Object(object) if last == "rows" => {
                let activity =
                    [text(object, "title"), text(object, "activity")].map(|text| text.trim_end_matches('.'));
                let said: Vec<&str> = activity.into_iter().filter(|text| !text.is_empty()).collect();
                format!("{} ({})", said.join(": "), self.division(value))
            }
            Value::Object(object) if object.contains_key("do") => self.duty(object),
            Value::Object(object) => self.object(object),
            other => other.to_string(),
        }
    }

    fn word(&self, field: &str, word: &str) -> String {
        match field {
            "allocation" => {
                let allocation = Allocation::ALL.into_iter().find(|allocation| allocation.word() == word);
                allocation.map_or_else(|| word.to_owned(), |allocation| holder(allocation, &self.sides))
            }
            "party" | "to" | "by" | "from" | "collector" | "boundBy" => {
                short_name(self.diff.name(word)).to_owned()
            }
            "retention" | "for" | "every" | "time" => Duration::from(word).words(),
            "do" => word.replace('-', " "),
            "mode" => mode(word).to_owned(),
            "services" | "scope" | "document" => self.diff.title(field, word).to_owned(),
            _ => word.to_owned(),
        }
    }

    fn duty(&self, duty: &Object) -> String {
        let mut said = short_name(self.diff.name(text(duty, "party"))).to_owned();
        let member = |name: &str| duty.get(name).map(|value| self.say(name, value));
        said.extend(member("role").map(|role| format!(" ({role})")));
        said.push_str(&format!(" {}", deed(duty).map_or("has a duty", Deed::says)));
        said.extend(member("cadence").map(|cadence| format!(" {cadence}")));
        said.extend(member("text").map(|text| format!(": {}", text.trim_end_matches('.'))));
        said.extend(member("within").map(|within| format!("; {within}")));
        for (name, value) in duty {
            let told = ["party", "do", "id", "role", "cadence", "text", "within"];
            if !told.contains(&name.as_str()) {
                said.push_str(&format!("; {}: {}", noun(&format!("duties.{name}")), self.say(name, value)));
            }
        }
        said
    }

    fn object(&self, object: &Object) -> String {
        let lead = ["artifact", "what", "name", "title", "text", "rule", "field"];
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for (name, value) in object {
            let said = self.say(name, value);
            if lead.contains(&name.as_str()) {
                first.push(said);
            } else {
                rest.push((name, format!("{} {said}", noun(name))));
            }
        }
        // Whatever has a name is known by it; its id is for programs.
        let has_name = !first.is_empty();
        first.extend(rest.into_iter().filter(|(name, _)| !has_name || *name != "id").map(|(_, said)| said));
        first.join("; ")
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

/// Returns the first control of a row without its catalogue, and how many more there are.
pub(crate) fn control(facts: &RowFacts) -> Option<String> {
    let first = facts.controls.first()?;
    let bare = first.split_once(':').map_or(first.as_str(), |(_, id)| id);
    let more = facts.controls.len() - 1;
    Some(if more == 0 { bare.to_owned() } else { format!("{bare} and {}", count(more, "more control")) })
}

fn within(object: &Object) -> String {
    let mut said = format!("within {}", Duration::from(text(object, "time")).words());
    if let Some(of) = object.get("of").and_then(Value::as_str) {
        said.push_str(&format!(" of {of}"));
    }
    match text(object, "clock") {
        "business" => said.push_str(", in business hours"),
        "wall" => said.push_str(", around the clock"),
        _ => {}
    }
    said
}

fn came_or_went(change: &Change) -> &'static str {
    match (change.before.is_null(), change.after.is_null()) {
        (true, false) => "added",
        (false, true) => "removed",
        _ => "changed",
    }
}

/// Returns how a row is shared, in words for people.
fn mode(word: &str) -> &str {
    let mode: Option<Mode> = serde_json::from_value(Value::from(word)).ok();
    mode.map_or(word, |mode| mode.says())
}
