//! Kind `no-placeholder`: where a name, a number or a place is asked for, there is one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Hit, Subject};
use crate::finding::Place;
use crate::matrix::Matrix;
use crate::pack::wording::find;
use crate::policy::given::Regex;

/// No reference, contact, role or place is a stand-in.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Words")]
pub struct NoPlaceholder {
    words: BTreeSet<String>,
    roles: Vec<String>,
    artifacts: BTreeSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// What people write instead, without regard to case and signs around it.
    words: Vec<String>,
    /// How a role begins that names nobody: "someone in IT".
    #[serde(default)]
    roles: Vec<String>,
    /// What an artifact is called that nobody can ask for: "documentation".
    #[serde(default)]
    artifacts: Vec<String>,
}

impl From<Words> for NoPlaceholder {
    fn from(words: Words) -> Self {
        let bare_all = |words: &[String]| words.iter().map(|word| bare(word)).collect();
        Self { words: bare_all(&words.words), roles: words.roles, artifacts: bare_all(&words.artifacts) }
    }
}

/// "XX days", "___ %": signs where the number of a time or a share belongs.
static NO_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:\b(?:x{1,4}|n{2,3})|_{2,}|\?{2,}|#{2,}|\.{3,}|…)[ -]?(?:business |working |calendar )?(?:minutes?|hours?|days?|weeks?|months?|years?|percent|%)(?:\W|$)",
    )
    .expect("this pattern is ours")
});

/// "[insert location]", "<name of the tool>": brackets around what is to be filled in.
static TO_FILL_IN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*(?:\[[^\[\]]*\]|<[^<>]*>|\{[^{}]*\})\s*$|[\[<{]\s*(?:insert|enter|fill in|add|your|name of|tbd|tbc|todo|to be|date|xx+|client|customer|company|provider|msp|vendor)\b[^\]>}]*[\]>}]",
    )
    .expect("this pattern is ours")
});

/// Returns a text without case, brackets and signs around its words.
fn bare(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '/').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

impl NoPlaceholder {
    /// Returns one hit for each stand-in.
    pub fn look(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        let mut tell = |pointer: String, row: Option<usize>, text: Option<&String>| {
            if let Some(text) = text.and_then(|text| self.stand_in(&pointer, text)) {
                hits.push(Hit { row, ..Hit::at(Place::value(pointer)) }.with("text", text));
            }
        };
        head(subject.matrix, &mut tell);
        rows(subject.matrix, &mut tell);
        hits
    }
}

impl NoPlaceholder {
    /// Returns what stands for something in a text: the whole of it, or the part in brackets or without a number.
    fn stand_in<'a>(&self, pointer: &str, text: &'a str) -> Option<&'a str> {
        let bare = bare(text);
        let is_whole = self.words.contains(&bare)
            || (pointer.ends_with("/role") && self.roles.iter().any(|start| find(&bare, start) == Some(0)))
            || (pointer.ends_with("/artifact") && self.artifacts.contains(&bare));
        if is_whole {
            return Some(text);
        }
        let found = TO_FILL_IN.find(text).or_else(|| NO_NUMBER.find(text));
        found.map(|found| found.as_str().trim())
    }
}

/// What is told of each text, with its pointer and row.
type Tell<'a> = &'a mut dyn FnMut(String, Option<usize>, Option<&String>);

fn head(matrix: &Matrix, tell: Tell<'_>) {
    let agreement = matrix.agreement.as_ref();
    tell("/agreement/reference".into(), None, agreement.and_then(|it| it.reference.as_ref()));
    for (at, document) in matrix.documents.iter().enumerate() {
        tell(format!("/documents/{at}/reference"), None, document.reference.as_ref());
    }
    for (at, party) in matrix.parties.iter().enumerate() {
        tell(format!("/parties/{at}/name"), None, Some(&party.name));
        for (which, contact) in party.contacts.iter().enumerate() {
            let base = format!("/parties/{at}/contacts/{which}");
            tell(format!("{base}/role"), None, contact.role.as_ref());
            tell(format!("{base}/name"), None, contact.name.as_ref());
            tell(format!("{base}/channel"), None, contact.channel.as_ref());
        }
        for (which, authorization) in party.authorizations.iter().enumerate() {
            let pointer = format!("/parties/{at}/authorizations/{which}/reference");
            tell(pointer, None, authorization.reference.as_ref());
        }
    }
    for (at, service) in matrix.services.iter().enumerate() {
        tell(format!("/services/{at}/name"), None, service.name.as_ref());
    }
    for (at, scope) in matrix.scopes.iter().enumerate() {
        tell(format!("/scopes/{at}/title"), None, scope.title.as_ref());
        for (which, system) in scope.systems.iter().enumerate() {
            tell(format!("/scopes/{at}/systems/{which}"), None, Some(system));
        }
        for (which, place) in scope.locations.iter().enumerate() {
            tell(format!("/scopes/{at}/locations/{which}"), None, Some(place));
        }
    }
    for (at, duty) in matrix.defaults.duties.iter().enumerate() {
        tell(format!("/defaults/duties/{at}/role"), None, duty.role.as_ref());
    }
}

fn rows(matrix: &Matrix, tell: Tell<'_>) {
    for (at, row) in matrix.rows.iter().enumerate() {
        for (which, duty) in row.duties.iter().enumerate() {
            tell(format!("/rows/{at}/duties/{which}/role"), Some(at), duty.role.as_ref());
            tell(format!("/rows/{at}/duties/{which}/text"), Some(at), duty.text.as_ref());
        }
        for (which, evidence) in row.evidence.iter().enumerate() {
            tell(format!("/rows/{at}/evidence/{which}/artifact"), Some(at), Some(&evidence.artifact));
            tell(format!("/rows/{at}/evidence/{which}/location"), Some(at), evidence.location.as_ref());
        }
        for (which, reference) in row.references.iter().enumerate() {
            tell(format!("/rows/{at}/references/{which}"), Some(at), Some(reference));
        }
        tell(format!("/rows/{at}/activity"), Some(at), row.activity.as_ref());
        let details = row.shared.as_ref().and_then(|shared| shared.details.as_ref());
        tell(format!("/rows/{at}/shared/details"), Some(at), details);
        tell(format!("/rows/{at}/justification"), Some(at), row.justification.as_ref());
        let plan = row.status.as_ref().and_then(|status| status.plan.as_ref());
        tell(format!("/rows/{at}/status/plan"), Some(at), plan);
    }
}
