//! A matrix at a terminal.

use std::fmt::Write as _;

use super::page::{Entry, Group, Page};
use crate::report::Style;
use crate::report::escape::{log_safe, terminal};
use crate::report::snippet::wrapped;

/// Renders a page as text of the style's width.
pub(super) fn render(page: &Page, style: &Style) -> String {
    let sheet = Sheet { style };
    let mut out = String::new();
    let _ = writeln!(out, "{}", style.paint("1", &terminal(&page.title)));
    sheet.line(&mut out, 0, "", &page.subtitle);
    out.push('\n');
    figures(&sheet, &mut out, page);
    for section in &page.head {
        let _ = writeln!(out, "{}", style.paint("1", section.title));
        for item in &section.items {
            let lead = if item.who.is_empty() { String::new() } else { format!("{}: ", item.who) };
            sheet.line(&mut out, 2, &lead, &item.text);
            item.more.iter().for_each(|more| sheet.line(&mut out, 4, "", more));
        }
        out.push('\n');
    }
    page.groups.iter().for_each(|group| sheet.group(&mut out, group));
    for line in &page.proof {
        sheet.line(&mut out, 0, "", line);
    }
    log_safe(&out).into_owned()
}

fn figures(sheet: &Sheet<'_>, out: &mut String, page: &Page) {
    page.figures.iter().for_each(|line| sheet.line(out, 0, "", line));
    if !page.figures.is_empty() {
        out.push('\n');
    }
}

struct Sheet<'a> {
    style: &'a Style,
}

impl Sheet<'_> {
    fn group(&self, out: &mut String, group: &Group) {
        let title = terminal(&group.title).to_uppercase();
        let _ = writeln!(out, "{}\n", self.style.paint("1;36", &title));
        for entry in &group.entries {
            self.entry(out, entry);
        }
    }

    fn entry(&self, out: &mut String, entry: &Entry) {
        let id = if entry.title == entry.id { String::new() } else { format!("  [{}]", terminal(&entry.id)) };
        let _ = writeln!(out, "  {}{id}", self.style.paint("1", &terminal(&entry.title)));
        for (control, label) in &entry.controls {
            self.line(out, 4, &format!("{control}  "), label);
        }
        if let Some(activity) = &entry.activity {
            self.line(out, 4, "", activity);
        }
        self.line(out, 4, "Who acts: ", &entry.who);
        for part in &entry.parts {
            if let Some(heading) = &part.heading {
                self.line(out, 4, "", &format!("{heading}:"));
            }
            for sentence in &part.sentences {
                self.line(out, 4, &format!("- {} ", sentence.who), &sentence.does);
            }
        }
        for (term, fact) in &entry.facts {
            self.line(out, 4, &format!("{term}: "), fact);
        }
        out.push('\n');
    }

    /// Writes one line after a lead, broken at the width, later lines two deeper.
    fn line(&self, out: &mut String, indent: usize, lead: &str, text: &str) {
        let text = terminal(&format!("{lead}{text}"));
        out.push_str(&wrapped(&" ".repeat(indent), indent + 2, text.trim_end(), self.style.columns()));
    }
}
