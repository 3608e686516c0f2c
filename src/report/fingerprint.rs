//! Names for findings that stay when rows move, texts are reworded or lines are added.
//!
//! A finding is named by rule, matrix and row, and by its pointer with ids in place of indexes. Platforms that
//! remember findings use the name to tell a new one from an old one.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Report;
use crate::finding::Finding;

/// Names the findings of one report.
pub(super) struct Fingerprints {
    values: BTreeMap<String, Value>,
    seen: BTreeMap<String, usize>,
}

impl Fingerprints {
    /// Reads the files that findings point into; a file that is not JSON has no ids.
    pub(super) fn of(report: &Report) -> Self {
        let mut values = BTreeMap::new();
        for finding in &report.findings {
            let Some(source) = report.sources.get(&*finding.file) else { continue };
            if !values.contains_key(&*finding.file) {
                let value = serde_json::from_str(&source.text).unwrap_or(Value::Null);
                values.insert(finding.file.to_string(), value);
            }
        }
        Self { values, seen: BTreeMap::new() }
    }

    /// Returns the name of the next finding: a hash, and a number that tells equal ones apart.
    pub(super) fn next(&mut self, finding: &Finding) -> String {
        let hash = self.hash(finding);
        let times = self.seen.entry(hash.clone()).or_insert(0);
        *times += 1;
        format!("{hash}:{times}")
    }

    fn hash(&self, finding: &Finding) -> String {
        let value = self.values.get(&*finding.file).unwrap_or(&Value::Null);
        let mut parts = vec![finding.rule.to_string()];
        parts.push(finding.matrix.as_deref().unwrap_or(&finding.file).to_owned());
        parts.push(finding.row.as_deref().unwrap_or_default().to_owned());
        let pointer = stable(value, finding.place.pointer());
        parts.push(match finding.row {
            Some(_) => pointer.splitn(4, '/').nth(3).unwrap_or_default().to_owned(),
            None => pointer,
        });
        if finding.row.is_none() {
            parts.extend(named(&finding.message));
        }
        let digest = Sha256::digest(parts.join("\u{0}").as_bytes());
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Returns a pointer with ids in place of indexes.
fn stable(root: &Value, pointer: &str) -> String {
    let mut at = Some(root);
    let mut out = String::new();
    for token in pointer.split('/').skip(1) {
        let key = token.replace("~1", "/").replace("~0", "~");
        let next = match at {
            Some(Value::Array(items)) => key.parse::<usize>().ok().and_then(|index| items.get(index)),
            Some(Value::Object(members)) => members.get(&key),
            _ => None,
        };
        let name = match at {
            Some(Value::Array(_)) => next.and_then(own_name),
            _ => None,
        };
        out.push('/');
        out.push_str(&name.unwrap_or(key));
        at = next;
    }
    out
}

/// Returns what an element of a list is known by.
fn own_name(value: &Value) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Value::String(own) = value {
        return Some(own.clone());
    }
    if let (Some(deed), Some(party)) = (text("do"), text("party")) {
        return Some(format!("{deed} {party} {}", text("id").or(text("phase")).unwrap_or_default()));
    }
    if let (Some(by), Some(from)) = (text("by"), text("from").or(text("what"))) {
        return Some(format!("{by} {from}"));
    }
    ["id", "artifact", "rule", "pack", "reference"].into_iter().find_map(text).map(str::to_owned)
}

/// Returns the names a message holds in backticks; figures and dates change by themselves and are left out.
pub(super) fn named(message: &str) -> impl Iterator<Item = String> + '_ {
    let figure = |text: &&str| !text.chars().any(char::is_alphabetic);
    message.split('`').skip(1).step_by(2).filter(move |text| !figure(text)).map(str::to_owned)
}
