//! A page for job summaries and comments: the verdict first, then a table, never more than a summary may hold.

use std::fmt::Write as _;

use super::ending::{self, Block};
use super::escape::{markdown, markdown_code, markdown_message};
use super::placed::{Board, Placed};
use super::{Report, words};

/// GitHub refuses a summary of 1 MiB; some of that is kept for the end.
const MOST: usize = (1 << 20) - 4_096;

/// Renders the report as Markdown.
pub(super) fn render(report: &Report) -> String {
    let mut out = format!("## Countersign: {}\n\n", markdown(&ending::verdict(report)));
    if let Some(next) = &report.next {
        let _ = writeln!(out, "Next: {}\n", markdown_code(next));
    }
    problems(&mut out, report);
    not_in_force(&mut out, report);
    for block in ending::blocks(report) {
        matrix(&mut out, &block);
    }
    if let Some(unread) = ending::unread(report) {
        let _ = writeln!(out, "{}\n", markdown(&unread));
    }
    if let Some(unlisted) = ending::unlisted(report) {
        let _ = writeln!(out, "{}\n", markdown(&unlisted));
    }
    findings(&mut out, report);
    accepted(&mut out, report);
    out
}

fn problems(out: &mut String, report: &Report) {
    for error in &report.errors {
        let _ = write!(out, "- **could not judge:** {}", markdown_message(&error.message));
        for cause in &error.causes {
            let _ = write!(out, "; because {}", markdown(cause));
        }
        if let Some(hint) = &error.hint {
            let _ = write!(out, "<br>help: {}", markdown(hint));
        }
        out.push('\n');
    }
    if !report.errors.is_empty() {
        out.push('\n');
    }
}

fn not_in_force(out: &mut String, report: &Report) {
    for line in ending::not_in_force(report) {
        let _ = writeln!(out, "- **not in force:** {}", markdown_message(&line));
    }
    if !report.not_in_force.is_empty() {
        out.push('\n');
    }
}

fn matrix(out: &mut String, block: &Block) {
    let _ = writeln!(out, "### {}\n\n{}\n", markdown(&block.title), markdown(&block.version));
    for line in &block.lines {
        let _ = writeln!(out, "- {}", markdown(line));
    }
    out.push('\n');
}

fn findings(out: &mut String, report: &Report) {
    let board = Board::of(report);
    let lines: Vec<String> = report.counting().map(|finding| line(&board.place(finding))).collect();
    if lines.is_empty() {
        return;
    }
    out.push_str("### Findings\n\n| | what | where | rule |\n|---|---|---|---|\n");
    let mut left = lines.len();
    for line in &lines {
        if out.len() + line.len() > MOST {
            break;
        }
        out.push_str(line);
        left -= 1;
    }
    out.push('\n');
    if left > 0 {
        let more = words::count(left, "more finding");
        let _ = writeln!(out, "{more} did not fit here; `countersign check` lists all.\n");
    }
}

fn line(placed: &Placed) -> String {
    let Placed { finding, at } = placed;
    let help =
        finding.help.as_deref().map(|help| format!("<br>{}", markdown_message(help))).unwrap_or_default();
    format!(
        "| {} | {}{help} | {} | {} |\n",
        finding.severity.word(),
        markdown_message(&words::about(finding)),
        markdown_code(&format!("{}:{}", finding.file, at.line)),
        markdown_code(&finding.rule),
    )
}

fn accepted(out: &mut String, report: &Report) {
    let lines = ending::accepted(report);
    if lines.is_empty() || out.len() > MOST {
        return;
    }
    out.push_str("### Accepted findings; they change no requirement\n\n");
    for (index, line) in lines.iter().enumerate() {
        let line = format!("- {}\n", markdown(line));
        if out.len() + line.len() > MOST {
            let _ = writeln!(out, "- and {} more", lines.len() - index);
            break;
        }
        out.push_str(&line);
    }
}
