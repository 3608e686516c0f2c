//! The lists of those who may sign, as they stand: for people, and as one object for programs.

use std::path::Path;

use jiff::civil::Date;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::{describe, fingerprint, lacks};
use crate::document::{Answer, Block, Document};
use crate::error::Result;
use crate::project::{Snapshot, signed_files};
use crate::report::Style;
use crate::trust;
use crate::trust::name::Digest;
use crate::trust::standing::{RosterStanding, RosterState, Standing};

/// All lists of a repository.
#[derive(Debug)]
pub struct Lists(Standing);

impl Lists {
    /// Reads the lists of a commit, or of what is checked out.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(folder: &Path, at: Option<&str>, anchor: Option<&Digest>, today: Date) -> Result<Self> {
        let root = Snapshot::root_of(folder)?;
        let world = match at {
            Some(revision) => Snapshot::at(&root, revision)?,
            None => Snapshot::on_disk(root)?,
        };
        Ok(Self(trust::judge(&signed_files(&world)?, anchor, today)?))
    }

    /// Returns what the command exits with: 4 if the fingerprint is of no list here, 3 if there is none.
    pub fn exit_code(&self) -> u8 {
        if !self.0.is_anchored {
            4
        } else if self.0.rosters.is_empty() {
            3
        } else {
            0
        }
    }
}

impl Serialize for Lists {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        value(&self.0).serialize(to)
    }
}

impl Answer for Lists {
    fn document(&self) -> Document {
        let said = text(&self.0);
        let lines = said.lines().filter(|line| !line.is_empty());
        let blocks = lines.map(|line| Block::sentence(line.trim_start())).collect();
        Document { blocks }
    }

    fn text(&self, _: &Style) -> String {
        text(&self.0)
    }
}

fn text(standing: &Standing) -> String {
    if standing.rosters.is_empty() {
        return "nobody may sign yet\nnext: countersign roster start --help\n".to_owned();
    }
    let mut text = String::new();
    if !standing.is_anchored {
        text.push_str(
            "no list here has the fingerprint that was given; do not rely on what stands below\n\n",
        );
    }
    let complete = standing.rosters.values().rev().find(|one| one.state == RosterState::Complete);
    if let Some((one, roll)) = complete.and_then(|one| Some((one, one.roll.as_ref()?))) {
        text.push_str(&format!(
            "who may sign (list {}, signed by all, {})\n{}\n{}",
            roll.roster.number,
            one.path,
            describe(roll, standing),
            fingerprint(&roll.digest)
        ));
    }
    for one in standing.rosters.values().filter(|one| one.state != RosterState::Complete) {
        text.push_str(&waiting(one, standing));
    }
    text
}

fn waiting(one: &RosterStanding, standing: &Standing) -> String {
    match (&one.state, &one.roll) {
        (RosterState::Ignored(reason), _) => format!("\n{} does not count: {reason}\n", one.path),
        (_, Some(roll)) => format!(
            "\nlist {} waits for signatures: {}\n{}\n{}next: countersign roster sign\n",
            roll.roster.number,
            lacks(one),
            describe(roll, standing),
            fingerprint(&roll.digest)
        ),
        (_, None) => String::new(),
    }
}

fn value(standing: &Standing) -> Value {
    let state = |one: &RosterStanding| match &one.state {
        RosterState::Complete => "complete",
        RosterState::Proposed => "proposed",
        RosterState::Ignored(_) => "ignored",
    };
    let rosters: Vec<Value> = standing
        .rosters
        .values()
        .map(|one| {
            json!({
                "path": one.path,
                "state": state(one),
                "sha256": one.roll.as_ref().map(|roll| roll.digest),
                "roster": one.roll.as_ref().map(|roll| &roll.roster),
                "signed": one.signed.iter().map(|(party, signer, key)| json!({
                    "party": party, "signer": signer, "key": key })).collect::<Vec<_>>(),
                "missing": one.need.parties.iter().map(|(party, count)| json!({
                    "party": party, "signatures": count })).collect::<Vec<_>>(),
                "missingKeys": one.need.keys.iter().map(|key| json!({
                    "party": key.party, "signer": key.signer, "key": key.key.fingerprint() })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "format": "countersign/rosters/1", "engagement": standing.engagement, "anchored": standing.is_anchored,
            "current": standing.roster().map(|roll| roll.reference()), "rosters": rosters })
}
