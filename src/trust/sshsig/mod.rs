//! Detached OpenSSH signatures, read more strictly than OpenSSH reads them.
//!
//! Accepted are version 1 with nothing reserved, SHA-512 or SHA-256, and four kinds of keys: ed25519 without points of
//! small order, ECDSA on P-256, and either of them in a security key that was touched. No certificates.

mod armor;
mod key;
mod wire;

use sha2::{Digest as _, Sha256, Sha512};

pub use key::PublicKey;
use wire::{Reader, push_string};

const MAGIC: &[u8] = b"SSHSIG";

/// What a signature may be used for. Git uses none of these, so no signed commit can pass for consent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Namespace {
    /// A statement of a party about a version.
    Statement,
    /// A roster.
    Roster,
    /// The revocation of a key.
    Revocation,
    /// A trial, by which a person sees whether a key signs. Nothing that is kept has it.
    Trial,
}

impl Namespace {
    /// Returns the text for `ssh-keygen -n`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Statement => "countersign-statement-1@countersign",
            Self::Roster => "countersign-roster-1@countersign",
            Self::Revocation => "countersign-revocation-1@countersign",
            Self::Trial => "countersign-trial-1@countersign",
        }
    }
}

/// What the roster asks of a security key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// A touch.
    Plain,
    /// A touch and a PIN or fingerprint.
    WithVerification,
}

/// Why a key or a signature was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The armor is not exactly one block of base64.
    Armor,
    /// A carriage return, as git adds with `core.autocrlf`.
    CarriageReturn,
    /// The format's version is not 1.
    Version,
    /// The reserved field is not empty.
    Reserved,
    /// Made for another purpose.
    Namespace,
    /// A digest other than SHA-512 and SHA-256.
    Hash,
    /// A kind of key or signature that may not sign, such as RSA or a certificate.
    KeyType,
    /// A key of small order, for which anyone can sign.
    WeakKey,
    /// Fields are cut short or have a wrong form.
    Malformed,
    /// Bytes follow the last field.
    Trailing,
    /// Made by a key other than the one that was expected.
    OtherKey,
    /// A security key that was not touched.
    Untouched,
    /// A security key that did not verify its user.
    UserNotVerified,
    /// The signature does not fit the bytes.
    Wrong,
}

/// Checks signatures. The judgement takes it as an argument, so that all histories can be tried without making keys.
pub trait Verify: std::fmt::Debug {
    /// Checks that `armored` is a signature by `key` over `message` for the purpose of `namespace`.
    ///
    /// # Errors
    /// Says what is wrong with the signature.
    fn verify(
        &self,
        armored: &[u8],
        key: &PublicKey,
        namespace: Namespace,
        message: &[u8],
        touch: Touch,
    ) -> Result<(), Flaw>;

    /// Returns the key that a signature says it was made with.
    ///
    /// # Errors
    /// Says why the signature cannot be read.
    fn claimed_key(&self, armored: &[u8]) -> Result<PublicKey, Flaw>;
}

/// Checks signatures as OpenSSH makes them.
#[derive(Clone, Copy, Debug)]
pub struct OpenSsh;

impl Verify for OpenSsh {
    fn verify(
        &self,
        armored: &[u8],
        key: &PublicKey,
        namespace: Namespace,
        message: &[u8],
        touch: Touch,
    ) -> Result<(), Flaw> {
        verify(armored, key, namespace, message, touch)
    }

    fn claimed_key(&self, armored: &[u8]) -> Result<PublicKey, Flaw> {
        claimed_key(armored)
    }
}

/// Checks that `armored` is a signature by `key` over `message` for the purpose of `namespace`.
pub fn verify(
    armored: &[u8],
    key: &PublicKey,
    namespace: Namespace,
    message: &[u8],
    touch: Touch,
) -> Result<(), Flaw> {
    let bytes = armor::remove(armored)?;
    let signature = Signature::parse(&bytes)?;
    if signature.namespace != namespace.as_str().as_bytes() {
        return Err(Flaw::Namespace);
    }
    if signature.key != key.blob() {
        return Err(PublicKey::from_blob(signature.key).err().unwrap_or(Flaw::OtherKey));
    }
    key.verify(&signature.signed(message)?, signature.inner, touch)
}

/// Returns the key that a signature says it was made with, unverified: to say who an unknown signer claims to be.
pub fn claimed_key(armored: &[u8]) -> Result<PublicKey, Flaw> {
    PublicKey::from_blob(Signature::parse(&armor::remove(armored)?)?.key)
}

struct Signature<'a> {
    key: &'a [u8],
    namespace: &'a [u8],
    hash: &'a [u8],
    inner: &'a [u8],
}

impl<'a> Signature<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, Flaw> {
        let mut reader = Reader(bytes);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(Flaw::Malformed);
        }
        if reader.number()? != 1 {
            return Err(Flaw::Version);
        }
        let key = reader.string()?;
        let namespace = reader.string()?;
        if !reader.string()?.is_empty() {
            return Err(Flaw::Reserved);
        }
        let hash = reader.string()?;
        let inner = reader.string()?;
        reader.end()?;
        Ok(Self { key, namespace, hash, inner })
    }

    /// Returns the bytes that the inner signature covers.
    fn signed(&self, message: &[u8]) -> Result<Vec<u8>, Flaw> {
        let digest = match self.hash {
            b"sha512" => Sha512::digest(message).to_vec(),
            b"sha256" => Sha256::digest(message).to_vec(),
            _ => return Err(Flaw::Hash),
        };
        let mut signed = MAGIC.to_vec();
        push_string(&mut signed, self.namespace);
        push_string(&mut signed, b"");
        push_string(&mut signed, self.hash);
        push_string(&mut signed, &digest);
        Ok(signed)
    }
}
