//! What questions to the ledger need of a project beside its sign-offs: packs, working texts, commits.

use std::cell::OnceCell;
use std::rc::Rc;

use jiff::civil::Date;

use super::record::{Walk, is_called_after};
use crate::diff::Comparer;
use crate::error::{Error, Result};
use crate::git::{Id, Repository};
use crate::matrix::Matrix;
use crate::pack::Packs;
use crate::project::Snapshot;
use crate::project::{Terms, matrix_files};
use crate::report::words::{count, every_fault};
use crate::source::Limits;
use crate::state::{RENEWED, States};

/// A project that is asked; every part of it is read once, and where somebody needs it.
pub struct Project<'w> {
    world: &'w Snapshot,
    terms: Terms,
    /// Why its own files could not be read.
    unread: Option<Error>,
    working: OnceCell<Result<Working>>,
}

/// The working texts of a project.
pub struct Working {
    /// Those that can be read.
    drafts: Vec<Rc<Matrix>>,
    /// Those that cannot.
    unread: Vec<Unread>,
}

/// A working text that is no matrix that can be judged.
struct Unread {
    path: String,
    /// Its id, if that can be read.
    id: Option<String>,
}

/// The commits of a project.
pub struct Line<'p> {
    repository: Repository,
    prefix: String,
    terms: &'p Terms,
    head: Id,
}

impl<'w> Project<'w> {
    /// Reads what the words of a project mean.
    pub fn of(world: &'w Snapshot) -> Self {
        let (terms, unread) = match world.open().and_then(|reader| Terms::read(&reader)) {
            Ok(terms) => (terms, None),
            Err(error) => (Terms::default(), Some(error)),
        };
        Self { world, terms, unread, working: OnceCell::new() }
    }

    /// Returns its packs; the shipped ones where its own files cannot be read, for an answer cannot wait for them.
    pub fn packs(&self) -> &Packs {
        &self.terms.packs
    }

    /// Returns what compares versions by its words and packs.
    pub fn comparer(&self) -> Comparer {
        self.terms.config.comparer().with_packs(&self.terms.packs)
    }

    /// Returns the working texts that can be read.
    pub fn drafts(&self) -> Vec<Rc<Matrix>> {
        self.working().map(|working| working.drafts.clone()).unwrap_or_default()
    }

    /// Returns the working texts.
    pub fn working(&self) -> Result<&Working> {
        self.working.get_or_init(|| self.read()).as_ref().map_err(Clone::clone)
    }

    fn read(&self) -> Result<Working> {
        let reader = self.world.open()?;
        let (mut drafts, mut unread) = (Vec::new(), Vec::new());
        for file in matrix_files(&self.terms()?.config, &reader)? {
            let bytes = reader.read(&file, Limits::MATRIX.bytes).unwrap_or_default();
            let id = Matrix::id_in(&bytes);
            match Matrix::read(&file.path, bytes) {
                Ok(matrix) => drafts.push(Rc::new(matrix)),
                Err(_) => unread.push(Unread { path: file.path, id }),
            }
        }
        Ok(Working { drafts, unread })
    }

    /// Returns what came of the review without change of each matrix that has one, by its id.
    ///
    /// # Errors
    /// Where a file cannot be read.
    pub fn reviews(&self, today: Date) -> Result<Vec<(String, String)>> {
        let reader = self.world.open()?;
        let states = States::read(&reader)?;
        let mut said = Vec::new();
        if states.by_id.is_empty() {
            return Ok(said);
        }
        for file in matrix_files(&self.terms()?.config, &reader)? {
            let bytes = reader.read(&file, Limits::MATRIX.bytes)?;
            let Ok(matrix) = Matrix::read(&file.path, bytes.clone()) else { continue };
            let Some(state) = states.by_id.get(&matrix.id) else { continue };
            let findings = state.findings(&matrix, &bytes, today).into_iter();
            let renewed = findings.filter(|one| *one.rule == *RENEWED);
            said.extend(renewed.map(|one| (matrix.id.clone(), one.message.to_string())));
        }
        Ok(said)
    }

    /// Says whether a working text that is called after a matrix is that matrix, or is broken, so that it may be.
    pub fn has_file_of(&self, id: &str) -> Result<bool> {
        let reader = self.world.open()?;
        let files = matrix_files(&self.terms()?.config, &reader)?;
        for file in files.iter().filter(|file| is_called_after(&file.path, id)) {
            let bytes = reader.read(file, Limits::MATRIX.bytes).ok();
            if bytes.and_then(|bytes| Matrix::id_in(&bytes)).is_none_or(|own| own == id) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Finds the repository, where its matrices lie, and the commit to begin at.
    pub fn line(&self, revision: &str) -> Result<Line<'_>> {
        let store = self.world.store()?.ok_or_else(|| {
            Error::cannot_judge(
                "this project lies in no git repository, so nothing is known of what was recorded",
            )
            .hint("run it in a clone")
        })?;
        let head = store.repository.commit(revision)?.id;
        Ok(Line { head, terms: self.terms()?, prefix: store.prefix, repository: store.repository })
    }

    fn terms(&self) -> Result<&Terms> {
        self.unread.clone().map_or(Ok(&self.terms), Err)
    }
}

impl Working {
    /// Returns those that can be read.
    pub fn drafts(&self) -> &[Rc<Matrix>] {
        &self.drafts
    }

    /// Returns the ids of those that cannot be read.
    pub fn unread_ids(&self) -> impl Iterator<Item = String> {
        self.unread.iter().filter_map(|one| one.id.clone())
    }

    /// Refuses an answer that leaves out a matrix whose id nobody can read.
    ///
    /// # Errors
    /// Where there is one.
    pub fn must_have_ids(&self) -> Result<()> {
        let Some(one) = self.unread.iter().find(|one| one.id.is_none()) else { return Ok(()) };
        let message =
            format!("what was recorded of `{}` is left out, for it cannot be read as a matrix", one.path);
        Err(Error::cannot_judge(message).hint(every_fault(&one.path)))
    }

    /// Refuses to answer from nothing: where there is no matrix, or one that cannot be read may have the answer.
    pub fn must_be_whole(&self) -> Result<()> {
        if let [Unread { path, .. }, others @ ..] = &self.unread[..] {
            let more = match others.len() {
                0 => String::new(),
                more => format!(", nor can {}", count(more, "other file")),
            };
            let message = format!("nobody can say, because `{path}` cannot be read as a matrix{more}");
            let error = Error::cannot_judge(message).hint(every_fault(path));
            return Err(others
                .iter()
                .fold(error, |error, one| error.because(format!("`{}` neither", one.path))));
        }
        if self.drafts.is_empty() {
            let hint = "run it in a project, or name a state with `--known-at` or `--at`";
            return Err(Error::nothing("there is no matrix here").hint(hint));
        }
        Ok(())
    }
}

impl Line<'_> {
    /// Returns the way back from there.
    pub fn walk(&self) -> Walk<'_> {
        Walk {
            repository: &self.repository,
            prefix: self.prefix.clone(),
            config: &self.terms.config,
            head: self.head,
        }
    }
}
