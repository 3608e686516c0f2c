//! From a drafted statement to recorded files: signed, checked as everybody will check it, then written.

use jiff::civil::Date;

use super::signing::{self, Hand};
use crate::error::{Error, Result};
use crate::git::NewCommit;
use crate::signoff::draft::Voice;
use crate::signoff::key::SigningKey;
use crate::signoff::proof::{self, Files};
use crate::signoff::{Desk, brief};
use crate::trust::Tree;
use crate::trust::day::Moment;
use crate::trust::name::Digest;
use crate::trust::sshsig::Namespace;
use crate::trust::standing::Standing;
use crate::trust::statement::Statement;

/// What a statement is given on.
pub(super) struct Giving<'a> {
    pub(super) hand: &'a Hand,
    pub(super) tree: &'a Tree,
    pub(super) standing: &'a Standing,
    pub(super) anchor: Option<&'a Digest>,
    pub(super) today: Date,
    /// The files of the offer, where it is not recorded yet.
    pub(super) offer: Files,
    /// Rules whose findings are the very purpose.
    pub(super) allowed: &'a [&'a str],
}

/// A statement with its signature, checked.
pub(super) struct Given {
    pub(super) statement: Statement,
    pub(super) bytes: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// How everything stands with it.
    pub(super) after: Standing,
}

impl Giving<'_> {
    /// Chooses the signer's key.
    pub(super) fn key(&self) -> Result<SigningKey> {
        self.hand.choose(&self.hand.who.keys(self.standing)?)
    }

    /// Returns who speaks, with which key and when.
    pub(super) fn voice(&self, key: &SigningKey, at: Moment) -> Voice {
        Voice { signer: self.hand.who.clone(), key: key.public.fingerprint(), at }
    }

    /// Signs a statement and checks it as if it were recorded.
    pub(super) fn sign(&self, statement: Statement, key: &SigningKey) -> Result<Given> {
        let bytes = statement.to_bytes();
        let signature = key.sign(Namespace::Statement, &bytes)?;
        self.check(statement, bytes, signature)
    }

    /// Checks a signed statement as if it were recorded.
    pub(super) fn check(&self, statement: Statement, bytes: Vec<u8>, signature: Vec<u8>) -> Result<Given> {
        let mut files = self.offer.clone();
        files.extend(pair(&statement, &bytes, &signature));
        let path = statement.path();
        let judged = crate::trust::judge(&proof::with(self.tree, &files), self.anchor, self.today)?;
        if let Some(why) = proof::refusal(&judged, &path) {
            return Err(Error::usage("the statement would not count, so nothing was recorded").because(why));
        }
        let after = proof::prove(self.standing, self.tree, &files, self.anchor, self.today, self.allowed)?;
        Ok(Given { statement, bytes, signature, after })
    }
}

fn pair(statement: &Statement, bytes: &[u8], signature: &[u8]) -> Files {
    let path = statement.path();
    vec![(format!("{path}.sig"), Some(signature.to_vec())), (path, Some(bytes.to_vec()))]
}

impl Given {
    /// Returns the commit that records the statement, and nothing else.
    pub(super) fn commit(&self, desk: &Desk) -> NewCommit {
        let message = brief::message(&self.statement, &Digest::of(&self.bytes));
        desk.change(pair(&self.statement, &self.bytes, &self.signature), message)
    }

    /// Records the statement, after the offer where that is new, and says how the version stands.
    pub(super) fn record(&self, desk: &Desk, offer: &Files) -> Result<u8> {
        let matrix = &self.statement.matrix;
        let mut commits = Vec::new();
        if !offer.is_empty() {
            let message = format!("signoff: offer {} {} for signature", matrix.id, matrix.version);
            commits.push(desk.change(offer.clone(), message));
        }
        commits.push(self.commit(desk));
        let commit = desk.record(&commits, &signing::author(desk)?)?;
        let version = self.after.version(&matrix.id, matrix.version);
        let (said, next) = version.map(|one| brief::outcome(one, &matrix.id)).unwrap_or_default();
        signing::recorded(commit, &said, &next)?;
        Ok(0)
    }
}
