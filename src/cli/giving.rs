//! From a drafted statement to recorded files: signed, checked as everybody will check it, then written.

use std::path::Path;

use jiff::civil::Date;

use super::signing::{self, Hand};
use super::{output, terminal};
use crate::error::{Error, Result};
use crate::git::NewCommit;
use crate::report::words::shell;
use crate::signoff::draft::Voice;
use crate::signoff::key::SigningKey;
use crate::signoff::parcel::Reply;
use crate::signoff::proof::{self, Files};
use crate::signoff::{Desk, brief};
use crate::trust::Tree;
use crate::trust::day::Moment;
use crate::trust::name::Digest;
use crate::trust::sshsig::Namespace;
use crate::trust::standing::Standing;
use crate::trust::statement::{Decision, Statement};

/// What a statement is given on.
pub(super) struct Scene<'a> {
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
    bytes: Vec<u8>,
    signature: Vec<u8>,
    offer: Files,
    /// How everything stands with it.
    pub(super) after: Standing,
}

impl Hand {
    /// Chooses the signer's key for a statement.
    pub(super) fn key_for(&self, standing: &Standing) -> Result<SigningKey> {
        self.choose(&self.who.keys(standing)?)
    }

    /// Returns who speaks, with which key and when.
    pub(super) fn voice(&self, key: &SigningKey, at: Moment) -> Voice {
        Voice { signer: self.who.clone(), key: key.public.fingerprint(), at }
    }
}

impl Scene<'_> {
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
        let judged = crate::trust::judge(&proof::with(self.tree, &files), self.anchor, self.today)?;
        if let Some(why) = proof::refusal(&judged, &statement.path()) {
            return Err(Error::usage("the statement would not count, so nothing was recorded").because(why));
        }
        let after = proof::prove(self.standing, self.tree, &files, self.anchor, self.today, self.allowed)?;
        Ok(Given { statement, bytes, signature, offer: self.offer.clone(), after })
    }
}

fn pair(statement: &Statement, bytes: &[u8], signature: &[u8]) -> Files {
    let path = statement.path();
    vec![(format!("{path}.sig"), Some(signature.to_vec())), (path, Some(bytes.to_vec()))]
}

impl Given {
    /// Returns the commits that record the offer, where it is new, and the statement, each by itself.
    pub(super) fn commits(&self, desk: &Desk) -> Vec<NewCommit> {
        let matrix = &self.statement.matrix;
        let mut commits = Vec::new();
        if !self.offer.is_empty() {
            let message = format!("signoff: offer {} {} for signature", matrix.id, matrix.version);
            commits.push(desk.change(self.offer.clone(), message));
        }
        let message = brief::message(&self.statement, &Digest::of(&self.bytes));
        commits.push(desk.change(pair(&self.statement, &self.bytes, &self.signature), message));
        commits
    }

    /// Records the statement and says how the version stands, or writes it to a file for another machine.
    pub(super) fn finish(&self, desk: &Desk, out: Option<&Path>) -> Result<u8> {
        match out {
            Some(file) => self.write(file),
            None => self.tell(desk, desk.record(&self.commits(desk), &signing::author(desk)?)?),
        }
    }

    fn tell(&self, desk: &Desk, commit: git2::Oid) -> Result<u8> {
        let matrix = &self.statement.matrix;
        let version = self.after.version(&matrix.id, matrix.version);
        let names = brief::names(&proof::with(&desk.tree, &self.offer), &matrix.id, matrix.version);
        let (said, next) = version.map(|one| brief::outcome(one, &names)).unwrap_or_default();
        let word = match self.statement.decision {
            Decision::Contest => "Your dispute is kept for ever. ",
            Decision::Withdraw => "Your word is kept. ",
            Decision::Approve | Decision::Acknowledge => "",
        };
        signing::recorded(commit, &format!("{word}{said}"), &next)?;
        Ok(0)
    }

    /// Writes the signed statement to a file.
    pub(super) fn write(&self, file: &Path) -> Result<u8> {
        let reply = Reply::of(&self.bytes, &self.signature, &self.offer);
        output::write(file, &reply.to_text())?;
        let name = file.display();
        terminal::print(&format!(
            "\nSigned, and written to {name}. It counts once it is recorded.\nnext: send {name} to whoever keeps the \
             repository; there it is recorded with `countersign record {}`\n",
            shell(&name)
        ))?;
        Ok(0)
    }
}
