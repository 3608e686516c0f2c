//! The names that signed files use: ids, versions, digests and fingerprints.
//!
//! Each is checked once, where it is read; a value of one of these types is a proof of its form.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest as _, Sha256};

/// Why a text is not the name that it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAName {
    what: &'static str,
    text: String,
}

impl NotAName {
    pub(crate) fn new(what: &'static str, text: &str) -> Self {
        Self { what, text: text.chars().take(80).collect() }
    }
}

impl fmt::Display for NotAName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not {}", self.text.escape_debug(), self.what)
    }
}

impl std::error::Error for NotAName {}

/// An id: lowercase letters, digits and dashes, at most 63, first a letter or digit, no device name of Windows.
///
/// The parameter keeps the ids of matrices, parties and signers apart.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<Kind>(Arc<str>, PhantomData<Kind>);

/// Marks the id of a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatrixKind {}
/// Marks the id of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartyKind {}
/// Marks the id of a signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignerKind {}

/// The id of a matrix.
pub type MatrixId = Id<MatrixKind>;
/// The id of a party.
pub type PartyId = Id<PartyKind>;
/// The id of a person who may sign.
pub type SignerId = Id<SignerKind>;

const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

fn is_device(text: &str) -> bool {
    let numbered = |name: &str| {
        text.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest.as_bytes()[0].is_ascii_digit())
    };
    DEVICES.contains(&text) || numbered("com") || numbered("lpt")
}

impl<Kind> Id<Kind> {
    /// Returns the id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<Kind> FromStr for Id<Kind> {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let bytes = text.as_bytes();
        let formed = (1..=63).contains(&bytes.len())
            && plain(bytes[0])
            && bytes.iter().all(|&b| plain(b) || b == b'-')
            && !is_device(text);
        if !formed {
            return Err(NotAName::new("an id (a-z, 0-9 and dashes, at most 63)", text));
        }
        Ok(Self(text.into(), PhantomData))
    }
}

impl<Kind> fmt::Display for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<Kind> fmt::Debug for Id<Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A version of a matrix, ordered as two numbers: 1.10 comes after 1.9.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u32,
    /// The second number.
    pub minor: u32,
}

/// Reads a number from 0 to 999999 in its only spelling: no sign, no leading zero.
pub(crate) fn plain_number(text: &str) -> Option<u32> {
    let digits = (1..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let canonical = digits && (text == "0" || !text.starts_with('0'));
    if canonical { text.parse().ok() } else { None }
}

impl FromStr for Version {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        let numbers = text.split_once('.').and_then(|(a, b)| Some((plain_number(a)?, plain_number(b)?)));
        match numbers {
            Some((major, minor)) => Ok(Self { major, minor }),
            None => Err(NotAName::new("a version such as `1.2`", text)),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// A SHA-256, written as 64 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Returns the first 16 hex digits, as file names carry them.
    pub fn short(&self) -> Short {
        let mut short = [0; 8];
        short.copy_from_slice(&self.0[..8]);
        Short(short)
    }

    /// Returns the digest as contracts carry it: 64 hex digits in groups of four.
    pub fn grouped(&self) -> String {
        let text = self.to_string();
        let groups: Vec<&str> = (0..text.len()).step_by(4).map(|at| &text[at..at + 4]).collect();
        groups.join(" ")
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        hex(text).map(Self).ok_or_else(|| NotAName::new("a SHA-256 in 64 lowercase hex digits", text))
    }
}

/// The first 16 hex digits of a digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Short([u8; 8]);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Short {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        hex(text).map(Self).ok_or_else(|| NotAName::new("16 lowercase hex digits", text))
    }
}

/// The random 128 bits that keep two engagements apart, written as 32 lowercase hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Engagement([u8; 16]);

impl Engagement {
    /// Makes an engagement of 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(random)
    }
}

impl fmt::Display for Engagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Engagement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Engagement {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        hex(text).map(Self).ok_or_else(|| NotAName::new("an engagement in 32 lowercase hex digits", text))
    }
}

/// The fingerprint of a key as OpenSSH writes it: `SHA256:` and 43 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(Digest);

impl Fingerprint {
    /// Returns the fingerprint of a key in its wire form.
    pub fn of(blob: &[u8]) -> Self {
        Self(Digest::of(blob))
    }

    /// Returns the first 16 hex digits, as the names of a roster's signatures carry them.
    pub fn short(&self) -> Short {
        self.0.short()
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use base64ct::{Base64Unpadded, Encoding};
        write!(f, "SHA256:{}", Base64Unpadded::encode_string(&self.0.0))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Fingerprint {
    type Err = NotAName;

    fn from_str(text: &str) -> Result<Self, NotAName> {
        use base64ct::{Base64Unpadded, Encoding};
        let mut bytes = [0; 32];
        let decoded =
            text.strip_prefix("SHA256:").and_then(|rest| Base64Unpadded::decode(rest, &mut bytes).ok());
        match decoded.map(<[u8]>::len) {
            Some(32) => Ok(Self(Digest(bytes))),
            _ => Err(NotAName::new("a key's fingerprint (SHA256:...)", text)),
        }
    }
}

fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    let text: String = bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    f.write_str(&text)
}

fn hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let nibble = |b: u8| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    };
    if text.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

/// Writes a name as its text.
pub(crate) fn serialize<S: Serializer>(name: &impl fmt::Display, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(name)
}

/// Reads a name from a string, refusing every other spelling.
pub(crate) fn deserialize<'de, T, D>(input: D) -> Result<T, D::Error>
where
    T: FromStr,
    T::Err: fmt::Display,
    D: Deserializer<'de>,
{
    String::deserialize(input)?.parse().map_err(de::Error::custom)
}

impl<Kind> Serialize for Id<Kind> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        serialize(self, out)
    }
}

impl<'de, Kind> Deserialize<'de> for Id<Kind> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        deserialize(input)
    }
}

macro_rules! written_as_text {
    ($($name:ty),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
                $crate::trust::name::serialize(self, out)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::trust::name::deserialize(input)
            }
        }
    )+};
}
pub(crate) use written_as_text;

written_as_text!(Version, Digest, Engagement, Fingerprint);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_as_numbers() {
        let version = |text: &str| text.parse::<Version>().unwrap();
        assert!(version("1.10") > version("1.9"));
        for wrong in ["1", "01.1", "1.01", "1.", ".1", "1.2.3", "1.1000000", "+1.2", "1.2 ", ""] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn ids_have_one_spelling_and_no_device_names() {
        for wrong in ["", "-a", "A", "a_b", "a.b", "con", "lpt9", "com0", "\u{430}cme", &"a".repeat(64)] {
            assert!(wrong.parse::<PartyId>().is_err(), "{wrong}");
        }
        for right in ["a", "acme-cmmc-l2", "com10", "console", "9"] {
            assert!(right.parse::<PartyId>().is_ok(), "{right}");
        }
    }

    #[test]
    fn digests_are_lowercase() {
        let digest = Digest::of(b"");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!(digest.to_string().to_uppercase().parse::<Digest>().is_err());
    }

    #[test]
    fn fingerprints_read_back() {
        let print = Fingerprint::of(b"key");
        assert_eq!(print.to_string().parse(), Ok(print));
        assert!(format!("{print}=").parse::<Fingerprint>().is_err());
    }
}
