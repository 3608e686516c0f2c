//! A diff as GitHub-flavoured Markdown: a comment on a pull request, or a job summary.

use std::fmt::Write as _;

use super::legend::Legend;
use super::page::{Entry, Group, Line, Page, Section, joined, say_more};
use super::{COLUMNS, Document, FIRST, GLANCE, GRAVEST, NOT_COMPARED, RECORDS};
use crate::diff::render::words::Piece;
use crate::report::escape::markdown;

/// Renders the document as Markdown.
pub(super) fn render(document: &Document) -> String {
    let page = Page::of(document);
    let (before, after) = (markdown(&page.sides.before), markdown(&page.sides.after));
    let mut out = format!("# Responsibility changes\n\nFrom {before} to {after}.\n\n");
    alarm(&mut out, NOT_COMPARED, &document.unread);
    alarm(&mut out, RECORDS, &document.record_lines());
    alarm(&mut out, "Weaker checks: look at these first", &page.weakened);
    if !page.commits.is_empty() {
        out.push_str("Commits between them:\n\n");
        page.commits.iter().for_each(|it| {
            let _ = writeln!(out, "- {}", markdown(it));
        });
        out.push('\n');
    }
    let marks = Legend::of(&page).marks(["<del>", "</del>"], ["<ins>", "</ins>"]);
    for (index, section) in page.matrices.iter().enumerate() {
        matrix(&mut out, section, if index == 0 { &marks } else { "" });
    }
    if page.matrices.is_empty() && document.unread.is_empty() {
        out.push_str("No matrix changed.\n");
    }
    out
}

fn alarm(out: &mut String, heading: &str, all: &[String]) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "## ⚠ {heading}\n");
    for it in all {
        let _ = writeln!(out, "- {}", markdown(it));
    }
    out.push('\n');
}

fn matrix(out: &mut String, section: &Section, marks: &str) {
    let _ = writeln!(out, "## {}\n\n{}\n", markdown(&section.title), markdown(&section.id));
    let _ = writeln!(out, "**{}**\n", markdown(&section.lead));
    list(out, GLANCE, &section.glance.figures);
    list(out, GRAVEST, &section.glance.gravest);
    if !section.nobody.is_empty() {
        let _ = writeln!(out, "- **Nobody** owns these now: {}", markdown(&joined(&section.nobody)));
    }
    if !section.first.is_empty() {
        out.push('\n');
        groups(out, FIRST, &section.first);
        out.push_str("### What it means\n\n");
    }
    for effect in &section.effects {
        let _ = writeln!(out, "- **{}**", markdown(&effect.name));
        for (said, rows) in &effect.points {
            point(out, said, rows);
        }
    }
    if !section.reasons.is_empty() {
        out.push_str("- **Reasons given**\n");
    }
    for why in &section.reasons {
        let _ = writeln!(out, "  - {}", markdown(why));
    }
    let _ = writeln!(out, "\n{}\n", markdown(&section.bump));
    if !marks.is_empty() {
        let _ = writeln!(out, "Marks: {marks}\n");
    }
    groups(out, "Material changes", &section.material);
    groups(out, "Other changes", &section.rest);
    list(out, COLUMNS, &section.columns);
    if !section.remaining.is_empty() {
        out.push_str("### What is left to do\n\n");
    }
    for it in &section.remaining {
        let _ = writeln!(out, "- {}", markdown(it));
    }
}

fn list(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {title}\n");
    for it in lines {
        let _ = writeln!(out, "- {}", markdown(it));
    }
    out.push('\n');
}

fn point(out: &mut String, said: &str, rows: &[String]) {
    if !say_more(rows) {
        let _ = writeln!(out, "  - {}: {}", markdown(said), markdown(&joined(rows)));
        return;
    }
    let _ = writeln!(out, "  - {}:", markdown(said));
    for row in rows {
        let _ = writeln!(out, "    - {}", markdown(row));
    }
}

fn groups(out: &mut String, title: &str, groups: &[Group]) {
    if groups.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {title}\n");
    for group in groups {
        let _ = writeln!(out, "#### {}\n", markdown(&group.title));
        group.entries.iter().for_each(|it| entry(out, it));
        out.push('\n');
    }
}

fn entry(out: &mut String, entry: &Entry) {
    let id = if entry.id.is_empty() { String::new() } else { format!(" ({})", markdown(&entry.id)) };
    let _ = writeln!(out, "- **{}**{id}", markdown(&entry.title));
    entry.lines.iter().for_each(|it| line(out, it));
    if let Some(now) = &entry.now {
        let _ = writeln!(out, "  - **now**: {}", markdown(now));
    }
    if !entry.rows.is_empty() {
        let _ = writeln!(out, "  - in: {}", markdown(&joined(&entry.rows)));
    }
}

fn line(out: &mut String, line: &Line) {
    let _ = writeln!(out, "  - **{}**: {}", line.label(), markdown(&line.sentence));
    for (name, pieces, tag) in [("before", &line.marked.before, "del"), ("after", &line.marked.after, "ins")]
    {
        if !pieces.is_empty() {
            let _ = writeln!(out, "    - {name}: {}", marked(pieces, line.marked.whole, tag));
        }
    }
    for said in &line.agreed {
        let _ = writeln!(out, "    - {}", markdown(said));
    }
    for note in &line.notes {
        let _ = writeln!(out, "    - *{}*", markdown(note));
    }
}

/// Returns pieces with tags around what only this side has.
fn marked(pieces: &[Piece], whole: bool, tag: &str) -> String {
    let said = pieces.iter().map(|piece| {
        let space = |end: bool| if end { " " } else { "" };
        let text = markdown(&piece.text);
        let text = if piece.marked && !whole { format!("<{tag}>{text}</{tag}>") } else { text };
        // The escaper trims, so what parts two words is put back around the tags.
        let (first, last) =
            (piece.text.starts_with(char::is_whitespace), piece.text.ends_with(char::is_whitespace));
        format!("{}{text}{}", space(first), space(last))
    });
    said.collect::<String>().trim().to_owned()
}
