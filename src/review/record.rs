//! What changed in the records of an agreement between two states: versions, statements, lists of signers, revocations.
//!
//! Whoever reviews a change sees this before everything else: that signed files go is graver than any word of a matrix.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{ReviewSide, Sides};
use crate::diff::render::{Record, RecordChange};
use crate::error::Result;
use crate::project::words::Names;
use crate::project::{SignoffState, signed_files};
use crate::report::words::list;
use crate::trust::Tree;
use crate::trust::name::{MatrixId, Version};
use crate::trust::standing::{RosterState, Verdict, VersionStanding};
use crate::trust::statement::{Decision, Statement, folder};

/// Returns what changed in the records, what is gone first.
///
/// # Errors
/// Where the files of a side cannot be read.
pub(super) fn changes(sides: &Sides, today: Date) -> Result<Vec<Record>> {
    let (ReviewSide::Project { world: before, .. }, ReviewSide::Project { world: after, .. }) =
        (&sides.before, &sides.after)
    else {
        return Ok(Vec::new());
    };
    let (old, new) = (signed_files(before)?, signed_files(after)?);
    if old == new {
        return Ok(Vec::new());
    }
    let (old, new) = (SignoffState::read(before, None, today)?, SignoffState::read(after, None, today)?);
    let mut told = Told { old: &old, new: &new, records: Vec::new(), explained: BTreeSet::new() };
    told.versions();
    told.rosters();
    told.revocations();
    told.others();
    let mut records = told.records;
    records.sort_by(|one, other| (one.change, &one.file).cmp(&(other.change, &other.file)));
    Ok(records)
}

/// Both states and what was told of them so far.
struct Told<'a> {
    old: &'a SignoffState,
    new: &'a SignoffState,
    records: Vec<Record>,
    /// Where the files begin of which something was told.
    explained: BTreeSet<String>,
}

impl Told<'_> {
    fn say(&mut self, change: RecordChange, file: &str, says: String) {
        self.explained.insert(file.to_owned());
        self.records.push(Record { change, file: file.to_owned(), says });
    }

    fn versions(&mut self) {
        let (old, new) = (versions(self.old), versions(self.new));
        let keys: BTreeSet<_> = old.keys().chain(new.keys()).cloned().collect();
        for (id, version) in keys {
            let path = folder(&id, version);
            let key = (id.clone(), version);
            match (old.get(&key), new.get(&key)) {
                (Some(was), None) => {
                    let said = format!("version {version} of {id}, {}", signed_by(was, self.old));
                    self.say(RecordChange::Removed, &path, said);
                }
                (None, Some(is)) => {
                    let said = format!("version {version} of {id}, {}", signed_by(is, self.new));
                    self.say(RecordChange::Added, &path, said);
                }
                (Some(was), Some(is)) => self.version(was, is, &path),
                (None, None) => {}
            }
        }
    }

    fn version(&mut self, was: &VersionStanding, is: &VersionStanding, path: &str) {
        if self.differs(&format!("{path}/matrix.json")) {
            let said =
                format!("the text of version {} of {}, {}", was.version, was.id, signed_by(was, self.old));
            self.say(RecordChange::Changed, &format!("{path}/matrix.json"), said);
        }
        let before = statements(was);
        let after = statements(is);
        for (digest, (path, said)) in &before {
            if !after.contains_key(digest) {
                self.say(
                    RecordChange::Removed,
                    path,
                    format!("{said} of version {} of {}", was.version, was.id),
                );
            }
        }
        for (digest, (path, said)) in &after {
            if !before.contains_key(digest) {
                self.say(RecordChange::Added, path, format!("{said} of version {} of {}", is.version, is.id));
            }
        }
    }

    fn rosters(&mut self) {
        let (old, new) = (&self.old.standing.rosters, &self.new.standing.rosters);
        let numbers: BTreeSet<u32> = old.keys().chain(new.keys()).copied().collect();
        for number in numbers {
            let path = format!("trust/{number}.json");
            let state = |one: Option<&crate::trust::standing::RosterStanding>| match one.map(|one| &one.state)
            {
                Some(RosterState::Complete) => "signed by all",
                Some(RosterState::Proposed) => "proposed",
                Some(RosterState::Ignored(_)) | None => "not valid",
            };
            let (was, is) = (old.get(&number), new.get(&number));
            let said = format!("list {number} of those who may sign");
            match (was, is) {
                (Some(_), None) => self.say(RecordChange::Removed, &path, format!("{said}, {}", state(was))),
                (None, Some(_)) => self.say(RecordChange::Added, &path, format!("{said}, {}", state(is))),
                _ if self.differs(&path) => {
                    self.say(RecordChange::Changed, &path, format!("{said}, {} before", state(was)));
                }
                _ if state(was) != state(is) => {
                    let change = if state(is) == "signed by all" {
                        RecordChange::Added
                    } else {
                        RecordChange::Removed
                    };
                    let said =
                        format!("signatures of list {number}, {} before and {} now", state(was), state(is));
                    self.say(change, &format!("trust/{number}/"), said);
                }
                _ => {}
            }
        }
    }

    fn revocations(&mut self) {
        let all = |state: &SignoffState| -> BTreeMap<_, _> {
            let own = state.standing.revocations.iter();
            own.map(|one| {
                let said =
                    format!("the revocation of a key of {}/{}", one.revocation.party, one.revocation.signer);
                (one.digest, (one.path.clone(), said))
            })
            .collect()
        };
        let (old, new) = (all(self.old), all(self.new));
        for (digest, (path, said)) in &old {
            if !new.contains_key(digest) {
                self.say(RecordChange::Removed, path, said.clone());
            }
        }
        for (digest, (path, said)) in &new {
            if !old.contains_key(digest) {
                self.say(RecordChange::Added, path, said.clone());
            }
        }
    }

    /// Tells of every other file that came, went or changed.
    fn others(&mut self) {
        let paths: BTreeSet<&String> = self.old.tree.keys().chain(self.new.tree.keys()).collect();
        let is_explained =
            |path: &str, told: &BTreeSet<String>| told.iter().any(|start| path.starts_with(start.as_str()));
        let mut rest: BTreeMap<RecordChange, Vec<&String>> = BTreeMap::new();
        for path in paths.into_iter().filter(|path| !is_explained(path, &self.explained)) {
            if let Some(change) = change(&self.old.tree, &self.new.tree, path) {
                rest.entry(change).or_default().push(path);
            }
        }
        for (change, paths) in rest {
            let (first, more) = (paths[0], paths.len() - 1);
            let others = if more == 0 { String::new() } else { format!(" and {more} more") };
            self.records.push(Record {
                change,
                file: first.clone(),
                says: format!("`{first}`{others} below `trust/` and `signoffs/`"),
            });
        }
    }

    fn differs(&self, path: &str) -> bool {
        change(&self.old.tree, &self.new.tree, path).is_some()
    }
}

fn change(old: &Tree, new: &Tree, path: &str) -> Option<RecordChange> {
    match (old.get(path), new.get(path)) {
        (Some(_), None) => Some(RecordChange::Removed),
        (None, Some(_)) => Some(RecordChange::Added),
        (Some(was), Some(is)) => (was != is).then_some(RecordChange::Changed),
        (None, None) => None,
    }
}

fn versions(state: &SignoffState) -> BTreeMap<(MatrixId, Version), &VersionStanding> {
    let all = state.standing.matrices.iter();
    all.flat_map(|(id, matrix)| matrix.versions.iter().map(move |(number, one)| ((id.clone(), *number), one)))
        .collect()
}

/// Returns the accepted statements of a version with where they lie and what they are.
fn statements(one: &VersionStanding) -> BTreeMap<crate::trust::name::Digest, (String, String)> {
    let accepted = one.statements.iter().filter(|at| at.verdict == Verdict::Accepted);
    accepted.filter_map(|at| Some((at.digest, (at.path.clone(), said(at.statement.as_ref()?))))).collect()
}

fn said(statement: &Statement) -> String {
    let what = match statement.decision {
        Decision::Approve => "the approval",
        Decision::Acknowledge => "the last word",
        Decision::Withdraw => "the notice of withdrawal",
        Decision::Contest => "the dispute",
    };
    format!("{what} by {}/{}", statement.party, statement.signer)
}

/// Says who signed a version: "signed by both", "signed by Acme", "signed by nobody yet".
fn signed_by(one: &VersionStanding, state: &SignoffState) -> String {
    let names = state
        .read_matrix(&one.id, one.version)
        .map_or_else(Names::default, |matrix| Names::of_matrix(&matrix));
    let accepted = one.statements.iter().filter(|at| at.verdict == Verdict::Accepted);
    let approvals =
        accepted.filter_map(|at| at.statement.as_ref()).filter(|said| said.decision == Decision::Approve);
    let parties: BTreeSet<_> = approvals.map(|said| said.party.clone()).collect();
    let called: Vec<String> = parties.iter().map(|party| names.name(party)).collect();
    match called.len() {
        0 => "signed by nobody yet".to_owned(),
        2 => format!("signed by both: {}", list(&called)),
        _ => format!("signed by {}", list(&called)),
    }
}
