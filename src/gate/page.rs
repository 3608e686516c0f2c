//! The pages of a gate: what guards the engagement first, then what moves to whom, what was found, who has still to sign.
//!
//! Every text of a matrix, a path and a branch is hostile: it comes from the renderers of `diff` and `report`, or through
//! the page model, which escape for their place. What is too long is cut at a line, with a word on where the rest is.

use std::sync::Arc;

use super::{Outcome, guard};
use crate::diff::render;
use crate::document::{Block, Document, Inline, Role};
use crate::report::{self, Format, Report, Style, View, escape};
use crate::source::Source;

/// What the one comment of the gate on a pull request begins with, so that a workflow finds it again.
const MARK: &str = "<!-- countersign-gate -->";
/// GitHub takes 1 MiB a step, and other steps may write too.
const MOST_SUMMARY: usize = 1_000_000;
/// GitHub takes 65,536 characters a comment.
const MOST_COMMENT: usize = 60_000;
/// The most next steps that are named.
const MOST_STEPS: usize = 12;

/// Returns the page for a summary of a job.
pub(super) fn summary(outcome: &Outcome) -> String {
    cut(markdown(outcome), MOST_SUMMARY)
}

/// Returns the text of the one comment.
pub(super) fn comment(outcome: &Outcome) -> String {
    cut(format!("{MARK}\n{}", markdown(outcome)), MOST_COMMENT)
}

fn markdown(outcome: &Outcome) -> String {
    let mut out = head(outcome).markdown();
    let style = View::default().style;
    for (prefix, document) in outcome.documents.iter().filter(|(_, document)| !document.is_empty()) {
        if !prefix.is_empty() {
            out.push_str(&format!("\n## {}\n", escape::markdown_code(prefix)));
        }
        out.push('\n');
        out.push_str(&render::render(render::Format::Markdown, document, &style));
    }
    out.push('\n');
    out.push_str(&report::render(Format::Markdown, &outcome.report, &View::default()));
    let steps = steps(outcome);
    if !steps.blocks.is_empty() {
        out.push('\n');
        out.push_str(&steps.markdown());
    }
    out
}

/// Returns the outcome for a terminal or a log.
pub(super) fn text(outcome: &Outcome, style: &Style) -> String {
    let mut out = head(outcome).text(style);
    for (prefix, document) in outcome.documents.iter().filter(|(_, document)| !document.is_empty()) {
        if !prefix.is_empty() {
            out.push_str(&format!("\n{}\n", escape::terminal(prefix)));
        }
        out.push('\n');
        out.push_str(&render::render(render::Format::Text, document, style));
    }
    out.push('\n');
    let steps = steps(outcome);
    if !steps.blocks.is_empty() {
        out.push_str(&steps.text(style));
        out.push('\n');
    }
    let view = View { style: *style, ..View::default() };
    out.push_str(&report::render(Format::Text, &outcome.report, &view));
    escape::log_safe(&out).into_owned()
}

/// What is judged, and what guards the engagement and was touched.
fn head(outcome: &Outcome) -> Document {
    let mut blocks = vec![Block::title(verdict(outcome))];
    blocks.push(Block::sentence(judged(outcome)));
    blocks.extend(outcome.notes.iter().map(|note| Block::sentence(note.as_str())));
    let lines = guard::lines(&outcome.guards);
    if !lines.is_empty() {
        blocks.push(Block::part("Look at these first: this change touches what guards the engagement"));
        for (guards, files) in lines {
            blocks.push(Block::fact(guards.word(), coded(&files.join(", "))));
        }
    }
    Document { blocks }
}

/// Returns a message of ours with what stands in backticks as code.
fn coded(message: &str) -> Inline {
    let parts = message.split('`').enumerate();
    parts.fold(Inline::default(), |text, (at, part)| {
        let role = if at % 2 == 1 { Role::Code } else { Role::Plain };
        if part.is_empty() { text } else { text.with(role, part) }
    })
}

fn verdict(outcome: &Outcome) -> &'static str {
    match outcome.exit_code() {
        0 => "The gate lets this pass",
        1 => "The gate refuses this",
        2 => "The gate cannot judge: the command line or a configuration is wrong",
        3 => "The gate found nothing to judge",
        5 => "Not everything is in force",
        _ => "The gate cannot judge this",
    }
}

fn judged(outcome: &Outcome) -> Inline {
    let mut text = Inline::default();
    if let Some(event) = &outcome.event {
        let place = if event.host == super::Host::Elsewhere {
            String::new()
        } else {
            format!(" on {}", event.host.word())
        };
        text = text.with(Role::Plain, format!("{}{place}: ", event.occasion.word()));
    }
    text = text.with(Role::Code, outcome.head.as_str());
    if let Some(from) = &outcome.from {
        text = text.with(Role::Plain, ", judged by the rules and signers of the base, told from ");
        text = text.with(Role::Code, from.as_str());
    }
    text.with(Role::Plain, format!(", as of {}", outcome.report.today))
}

/// Who can do what now.
fn steps(outcome: &Outcome) -> Document {
    let mut blocks = Vec::new();
    if !outcome.steps.is_empty() {
        blocks.push(Block::part("Who has still to do what"));
    }
    let shown = outcome.steps.iter().take(MOST_STEPS);
    blocks.extend(shown.map(|step| Block::Step(step.what.clone(), step.command.clone())));
    if outcome.steps.len() > MOST_STEPS {
        let more = outcome.steps.len() - MOST_STEPS;
        blocks.push(Block::Step(format!("{more} more"), "countersign status".to_owned()));
    }
    Document { blocks }
}

/// Cuts a page at a line, outside of a block of HTML, and says so.
fn cut(page: String, most: usize) -> String {
    if page.len() <= most {
        return page;
    }
    let end = (0..=most).rev().find(|at| page.is_char_boundary(*at)).unwrap_or_default();
    let end = page[..end].rfind('\n').unwrap_or(end);
    let mut kept = page[..end].to_owned();
    let open = kept.matches("<details").count().saturating_sub(kept.matches("</details>").count());
    kept.push_str(&"\n\n</details>".repeat(open));
    let lost = page[end..].lines().count();
    kept.push_str(&format!(
        "\n\n**{lost} more lines do not fit here: run `countersign gate`, or read the artifact.**\n"
    ));
    kept
}

/// Gives every path of a report the folder of its project, as platforms want it.
pub(super) fn place_below(report: &mut Report, prefix: &str) {
    let placed = |path: &str| if path.is_empty() { path.to_owned() } else { format!("{prefix}{path}") };
    for finding in &mut report.findings {
        finding.file = Arc::from(placed(&finding.file).as_str());
    }
    let sources = std::mem::take(&mut report.sources);
    report.sources = sources
        .into_iter()
        .map(|(path, source)| {
            (placed(&path), Source { path: placed(&source.path).as_str().into(), ..source })
        })
        .collect();
    report.matrices.iter_mut().for_each(|one| one.file = placed(&one.file));
    report.unread.iter_mut().for_each(|path| *path = placed(path));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_cut_at_a_line_and_closes_what_is_open() {
        let page = format!("<details>\n{}", "a line\n".repeat(100));
        let short = cut(page.clone(), 200);
        assert!(short.len() < 400 && short.contains("</details>") && short.contains("more lines"), "{short}");
        assert_eq!(cut(page.clone(), page.len()), page);
    }
}
