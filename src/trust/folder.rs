//! The offer of a version: the bytes of `matrix.json` and `judged.json` that statements are about.

use std::collections::BTreeSet;

use super::head::Head;
use super::layout::Folder;
use super::name::{Digest, MatrixId, Version};
use super::reader::Reader;
use super::reason::Reason;
use super::roster::Roll;
use super::statement::{self, Decision, MatrixRef, Statement};

/// What a version folder offers for signature.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    pub(super) sha256: Option<Digest>,
    pub(super) head: Result<Head, Reason>,
    judged: Result<Digest, Reason>,
    /// What is wrong with which file.
    pub(super) refused: Vec<(String, Reason)>,
}

impl Offer {
    /// Reads the two files.
    pub(super) fn of(id: &MatrixId, version: Version, folder: &Folder<'_>, reader: &dyn Reader) -> Self {
        let mut refused = Vec::new();
        let sha256 = folder.matrix.map(|entry| Digest::of(entry.bytes));
        let head = match folder.matrix {
            None => {
                refused
                    .push((format!("{}/matrix.json", statement::folder(id, version)), Reason::MatrixMissing));
                Err(Reason::MatrixMissing)
            }
            Some(entry) => reader.head(entry.bytes).map_err(|flaw| {
                refused.push((entry.path.to_owned(), Reason::Bytes(flaw)));
                Reason::MatrixRefused
            }),
        };
        if let (Ok(head), Some(entry)) = (&head, folder.matrix)
            && (head.id != *id || head.version != version)
        {
            refused.push((entry.path.to_owned(), Reason::HeadDiffers));
        }
        let own = sha256.map(|sha256| MatrixRef { id: id.clone(), version, sha256 });
        let judged = match folder.judged {
            None => {
                refused
                    .push((format!("{}/judged.json", statement::folder(id, version)), Reason::JudgedMissing));
                Err(Reason::JudgedMissing)
            }
            Some(entry) => read_judged(entry.bytes, own.as_ref(), reader).map_err(|reason| {
                refused.push((entry.path.to_owned(), reason));
                Reason::JudgedRefused
            }),
        };
        Self { sha256, head, judged, refused }
    }

    /// Checks that a statement is about these bytes, this day and these parties.
    pub(super) fn fits(&self, statement: &Statement, roll: &Roll) -> Result<(), Reason> {
        let head = self.head.as_ref().map_err(Clone::clone)?;
        if self.sha256 != Some(statement.matrix.sha256) {
            return Err(Reason::OtherMatrix);
        }
        if self.judged.clone()? != statement.judged.sha256 {
            return Err(Reason::OtherJudged);
        }
        if head.id != statement.matrix.id || head.version != statement.matrix.version {
            return Err(Reason::HeadDiffers);
        }
        if head.effective_from != statement.effective_from {
            return Err(Reason::DayDiffers);
        }
        let is_approve = statement.decision == Decision::Approve;
        if is_approve && head.signing.iter().collect::<BTreeSet<_>>() != roll.parties() {
            return Err(Reason::PartiesDiffer);
        }
        if statement.previous.is_some_and(|previous| previous.version >= head.version) {
            return Err(Reason::PreviousNotLower);
        }
        let is_late = statement.signed_at.day() > statement.effective_from;
        if is_approve && is_late && head.retroactive.is_none() {
            return Err(Reason::SignedAfterDay);
        }
        Ok(())
    }
}

fn read_judged(bytes: &[u8], own: Option<&MatrixRef>, reader: &dyn Reader) -> Result<Digest, Reason> {
    let judged = reader.judged(bytes).map_err(Reason::Bytes)?;
    if own.is_some_and(|own| judged != *own) {
        return Err(Reason::OtherMatrix);
    }
    Ok(Digest::of(bytes))
}
