//! What a signer's machine keeps of what it signed: the newest list, and of each matrix the newest version.
//!
//! It warns when a file or a clone is older than what was signed here, or on another line. It is never part of how
//! anything stands; deleting it loses a warning.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::basis::Basis;
use crate::trust::day::Day;
use crate::trust::name::{Digest, Engagement, MatrixId, PartyId, Version};
use crate::trust::standing::{RosterStanding, RosterState};
use crate::trust::statement::{Decision, MatrixRef, Statement};

/// The format of the file.
const FORMAT: &str = "countersign/known/1";
/// The most bytes of such a file that are read.
const MOST_BYTES: u64 = 1 << 20;

/// The most disputes and notices that are kept.
const MOST_NOTICES: usize = 200;
/// The most lines of a kind that are told.
const MOST_TOLD: usize = 5;

/// What was signed on this machine for one engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Known {
    format: String,
    engagement: Engagement,
    /// The newest list of those who may sign.
    roster: Option<KnownRoster>,
    /// The newest version of each matrix.
    #[serde(default)]
    matrices: BTreeMap<MatrixId, KnownVersion>,
    /// The parties of that list.
    #[serde(default)]
    parties: BTreeSet<PartyId>,
    /// Versions that were disputed, or of which notice was given.
    #[serde(default)]
    notices: Vec<KnownNotice>,
}

/// A dispute or a notice that was signed here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KnownNotice {
    matrix: MatrixRef,
    decision: Decision,
    on: Day,
    #[serde(default)]
    reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KnownRoster {
    number: u32,
    sha256: Digest,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct KnownVersion {
    version: Version,
    sha256: Digest,
    on: Day,
}

/// The folder where a machine keeps what it signed; None if it keeps nothing.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    folder: Option<PathBuf>,
}

impl Memory {
    /// Keeps what is signed in a folder.
    pub fn in_folder(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    fn file(&self, engagement: Engagement) -> Option<PathBuf> {
        Some(self.folder.as_ref()?.join(format!("{engagement}.json")))
    }

    fn read(&self, engagement: Engagement) -> Option<Known> {
        let path = self.file(engagement)?;
        let is_small = fs::metadata(&path).is_ok_and(|data| data.is_file() && data.len() <= MOST_BYTES);
        let bytes = is_small.then(|| fs::read(&path).ok()).flatten()?;
        let known: Known = serde_json::from_slice(&bytes).ok()?;
        (known.format == FORMAT && known.engagement == engagement).then_some(known)
    }

    /// Says what is older here than what was signed on this machine, or on another line; a line each.
    pub fn warnings(&self, basis: &Basis<'_>) -> Vec<String> {
        let Some(engagement) = engagement(basis) else { return Vec::new() };
        let Some(known) = self.read(engagement) else { return self.of_others(engagement, basis) };
        let rosters = known.roster.iter().filter_map(|one| one.warning(basis));
        let matrices = known.matrices.iter().filter_map(|(id, one)| one.warning(id, basis));
        rosters.chain(matrices).collect()
    }

    /// Says that something was signed here in another engagement of the same parties.
    fn of_others(&self, engagement: Engagement, basis: &Basis<'_>) -> Vec<String> {
        let rolls = basis.standing.rosters.values().filter_map(|one| one.roll.as_ref());
        let parties: BTreeSet<PartyId> = rolls.flat_map(|roll| roll.parties()).cloned().collect();
        let folder = self.folder.as_ref().and_then(|folder| fs::read_dir(folder).ok());
        let names =
            folder.into_iter().flatten().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let mut others: Vec<Engagement> =
            names.filter_map(|name| name.strip_suffix(".json")?.parse().ok()).collect();
        others.sort_by_key(ToString::to_string);
        let is_same = |other: &Engagement| {
            *other != engagement && self.read(*other).is_some_and(|known| known.parties == parties)
        };
        let lines = others.into_iter().filter(is_same).map(|other| {
            format!(
                "this is of another engagement than the one of the same parties that you signed in on this machine: \
                 here it is {engagement}, there it was {other}"
            )
        });
        lines.take(MOST_TOLD).collect()
    }

    /// Says that a version was disputed here, or that notice was given of it; a line each.
    pub fn said_of(&self, basis: &Basis<'_>, matrix: &MatrixId, version: Version) -> Vec<String> {
        let known = engagement(basis).and_then(|engagement| self.read(engagement));
        let notices = known.into_iter().flat_map(|known| known.notices);
        let own = notices.filter(|one| one.matrix.id == *matrix && one.matrix.version == version);
        let lines = own.map(|one| match (one.decision, one.reason) {
            (Decision::Contest, reason) => format!(
                "on {} you disputed version {version} of `{matrix}` on this machine: {}",
                one.on,
                reason.unwrap_or_default()
            ),
            (_, _) => format!(
                "on {} you gave notice on this machine that version {version} of `{matrix}` is not to be completed any more",
                one.on
            ),
        });
        lines.take(MOST_TOLD).collect()
    }

    /// Keeps that a version was disputed, or that notice was given of it.
    pub fn keep_notice(&self, basis: &Basis<'_>, said: &Statement) {
        self.keep(basis, None);
        let Some(mut known) = engagement(basis).and_then(|engagement| self.read(engagement)) else { return };
        let notice = KnownNotice {
            matrix: said.matrix.clone(),
            decision: said.decision,
            on: said.signed_at.day(),
            reason: said.reason.clone(),
        };
        if !known.notices.contains(&notice) && known.notices.len() < MOST_NOTICES {
            known.notices.push(notice);
        }
        if let Some(path) = self.file(known.engagement) {
            let _ = write(&path, &known);
        }
    }

    /// Keeps that something was signed: the newest list that is complete, and the version. A machine that cannot keep it
    /// loses a warning and nothing else.
    pub fn keep(&self, basis: &Basis<'_>, signed: Option<&MatrixRef>) {
        let Some(engagement) = engagement(basis) else { return };
        let fresh = || Known {
            format: FORMAT.to_owned(),
            engagement,
            roster: None,
            matrices: BTreeMap::new(),
            parties: BTreeSet::new(),
            notices: Vec::new(),
        };
        let mut known = self.read(engagement).unwrap_or_else(fresh);
        if let Some(roll) = basis.standing.roster()
            && known.roster.as_ref().is_none_or(|one| one.number <= roll.roster.number)
        {
            known.roster = Some(KnownRoster { number: roll.roster.number, sha256: roll.digest });
        }
        let rolls = basis.standing.rosters.values().filter_map(|one| one.roll.as_ref());
        known.parties = rolls.flat_map(|roll| roll.parties()).cloned().collect();
        if let Some(matrix) = signed
            && known.matrices.get(&matrix.id).is_none_or(|one| one.version <= matrix.version)
        {
            let on = basis.now.day();
            let one = KnownVersion { version: matrix.version, sha256: matrix.sha256, on };
            known.matrices.insert(matrix.id.clone(), one);
        }
        if let Some(path) = self.file(engagement) {
            let _ = write(&path, &known);
        }
    }
}

fn write(path: &Path, known: &Known) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let text = serde_json::to_string_pretty(known).map_err(std::io::Error::other)?;
    let beside = tempfile::NamedTempFile::new_in(folder)?;
    fs::write(beside.path(), format!("{text}\n"))?;
    beside.persist(path).map(drop).map_err(|error| error.error)
}

/// Returns the engagement, also while its first list waits for signatures.
fn engagement(basis: &Basis<'_>) -> Option<Engagement> {
    let first = basis.standing.rosters.values().find_map(|one| one.roll.as_ref());
    basis.standing.engagement.or_else(|| first.map(|roll| roll.roster.engagement))
}

impl KnownRoster {
    fn warning(&self, basis: &Basis<'_>) -> Option<String> {
        let Self { number, sha256 } = self;
        let here = basis.standing.rosters.get(number).filter(|one| one.state == RosterState::Complete);
        match here.and_then(|one| one.roll.as_ref()) {
            Some(roll) if roll.digest == *sha256 => None,
            Some(_) => Some(format!(
                "this is on another line: on this machine you signed under another list {number} of those who may sign"
            )),
            None => {
                let complete = |one: &&RosterStanding| one.state == RosterState::Complete;
                let newest = basis.standing.rosters.iter().rev().find(|(_, one)| complete(one));
                let newest =
                    newest.map_or("no complete list".to_owned(), |(newest, _)| format!("list {newest}"));
                Some(format!(
                    "this is older than what you signed on this machine: it has {newest} of those who may sign, and you \
                     have signed under list {number}"
                ))
            }
        }
    }
}

impl KnownVersion {
    fn warning(&self, id: &MatrixId, basis: &Basis<'_>) -> Option<String> {
        let Self { version, sha256, on } = self;
        let matrix = basis.standing.matrices.get(id);
        match matrix.and_then(|matrix| matrix.versions.get(version)) {
            Some(one) if one.sha256 == Some(*sha256) => None,
            Some(_) => Some(format!(
                "this is on another line: on {on} you signed version {version} of `{id}` on this machine, and here it has \
                 another text"
            )),
            None => Some(format!(
                "this is older than what you signed on this machine: on {on} that was version {version} of `{id}`, which \
                 is not here"
            )),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use super::{FORMAT, Known};

    #[test]
    fn a_file_of_another_format_is_not_read_as_ours() {
        let text = r#"{"format":"countersign/known/1","engagement":"00000000000000000000000000000000","roster":null,"more":1}"#;
        assert!(serde_json::from_str::<Known>(text).is_err());
        let known: Known = serde_json::from_str(&text.replace(r#","more":1"#, "")).unwrap();
        assert_eq!(known.format, FORMAT);
    }
}
