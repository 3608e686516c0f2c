//! How sign-offs were recorded, where history is at hand. Nothing here changes a standing: these are warnings.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::finding::{Finding, Place, Severity};
use crate::git::Change;
use crate::project::SignoffState;
use crate::project::Snapshot;
use crate::trust::standing::StatementStanding;
use crate::trust::statement::Statement;

/// How many commits are looked at.
const MOST: usize = 20_000;
const TRAILER: &str = "Countersign-";

/// Tells which statements were not recorded as they should be.
///
/// # Errors
/// Where the repository cannot be read, or somebody rewrote its history on the side.
pub(super) fn lints(world: &Snapshot, signoffs: &SignoffState) -> Result<Vec<Finding>> {
    let Some(store) = world.store()? else { return Ok(Vec::new()) };
    store.repository.refuse_grafts()?;
    if signoffs.tree.is_empty() {
        return Ok(Vec::new());
    }
    let head =
        if world.is_commit() { store.repository.commit(world.name()).ok() } else { store.repository.head() };
    let Some(head) = head else { return Ok(Vec::new()) };
    let known = statements(signoffs);
    let changes = store.repository.changes_below(head.id, &format!("{}signoffs", store.prefix), MOST);
    Ok(changes.iter().flat_map(|change| Recorded { change, prefix: &store.prefix }.faults(&known)).collect())
}

fn statements(signoffs: &SignoffState) -> BTreeMap<&str, &StatementStanding> {
    let versions = signoffs.standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    versions.flat_map(|version| &version.statements).map(|one| (one.path.as_str(), one)).collect()
}

struct Recorded<'a> {
    change: &'a Change,
    prefix: &'a str,
}

impl Recorded<'_> {
    /// A commit that adds several statements is a squash, and says nothing about how they were recorded.
    fn faults(&self, known: &BTreeMap<&str, &StatementStanding>) -> Vec<Finding> {
        let own = self.change.added.iter().filter_map(|path| path.strip_prefix(self.prefix));
        let added: Vec<&StatementStanding> = own.filter_map(|path| known.get(path).copied()).collect();
        let [one] = added[..] else { return Vec::new() };
        let trailers = one.statement.as_ref().and_then(|statement| self.trailers(statement, one));
        self.company(one).into_iter().chain(trailers).collect()
    }

    fn company(&self, one: &StatementStanding) -> Option<Finding> {
        let file = format!("{}{}", self.prefix, one.path);
        let is_own = |path: &&String| **path == file || **path == format!("{file}.sig");
        let other = self.change.added.iter().chain(&self.change.altered).find(|path| !is_own(path))?;
        let message = format!("commit {} that records it also changes `{other}`", self.name());
        Some(finding("record-stands-alone", one, message))
    }

    fn trailers(&self, statement: &Statement, one: &StatementStanding) -> Option<Finding> {
        let message = String::from_utf8_lossy(&self.change.message);
        let found = trailers(&message);
        if found.is_empty() {
            return None;
        }
        let wanted = expected(statement, one);
        let fault = if message.contains('\r') {
            "its message holds carriage returns".to_owned()
        } else {
            let mut seen = BTreeMap::new();
            let twice = found.iter().find(|(key, _)| seen.insert(*key, ()).is_some());
            let differs = found.iter().find(|(key, value)| wanted.get(*key).is_none_or(|want| want != value));
            match (twice, differs) {
                (Some((key, _)), _) => format!("`{key}` stands there twice"),
                (None, Some((key, _))) => format!("`{key}` says something else than the statement"),
                (None, None) => return None,
            }
        };
        Some(finding(
            "record-trailers-agree",
            one,
            format!("commit {} that records it: {fault}", self.name()),
        ))
    }

    fn name(&self) -> String {
        self.change.id.to_string()[..10].to_owned()
    }
}

/// Returns the trailers of ours, wherever they stand: none of them decides anything.
fn trailers(message: &str) -> Vec<(&str, &str)> {
    let lines = message.lines().filter(|line| line.starts_with(TRAILER));
    lines.filter_map(|line| line.split_once(':')).map(|(key, value)| (key, value.trim())).collect()
}

fn expected(statement: &Statement, one: &StatementStanding) -> BTreeMap<&'static str, String> {
    let decision = format!("{:?}", statement.decision).to_lowercase();
    BTreeMap::from([
        ("Countersign-Matrix", format!("{}@{}", statement.matrix.id, statement.matrix.version)),
        ("Countersign-Party", statement.party.to_string()),
        ("Countersign-Signer", statement.signer.to_string()),
        ("Countersign-Decision", decision),
        ("Countersign-Statement", format!("sha256:{}", one.digest)),
    ])
}

fn finding(rule: &str, one: &StatementStanding, message: String) -> Finding {
    let mut finding = Finding::of_file(rule, &one.path, Place::File, message).weighing(Severity::Warning);
    finding.matrix = one.statement.as_ref().map(|statement| statement.matrix.id.as_str().into());
    finding
}
