//! Variants of a starter: the same rows and the same law, with fewer roles on the client's side.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

/// A starter for another kind of client.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its id, as in `cmmc-l2:small-firm`.
    pub id: String,
    /// Whom it is for.
    pub title: String,
    /// What each role of the client in the starter becomes.
    pub roles: BTreeMap<String, String>,
    /// The roles in the order in which they stand in where one would approve its own work.
    pub approvers: Vec<String>,
}

/// Deeds that say whether the work of others is right.
const JUDGES: [&str; 4] = ["approve", "decide", "verify", "agree"];
/// Deeds that are the work.
const WORK: [&str; 4] = ["perform", "configure", "enforce", "drive"];

impl Variant {
    /// Gives the client's duties the roles of the variant; where one role would then judge its own work, another does.
    pub fn fold(&self, starter: &mut Value) {
        if let Some(duties) = starter.pointer_mut("/defaults/duties") {
            self.rename(duties);
        }
        for row in starter["rows"].as_array_mut().into_iter().flatten() {
            self.rename(&mut row["duties"]);
            self.part(&mut row["duties"]);
            for field in ["/activity", "/shared/details"] {
                if let Some(Value::String(text)) = row.pointer_mut(field) {
                    *text = self.reworded(text);
                }
            }
        }
    }

    fn rename(&self, duties: &mut Value) {
        for duty in duties.as_array_mut().into_iter().flatten() {
            if let Some(text) = duty["text"].as_str().map(|text| self.reworded(text)) {
                duty["text"] = text.into();
            }
            let new = duty["role"]
                .as_str()
                .filter(|_| duty["party"] == "client")
                .and_then(|role| self.roles.get(role));
            if let Some(new) = new.cloned() {
                duty["role"] = new.into();
            }
        }
    }

    /// Names the new role wherever a sentence names the old one.
    fn reworded(&self, text: &str) -> String {
        let replaced = |text: String, (old, new): (&String, &String)| text.replace(old.as_str(), new);
        self.roles.iter().fold(text.to_owned(), replaced)
    }

    /// Lets another role judge where the one that does the work would.
    fn part(&self, duties: &mut Value) {
        let duties = duties.as_array_mut().map(Vec::as_mut_slice).unwrap_or_default();
        let does = |duty: &Value, deeds: &[&str]| {
            duty["party"] == "client" && duty["do"].as_str().is_some_and(|deed| deeds.contains(&deed))
        };
        let role = |duty: &Value| duty["role"].as_str().map(str::to_owned);
        let workers: BTreeSet<String> =
            duties.iter().filter(|duty| does(duty, &WORK)).filter_map(role).collect();
        for duty in duties.iter_mut().filter(|duty| does(duty, &JUDGES)) {
            let is_own = role(duty).is_some_and(|role| workers.contains(&role));
            let other = self.approvers.iter().find(|other| !workers.contains(*other));
            if let Some(other) = other.filter(|_| is_own) {
                duty["role"] = other.as_str().into();
            }
        }
    }
}
