//! Bytes with one spelling: RFC 8785 and one newline.
//!
//! What is signed must mean one thing to every reader, so a file whose bytes are not exactly those that we would
//! write for its meaning is refused, never repaired.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};

/// The most bytes that a signed file other than a matrix may have.
pub const MOST_BYTES: usize = 1 << 20;
/// The most bytes that a matrix may have.
pub const MOST_MATRIX_BYTES: usize = 32 << 20;
/// The deepest nesting of lists and objects.
pub const MOST_DEPTH: usize = 64;
const MOST_INTEGER: u64 = (1 << 53) - 1;

/// Why bytes were refused before anything was believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// More bytes than the format allows.
    TooLarge,
    /// A carriage return, as git adds with `core.autocrlf`.
    CarriageReturn,
    /// No strict JSON: syntax, a key twice, an unsafe number, a hidden character, too deep.
    NotStrict(String),
    /// The meaning is readable, but the bytes are not its one spelling.
    NotCanonical,
    /// The `format` is not the one that this place demands.
    OtherFormat(String),
    /// A field is missing, unknown or of the wrong form.
    Malformed(String),
}

/// Which characters and numbers a text may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Files that we write: no fractions, no characters that cannot be seen.
    Signed,
    /// A matrix: what a person wrote; its own rules judge its texts.
    Matrix,
}

/// Reads a signed file: strict, in its one spelling, and of the `format` that `format_of` finds in it.
pub fn read<T: Serialize + DeserializeOwned>(
    bytes: &[u8],
    format: &str,
    format_of: impl Fn(&T) -> &str,
) -> Result<T, Flaw> {
    scan(bytes, Strictness::Signed, MOST_BYTES)?;
    let value: T = serde_json::from_slice(bytes).map_err(|error| why_malformed(bytes, format, &error))?;
    if format_of(&value) != format {
        return Err(Flaw::OtherFormat(format_of(&value).to_owned()));
    }
    if write(&value) != bytes {
        return Err(Flaw::NotCanonical);
    }
    Ok(value)
}

/// A file of a later format is told as that, not as malformed.
fn why_malformed(bytes: &[u8], format: &str, error: &serde_json::Error) -> Flaw {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    match serde_json::from_slice::<Format>(bytes) {
        Ok(found) if found.format != format => Flaw::OtherFormat(found.format),
        _ => Flaw::Malformed(error.to_string()),
    }
}

/// Writes `value` in its one spelling, RFC 8785 and a newline.
pub fn write<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = bytes(value);
    bytes.push(b'\n');
    bytes
}

/// Writes `value` in RFC 8785.
pub fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json_canonicalizer::to_vec(value).expect("our types have string keys and only finite numbers")
}

/// Refuses bytes that two readers could read as two meanings.
pub fn scan(bytes: &[u8], strictness: Strictness, most: usize) -> Result<(), Flaw> {
    if bytes.len() > most {
        return Err(Flaw::TooLarge);
    }
    if bytes.contains(&b'\r') {
        return Err(Flaw::CarriageReturn);
    }
    let mut input = serde_json::Deserializer::from_slice(bytes);
    let walk = Walk { depth: 0, strictness };
    walk.deserialize(&mut input)
        .and_then(|()| input.end())
        .map_err(|error| Flaw::NotStrict(error.to_string()))
}

#[derive(Clone, Copy)]
struct Walk {
    depth: usize,
    strictness: Strictness,
}

impl Walk {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        if self.depth == MOST_DEPTH {
            return Err(E::custom(format!("nested deeper than {MOST_DEPTH}")));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn text<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        if is_plain || self.strictness == Strictness::Matrix {
            return Ok(());
        }
        match text.chars().find(|&c| is_hidden(c)) {
            Some(c) => Err(E::custom(format!("hidden character U+{:04X}", u32::from(c)))),
            None => Ok(()),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<(), E> {
        if number > MOST_INTEGER {
            return Err(E::custom(format!("integer {number} is beyond 2^53-1")));
        }
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<(), E> {
        self.visit_u64(number.unsigned_abs())
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<(), E> {
        let whole = number.fract() == 0.0 && number.abs() > MOST_INTEGER as f64;
        if whole || self.strictness == Strictness::Signed {
            return Err(E::custom(format!("{number} is not an integer up to 2^53-1")));
        }
        Ok(())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.text(text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while list.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen = BTreeSet::new();
        while let Some(key) = object.next_key::<String>()? {
            self.text(&key)?;
            object.next_value_seed(inner)?;
            if let Some(twice) = seen.replace(key) {
                return Err(A::Error::custom(format!("key `{}` twice", twice.escape_debug())));
            }
        }
        Ok(())
    }
}

/// Characters that a reader does not see or that move what is seen: the general categories Cc, Cf, Zl and Zp of
/// Unicode 16, frozen with the format.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2
            | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
            | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0x2800 | 0x3164
            | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0xFDD0..=0xFDEF
            | 0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A
            | 0xE0000..=0xE0FFF)
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn signed(text: &str) -> Result<(), Flaw> {
        scan(text.as_bytes(), Strictness::Signed, MOST_BYTES)
    }

    #[test]
    fn a_key_twice_is_refused_however_it_is_spelled() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"b":1,"b":1}]}"#] {
            assert!(matches!(signed(text), Err(Flaw::NotStrict(_))), "{text}");
        }
        assert_eq!(signed(r#"{"a":{"b":1},"b":{"b":1}}"#), Ok(()));
    }

    #[test]
    fn numbers_are_safe_integers() {
        for text in ["9007199254740992", "-9007199254740992", "1.5", "1.0", "-0", "1e400", "1e2", "NaN"] {
            assert!(matches!(signed(text), Err(Flaw::NotStrict(_))), "{text}");
        }
        assert_eq!(signed("[9007199254740991,-9007199254740991]"), Ok(()));
    }

    #[test]
    fn hidden_characters_marks_and_surrogates_are_refused() {
        for text in [
            "\"\u{202e}\"",
            "\"\\u200b\"",
            "{\"\u{feff}\":1}",
            "\u{feff}{}",
            r#""\ud800""#,
            "\"\\n\"",
            "\"\u{e0041}\"",
            "{} {}",
        ] {
            assert!(matches!(signed(text), Err(Flaw::NotStrict(_))), "{text}");
        }
        assert!(scan(b"\"\xff\"", Strictness::Matrix, 10).is_err());
        assert_eq!(scan(b"{\"a\":\"\\n\"}", Strictness::Matrix, 100), Ok(()));
        assert_eq!(scan(b"{}\r\n", Strictness::Matrix, 100), Err(Flaw::CarriageReturn));
    }

    #[test]
    fn nesting_and_size_are_bounded() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert_eq!(signed(&nested(64)), Ok(()));
        assert!(matches!(signed(&nested(65)), Err(Flaw::NotStrict(_))));
        assert!(matches!(signed(&nested(100_000)), Err(Flaw::NotStrict(_))));
        assert_eq!(scan(b"[0]", Strictness::Signed, 2), Err(Flaw::TooLarge));
    }
}
