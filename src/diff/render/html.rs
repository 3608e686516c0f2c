//! A diff as one HTML file with both sides beside each other: no script, nothing fetched.
//!
//! Readable on paper, a telephone, by keyboard and by ear; what went is struck out and what came underlined,
//! so that colour is never needed.

use std::fmt::Write as _;

use super::legend::Legend;
use super::page::{Entry, Group, Line, Page, Section, joined, say_more};
use super::{COLUMNS, Document, FIRST, GLANCE, GRAVEST, NOT_COMPARED, RECORDS};
use crate::diff::render::words::Piece;
use crate::document::html::policy;
use crate::report::escape::html;
use crate::report::words::count;

/// The style sheet; its hash is the only thing that the page's policy allows.
const STYLE: &str = include_str!("style.css");

/// Renders the document as a page of its own.
pub(super) fn render(document: &Document) -> String {
    let page = Page::of(document);
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let policy = policy(STYLE);
    let _ = writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str("<meta name=\"referrer\" content=\"no-referrer\">\n");
    let (before, after) = (html(&page.sides.before), html(&page.sides.after));
    let _ = writeln!(out, "<title>Responsibility changes from {before} to {after}</title>");
    let _ = writeln!(out, "<style>{STYLE}</style>\n</head>\n<body>");
    out.push_str("<a class=\"skip\" href=\"#changes\">Skip to the changes</a>\n<header>\n");
    let _ = writeln!(out, "<h1>Responsibility changes</h1>\n<p class=\"soft\">From {before} to {after}</p>");
    out.push_str("</header>\n<main id=\"changes\">\n");
    alarm(&mut out, NOT_COMPARED, &document.unread);
    alarm(&mut out, RECORDS, &document.record_lines());
    alarm(&mut out, "Weaker checks: look at these first", &page.weakened);
    if !page.commits.is_empty() {
        let commits = page.commits.iter().map(|it| format!("<li>{}</li>", html(it)));
        let _ = writeln!(out, "<p>Commits between them:</p>\n<ul>{}</ul>", commits.collect::<String>());
    }
    contents(&mut out, &page.matrices);
    let legend = legend(&Legend::of(&page));
    for (index, section) in page.matrices.iter().enumerate() {
        matrix(&mut out, section, index, if index == 0 { &legend } else { "" });
    }
    if page.matrices.is_empty() && document.unread.is_empty() {
        out.push_str("<p>No matrix changed.</p>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn alarm(out: &mut String, heading: &str, all: &[String]) {
    if all.is_empty() {
        return;
    }
    let _ = writeln!(out, "<section class=\"alarm\">\n<h2>{heading}</h2>\n<ul>");
    for it in all {
        let _ = writeln!(out, "<li>{}</li>", html(it));
    }
    out.push_str("</ul>\n</section>\n");
}

fn contents(out: &mut String, sections: &[Section]) {
    if sections.len() < 2 {
        return;
    }
    out.push_str("<nav aria-label=\"Matrices\">\n<ul>\n");
    for (index, section) in sections.iter().enumerate() {
        let _ = writeln!(out, "<li><a href=\"#m{index}\">{}</a></li>", html(&section.title));
    }
    out.push_str("</ul>\n</nav>\n");
}

/// Returns what signs and marks mean. Signs are for the eye alone: for the ear the words after them say the same.
fn legend(legend: &Legend) -> String {
    let (signs, marks) = (legend.signs(), legend.marks(["<del>", "</del>"], ["<ins>", "</ins>"]));
    let mut out = String::new();
    if !signs.is_empty() {
        let _ = writeln!(out, "<p aria-hidden=\"true\">Signs: {}</p>", html(&signs));
    }
    if !marks.is_empty() {
        let _ = writeln!(out, "<p>Marks: {marks}</p>");
    }
    out
}

fn matrix(out: &mut String, section: &Section, index: usize, legend: &str) {
    let _ = writeln!(out, "<section id=\"m{index}\">\n<h2>{}</h2>", html(&section.title));
    let _ = writeln!(out, "<p class=\"soft\">{}</p>", html(&section.id));
    let _ = writeln!(out, "<p class=\"lead\">{}</p>", html(&section.lead));
    list(out, GLANCE, &section.glance.figures);
    list(out, GRAVEST, &section.glance.gravest);
    groups(out, FIRST, &section.first);
    if !section.effects.is_empty() || !section.nobody.is_empty() {
        out.push_str("<h3>What it means</h3>\n<ul>\n");
        if !section.nobody.is_empty() {
            let rows = listed(&section.nobody);
            let _ = writeln!(out, "<li><strong>Nobody</strong> owns these now:{rows}</li>");
        }
        for effect in &section.effects {
            let _ = write!(out, "<li><strong>{}</strong><ul>", html(&effect.name));
            for (said, rows) in &effect.points {
                let _ = write!(out, "<li>{}:{}</li>", html(said), listed(rows));
            }
            out.push_str("</ul></li>\n");
        }
        if !section.reasons.is_empty() {
            let reasons = section.reasons.iter().map(|why| format!("<li>{}</li>", html(why)));
            let _ = writeln!(
                out,
                "<li><strong>Reasons given</strong><ul>{}</ul></li>",
                reasons.collect::<String>()
            );
        }
        out.push_str("</ul>\n");
    }
    let _ = writeln!(out, "<p class=\"bump\">{}</p>", html(&section.bump));
    out.push_str(legend);
    groups(out, "Material changes", &section.material);
    groups(out, "Other changes", &section.rest);
    list(out, COLUMNS, &section.columns);
    if !section.remaining.is_empty() {
        let items: Vec<String> =
            section.remaining.iter().map(|it| format!("<li>{}</li>", html(it))).collect();
        let _ = writeln!(out, "<h3>What is left to do</h3>\n<ul>{}</ul>", items.concat());
    }
    out.push_str("</section>\n");
}

fn list(out: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        let items: Vec<String> = lines.iter().map(|it| format!("<li>{}</li>", html(it))).collect();
        let _ = writeln!(out, "<h3>{title}</h3>\n<ul>{}</ul>", items.concat());
    }
}

/// A few rows in one sentence; more than that would be a wall of words, so each gets a line.
fn listed(rows: &[String]) -> String {
    let items: Vec<String> = rows.iter().map(|row| format!("<li>{}</li>", html(row))).collect();
    if say_more(rows) {
        return format!("<ul>{}</ul>", items.concat());
    }
    if rows.len() <= 3 {
        return format!(" {}", html(&joined(rows)));
    }
    format!("<ul class=\"many\">{}</ul>", items.concat())
}

fn groups(out: &mut String, title: &str, groups: &[Group]) {
    if groups.is_empty() {
        return;
    }
    let _ = writeln!(out, "<h3>{title}</h3>");
    for group in groups {
        let _ = writeln!(out, "<h4>{}</h4>", html(&group.title));
        group.entries.iter().for_each(|it| entry(out, it));
    }
}

fn entry(out: &mut String, entry: &Entry) {
    let _ = writeln!(out, "<article>\n<header><h5>{}</h5>", html(&entry.title));
    if !entry.id.is_empty() {
        let _ = writeln!(out, "<p>{}</p>", html(&entry.id));
    }
    out.push_str("</header>\n");
    entry.lines.iter().for_each(|it| line(out, it));
    if let Some(now) = &entry.now {
        let now = html(now);
        let _ = writeln!(out, "<div class=\"change\"><p><span class=\"class\">now</span>: {now}</p></div>");
    }
    if !entry.rows.is_empty() {
        let rows: Vec<String> = entry.rows.iter().map(|row| format!("<li>{}</li>", html(row))).collect();
        let number = count(entry.shared, "row");
        let _ = writeln!(out, "<div class=\"change\"><p>In {number}:</p><ul>{}</ul></div>", rows.concat());
    }
    out.push_str("</article>\n");
}

fn line(out: &mut String, line: &Line) {
    out.push_str("<div class=\"change\">\n");
    let sign = html(&line.sign().to_string());
    let sign = format!("<span aria-hidden=\"true\">{sign} </span>");
    let (label, sentence) = (line.label(), html(&line.sentence));
    let _ = writeln!(out, "<p>{sign}<span class=\"class\">{label}</span>: {sentence}</p>");
    for note in &line.notes {
        let _ = writeln!(out, "<p class=\"careful\">{}</p>", html(note));
    }
    if !line.marked.before.is_empty() || !line.marked.after.is_empty() {
        let before = side(&line.marked.before, line.marked.whole, "del");
        let after = side(&line.marked.after, line.marked.whole, "ins");
        let _ = writeln!(
            out,
            "<dl class=\"sides\"><div><dt>Before</dt><dd>{before}</dd></div>\
             <div><dt>After</dt><dd>{after}</dd></div></dl>"
        );
    }
    for said in &line.agreed {
        let _ = writeln!(out, "<p>{}</p>", html(said));
    }
    out.push_str("</div>\n");
}

fn side(pieces: &[Piece], whole: bool, tag: &str) -> String {
    if pieces.is_empty() {
        return "<span class=\"soft\">nothing</span>".to_owned();
    }
    let said = pieces.iter().map(|piece| {
        let text = html(&piece.text);
        if piece.marked && !whole { format!("<{tag}>{text}</{tag}>") } else { text }
    });
    said.collect()
}
