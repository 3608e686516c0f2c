//! One finding as a compiler would show it: the door to miette.
//!
//! miette never sees the file. It gets a few sanitised lines around the finding, cut to the width, with offsets of
//! their own: its own reading of a source rescans the file for every finding, and fails beyond column 65,535.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents,
    SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::window::{Mark, Window};
use crate::finding::Located;
use crate::finding::{Finding, Place, Severity};
use crate::source::Source;
use crate::source::hidden::visible;
use crate::source::place::Places;

/// What the terminal, or whatever reads the text, can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Colours, as ANSI escapes.
    pub color: bool,
    /// Lines drawn with characters beyond ASCII.
    pub unicode: bool,
    /// Columns.
    pub width: usize,
}

/// Renders `finding`, which lies at `located` in `source`; without a source, only its place is named.
pub fn render(
    finding: &Finding,
    located: &Located,
    source: Option<&Source>,
    places: &Places<'_>,
    style: &Style,
) -> String {
    let mut out = header(finding, style);
    let path = visible(&finding.file);
    let shown = source.filter(|_| finding.place != Place::File);
    match shown {
        Some(_) => snippets(&mut out, finding, located, places, style, &path),
        None => out.push_str(&style.rule(&path)),
    }
    if let Some(help) = &finding.help {
        out.push_str(&wrapped(&style.paint("36", "  help: "), 8, &visible(help), style.columns()));
    }
    out
}

/// The first line: weight, rule and message.
fn header(finding: &Finding, style: &Style) -> String {
    let color = match finding.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note | Severity::Off => "1;36",
    };
    let title = format!("{}[{}]", finding.severity.word(), visible(&finding.rule));
    let width = title.chars().count() + 2;
    let first = format!("{}: ", style.paint(color, &title));
    wrapped_after(&first, width, 2, &visible(&finding.message), style.columns())
}

/// The lines in question: one snippet, or two where the related place lies elsewhere.
fn snippets(
    out: &mut String,
    finding: &Finding,
    located: &Located,
    places: &Places<'_>,
    style: &Style,
    path: &str,
) {
    let related = finding.related.as_deref().map(|(place, label)| (places.locate(place), visible(label)));
    let primary = Mark { bytes: located.bytes.clone(), line: located.line, label: None };
    let other = related.as_ref().map(|(at, label)| Mark {
        bytes: at.bytes.clone(),
        line: at.line,
        label: Some(label.clone().into_owned()),
    });
    let mut window = Window::around(&primary, places, style.columns(), style.unicode);
    let cut = window.is_cut();
    let left = other.filter(|mark| !window.include(mark));
    draw(out, &window, located, path, style);
    if let (Some(mark), Some((at, _))) = (left, related) {
        let window = Window::around(&mark, places, style.columns(), style.unicode);
        draw(out, &window, &at, path, style);
    }
    // A piece of a long line does not show what it belongs to.
    let pointer = finding.place.pointer();
    if cut && !pointer.is_empty() {
        let label = style.paint("36", "  field: ");
        out.push_str(&format!("{label}{}\n", visible(pointer)));
    }
}

/// Lets miette draw one window, and drops its own first line.
fn draw(out: &mut String, window: &Window, located: &Located, path: &str, style: &Style) {
    let view = View { window, path, line: located.line, column: located.column };
    let handler = GraphicalReportHandler::new_themed(style.theme())
        .with_width(style.columns())
        .with_links(false)
        .with_context_lines(1);
    let mut drawn = String::new();
    if handler.render_report(&mut drawn, &view).is_err() {
        out.push_str(&style.rule(&format!("{path}:{}:{}", located.line, located.column)));
        return;
    }
    out.push_str(drawn.split_once('\n').map_or("", |(_, rest)| rest));
}

impl Style {
    /// A width that a snippet fits in, whatever is asked for.
    pub(crate) fn columns(&self) -> usize {
        self.width.clamp(40, 240)
    }

    fn theme(&self) -> GraphicalTheme {
        GraphicalTheme {
            characters: if self.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
            styles: if self.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
        }
    }

    pub(crate) fn paint(&self, color: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{color}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// The place alone, where there are no lines to show.
    fn rule(&self, place: &str) -> String {
        let (top, bar, bottom) = if self.unicode { ('╭', '─', '╰') } else { (',', '-', '`') };
        format!("   {top}{bar}[{place}]\n   {bottom}{}\n", bar.to_string().repeat(4))
    }
}

/// Breaks `text` into lines of `columns` after a first part that is as wide as the indent.
pub(crate) fn wrapped(first: &str, indent: usize, text: &str, columns: usize) -> String {
    wrapped_after(first, indent, indent, text, columns)
}

/// The same after a first part that is wider or narrower than the indent.
pub(crate) fn wrapped_after(
    first: &str,
    first_width: usize,
    indent: usize,
    text: &str,
    columns: usize,
) -> String {
    let mut out = String::from(first);
    let mut used = first_width;
    let mut fresh = true;
    for word in text.split(' ') {
        let width = if word.is_ascii() { word.len() } else { word.chars().count() };
        if !fresh && used + 1 + width > columns {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else if !fresh {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width;
        fresh = false;
    }
    out.push('\n');
    out
}

/// A window as miette's diagnostic and source at once; all offsets are the window's own.
#[derive(Debug)]
struct View<'a> {
    window: &'a Window,
    path: &'a str,
    line: usize,
    column: usize,
}

impl fmt::Display for View<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for View<'_> {}

impl Diagnostic for View<'_> {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.window.marks().iter().enumerate().map(|(index, mark)| {
            let span = SourceSpan::from(mark.bytes.clone());
            if index == 0 {
                LabeledSpan::new_primary_with_span(mark.label.clone(), span)
            } else {
                LabeledSpan::new_with_span(mark.label.clone(), span)
            }
        });
        Some(Box::new(labels))
    }
}

impl SourceCode for View<'_> {
    /// Gives the whole window whatever is asked; without context lines, miette only wants the place for the header.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let text = self.window.text();
        let (line, column) = match (before, after) {
            (0, 0) => (self.line, self.column),
            _ => (self.window.first_line(), 1),
        };
        let whole = SourceSpan::from(0..text.len());
        if span.offset() + span.len() > text.len() {
            return Err(MietteError::OutOfBounds);
        }
        let (data, path) = (text.as_bytes(), self.path.to_owned());
        let lines = text.lines().count();
        Ok(Box::new(MietteSpanContents::new_named(path, data, whole, line - 1, column - 1, lines)))
    }
}
