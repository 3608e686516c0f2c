//! A matrix as one HTML file: no script, nothing fetched, readable on paper, a telephone and by ear.

use std::fmt::Write as _;

use super::head::Section;
use super::page::{Entry, Group, Page};
use crate::document::html::{STYLE, policy};
use crate::report::escape::html;
use crate::report::words::count;

/// Renders a page as a document of its own.
pub(super) fn render(page: &Page) -> String {
    let title = html(&page.title);
    let mut out = String::from("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    let policy = policy(STYLE);
    let _ = writeln!(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str("<meta name=\"referrer\" content=\"no-referrer\">\n");
    let _ = writeln!(out, "<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>");
    if !page.groups.is_empty() {
        out.push_str("<a class=\"skip\" href=\"#rows\">Skip to the rows</a>\n");
    }
    let _ = writeln!(out, "<header>\n<h1>{title}</h1>\n<p>{}</p>\n</header>\n<main>", html(&page.subtitle));
    figures(&mut out, "In figures", &page.figures);
    page.head.iter().for_each(|section| head(&mut out, section));
    if !page.groups.is_empty() {
        contents(&mut out, &page.groups);
    }
    for (index, rows) in page.groups.iter().enumerate() {
        group(&mut out, rows, index);
    }
    figures(&mut out, "What proves this", &page.proof);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn figures(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "<section>\n<h2>{title}</h2>\n<ul>");
    for line in lines {
        let _ = writeln!(out, "<li>{}</li>", html(line));
    }
    out.push_str("</ul>\n</section>\n");
}

fn head(out: &mut String, section: &Section) {
    let _ = writeln!(out, "<section>\n<h2>{}</h2>\n<ul>", section.title);
    for item in &section.items {
        let who = if item.who.is_empty() {
            String::new()
        } else {
            format!("<strong>{}</strong>: ", html(&item.who))
        };
        let _ = write!(out, "<li>{who}{}", html(&item.text));
        if !item.more.is_empty() {
            out.push_str("<ul>");
            item.more.iter().for_each(|more| out.push_str(&format!("<li>{}</li>", html(more))));
            out.push_str("</ul>");
        }
        out.push_str("</li>\n");
    }
    out.push_str("</ul>\n</section>\n");
}

fn contents(out: &mut String, groups: &[Group]) {
    out.push_str("<nav id=\"rows\" aria-labelledby=\"contents\">\n<h2 id=\"contents\">Rows</h2>\n<ul>\n");
    for (index, group) in groups.iter().enumerate() {
        let rows = count(group.entries.len(), "row");
        let _ = writeln!(out, "<li><a href=\"#group-{index}\">{}</a>, {rows}</li>", html(&group.title));
    }
    out.push_str("</ul>\n</nav>\n");
}

/// One family as a table; the roles keep it a table where a narrow screen stacks its cells.
fn group(out: &mut String, group: &Group, index: usize) {
    let title = html(&group.title);
    let _ = writeln!(out, "<section id=\"group-{index}\">\n<h2>{title}</h2>");
    let rows = count(group.entries.len(), "row");
    let _ = writeln!(out, "<table role=\"table\">\n<caption>{title}: {rows}, who does what</caption>");
    out.push_str("<thead role=\"rowgroup\">\n<tr role=\"row\">");
    for column in ["Work", "Who does what", "Evidence and review"] {
        let _ = write!(out, "<th role=\"columnheader\" scope=\"col\">{column}</th>");
    }
    out.push_str("</tr>\n</thead>\n<tbody role=\"rowgroup\">\n");
    group.entries.iter().for_each(|row| entry(out, row));
    out.push_str("</tbody>\n</table>\n</section>\n");
}

fn entry(out: &mut String, entry: &Entry) {
    let _ = write!(out, "<tr role=\"row\">\n<th role=\"rowheader\" scope=\"row\">{}", html(&entry.title));
    if entry.title != entry.id {
        let _ = write!(out, "<span class=\"id\">{}</span>", html(&entry.id));
    }
    if !entry.controls.is_empty() {
        out.push_str("<ul class=\"controls\">");
        for (control, label) in &entry.controls {
            let _ = write!(out, "<li><b>{}</b> {}</li>", html(control), html(label));
        }
        out.push_str("</ul>");
    }
    out.push_str("</th>\n<td role=\"cell\">");
    if let Some(activity) = &entry.activity {
        let _ = write!(out, "<p>{}</p>", html(activity));
    }
    let _ = write!(out, "<p><b>Who acts:</b> {}</p>", html(&entry.who));
    for part in entry.parts.iter().filter(|part| !part.sentences.is_empty()) {
        if let Some(heading) = &part.heading {
            let _ = write!(out, "<p class=\"part\">{}</p>", html(heading));
        }
        out.push_str("<ul>");
        for sentence in &part.sentences {
            let _ = write!(out, "<li><strong>{}</strong> {}</li>", html(&sentence.who), html(&sentence.does));
        }
        out.push_str("</ul>");
    }
    out.push_str("</td>\n<td role=\"cell\"><dl>");
    for (term, fact) in &entry.facts {
        let _ = write!(out, "<dt>{term}</dt><dd>{}</dd>", html(fact));
    }
    out.push_str("</dl></td>\n</tr>\n");
}
