//! A diff for a terminal. Signs and words carry the meaning; colour only repeats it.

use std::fmt::Write as _;

use super::legend::Legend;
use super::page::{Entry, Group, Line, Page, Section, joined, say_more};
use super::{COLUMNS, Document, FIRST, GLANCE, GRAVEST, NOT_COMPARED, RECORDS};
use crate::diff::Class;
use crate::diff::render::words::Piece;
use crate::report::Style;
use crate::report::escape::terminal;

/// Renders the document for a terminal.
pub(super) fn render(document: &Document, style: &Style) -> String {
    let page = Page::of(document);
    let mut out = format!("from {} to {}\n", terminal(&page.sides.before), terminal(&page.sides.after));
    if !document.unread.is_empty() {
        let _ = writeln!(out, "\n{}", paint(style, "1;31", NOT_COMPARED));
        document.unread.iter().for_each(|it| wrap(&mut out, style, "  ! ", "    ", &terminal(it)));
    }
    if !document.records.is_empty() {
        let _ = writeln!(out, "\n{}", paint(style, "1;31", RECORDS));
        document.record_lines().iter().for_each(|it| wrap(&mut out, style, "  ! ", "    ", &terminal(it)));
    }
    if !page.weakened.is_empty() {
        let _ = writeln!(out, "\n{}", paint(style, "1;31", "Weaker checks: look at these first"));
        page.weakened.iter().for_each(|it| wrap(&mut out, style, "  ! ", "    ", &terminal(it)));
    }
    if !page.commits.is_empty() {
        out.push_str("\nCommits between them:\n");
        page.commits.iter().for_each(|it| wrap(&mut out, style, "  ", "    ", &terminal(it)));
    }
    let legend = Legend::of(&page);
    let signs = [legend.signs(), legend.marks(["[-", "-]"], ["{+", "+}"])];
    let signs = signs.into_iter().filter(|said| !said.is_empty()).collect::<Vec<_>>().join("; ");
    for (index, section) in page.matrices.iter().enumerate() {
        matrix(&mut out, style, section, if index == 0 { &signs } else { "" });
    }
    if page.matrices.is_empty() && document.unread.is_empty() {
        out.push_str("no matrix changed\n");
    }
    out
}

fn matrix(out: &mut String, style: &Style, section: &Section, signs: &str) {
    let _ = writeln!(out, "\n{}", paint(style, "1", &terminal(&section.title)));
    let _ = writeln!(out, "{}\n", terminal(&section.id));
    wrap(out, style, "", "", &terminal(&section.lead));
    glance(out, style, section);
    if !section.nobody.is_empty() {
        let rows = terminal(&joined(&section.nobody));
        let _ = writeln!(out, "\n  {}", paint(style, "1;31", "Nobody"));
        wrap(out, style, "    ", "      ", &format!("owns these now: {rows}"));
    }
    groups(out, style, FIRST, &section.first);
    if !section.first.is_empty() && !section.effects.is_empty() {
        let _ = writeln!(out, "\n{}", paint(style, "1;4", "What it means"));
    }
    for effect in &section.effects {
        let _ = writeln!(out, "\n  {}", paint(style, "1", &terminal(&effect.name)));
        for (said, rows) in &effect.points {
            point(out, style, said, rows);
        }
    }
    if !section.reasons.is_empty() {
        let _ = writeln!(out, "\n  {}", paint(style, "1", "Reasons given"));
        section.reasons.iter().for_each(|why| wrap(out, style, "    ", "      ", &terminal(why)));
    }
    out.push('\n');
    wrap(out, style, "", "", &terminal(&section.bump));
    if !signs.is_empty() {
        out.push('\n');
        wrap(out, style, "Signs: ", "       ", signs);
    }
    groups(out, style, "Material changes", &section.material);
    groups(out, style, "Other changes", &section.rest);
    if !section.columns.is_empty() {
        let _ = writeln!(out, "\n{}\n", paint(style, "1;4", COLUMNS));
        section.columns.iter().for_each(|it| wrap(out, style, "  - ", "    ", &terminal(it)));
    }
    if !section.remaining.is_empty() {
        let _ = writeln!(out, "\n{}\n", paint(style, "1;4", "What is left to do"));
        section.remaining.iter().for_each(|it| wrap(out, style, "  - ", "    ", &terminal(it)));
    }
}

/// What is to be known first of many changes.
fn glance(out: &mut String, style: &Style, section: &Section) {
    for (title, lines) in [(GLANCE, &section.glance.figures), (GRAVEST, &section.glance.gravest)] {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n{}", paint(style, "1;4", title));
            lines.iter().for_each(|it| wrap(out, style, "  ", "    ", &terminal(it)));
        }
    }
}

/// One point of what the changes mean: its rows in a sentence, or below each other where they say more.
fn point(out: &mut String, style: &Style, said: &str, rows: &[String]) {
    if say_more(rows) {
        wrap(out, style, "    ", "      ", &format!("{}:", terminal(said)));
        rows.iter().for_each(|row| wrap(out, style, "      - ", "        ", &terminal(row)));
    } else {
        wrap(out, style, "    ", "      ", &format!("{}: {}", terminal(said), terminal(&joined(rows))));
    }
}

fn groups(out: &mut String, style: &Style, title: &str, groups: &[Group]) {
    if groups.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{}", paint(style, "1;4", title));
    for group in groups {
        let _ = writeln!(out, "\n {}", terminal(&group.title));
        group.entries.iter().for_each(|it| entry(out, style, it));
    }
}

fn entry(out: &mut String, style: &Style, entry: &Entry) {
    let id = if entry.id.is_empty() { String::new() } else { format!(" [{}]", terminal(&entry.id)) };
    wrap(out, style, "  ", "    ", &format!("{}{id}", terminal(&entry.title)));
    entry.lines.iter().for_each(|it| line(out, style, it));
    if let Some(now) = &entry.now {
        wrap(out, style, "      now: ", "        ", &terminal(now));
    }
    if !entry.rows.is_empty() {
        wrap(out, style, "        in: ", "            ", &terminal(&joined(&entry.rows)));
    }
}

fn line(out: &mut String, style: &Style, line: &Line) {
    let code = match line.class {
        Class::OwnedByNobody => "1;31",
        Class::TakenOn | Class::RowAdded | Class::BecomesShared => "32",
        Class::GivenUp | Class::RowRemoved => "31",
        Class::WordsMayChangeDuty => "1;33",
        Class::WordingOnly | Class::TermsChanged => "2",
        _ => "33",
    };
    let lead = paint(style, code, &format!("{} {}", line.sign(), line.label()));
    let _ = write!(out, "    ");
    wrap_after(out, style, &lead, line.label().len() + 6, &terminal(&line.sentence));
    for (name, pieces, open, close) in
        [("before: ", &line.marked.before, "[-", "-]"), ("after:  ", &line.marked.after, "{+", "+}")]
    {
        if !pieces.is_empty() {
            let said = marked(pieces, line.marked.whole, open, close);
            wrap(out, style, &format!("        {name}"), "                ", &said);
        }
    }
    line.agreed.iter().for_each(|said| wrap(out, style, "        ", "          ", &terminal(said)));
    line.notes.iter().for_each(|note| wrap(out, style, "        note: ", "              ", &terminal(note)));
}

/// Returns pieces with signs around what only this side has.
fn marked(pieces: &[Piece], whole: bool, open: &str, close: &str) -> String {
    let said = pieces.iter().map(|piece| {
        // The escaper trims nothing, so spaces at the ends of a piece stay.
        let text = terminal(&piece.text);
        if piece.marked && !whole { format!("{open}{text}{close}") } else { text }
    });
    said.collect()
}

fn paint(style: &Style, code: &str, text: &str) -> String {
    if style.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

fn wrap_after(out: &mut String, style: &Style, lead: &str, width: usize, text: &str) {
    out.push_str(lead);
    out.push_str(": ");
    fill(out, style.width, width + 2, "        ", text);
}

fn wrap(out: &mut String, style: &Style, first: &str, indent: &str, text: &str) {
    out.push_str(first);
    fill(out, style.width, first.chars().count(), indent, text);
}

/// Writes words and breaks lines between them; a word that is too long stays whole.
fn fill(out: &mut String, width: usize, used: usize, indent: &str, text: &str) {
    let width = width.clamp(40, 160);
    let mut column = used;
    let mut fresh = true;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().count();
        if !fresh && column + 1 + length > width {
            out.push('\n');
            out.push_str(indent);
            column = indent.chars().count();
        } else if !fresh {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
        fresh = false;
    }
    out.push('\n');
}
