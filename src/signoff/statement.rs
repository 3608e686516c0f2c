//! From a drafted statement to files: signed, then checked as everybody will check it.

use super::act::{Change, Signed};
use super::basis::{self, Basis, Files};
use super::bundle::Act;
use super::draft::Signatory;
use super::key::SigningKey;
use super::preview;
use super::session::Acting;
use crate::error::{Error, Result};
use crate::project::apart;
use crate::report::escape;
use crate::trust::name::Digest;
use crate::trust::sshsig::Namespace;
use crate::trust::standing::Standing;
use crate::trust::statement::{Decision, Statement};

/// A statement with its signature, checked.
#[derive(Debug)]
pub struct SignedStatement {
    /// The statement.
    pub statement: Statement,
    bytes: Vec<u8>,
    signature: Vec<u8>,
    /// The files of the offer that are not recorded yet.
    offer: Files,
    /// How everything stands with it.
    pub after: Standing,
}

impl Acting {
    /// Chooses the signer's key for a statement.
    ///
    /// # Errors
    /// Where he may sign none now, or his key is not at hand.
    pub fn key_for(&self, basis: &Basis<'_>) -> Result<SigningKey> {
        self.choose(&self.who.keys(&basis.standing)?)
    }

    /// Returns who speaks, with which key and when.
    pub fn signatory(&self, key: &SigningKey, basis: &Basis<'_>) -> Signatory {
        Signatory { signer: self.who.clone(), key: key.public.fingerprint(), at: basis.now }
    }
}

impl Basis<'_> {
    /// Signs a statement and checks it as if it were recorded, with the files of an offer that is not recorded yet.
    ///
    /// # Errors
    /// Where it was not signed, or would not count; `allowed` are the rules whose findings are the very purpose.
    pub fn sign(
        &self,
        statement: Statement,
        key: &SigningKey,
        offer: Files,
        allowed: &[&str],
    ) -> Result<SignedStatement> {
        let bytes = statement.to_bytes();
        let signature = key.sign(Namespace::Statement, &bytes)?;
        self.check(statement, (bytes, signature), offer, allowed)
    }

    /// Checks a signed statement as if it were recorded.
    ///
    /// # Errors
    /// Where it would not count.
    pub fn check(
        &self,
        statement: Statement,
        (bytes, signature): (Vec<u8>, Vec<u8>),
        offer: Files,
        allowed: &[&str],
    ) -> Result<SignedStatement> {
        let mut files = offer.clone();
        files.extend(pair(&statement, &bytes, &signature));
        if let Some(why) = basis::refusal(&self.judge_with(&files)?, &statement.path()) {
            return Err(Error::usage("the statement would not count, so nothing was recorded").because(why));
        }
        let after = self.prove(&files, allowed)?;
        Ok(SignedStatement { statement, bytes, signature, offer, after })
    }
}

fn pair(statement: &Statement, bytes: &[u8], signature: &[u8]) -> Files {
    let path = statement.path();
    vec![(format!("{path}.sig"), Some(signature.to_vec())), (path, Some(bytes.to_vec()))]
}

impl SignedStatement {
    /// Returns what is to be recorded: the offer, where it is new, and the statement, each by itself.
    pub fn changes(&self) -> Vec<Change> {
        let matrix = &self.statement.matrix;
        let mut changes = Vec::new();
        if !self.offer.is_empty() {
            let message = format!("signoff: offer {} {} for signature", matrix.id, matrix.version);
            changes.push(Change { files: self.offer.clone(), message });
        }
        let message = preview::message(&self.statement, &Digest::of(&self.bytes));
        changes.push(Change { files: pair(&self.statement, &self.bytes, &self.signature), message });
        changes
    }

    /// Returns the act, with what it leads to.
    pub fn finish(&self, act: Act, basis: &Basis<'_>) -> Box<Signed> {
        let Statement { matrix, party, signer, decision, .. } = &self.statement;
        let version = self.after.version(&matrix.id, matrix.version);
        let names = preview::names(&basis::with(basis.tree, &self.offer), &matrix.id, matrix.version);
        let (mut said, next) = version.map(|one| preview::outcome(one, &names)).unwrap_or_default();
        if let Some(why) = version.and_then(apart::approvals) {
            said.push_str(&format!("\nBut {why}. Whoever signed on the older one signs again."));
        }
        let word = match decision {
            Decision::Contest => {
                format!("The dispute of {} is kept for ever. ", escape::terminal(&names.name(party)))
            }
            Decision::Withdraw => {
                format!("The notice of {} is kept. ", escape::terminal(&names.name(party)))
            }
            Decision::Approve | Decision::Acknowledge => String::new(),
        };
        let suffix = match act {
            Act::Approve => String::new(),
            other => format!(".{}", other.command()),
        };
        Box::new(Signed {
            act,
            changes: self.changes(),
            said: format!("{word}{said}"),
            next,
            again: None,
            engagement: Some(self.statement.engagement),
            file_name: format!("{}-{}.{party}.{signer}{suffix}.signed.json", matrix.id, matrix.version),
        })
    }
}
