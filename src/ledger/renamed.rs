//! Rows that are called otherwise in the text that is asked: an old name is followed to the one of today, and back.

use std::rc::Rc;

use super::Ledger;
use super::subject::Subject;
use super::text::SharedText;
use super::topic::Topic;
use crate::error::Result;
use crate::matrix::Matrix;
use crate::trust::name::{MatrixId, Version};

/// Matrices that one after the other take each other's place, at most.
const MOST: usize = 16;

/// A version of a matrix with its text.
type Told = (MatrixId, Version, Rc<SharedText>);

impl Ledger<'_> {
    /// Returns the question by the ids that its rows have in one version, where they had the name that was typed in
    /// another one, and says so; `None` if no row is followed there.
    ///
    /// # Errors
    /// Where an agreed text cannot be read.
    pub(super) fn followed<'s>(
        &self,
        id: &MatrixId,
        version: Version,
        subject: &Subject<'s>,
    ) -> Result<Option<(Subject<'s>, String)>> {
        if !subject.meant.is_empty() {
            return Ok(None);
        }
        let line = self.line(id, version)?;
        let is_named = |one: &Told| !subject.rows(&one.2.matrix()).is_empty();
        let Some(from) = line.iter().find(|one| is_named(one)) else { return Ok(None) };
        let texts: Vec<Option<Rc<SharedText>>> = line.iter().map(|one| Some(Rc::clone(&one.2))).collect();
        let kept = Topic::Rows(subject.clone()).kept_through_splits(&texts, &self.by);
        let at = line.iter().position(|one| one.0 == *id && one.1 == version);
        let ids: Vec<String> = at.map(|at| kept[at].iter().cloned().collect()).unwrap_or_default();
        if ids.is_empty() {
            return Ok(None);
        }
        let named: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
        let note = format!(
            "`{}` is the name that {} {} has for it; version {version} calls it {}",
            subject.asked,
            from.0,
            from.1,
            named.join(" and ")
        );
        Ok(Some((subject.called(ids), note)))
    }

    /// Returns all agreed texts of a matrix with those of the matrices whose place it took, the earliest first.
    fn line(&self, id: &MatrixId, version: Version) -> Result<Vec<Told>> {
        let mut line: Vec<Told> = Vec::new();
        let mut next = Some((id.clone(), None));
        for _ in 0..MOST {
            let Some((id, last)) = next.take() else { break };
            let own = self.agreed_texts(&id, last.unwrap_or(version), last.is_some())?;
            next = own
                .first()
                .and_then(|(first, _)| self.predecessor(&id, first))
                .map(|(id, at)| (id, Some(at)));
            let own = own
                .into_iter()
                .map(|(text, version)| (id.clone(), version, Rc::new(SharedText::of(Matrix::clone(&text)))));
            line.splice(0..0, own);
        }
        Ok(line)
    }

    /// Returns the texts of a matrix that were agreed, and the one that is asked; up to a version if `is_end`.
    fn agreed_texts(
        &self,
        id: &MatrixId,
        asked: Version,
        is_end: bool,
    ) -> Result<Vec<(Rc<Matrix>, Version)>> {
        let all = self.matrices().get(id).into_iter().flat_map(|matrix| matrix.versions.values());
        let own = all.filter(|one| one.state.is_final() || !is_end && one.version == asked);
        let own = own.map(|one| one.version).filter(|version| !is_end || *version <= asked);
        own.map(|version| Ok((self.agreed_text(id, version)?, version))).collect()
    }

    /// Returns the version of another matrix whose place a text takes.
    fn predecessor(&self, id: &MatrixId, text: &Matrix) -> Option<(MatrixId, Version)> {
        let other = text.replaces.iter().find(|one| one.id != id.as_str())?;
        let found = (other.id.parse().ok()?, other.version.parse().ok()?);
        self.matrices().contains_key(&found.0).then_some(found)
    }
}
