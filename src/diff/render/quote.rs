//! Values of a change in words: duties, deadlines, evidence and what else a field can hold.

use serde_json::Value;

use super::noun::noun;
use super::phrase::Speaker;
use crate::diff::Diff;
use crate::diff::change::Change;
use crate::diff::duties::deed;
use crate::diff::value::{Object, text};
use crate::matrix::{Allocation, Deed, Duration, Mode};
use crate::report::words::{holder, short_name};
use crate::show;

/// Says values of one side.
struct Quote<'s> {
    speaker: &'s Speaker<'s>,
    /// How the ids of parties on that side are read.
    name: for<'n> fn(&'n Diff, &'n str) -> &'n str,
}

impl Speaker<'_> {
    /// Returns what the change replaces in words, empty where there was nothing.
    pub(crate) fn before(&self, change: &Change) -> String {
        Quote { speaker: self, name: Diff::name_before }.value(change, &change.before)
    }

    /// Returns what the change brings in words, empty where there is nothing.
    pub(crate) fn after(&self, change: &Change) -> String {
        Quote { speaker: self, name: Diff::name }.value(change, &change.after)
    }

    /// Returns how often, in words.
    pub(crate) fn rhythm(&self, cadence: &Value) -> String {
        Quote { speaker: self, name: Diff::name }.say("cadence", cadence)
    }
}

impl Quote<'_> {
    fn value(&self, change: &Change, value: &Value) -> String {
        // The sentence says both deeds already.
        if change.field == "duties.do" && change.party.is_some() {
            return String::new();
        }
        self.say(&change.field, value)
    }

    fn name(&self, party: &str) -> String {
        short_name((self.name)(self.speaker.diff, party)).to_owned()
    }

    /// Says who has a row.
    fn holder(&self, row: &Value) -> String {
        let allocation = row.get("allocation").and_then(|word| serde::Deserialize::deserialize(word).ok());
        allocation.map(|allocation| holder(allocation, &self.speaker.sides)).unwrap_or_default()
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
                format!("{} ({})", said.join(": "), self.holder(value))
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
                allocation
                    .map_or_else(|| word.to_owned(), |allocation| holder(allocation, &self.speaker.sides))
            }
            "party" | "to" | "by" | "from" | "collector" | "boundBy" => self.name(word),
            "retention" | "for" | "every" | "time" => Duration::from(word).words(),
            "cadence" => show::row::cadence(word),
            "do" => word.replace('-', " "),
            "mode" => mode(word).to_owned(),
            "implementation" | "exception" => status(word).to_owned(),
            "services" | "scope" | "document" => self.speaker.diff.title(field, word).to_owned(),
            _ => word.to_owned(),
        }
    }

    fn duty(&self, duty: &Object) -> String {
        let mut said = self.name(text(duty, "party"));
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
}

/// Returns a deadline with what it counts from.
pub(super) fn within(object: &Object) -> String {
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

/// Returns how far work is, in words for people.
fn status(word: &str) -> &str {
    match word {
        "implemented" => "done",
        "partial" => "done in part",
        "planned" => "planned, not done yet",
        "alternative" => "done in another way",
        "not-applicable" => "does not apply",
        "enduring-exception" => "an exception that lasts",
        "temporary-deficiency" => "missing for a time",
        other => other,
    }
}

/// Returns how a row is shared, in words for people.
pub(super) fn mode(word: &str) -> &str {
    let mode: Option<Mode> = serde_json::from_value(Value::from(word)).ok();
    mode.map_or(word, |mode| mode.says())
}
