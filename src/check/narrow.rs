//! What a run leaves out because it is as it was: then its cost depends on the change and not on the project.

use std::collections::{BTreeMap, BTreeSet};

use super::base::Bases;
use super::{Gate, Working, across};
use crate::error::Result;
use crate::finding::Finding;
use crate::matrix::Matrix;
use crate::project::{File, OfferedText, Reader, Setup, Snapshot};
use crate::source::Limits;

/// The matrices that are the same, byte for byte, at the revision that a gate looks back to.
pub(super) struct Narrowed {
    before: Snapshot,
    /// The matrices that are the same, by path.
    same: BTreeMap<String, File>,
}

impl Narrowed {
    /// Returns what is left out; `None` where everything is judged, as where matrices cover a catalogue together.
    ///
    /// # Errors
    /// Where the clone does not hold the revision.
    pub(super) fn of(world: &Snapshot, setup: &Setup, gate: &Gate, files: &[File]) -> Result<Option<Self>> {
        let Some(revision) = gate.since.as_ref().filter(|_| gate.only_changed) else { return Ok(None) };
        if !setup.config.coverage.is_empty() {
            return Ok(None);
        }
        let before = world.earlier(revision)?;
        let known = setup.matrix_files(&before.open()?, &[])?.into_iter();
        let known: BTreeMap<String, File> = known.map(|file| (file.path.clone(), file)).collect();
        let is_same = |file: &&File| {
            file.blob().is_some() && file.is_plain && known.get(&file.path).is_some_and(|one| one == *file)
        };
        let same = files.iter().filter(is_same).map(|file| (file.path.clone(), file.clone())).collect();
        Ok(Some(Self { before, same }))
    }

    /// Says whether a file is left out, on either side.
    pub(super) fn leaves(&self, file: &File) -> bool {
        self.same.get(&file.path) == Some(file)
    }

    /// Returns those of some ids that had no sign-offs before. Of the others a text was there before, and that a change takes
    /// one away is told by what it touches.
    ///
    /// # Errors
    /// Where the files of before cannot be listed.
    pub(super) fn newly_signed(&self, ids: BTreeSet<String>) -> Result<BTreeSet<String>> {
        let before = self.before.open()?;
        let mut new = BTreeSet::new();
        for id in ids {
            if before.files(&[&format!("signoffs/{id}")])?.is_empty() {
                new.insert(id);
            }
        }
        Ok(new)
    }

    /// Keeps of the texts that were offered those that were not offered before.
    ///
    /// # Errors
    /// Where a file cannot be looked at.
    pub(super) fn retain_offered(&self, reader: &Reader<'_>, offered: &mut Vec<OfferedText>) -> Result<()> {
        let before = self.before.open()?;
        let mut kept = Vec::new();
        for one in std::mem::take(offered) {
            let [now, then] = [reader.file(&one.path)?, before.file(&one.path)?]
                .map(|file| file.and_then(|file| file.blob()));
            if now.is_none() || now != then {
                kept.push(one);
            }
        }
        *offered = kept;
        Ok(())
    }

    /// Tells which ids that are new belong to a matrix that was left out.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub(super) fn taken(
        &self,
        reader: &Reader<'_>,
        bases: &Bases<'_>,
        working: &[Working],
    ) -> Result<Vec<Finding>> {
        let new: Vec<&Working> = working.iter().filter(|one| !bases.had(&one.id)).collect();
        if new.is_empty() {
            return Ok(Vec::new());
        }
        let mut owners = BTreeMap::new();
        for file in self.same.values() {
            let id = Matrix::id_in(&reader.read(file, Limits::MATRIX.bytes)?);
            owners.extend(id.map(|id| (id, file.path.as_str().into())));
        }
        let ids: BTreeSet<&str> = owners.keys().map(String::as_str).collect();
        let twice = new.into_iter().filter(|one| ids.contains(&*one.id));
        Ok(twice.filter_map(|one| across::same_id(&owners, &one.id, &one.file)).collect())
    }
}
