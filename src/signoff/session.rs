//! Who acts: the person in front of an act, with which key, under which fingerprint, and when.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;

use super::key::{SigningKey, Wish};
use super::known::Memory;
use super::signer::Signer;
use crate::error::{Error, Result};
use crate::report::Style;
use crate::report::words::list;
use crate::trust::day::Moment;
use crate::trust::name::Digest;
use crate::trust::roster::Enrolled;
use crate::trust::sshsig::PublicKey;

/// The person who reads what is about to be signed, and confirms it.
pub trait Prompt {
    /// Shows a text.
    ///
    /// # Errors
    /// Where it cannot be shown.
    fn show(&mut self, text: &str) -> Result<()>;

    /// Asks to type `word` before something is signed; `what` says what that does.
    ///
    /// # Errors
    /// Unless it was confirmed; then nothing is signed.
    fn confirm(&mut self, what: &str, word: &str) -> Result<()>;

    /// Returns how text may look.
    fn style(&self) -> Style;
}

/// Looks up a variable of the environment, for the name under which commits are made.
pub type Environment = fn(&str) -> Option<String>;

/// Everything that an act knows besides the project: who acts, by which clock, under which fingerprint.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who acts; the one whose key is at hand if nobody was named.
    pub identity: Identity,
    /// The fingerprint in the contract, if one was given.
    pub anchor: Option<Digest>,
    /// The moment, as the clock of the person's machine has it.
    pub now: Moment,
    /// The environment that git looks at.
    pub environment: Environment,
    /// What this machine keeps of what was signed on it.
    pub memory: Memory,
    /// Whether the act is recorded here, rather than written to a file for another machine.
    pub records: bool,
}

impl Session {
    /// Returns the day.
    pub fn today(&self) -> Date {
        self.now.0.date()
    }
}

/// Who somebody says that he is, and where his key may lie.
#[derive(Clone, Debug, Default)]
pub struct Identity {
    /// The signer; None if the key at hand is to say it.
    pub who: Option<Signer>,
    /// Where to look for the key.
    pub wish: Wish,
}

impl Identity {
    /// Returns whoever a key says: one in a file, else one that the person's own settings or home have.
    pub fn of_key(file: Option<PathBuf>, home: Option<PathBuf>) -> Self {
        Self { who: None, wish: Wish::of(file, home) }
    }

    /// Says whether somebody, or a key, was named.
    pub fn is_named(&self) -> bool {
        self.who.is_some() || self.wish.file.is_some()
    }

    /// Says whether one of these keys is at hand.
    pub fn has_key(&self, listed: &[Enrolled]) -> bool {
        listed.iter().any(|one| self.wish.choose(&[&one.key]).is_ok())
    }

    /// Returns who acts: the one who was named, or the only one of those listed whose key is at hand.
    ///
    /// # Errors
    /// Where no key is at hand, or those of several signers.
    pub fn resolve(&self, listed: &[Enrolled]) -> Result<Acting> {
        let who = match &self.who {
            Some(who) => who.clone(),
            None => self.found(listed)?,
        };
        Ok(Acting { who, wish: self.wish.clone() })
    }

    fn found(&self, listed: &[Enrolled]) -> Result<Signer> {
        let mut keys: BTreeMap<Signer, Vec<&PublicKey>> = BTreeMap::new();
        for one in listed {
            let signer = Signer { party: one.party.clone(), id: one.signer.clone() };
            keys.entry(signer).or_default().push(&one.key);
        }
        let has_key = |keys: &[&PublicKey]| self.wish.choose(keys).is_ok();
        let found: Vec<&Signer> = keys.iter().filter(|(_, keys)| has_key(keys)).map(|(who, _)| who).collect();
        match found[..] {
            [only] => Ok(only.clone()),
            [] => {
                let signers: Vec<String> = keys.keys().map(ToString::to_string).collect();
                let said = format!("those who may sign here are {}", list(&signers));
                let all: Vec<&PublicKey> = listed.iter().map(|one| &one.key).collect();
                Err(self.wish.refuse(&all).because(said))
            }
            [first, ..] => {
                let names: Vec<String> = found.iter().map(ToString::to_string).collect();
                Err(Error::usage(format!("keys of {} are at hand; who are you?", list(&names)))
                    .hint(format!("say it with `--as {first}`")))
            }
        }
    }
}

/// A signer who is known, and where his key may lie.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The signer.
    pub who: Signer,
    wish: Wish,
}

impl Acting {
    /// Chooses the signer's key among those listed.
    ///
    /// # Errors
    /// Where none of them is at hand.
    pub fn choose(&self, listed: &[&PublicKey]) -> Result<SigningKey> {
        self.wish.choose(listed)
    }
}
