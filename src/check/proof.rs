//! Whether the rules that a project brings along do what their examples say: one that does not judges nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Setup;
use crate::error::Error;
use crate::finding::{Finding, Place};
use crate::policy::example;
use crate::project::Refusal;
use crate::source::Source;

/// Returns why nothing can be judged by the rules of a project: examples of its own rules that do not hold.
pub fn unproven(setup: &Setup) -> Option<Refusal> {
    let places = own(setup);
    if places.is_empty() {
        return None;
    }
    let outcome = example::run(&setup.policy, &setup.packs, &|id| places.contains_key(id));
    let findings: Vec<Finding> =
        outcome
            .failures
            .iter()
            .filter_map(|one| {
                let (file, at) = places.get(&*one.rule)?;
                let pointer = format!("/rules/{at}/examples/{}/{}", one.which.word(), one.index);
                let message = format!("rule `{}` does not do what this example says: {}", one.rule, one.why);
                Some(Finding::of_file("policy-is-valid", file, Place::value(pointer), message).helped(
                    "mend the rule or the example; `countersign test-rules` shows all that do not hold",
                ))
            })
            .collect();
    let first = findings.first()?;
    let error = Error::usage(format!("`{}` cannot be used: its own examples do not hold", first.file))
        .hint("mend what is marked above and run the command again");
    Some(Refusal { findings, sources: setup.sources.clone(), error })
}

/// Returns the file and the place in it of every rule that is not shipped.
fn own(setup: &Setup) -> BTreeMap<String, (String, usize)> {
    let files = setup.sources.values().filter(|source| source.path.starts_with("policies/"));
    let mut places: BTreeMap<String, (String, usize)> =
        files.flat_map(|source| rules(&source.path, source)).collect();
    for pack in setup.packs.iter().filter(|pack| !pack.is_shipped) {
        let path = format!("packs/{}/rules.json", pack.id);
        let ids = pack.rules.iter().flat_map(|document| ids(&document.value));
        places.extend(ids.map(|(at, id)| (id, (path.clone(), at))));
    }
    places
}

fn rules(path: &str, source: &Source) -> Vec<(String, (String, usize))> {
    let value: Value = serde_json::from_str(&source.text).unwrap_or_default();
    ids(&value).into_iter().map(|(at, id)| (id, (path.to_owned(), at))).collect()
}

fn ids(value: &Value) -> Vec<(usize, String)> {
    let rules = value.get("rules").and_then(Value::as_array).into_iter().flatten().enumerate();
    rules.filter_map(|(at, rule)| Some((at, rule.get("id")?.as_str()?.to_owned()))).collect()
}
