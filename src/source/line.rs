//! Line ends of a text: from a byte offset to a line and a column.
//!
//! LF, CRLF and a lone CR each end a line. Columns are 1-based and count UTF-16 units, as editors and SARIF do.
//! A sum is kept for every `BLOCK` bytes, so that a place deep in a one-line file costs as little as any other.

use std::ops::Range;

/// How many bytes lie between two kept sums of UTF-16 units.
const BLOCK: usize = 1024;

/// The line starts of one text.
#[derive(Clone, Debug)]
pub struct Lines {
    starts: Vec<usize>,
    /// UTF-16 units before each block; empty for an ASCII text, where bytes are units.
    units: Vec<usize>,
}

/// A place for people: all numbers start at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column in UTF-16 units.
    pub column: usize,
    /// The column in bytes.
    pub byte_column: usize,
}

impl Lines {
    /// Reads the line ends of `text`.
    pub fn of(text: &str) -> Self {
        Self { starts: starts(text.as_bytes()), units: unit_sums(text) }
    }

    /// Returns how many lines there are; an empty text has one.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// Returns the position of `offset`, clamped into `text` and onto the character it falls in.
    ///
    /// `text` must be the text that the lines were read from.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts[line - 1];
        Position {
            line,
            column: self.units_before(text, offset) - self.units_before(text, start) + 1,
            byte_column: offset - start + 1,
        }
    }

    /// Returns the bytes of a line (1-based) without its end; empty beyond the last line.
    pub fn content(&self, text: &str, line: usize) -> Range<usize> {
        let Some(start) = line.checked_sub(1).and_then(|index| self.starts.get(index).copied()) else {
            return text.len()..text.len();
        };
        let Some(next) = self.starts.get(line) else { return start..text.len() };
        let kept = text[start..*next].trim_end_matches(['\r', '\n']).len();
        start..start + kept
    }

    fn units_before(&self, text: &str, offset: usize) -> usize {
        match self.units.get(offset / BLOCK) {
            Some(sum) => sum + units(&text.as_bytes()[offset / BLOCK * BLOCK..offset]),
            None => offset,
        }
    }
}

fn starts(bytes: &[u8]) -> Vec<usize> {
    let is_end = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
    let ends = memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_end);
    let mut starts: Vec<usize> = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
    starts.shrink_to_fit(); // the lines of many files are kept at once
    starts
}

fn unit_sums(text: &str) -> Vec<usize> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut sums = vec![0];
    let mut sum = 0;
    for block in text.as_bytes().chunks(BLOCK) {
        sum += units(block);
        sums.push(sum);
    }
    sums
}

/// Counts UTF-16 units by first bytes: one for each character, one more for each of four bytes.
fn units(bytes: &[u8]) -> usize {
    bytes.iter().map(|byte| usize::from(*byte & 0xC0 != 0x80) + usize::from(*byte >= 0xF0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (usize, usize, usize) {
        let position = Lines::of(text).position(text, offset);
        (position.line, position.column, position.byte_column)
    }

    #[test]
    fn every_kind_of_line_end_counts_once() {
        let text = "a\nb\r\nc\rd";
        assert_eq!(at(text, 2), (2, 1, 1));
        assert_eq!(at(text, 5), (3, 1, 1));
        assert_eq!(at(text, 7), (4, 1, 1));
        assert_eq!(Lines::of(text).count(), 4);
    }

    #[test]
    fn columns_count_utf16_units() {
        let text = "ä😀x";
        assert_eq!(at(text, 2), (1, 2, 3));
        assert_eq!(at(text, 6), (1, 4, 7));
        assert_eq!(at(text, 4), (1, 2, 3), "an offset inside a character is the character's");
    }

    #[test]
    fn columns_far_into_one_line_are_exact() {
        let text = "é".repeat(100_000);
        assert_eq!(at(&text, 150_000), (1, 75_001, 150_001));
        assert_eq!(at(&text, 999_999), (1, 100_001, 200_001));
    }

    #[test]
    fn content_excludes_the_line_end() {
        let text = "a\r\nbc\n";
        let lines = Lines::of(text);
        assert_eq!(&text[lines.content(text, 1)], "a");
        assert_eq!(&text[lines.content(text, 2)], "bc");
        assert_eq!(&text[lines.content(text, 3)], "");
        assert_eq!(&text[lines.content(text, 9)], "");
    }
}
