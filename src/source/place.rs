//! From the place of a finding to bytes, line and column.

use std::ops::Range;
use std::sync::OnceLock;

use super::Source;
use super::line::Lines;
use super::span::{Resolved, Spans};
use crate::finding::{Located, Place, PointerPart};

/// The places of one file: read on first use, then kept for all findings.
#[derive(Debug)]
pub struct Places<'a> {
    text: &'a str,
    lines: OnceLock<Lines>,
    spans: OnceLock<Spans>,
}

impl<'a> Places<'a> {
    /// Makes ready to locate in `source`; nothing is read yet.
    pub fn of(source: &'a Source) -> Self {
        Self { text: &source.text, lines: OnceLock::new(), spans: OnceLock::new() }
    }

    /// Returns where `place` is: within the text and one line, whatever it claims.
    pub fn locate(&self, place: &Place) -> Located {
        let bytes = match place {
            Place::File => 0..0,
            Place::Span { bytes, .. } => bytes.clone(),
            Place::Pointer { pointer, anchor } => self.anchored(pointer, *anchor),
        };
        let bytes = self.first_line(bytes);
        let start = self.lines().position(self.text, bytes.start);
        let end = self.lines().position(self.text, bytes.end);
        Located { line: start.line, column: start.column, end_line: end.line, end_column: end.column, bytes }
    }

    /// Returns the text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Returns the line ends of the text.
    pub fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(self.text))
    }

    /// Returns the spans of the text.
    pub fn spans(&self) -> &Spans {
        self.spans.get_or_init(|| Spans::of(self.text))
    }

    fn anchored(&self, pointer: &str, anchor: PointerPart) -> Range<usize> {
        let resolved = self.spans().resolve(pointer);
        match anchor {
            _ if !resolved.complete => self.opening(pointer, resolved),
            PointerPart::Opening => self.opening(pointer, resolved),
            PointerPart::Value => resolved.value,
            PointerPart::Key => resolved.key.unwrap_or(resolved.value),
        }
    }

    /// Returns the value of the object's `id`, or else the opening bracket.
    fn opening(&self, pointer: &str, Resolved { value, complete, .. }: Resolved) -> Range<usize> {
        let bytes = self.text.as_bytes();
        match bytes.get(value.start) {
            Some(b'{') => {
                let object = if complete { pointer.to_owned() } else { self.spans().pointer_at(value.start) };
                let id = self.spans().resolve(&format!("{object}/id"));
                if id.complete && bytes.get(id.value.start) == Some(&b'"') {
                    id.value
                } else {
                    bracket(&value)
                }
            }
            Some(b'[') => bracket(&value),
            _ => value,
        }
    }

    /// Clamps `bytes` into the text, onto characters, and to the line it starts in.
    fn first_line(&self, bytes: Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(bytes.start);
        let end = self.text.ceil_char_boundary(bytes.end.max(start));
        let line = self.lines().position(self.text, start).line;
        let line_end = self.lines().content(self.text, line).end;
        start..end.min(line_end).max(start)
    }
}

/// The opening bracket of a container.
fn bracket(value: &Range<usize>) -> Range<usize> {
    value.start..value.start + 1
}
