//! The ledger: who owned what, when, and who agreed.
//!
//! Two times are kept apart. What was *in force* is what the parties signed, and is judged by [`crate::trust`] from
//! one tree and folded over the days by [`crate::trust::period`]; the ledger only reads the texts of those periods. What
//! was *recorded* is which commit held what; a question about it names a commit, and the same fold answers from that
//! commit's tree. No commit date decides anything here, and no history is needed.

mod agreed;
pub mod blame;
pub mod commits;
mod contact;
pub mod history;
mod note;
pub mod project;
pub mod reading;
pub mod record;
mod refusal;
mod renamed;
pub mod render;
mod row;
pub mod standing;
pub mod subject;
mod text;
pub mod topic;
pub mod who;
mod whole;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::diff::Comparer;
use crate::error::{Error, Result};
use crate::matrix::Matrix;
use crate::project::SignoffState;
use crate::report::words::every_fault;
use crate::report::words::shell;
use crate::trust::day::Day;
use crate::trust::fault::{Fault, Severity};
use crate::trust::name::{MatrixId, Version};
use crate::trust::standing::{MatrixStanding, VersionStanding};
use crate::trust::statement::folder;

pub use agreed::{Agreed, Signature};
pub use row::RowAnswer;
pub use text::SharedText;
pub use whole::Whole;

/// The version of this program, as documents name it.
const TOOL: &str = env!("CARGO_PKG_VERSION");

/// Where revocations lie.
const REVOCATIONS: &str = "trust/revocations/";

/// Texts that were read, or that cannot be.
type Texts = BTreeMap<(MatrixId, Version), Option<Rc<Matrix>>>;

/// The sign-offs of a tree with the texts that they are about, each read once and only where somebody asks.
#[derive(Debug)]
pub struct Ledger<'a> {
    signoffs: &'a SignoffState,
    /// What was looked at, in words: the work tree, or a commit.
    at: String,
    /// Compares versions by the words and packs of the project.
    by: Comparer,
    texts: RefCell<Texts>,
}

impl<'a> Ledger<'a> {
    /// Opens the ledger of a tree that was judged.
    ///
    /// # Errors
    /// Where the fingerprint that was given is of no roster here: then nothing counts, and there is no answer. Where a
    /// revocation does not verify: whoever overwrites its signature would bring a stolen key back.
    pub fn open(signoffs: &'a SignoffState, at: &str) -> Result<Self> {
        if !signoffs.standing.is_anchored {
            return Err(Error::cannot_judge(crate::project::words::NOT_BELIEVED)
                .hint("compare the fingerprint in the contract with `countersign roster show`"));
        }
        let is_spoiled = |one: &&Fault| one.severity == Severity::Error && one.file.starts_with(REVOCATIONS);
        if let Some(fault) = signoffs.standing.faults.iter().find(is_spoiled) {
            let message = format!(
                "a revocation is not as it was signed, so a revoked key may count here: `{}`",
                fault.file
            );
            return Err(Error::cannot_judge(message).because(&fault.message).hint(format!(
                "`git log -- {}` shows who changed it; bring it and its signature back as they were",
                shell(&fault.file)
            )));
        }
        Ok(Self { signoffs, at: at.to_owned(), by: Comparer::default(), texts: RefCell::default() })
    }

    /// Returns the ledger that compares versions by the words and packs of a project.
    #[must_use]
    pub fn by(self, comparer: Comparer) -> Self {
        Self { by: comparer, ..self }
    }

    /// Returns the day that is asked about.
    fn day(&self) -> Day {
        self.signoffs.standing.day
    }

    /// Returns the matrices of which anything was ever offered.
    fn matrices(&self) -> &'a BTreeMap<MatrixId, MatrixStanding> {
        &self.signoffs.standing.matrices
    }

    fn version(&self, id: &MatrixId, version: Version) -> Option<&'a VersionStanding> {
        self.signoffs.standing.version(id, version)
    }

    /// Returns the text of an offered version, if it can be read.
    fn text(&self, id: &MatrixId, version: Version) -> Option<Rc<Matrix>> {
        let key = (id.clone(), version);
        if let Some(known) = self.texts.borrow().get(&key) {
            return known.clone();
        }
        let read = self.signoffs.read_matrix(id, version).map(Rc::new);
        self.texts.borrow_mut().insert(key, read.clone());
        read
    }

    /// Returns the text of a version that somebody agreed to.
    ///
    /// # Errors
    /// Where this program cannot read it: then nothing can be said of the matrix.
    fn agreed_text(&self, id: &MatrixId, version: Version) -> Result<Rc<Matrix>> {
        self.text(id, version).ok_or_else(|| {
            let path = format!("{}/matrix.json", folder(id, version));
            Error::cannot_judge(format!("`{path}` cannot be read, so nothing can be said of {id} {version}"))
                .hint(every_fault(&path))
        })
    }

    /// Returns what people call a matrix: its title in the highest version that can be read.
    fn title(&self, id: &MatrixId) -> String {
        let versions = self.matrices().get(id).into_iter().flat_map(|matrix| matrix.versions.keys().rev());
        let title = versions.filter_map(|version| self.text(id, *version)).next();
        title.map_or_else(|| id.to_string(), |matrix| matrix.title.clone())
    }
}
