//! Characters that a reader cannot see, or that change how a reader sees others.
//!
//! Control and format characters, what reorders text, what has no width, tags, line and paragraph separators, and
//! noncharacters. [`Scan`] finds them in JSON text, raw or written as `\u` escapes; [`visible`] and [`same_len`]
//! make foreign text safe to show.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::Range;

use super::span::string_end;

/// How many bytes the fast path looks at together.
const STRIDE: usize = 32;

/// Returns whether `character` is hidden; line feed and tab are, as control characters.
pub fn is_hidden(character: char) -> bool {
    match character as u32 {
        0..=0x1F | 0x7F..=0x9F => true,
        0x20..=0x7E => false,
        0xAD | 0x34F | 0x600..=0x605 | 0x61C | 0x6DD | 0x70F | 0x890..=0x891 | 0x8E2 => true,
        0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F => true,
        0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F => true,
        0x2800 | 0x3164 | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB | 0xFDD0..=0xFDEF => true,
        0x110BD | 0x110CD | 0x13430..=0x1343F | 0x1BCA0..=0x1BCA3 | 0x1D173..=0x1D17A => true,
        0xE0000..=0xE00FF | 0xE01F0..=0xE0FFF => true,
        code => code & 0xFFFE == 0xFFFE,
    }
}

/// Returns what people call `character`, with its code: "U+202E, which reorders text".
pub fn describe(character: char) -> String {
    let kind = match character as u32 {
        0..=0x1F | 0x7F..=0x9F => "a control character",
        0x200B | 0x2060 | 0xFEFF => "a space without width",
        0x200C | 0x200D => "an invisible joiner",
        0x61C | 0x200E..=0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => "which reorders text",
        0x2028 | 0x2029 => "a line separator",
        0xAD => "a soft hyphen",
        0xFE00..=0xFE0F | 0xE0100..=0xE01EF => "an invisible variation selector",
        0xE0000..=0xE0FFF => "an invisible tag character",
        0xFDD0..=0xFDEF => "not a character",
        code if code & 0xFFFE == 0xFFFE => "not a character",
        _ => "an invisible character",
    };
    format!("U+{:04X}, {kind}", character as u32)
}

/// Writes hidden characters as `\u{202e}`: for messages and file names, line ends included.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_hidden(character) {
            let _ = write!(shown, "\\u{{{:x}}}", character as u32);
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// Replaces hidden characters by others of the same UTF-8 length: for snippets, whose spans must stay right.
///
/// Line ends and tabs stay.
pub fn same_len(text: &str) -> Cow<'_, str> {
    let replaced = |character: char| is_hidden(character) && !matches!(character, '\n' | '\r' | '\t');
    if !text.chars().any(replaced) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character.len_utf8() {
            _ if !replaced(character) => shown.push(character),
            1 => shown.push('?'),
            2 => shown.push('¿'),
            3 => shown.push('\u{FFFD}'),
            _ => shown.push_str("\u{FFFD}?"),
        }
    }
    Cow::Owned(shown)
}

/// One hidden character of a JSON text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hidden {
    /// Where it is written, an escape in full.
    pub bytes: Range<usize>,
    /// What it is.
    pub character: char,
    /// Whether it stands in the key of an object.
    pub in_key: bool,
    /// Whether it joins two characters beyond ASCII, as Persian, Indic scripts and emoji need it.
    pub joins: bool,
}

/// Finds hidden characters in JSON text, which may be malformed.
#[derive(Clone, Debug)]
pub struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// The last character beyond ASCII or written as an escape, with the offset behind it.
    last: (usize, char),
    /// Up to which offset `in_key` is known.
    known: usize,
    in_key: bool,
}

impl<'t> Scan<'t> {
    /// Begins at the start of `text`.
    pub fn of(text: &'t str) -> Self {
        Self { text, at: 0, last: (usize::MAX, ' '), known: 0, in_key: false }
    }

    /// Returns the character at `at`, raw or as a `\u` escape, and the offset behind it.
    fn decode(&self, at: usize) -> Option<(char, usize)> {
        let rest = self.text.get(at..)?;
        if let Some(escaped) = unicode_escape(rest.as_bytes()) {
            return Some((escaped.0, at + escaped.1));
        }
        rest.chars().next().map(|character| (character, at + character.len_utf8()))
    }

    /// Judges the suspect at the present offset and goes behind it.
    fn judge(&mut self) -> Option<Hidden> {
        let start = self.at;
        let (character, end) = match self.text.as_bytes()[start..] {
            [b'\\', short, ..] if short != b'u' => {
                self.at += if short.is_ascii() { 2 } else { 1 };
                (short_escape(short)?, start + 2)
            }
            _ => {
                let decoded = self.decode(start)?;
                self.at = decoded.1;
                decoded
            }
        };
        let last = std::mem::replace(&mut self.last, (end, character));
        let blank = matches!(character, '\n' | '\t');
        if !is_hidden(character) && !is_selector(character) {
            return None;
        }
        let before = if last.0 == start { Some(last.1) } else { self.text[..start].chars().next_back() };
        if is_selector(character) && varies(character, before) {
            return None;
        }
        let joiner = matches!(character, '\u{200C}' | '\u{200D}');
        let joins =
            joiner && before.is_some_and(is_script) && self.decode(end).is_some_and(|(c, _)| is_script(c));
        let in_key = self.key_around(end);
        (in_key || !blank).then_some(Hidden { bytes: start..end, character, in_key, joins })
    }

    /// Returns whether the string around `at` is a key, that is, followed by a colon.
    fn key_around(&mut self, at: usize) -> bool {
        if at > self.known {
            let bytes = self.text.as_bytes();
            self.known = string_end(bytes, at.saturating_sub(1));
            let behind = bytes[self.known..].iter().find(|byte| !byte.is_ascii_whitespace());
            self.in_key = behind == Some(&b':');
        }
        self.in_key
    }
}

impl Iterator for Scan<'_> {
    type Item = Hidden;

    fn next(&mut self) -> Option<Hidden> {
        while let Some(at) = next_suspect(self.text.as_bytes(), self.at) {
            self.at = at;
            if let Some(hidden) = self.judge() {
                return Some(hidden);
            }
            self.at = self.at.max(at + 1);
        }
        self.at = self.text.len();
        None
    }
}

/// A byte that can begin a hidden character: control, beyond ASCII, or the backslash of an escape.
fn is_suspect(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\n' | b'\r' | b'\t')) || byte >= 0x7F || byte == b'\\'
}

fn next_suspect(bytes: &[u8], mut at: usize) -> Option<usize> {
    if bytes.get(at).copied().is_some_and(is_suspect) {
        return Some(at);
    }
    while let Some(stride) = bytes.get(at..at + STRIDE) {
        if stride.iter().fold(false, |found, byte| found | is_suspect(*byte)) {
            break;
        }
        at += STRIDE;
    }
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| is_suspect(*byte)).map(|found| at + found)
}

/// Returns what `\b`, `\f`, `\n`, `\r` and `\t` stand for.
fn short_escape(byte: u8) -> Option<char> {
    match byte {
        b'b' => Some('\u{8}'),
        b'f' => Some('\u{c}'),
        b'n' => Some('\n'),
        b'r' => Some('\r'),
        b't' => Some('\t'),
        _ => None,
    }
}

/// Decodes a `\u` escape or a pair of them, with its length in bytes.
fn unicode_escape(bytes: &[u8]) -> Option<(char, usize)> {
    let high = escaped_unit(bytes)?;
    let low = bytes.get(6..).and_then(escaped_unit);
    if let (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) = (high, low) {
        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return char::from_u32(code).map(|character| (character, 12));
    }
    char::from_u32(high).map(|character| (character, 6))
}

fn escaped_unit(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes else { return None };
    let digits = digits.get(..4)?;
    digits.iter().try_fold(0, |code, digit| Some(code * 16 + char::from(*digit).to_digit(16)?))
}

/// Returns whether a joiner beside `character` can be meant: letters and signs beyond ASCII.
fn is_script(character: char) -> bool {
    !character.is_ascii() && !is_hidden(character)
}

fn is_selector(character: char) -> bool {
    matches!(character, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Returns whether a variation selector varies what is seen `before` it; one that does not may carry hidden data.
fn varies(selector: char, before: Option<char>) -> bool {
    match before {
        Some('0'..='9' | '#' | '*') => matches!(selector, '\u{FE0E}' | '\u{FE0F}'),
        Some(varied) => !varied.is_ascii() && !is_selector(varied) && !is_hidden(varied),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, bool)> {
        Scan::of(text).map(|hidden| (text[hidden.bytes].to_owned(), hidden.in_key)).collect()
    }

    #[test]
    fn plain_text_is_clean() {
        assert!(
            found("{\n\t\"a\\n\\\\u0007\\\"\": \"ä 漢 😀 ❤️ 1️⃣ \\u00e4\"\r\n}".replace("\\n", "").as_str())
                .is_empty()
        );
        assert!(found(r#"{"a": "one\ntwo\tthree \\u001b \/ \u000a"}"#).is_empty());
    }

    #[test]
    fn hidden_characters_are_found_raw_and_escaped() {
        let text = "{\"a\": \"x\u{202e}y\u{7f}\u{9b}\\u001b\\udb40\\udc41\\r\u{feff}\u{ffff}\u{2028}\"}";
        let spans = found(text);
        assert_eq!(spans.len(), 9, "{spans:?}");
        assert!(spans.contains(&("\\udb40\\udc41".to_owned(), false)));
        assert!(spans.iter().all(|(_, in_key)| !in_key));
    }

    #[test]
    fn a_key_may_not_hold_a_line_feed_either() {
        assert_eq!(found(r#"{"a\nb" : "c\nd"}"#), [("\\n".to_owned(), true)]);
        assert_eq!(found("{\"a\u{200b}\": \"\u{200b}\"}").iter().filter(|(_, in_key)| *in_key).count(), 1);
    }

    #[test]
    fn joiners_are_known_by_their_neighbours() {
        let joins = |text: &str| Scan::of(text).map(|hidden| hidden.joins).collect::<Vec<_>>();
        assert_eq!(joins("\"می\u{200c}خواهم\""), [true]);
        assert_eq!(joins("\"\\u06cc\\u200c\\u062e\""), [true]);
        assert_eq!(joins("\"👩\u{200d}👧\""), [true]);
        assert_eq!(joins("\"AC\u{200d}1\""), [false]);
        assert_eq!(joins("\"é\u{200d}\u{200d}é\""), [false, false]);
    }

    #[test]
    fn a_variation_selector_needs_something_to_vary() {
        assert_eq!(found("\"a\u{fe0f}\"").len(), 1);
        assert_eq!(found("\"❤\u{fe0f}\u{fe01}\u{e0101}\"").len(), 2);
        assert_eq!(found("\"葛\u{e0100}\"").len(), 0);
    }

    #[test]
    fn shown_text_is_harmless_and_as_long() {
        let text = "a\u{1b}[31m\u{9b}\u{202e}\u{e0041}\n";
        assert_eq!(visible(text), "a\\u{1b}[31m\\u{9b}\\u{202e}\\u{e0041}\\u{a}");
        assert_eq!(same_len(text).len(), text.len());
        assert_eq!(same_len(text), "a?[31m¿\u{FFFD}\u{FFFD}?\n");
        assert!(matches!(same_len("plain\n"), Cow::Borrowed(_)));
    }
}
