//! Numbers that would not arrive as they are written.
//!
//! Most programs hold a JSON number as a double. What a double cannot hold, and whole numbers beyond 2^53-1, would be
//! changed in silence by the next tool, so they are refused.

use std::ops::Range;

use super::fault::Fault;
use super::hidden::visible;
use super::span::string_end;

/// The largest whole number up to which all are distinct as doubles: 2^53-1.
pub(super) const LARGEST: u64 = (1 << 53) - 1;

/// The rule that a number breaks.
pub(super) const RULE: &str = "safe-numbers";

const HELP: &str = "write it as text, in quotes, or with fewer digits";

/// Returns every number of `text` that would change on the way.
pub(super) fn faults(text: &str) -> impl Iterator<Item = Fault> + '_ {
    Numbers { bytes: text.as_bytes(), at: 0 }.filter_map(|bytes| {
        let message = objection(&text[bytes.clone()])?;
        Some(Fault::at(RULE, bytes, message).help(HELP))
    })
}

/// Says what is wrong with a number as written, if anything is.
fn objection(number: &str) -> Option<String> {
    let written = Decimal::of(number)?;
    let shown = shortened(number);
    let near: f64 = number.parse().ok()?;
    if near.is_infinite() {
        return Some(format!("the number `{shown}` is too large to hold"));
    }
    if near.abs() > LARGEST as f64 {
        return Some(format!(
            "the number `{shown}` is beyond 9007199254740991 (2^53-1): programs would round it"
        ));
    }
    // The value that we would use ourselves, so that value and text can never differ.
    let read = serde_json::from_str::<f64>(number).unwrap_or(f64::NAN);
    if Decimal::of(&format!("{read:e}")).as_ref() == Some(&written) {
        return None;
    }
    if read == 0.0 {
        return Some(format!("the number `{shown}` is too close to zero: programs would read 0"));
    }
    Some(format!("the number `{shown}` has more digits than programs hold: they would read {read}"))
}

fn shortened(number: &str) -> String {
    match number.get(..36) {
        Some(start) if number.len() > 40 => format!("{start}…"),
        _ => visible(number).into_owned(),
    }
}

/// A number's digits without zeros at either end, and the power of ten of the last one.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    digits: Vec<u8>,
    exponent: i128,
}

impl Decimal {
    /// Reads a JSON number; nothing if `number` is none.
    fn of(number: &str) -> Option<Self> {
        let unsigned = number.strip_prefix('-').unwrap_or(number);
        let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let padded = whole.len() > 1 && whole.starts_with('0');
        if whole.is_empty() || padded || mantissa.ends_with('.') || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut exponent = power(exponent)? - fraction.len() as i128;
        while digits.pop_if(|digit| *digit == b'0').is_some() {
            exponent += 1;
        }
        let leading = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..leading);
        if digits.is_empty() {
            exponent = 0;
        }
        Some(Self { digits, exponent })
    }
}

/// Reads an exponent; one too long to read is merely very large.
fn power(text: &str) -> Option<i128> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let size: i64 = digits.parse().unwrap_or(i64::MAX);
    Some(if text.starts_with('-') { -i128::from(size) } else { i128::from(size) })
}

/// The runs of text outside strings that begin like a number.
struct Numbers<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Iterator for Numbers<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        while let Some(byte) = self.bytes.get(self.at) {
            let start = self.at;
            match byte {
                b'"' => self.at = string_end(self.bytes, start),
                b'-' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                    self.at = word_end(self.bytes, start);
                    if !byte.is_ascii_alphabetic() {
                        return Some(start..self.at);
                    }
                }
                _ => self.at += 1,
            }
        }
        None
    }
}

fn word_end(bytes: &[u8], start: usize) -> usize {
    let of_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
    start + bytes[start..].iter().take_while(|byte| of_word(byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_arrive_are_fine() {
        for number in
            ["0", "-0", "1", "-1.5", "0.1", "1.0", "1e2", "100", "9007199254740991", "0.7", "2.5E-3", "0e999"]
        {
            assert_eq!(objection(number), None, "{number}");
        }
    }

    #[test]
    fn numbers_that_would_change_are_named() {
        for number in [
            "9007199254740992",
            "9007199254740993",
            "-9007199254740992",
            "18446744073709551616",
            "-9223372036854775809",
            "9007199254740993.0",
            "1e16",
            "1e400",
            "-1e400",
            "1e-400",
            "0.1000000000000000055",
            "1e99999999999999999999",
        ] {
            assert!(objection(number).is_some(), "{number}");
        }
    }

    #[test]
    fn what_is_no_number_is_left_to_the_parser() {
        for text in ["01", "1.", "-", "1e", "1e+", "--1", "1.2.3", "2026-11-02", "1e4.5", "0x1F"] {
            assert_eq!(objection(text), None, "{text}");
        }
    }

    #[test]
    fn digits_in_strings_and_dates_are_no_numbers() {
        let text = r#"{"9007199254740993": "1e400 \" 1e400", "d": 2026-11-02, "x": 1e400}"#;
        let found: Vec<_> = faults(text).collect();
        assert_eq!(found.len(), 1);
        assert_eq!(&text[found[0].bytes.clone().expect("a place")], "1e400");
    }
}
