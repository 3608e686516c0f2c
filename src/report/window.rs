//! The few lines around a finding, cut to the width and made harmless.

use std::ops::Range;

use crate::source::hidden::same_len;
use crate::source::place::Places;

/// What the frame takes of a line's width: number, bar and blanks.
const FRAME: usize = 10;

/// A span to underline.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    /// The bytes, within one line.
    pub(super) bytes: Range<usize>,
    /// The line, from 1.
    pub(super) line: usize,
    /// The words beside the underline.
    pub(super) label: Option<String>,
}

/// Up to three lines of a file as text of its own.
#[derive(Debug)]
pub(super) struct Window {
    text: String,
    first_line: usize,
    /// Whether the line of the first mark is shown in part only.
    is_cut: bool,
    cuts: Vec<Cut>,
    /// The marks, in offsets of this text.
    marks: Vec<Mark>,
}

/// The part of one line that is shown.
#[derive(Clone, Debug)]
struct Cut {
    line: usize,
    /// The bytes of the file that are shown.
    shown: Range<usize>,
    /// Where they begin in the window's text.
    at: usize,
}

impl Window {
    /// Cuts the line of `mark` and one line on each side, `columns` wide.
    pub(super) fn around(mark: &Mark, places: &Places<'_>, columns: usize, unicode: bool) -> Self {
        let (text, lines) = (places.text(), places.lines());
        let first_line = mark.line.saturating_sub(1).max(1);
        let last_line = (mark.line + 1).min(lines.count()).max(mark.line);
        let mut window =
            Self { text: String::new(), first_line, is_cut: false, cuts: Vec::new(), marks: Vec::new() };
        let ellipsis = if unicode { "…" } else { "..." };
        let room = columns - FRAME;
        for line in first_line..=last_line {
            let whole = lines.content(text, line);
            let wanted = if line == mark.line { mark.bytes.clone() } else { whole.start..whole.start };
            let shown = cut(text, &whole, &wanted, room);
            // An empty last line only says that the file ends with a line end.
            if line == last_line && line != mark.line && whole.is_empty() {
                break;
            }
            let in_part = shown.len() < whole.len();
            window.push(text, line, &whole, shown, ellipsis);
            if line == mark.line {
                window.is_cut = in_part;
                window.include(mark);
            }
        }
        window
    }

    /// Adds a mark if all of it is shown, and returns whether it is; the first mark is cut to what is shown.
    pub(super) fn include(&mut self, mark: &Mark) -> bool {
        let Some(cut) = self.cuts.iter().find(|cut| cut.line == mark.line) else { return false };
        let inside = cut.shown.start <= mark.bytes.start && mark.bytes.end <= cut.shown.end;
        if !inside && !self.marks.is_empty() {
            return false;
        }
        let clamped = |offset: usize| offset.clamp(cut.shown.start, cut.shown.end) - cut.shown.start + cut.at;
        let (start, end) = (clamped(mark.bytes.start), clamped(mark.bytes.end));
        self.marks.push(Mark { bytes: start..self.widened(start, end), ..mark.clone() });
        true
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn first_line(&self) -> usize {
        self.first_line
    }

    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Returns the marks, the primary one first.
    pub(super) fn marks(&self) -> &[Mark] {
        &self.marks
    }

    fn push(&mut self, text: &str, line: usize, whole: &Range<usize>, shown: Range<usize>, ellipsis: &str) {
        if shown.start > whole.start {
            self.text.push_str(ellipsis);
        }
        let at = self.text.len();
        self.text.push_str(&same_len(&text[shown.clone()]));
        if shown.end < whole.end {
            self.text.push_str(ellipsis);
        }
        self.text.push('\n');
        self.cuts.push(Cut { line, shown, at });
    }

    /// Makes an empty span one character long, if only the line end.
    fn widened(&self, start: usize, end: usize) -> usize {
        if end > start { end } else { start + self.text[start..].chars().next().map_or(0, char::len_utf8) }
    }
}

/// Returns the part of a line that is shown around `wanted`, on character boundaries.
fn cut(text: &str, whole: &Range<usize>, wanted: &Range<usize>, room: usize) -> Range<usize> {
    if whole.len() <= room {
        return whole.clone();
    }
    // A long span is shown from its start, with what stands before it: that is what names it.
    let length = wanted.len().min(room / 2);
    let before = (room - length) / 2;
    let start = wanted.start.saturating_sub(before).max(whole.start);
    let start = start.min(whole.end - room);
    let start = text.floor_char_boundary(start.max(whole.start));
    let end = text.ceil_char_boundary((start + room).min(whole.end));
    start..end
}
