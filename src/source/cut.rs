//! Cuts the text of a matrix into its members and rows without reading what they say.
//!
//! Two versions of a matrix share most of their rows, byte for byte; whoever compares them need not read those. The cut
//! judges nothing: a text that is not plainly an object of members is not cut, and is read as a whole instead.

use std::ops::Range;

/// The parts of one matrix, as ranges of its text.
#[derive(Debug)]
pub struct Cut {
    /// The members but `rows`: the key without quotes, and the value.
    pub members: Vec<(Range<usize>, Range<usize>)>,
    /// The list of rows with its brackets.
    pub list: Range<usize>,
    /// Each row.
    pub rows: Vec<Range<usize>>,
}

/// Cuts a text; nothing where it is not plainly a matrix.
pub fn cut(text: &str) -> Option<Cut> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    let mut members: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let mut found = None;
    scan.each(b'{', b'}', |scan| {
        let key = scan.string()?;
        let key = key.start + 1..key.end - 1;
        let name = &text[key.clone()];
        scan.expect(b':')?;
        let again = members.iter().any(|(known, _)| text[known.clone()] == *name);
        let again = again || (name == "rows" && found.is_some());
        if again || name.contains('\\') {
            return None;
        }
        if name == "rows" {
            found = Some(scan.list()?);
        } else {
            members.push((key, scan.value()?));
        }
        Some(())
    })?;
    let (list, rows) = found?;
    scan.blank();
    (scan.at == text.len()).then_some(Cut { members, list, rows })
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn blank(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn peek(&mut self) -> Option<u8> {
        self.blank();
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    /// Walks over what stands between two brackets, with commas between.
    fn each(&mut self, open: u8, close: u8, mut one: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.expect(open)?;
        if self.peek()? == close {
            self.at += 1;
            return Some(());
        }
        loop {
            one(self)?;
            let byte = self.peek()?;
            self.at += 1;
            match byte {
                b',' => {}
                _ => return (byte == close).then_some(()),
            }
        }
    }

    fn list(&mut self) -> Option<(Range<usize>, Vec<Range<usize>>)> {
        self.blank();
        let start = self.at;
        let mut items = Vec::new();
        self.each(b'[', b']', |scan| {
            items.push(scan.value()?);
            Some(())
        })?;
        Some((start..self.at, items))
    }

    /// Passes a string and returns where it lies, with its quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        self.blank();
        let start = self.at;
        self.expect(b'"')?;
        loop {
            self.at += memchr::memchr2(b'"', b'\\', self.bytes.get(self.at..)?)? + 1;
            if self.bytes[self.at - 1] == b'"' {
                return Some(start..self.at);
            }
            self.at += 1;
        }
    }

    /// Passes a value and returns where it lies; brackets are counted, not paired.
    fn value(&mut self) -> Option<Range<usize>> {
        self.blank();
        let start = self.at;
        let mut open = 0_usize;
        loop {
            match *self.bytes.get(self.at)? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    open += 1;
                    self.at += 1;
                }
                b'}' | b']' if open > 0 => {
                    open -= 1;
                    self.at += 1;
                }
                b',' | b'}' | b']' if open == 0 => break,
                _ => {
                    self.at += 1;
                    continue;
                }
            }
            if open == 0 {
                break;
            }
        }
        (self.at > start).then_some(start..self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_rows_are_cut_as_they_lie() {
        let text = r#" { "id": "a", "parties": [{"x": "]}\""}], "rows": [ {"id": 1}, {"id": [2, {}]} ], "v": 1.5e3 } "#;
        let cut = cut(text).expect("a matrix");
        let rows: Vec<&str> = cut.rows.iter().map(|row| &text[row.clone()]).collect();
        assert_eq!(rows, [r#"{"id": 1}"#, r#"{"id": [2, {}]}"#]);
        let members: Vec<(&str, &str)> = cut
            .members
            .iter()
            .map(|(key, value)| (&text[key.clone()], text[value.clone()].trim_end()))
            .collect();
        assert_eq!(members, [("id", "\"a\""), ("parties", r#"[{"x": "]}\""}]"#), ("v", "1.5e3")]);
        assert_eq!(&text[cut.list], r#"[ {"id": 1}, {"id": [2, {}]} ]"#);
    }

    #[test]
    fn what_is_not_plainly_a_matrix_is_not_cut() {
        for text in [
            "",
            "[]",
            "{}",
            "{",
            r#"{"rows": 1}"#,
            r#"{"rows": []"#,
            r#"{"rows": [}"#,
            r#"{"rows": [{]}"#,
            r#"{"rows": []} x"#,
            r#"{"rows": [], "a": 1, "a": 2}"#,
            r#"{"rows": [], "rows": []}"#,
            r#"{"r\u006fws": [], "rows": []}"#,
            r#"{"rows": [1,]}"#,
            r#"{"rows" []}"#,
            r#"{"rows": ["a]}"#,
        ] {
            assert!(cut(text).is_none(), "{text}");
        }
    }
}
