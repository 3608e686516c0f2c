//! The four kinds of keys that may sign.

use std::fmt;
use std::str::FromStr;

use base64ct::{Base64, Encoding};
use p256::ecdsa::signature::Verifier;
use sha2::{Digest, Sha256};

use super::wire::Reader;
use super::{Flaw, Touch};
use crate::trust::name::Fingerprint;

const ED25519: &[u8] = b"ssh-ed25519";
const SK_ED25519: &[u8] = b"sk-ssh-ed25519@openssh.com";
const ECDSA: &[u8] = b"ecdsa-sha2-nistp256";
const SK_ECDSA: &[u8] = b"sk-ecdsa-sha2-nistp256@openssh.com";

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;

/// A public key that may sign, checked down to its curve point.
#[derive(Clone)]
pub struct PublicKey {
    blob: Vec<u8>,
    point: Point,
    /// What a security key mixes into each signature; absent for a key in a file.
    application: Option<Vec<u8>>,
}

#[derive(Clone)]
enum Point {
    Ed25519(ed25519_dalek::VerifyingKey),
    P256(p256::ecdsa::VerifyingKey),
}

impl PublicKey {
    /// Reads a key in its wire form.
    pub fn from_blob(blob: &[u8]) -> Result<Self, Flaw> {
        let mut reader = Reader(blob);
        let kind = reader.string()?;
        let point = match kind {
            ED25519 | SK_ED25519 => Point::ed25519(reader.string()?)?,
            ECDSA | SK_ECDSA if reader.string()? == b"nistp256" => Point::p256(reader.string()?)?,
            _ => return Err(Flaw::KeyType),
        };
        let application = match kind {
            SK_ED25519 | SK_ECDSA => Some(reader.string()?.to_vec()),
            _ => None,
        };
        if application.as_ref().is_some_and(|name| !name.starts_with(b"ssh:")) {
            return Err(Flaw::KeyType);
        }
        reader.end()?;
        Ok(Self { blob: blob.to_vec(), point, application })
    }

    /// Returns the wire form.
    pub fn blob(&self) -> &[u8] {
        &self.blob
    }

    /// Returns the fingerprint as OpenSSH writes it.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(&self.blob)
    }

    /// Returns the curve point, by which the same key in two wrappings is recognised.
    pub fn material(&self) -> Vec<u8> {
        match &self.point {
            Point::Ed25519(key) => key.to_bytes().to_vec(),
            Point::P256(key) => key.to_encoded_point(false).as_bytes().to_vec(),
        }
    }

    fn kind(&self) -> &'static [u8] {
        match (&self.point, &self.application) {
            (Point::Ed25519(_), None) => ED25519,
            (Point::Ed25519(_), Some(_)) => SK_ED25519,
            (Point::P256(_), None) => ECDSA,
            (Point::P256(_), Some(_)) => SK_ECDSA,
        }
    }

    /// Checks the inner signature over `message`.
    pub(super) fn verify(&self, message: &[u8], signature: &[u8], touch: Touch) -> Result<(), Flaw> {
        let mut reader = Reader(signature);
        if reader.string()? != self.kind() {
            return Err(Flaw::KeyType);
        }
        let inner = reader.string()?;
        let Some(application) = &self.application else {
            reader.end()?;
            return self.point.verify(message, inner);
        };
        let flags = reader.byte()?;
        let counter = reader.take(4)?;
        reader.end()?;
        let mut signed = Sha256::digest(application).to_vec();
        signed.push(flags);
        signed.extend_from_slice(counter);
        signed.extend_from_slice(&Sha256::digest(message));
        self.point.verify(&signed, inner)?;
        demand_touch(flags, touch)
    }
}

fn demand_touch(flags: u8, touch: Touch) -> Result<(), Flaw> {
    if flags & USER_PRESENT == 0 {
        return Err(Flaw::Untouched);
    }
    if touch == Touch::WithVerification && flags & USER_VERIFIED == 0 {
        return Err(Flaw::UserNotVerified);
    }
    Ok(())
}

impl Point {
    fn ed25519(bytes: &[u8]) -> Result<Self, Flaw> {
        let bytes: &[u8; 32] = bytes.try_into().map_err(|_| Flaw::Malformed)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| Flaw::Malformed)?;
        let has_one_spelling = key.to_edwards().compress().as_bytes() == bytes;
        if key.is_weak() || !has_one_spelling {
            return Err(Flaw::WeakKey);
        }
        Ok(Self::Ed25519(key))
    }

    fn p256(bytes: &[u8]) -> Result<Self, Flaw> {
        if bytes.len() != 65 || bytes[0] != 4 {
            return Err(Flaw::Malformed);
        }
        p256::ecdsa::VerifyingKey::from_sec1_bytes(bytes).map(Self::P256).map_err(|_| Flaw::Malformed)
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Flaw> {
        match self {
            Self::Ed25519(key) => {
                let signature =
                    ed25519_dalek::Signature::from_slice(signature).map_err(|_| Flaw::Malformed)?;
                key.verify_strict(message, &signature).map_err(|_| Flaw::Wrong)
            }
            Self::P256(key) => {
                let mut reader = Reader(signature);
                let (r, s) = (reader.scalar()?, reader.scalar()?);
                reader.end()?;
                let signature = p256::ecdsa::Signature::from_scalars(r, s).map_err(|_| Flaw::Malformed)?;
                key.verify(message, &signature).map_err(|_| Flaw::Wrong)
            }
        }
    }
}

impl FromStr for PublicKey {
    type Err = Flaw;

    /// Reads `ssh-ed25519 AAAA...`: the kind, one space, the key, no comment.
    fn from_str(text: &str) -> Result<Self, Flaw> {
        let (kind, encoded) = text.split_once(' ').ok_or(Flaw::Malformed)?;
        let known = [ED25519, SK_ED25519, ECDSA, SK_ECDSA].contains(&kind.as_bytes());
        if !known {
            return Err(Flaw::KeyType);
        }
        let key = Self::from_blob(&Base64::decode_vec(encoded).map_err(|_| Flaw::Malformed)?)?;
        if key.kind() != kind.as_bytes() {
            return Err(Flaw::KeyType);
        }
        Ok(key)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = std::str::from_utf8(self.kind()).expect("our constants are ASCII");
        write!(f, "{kind} {}", Base64::encode_string(&self.blob))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.fingerprint(), f)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.blob == other.blob
    }
}

impl Eq for PublicKey {}
