//! Where an act is made: in a checkout of the project, or from a file that was sent, without git.

use std::path::Path;

use super::basis::{self, Basis};
use super::bundle::{self, Bundle};
use super::checkout::Checkout;
use super::session::Session;
use super::signer::Signer;
use super::{lookback, subject, verified};
use crate::error::{Error, Result};
use crate::report::words::shell;
use crate::trust::Tree;
use crate::trust::name::{Digest, MatrixId, Version};
use crate::trust::statement::folder;

/// A checkout, or a bundle with its files.
#[derive(Debug)]
pub enum Origin {
    /// A checkout: what is signed is what was committed last, and the act is recorded as a commit.
    Checkout(Box<Checkout>),
    /// A file that was sent: the act goes back as another file.
    Sent(Box<Sent>),
}

/// A bundle that was sent, and the tree of its files.
#[derive(Debug)]
pub struct Sent {
    /// The bundle.
    pub bundle: Bundle,
    /// Its files, without those of an offer that is not recorded yet.
    pub tree: Tree,
    /// What is typed to name the file.
    pub name: String,
}

impl Sent {
    /// Reads a bundle.
    ///
    /// # Errors
    /// Where the file cannot be read or is none.
    pub fn read(file: &Path) -> Result<Self> {
        let bundle = bundle::bundle(file)?;
        let tree = bundle.tree();
        Ok(Self { bundle, tree, name: shell(file.display()) })
    }

    /// Returns the text of the version that the bundle is about.
    ///
    /// # Errors
    /// Where it holds none, or another text than it says.
    pub fn text(&self) -> Result<Vec<u8>> {
        let named = self.bundle.matrix.as_ref().ok_or_else(no_version)?;
        let all = basis::with(&self.tree, &self.bundle.offer());
        let path = format!("{}/matrix.json", folder(&named.id, named.version));
        let bytes = subject::plain(&all, &path).filter(|bytes| Digest::of(bytes) == named.sha256);
        bytes.map(<[u8]>::to_vec).ok_or_else(|| {
            Error::usage(format!("`{}` holds another text than it says", self.name))
                .hint("ask the sender for it again")
        })
    }

    /// Returns the version that the bundle is about.
    ///
    /// # Errors
    /// Where it is about those who may sign.
    pub fn named(&self) -> Result<(MatrixId, Option<Version>)> {
        let named = self.bundle.matrix.as_ref().ok_or_else(no_version)?;
        Ok((named.id.clone(), Some(named.version)))
    }
}

/// The error of a bundle about those who may sign that is taken for a version.
pub(super) fn no_version() -> Error {
    Error::usage("the file holds no version").because("it is about those who may sign")
}

impl Origin {
    /// Opens the checkout that a folder lies in; its sign-offs have to be as they were committed.
    ///
    /// # Errors
    /// Where there is none, or something is not committed.
    pub fn checked_out(folder: &Path) -> Result<Self> {
        let checkout = Checkout::open(folder)?;
        checkout.demand_committed(&["trust", "signoffs"])?;
        Ok(Self::Checkout(Box::new(checkout)))
    }

    /// Opens the bundle in a file.
    ///
    /// # Errors
    /// Where the file cannot be read or is none.
    pub fn sent(file: &Path) -> Result<Self> {
        Ok(Self::Sent(Box::new(Sent::read(file)?)))
    }

    /// Judges the sign-offs that an act builds on, and refuses to build on what is not whole: a file that holds anything
    /// which does not verify, a checkout from which something is gone that counted before.
    ///
    /// # Errors
    /// Says what does not verify, or is gone.
    pub fn basis<'a>(&'a self, session: &'a Session) -> Result<Basis<'a>> {
        let basis = self.basis_for_notice(session)?;
        if let Self::Checkout(checkout) = self {
            lookback::demand_kept(checkout, &basis)?;
        }
        Ok(basis)
    }

    /// Judges the sign-offs for a notice, a dispute or a revocation: these have to be possible also where something is
    /// gone.
    ///
    /// # Errors
    /// Says what in a file does not verify.
    pub fn basis_for_notice<'a>(&'a self, session: &'a Session) -> Result<Basis<'a>> {
        let basis = Basis::of(self.tree(), session)?;
        if let Self::Sent(sent) = self {
            verified::demand_anchor(&basis)?;
            verified::demand_sound(&sent.bundle, &basis)?;
        }
        Ok(basis)
    }

    /// Refuses while the signer's party has signed a next list that is not complete.
    ///
    /// # Errors
    /// Says in which commit.
    pub fn demand_no_other_list(&self, basis: &Basis<'_>, who: &Signer) -> Result<()> {
        match self {
            Self::Checkout(checkout) => lookback::demand_no_other_list(checkout, basis, who),
            Self::Sent(_) => Ok(()),
        }
    }

    /// Refuses to close a version while the signer's party has signed a next list that leaves out one of its approvals.
    ///
    /// # Errors
    /// Says in which commit.
    pub fn demand_lists_seal(&self, basis: &Basis<'_>, who: &Signer, approvals: &[Digest]) -> Result<()> {
        match self {
            Self::Checkout(checkout) => lookback::demand_lists_seal(checkout, basis, who, approvals),
            Self::Sent(_) => Ok(()),
        }
    }

    /// Returns the sign-offs.
    pub fn tree(&self) -> &Tree {
        match self {
            Self::Checkout(checkout) => &checkout.tree,
            Self::Sent(sent) => &sent.tree,
        }
    }

    /// Returns the checkout.
    ///
    /// # Errors
    /// Where the act is made from a file.
    pub fn checkout(&self) -> Result<&Checkout> {
        match self {
            Self::Checkout(checkout) => Ok(checkout),
            Self::Sent(_) => Err(Error::usage("this needs a clone of the project, not a file from it")
                .hint("ask whoever keeps the repository to run it there")),
        }
    }

    /// Refuses early if git lacks the name that the commit would need.
    ///
    /// # Errors
    /// Says which setting is missing.
    pub fn demand_author(&self, session: &Session) -> Result<()> {
        match self {
            Self::Checkout(checkout) if session.records => checkout.author(session).map(drop),
            _ => Ok(()),
        }
    }
}
