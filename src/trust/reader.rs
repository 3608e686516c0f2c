//! What a file says by its bytes alone, before anything else is looked at.
//!
//! The judgement reads through this trait, so that whoever judges many trees with the same files can remember what each
//! of them says. The provided functions read afresh.

use super::canonical::Flaw;
use super::head::Head;
use super::judged::Judged;
use super::reason::Reason;
use super::roster::Roll;
use super::sshsig::{OpenSsh, Verify};
use super::statement::{MatrixRef, Statement};

/// Reads signed files and checks their signatures.
pub trait Reader: Verify {
    /// Reads a statement.
    ///
    /// # Errors
    /// Says why the bytes are no statement.
    fn statement(&self, bytes: &[u8]) -> Result<Statement, Flaw> {
        Statement::parse(bytes)
    }

    /// Reads a roster and checks it by itself.
    ///
    /// # Errors
    /// Says why the bytes are no roster.
    fn roster(&self, bytes: &[u8]) -> Result<Roll, Reason> {
        Roll::parse(bytes)
    }

    /// Reads what a matrix says about itself.
    ///
    /// # Errors
    /// Says why the bytes are no matrix.
    fn head(&self, bytes: &[u8]) -> Result<Head, Flaw> {
        Head::parse(bytes)
    }

    /// Returns the matrix that a `judged.json` is about.
    ///
    /// # Errors
    /// Says why the bytes are no judgement of the rules.
    fn judged(&self, bytes: &[u8]) -> Result<MatrixRef, Flaw> {
        Judged::parse(bytes).map(|judged| judged.matrix)
    }
}

impl Reader for OpenSsh {}
