//! A matrix as Markdown: headings, lists, nothing that text of the matrix could open or close.

use std::fmt::Write as _;

use super::page::{Entry, Page};
use crate::report::escape::{markdown, markdown_code};

/// Renders a page as Markdown.
pub(super) fn render(page: &Page) -> String {
    let mut out = format!("# {}\n\n{}\n\n", markdown(&page.title), markdown(&page.subtitle));
    lines(&mut out, "In figures", &page.figures);
    for section in &page.head {
        let _ = writeln!(out, "## {}\n", section.title);
        for item in &section.items {
            let who =
                if item.who.is_empty() { String::new() } else { format!("**{}**: ", markdown(&item.who)) };
            let _ = writeln!(out, "- {who}{}", markdown(&item.text));
            item.more.iter().for_each(|more| out.push_str(&format!("  - {}\n", markdown(more))));
        }
        out.push('\n');
    }
    for group in &page.groups {
        let _ = writeln!(out, "## {}\n", markdown(&group.title));
        group.entries.iter().for_each(|row| entry(&mut out, row));
    }
    lines(&mut out, "What proves this", &page.proof);
    out
}

fn lines(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "## {title}\n");
    for line in lines {
        let _ = writeln!(out, "- {}", markdown(line));
    }
    out.push('\n');
}

fn entry(out: &mut String, entry: &Entry) {
    let _ = writeln!(out, "### {}\n", markdown(&entry.title));
    let mut lead = vec![format!("row {}", markdown_code(&entry.id))];
    for (control, label) in &entry.controls {
        let label = if label.is_empty() { String::new() } else { format!(" {}", markdown(label)) };
        lead.push(format!("{}{label}", markdown_code(control)));
    }
    let _ = writeln!(out, "{}\n", lead.join("; "));
    if let Some(activity) = &entry.activity {
        let _ = writeln!(out, "{}\n", markdown(activity));
    }
    let _ = writeln!(out, "**Who acts:** {}\n", markdown(&entry.who));
    for part in entry.parts.iter().filter(|part| !part.sentences.is_empty()) {
        if let Some(heading) = &part.heading {
            let _ = writeln!(out, "{}:\n", markdown(heading));
        }
        for sentence in &part.sentences {
            let _ = writeln!(out, "- **{}** {}", markdown(&sentence.who), markdown(&sentence.does));
        }
        out.push('\n');
    }
    for (term, fact) in &entry.facts {
        let _ = writeln!(out, "- {term}: {}", markdown(fact));
    }
    out.push('\n');
}
