//! How the tour looks: shortened outputs, wrapped words, what to try next.

use std::fmt::Write as _;

use super::{MATRIX, Show};
use crate::report::{Style, snippet, words};

/// Returns part of an output, indented, with a note on how much is left out.
pub(super) fn shortened(output: &str, show: Show) -> String {
    if let Show::Parts(texts) = show {
        return parts(output, texts);
    }
    let paragraphs: Vec<&str> = output.trim_end().split("\n\n").collect();
    let many = paragraphs.len();
    let keep = |at: usize, paragraph: &str| match show {
        Show::First(count) => at < count,
        Show::Last(count) => at + count >= many,
        Show::With(texts, last) => at + last >= many || texts.iter().any(|text| paragraph.contains(text)),
        Show::Parts(_) => true,
    };
    let mut shown = String::new();
    let mut hidden = 0;
    for (at, paragraph) in paragraphs.iter().enumerate() {
        if !keep(at, paragraph) {
            hidden += 1;
            continue;
        }
        left_out(&mut shown, &mut hidden);
        for line in paragraph.trim_matches('\n').lines() {
            let _ = writeln!(shown, "    {line}");
        }
        shown.push('\n');
    }
    left_out(&mut shown, &mut hidden);
    shown
}

/// Returns the lines that hold one of some texts, each with its continuation or list; another row or list ends it.
fn parts(output: &str, texts: &[&str]) -> String {
    let mut shown = String::new();
    let mut hidden = 0;
    let mut open: Option<usize> = None;
    for line in output.lines().filter(|line| !line.trim().is_empty()) {
        let indent = line.len() - line.trim_start().len();
        let holds = texts.iter().any(|text| line.contains(text));
        let leads = |above: usize| indent > above && !line.ends_with(':') && !line.contains("]: ");
        open = if holds { Some(indent) } else { open.filter(|above| leads(*above)) };
        if open.is_none() {
            hidden += 1;
            continue;
        }
        let _ = writeln!(shown, "    {line}");
    }
    shown.push('\n');
    left_out(&mut shown, &mut hidden);
    shown
}

fn left_out(shown: &mut String, hidden: &mut usize) {
    let many = std::mem::take(hidden);
    if many > 0 {
        let _ = writeln!(shown, "    (... {many} more)\n");
    }
}

/// Breaks a text at the width after a mark; a blank line in it starts a new paragraph.
pub(super) fn wrapped(mark: &str, indent: usize, text: &str, width: usize) -> String {
    let paragraphs = text.split("\n\n").enumerate();
    let paragraphs = paragraphs.map(|(at, paragraph)| {
        let lead = if at == 0 { mark.to_owned() } else { " ".repeat(indent) };
        snippet::wrapped(&lead, indent, paragraph, width)
    });
    paragraphs.collect::<Vec<_>>().join("\n")
}

/// Returns what to try next, as far as this build can do it.
pub(super) fn listed(folder: &str, style: &Style, has: &dyn Fn(&str) -> bool) -> String {
    let show = format!("countersign show {MATRIX} --party acme-defense");
    let steps = [
        ("", format!("cd {}", words::shell(folder)), "a real repository with its history"),
        ("show", show, "what falls to Acme, in words"),
        ("check", "countersign check".to_owned(), "what a pull request would be told"),
        ("status", "countersign status".to_owned(), "what is in force, and who signs what next"),
        (
            "explain",
            "countersign explain words-are-concrete".to_owned(),
            "why a rule is there, with an example",
        ),
        ("explain", "countersign explain AC.L2-3.1.5".to_owned(), "what a requirement asks, in any spelling"),
        (
            "diff",
            "countersign diff main acme-reviews-its-logs".to_owned(),
            "the change that waits for both parties",
        ),
        ("who", "countersign who 3.3.5".to_owned(), "who owns a requirement, and whom to call first"),
        (
            "history",
            "countersign history log-review --commits".to_owned(),
            "every change of hands, drafts too",
        ),
        ("init", "countersign init --help".to_owned(), "start your own"),
    ];
    let steps: Vec<_> = steps.iter().filter(|(command, _, _)| command.is_empty() || has(command)).collect();
    let width = steps.iter().map(|(_, line, _)| line.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (_, line, why) in steps {
        let _ = writeln!(text, "  {}  {why}", style.paint("1", &format!("{line:width$}")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Show, shortened, wrapped};

    #[test]
    fn an_output_is_shortened_by_paragraphs_and_says_so() {
        let output = "a\nb\n\nc\n\nd\n\ne\n";
        assert_eq!(shortened(output, Show::First(1)), "    a\n    b\n\n    (... 3 more)\n\n");
        assert_eq!(
            shortened(output, Show::With(&["c"], 1)),
            "    (... 1 more)\n\n    c\n\n    (... 1 more)\n\n    e\n\n"
        );
        let output = "a\n  b: 1\n    2\n  c: 3\n\n  d:\n    - 4\n";
        assert_eq!(
            shortened(output, Show::Parts(&["b:", "d:"])),
            "      b: 1\n        2\n      d:\n        - 4\n\n    (... 2 more)\n\n"
        );
        let output = "a\nb\n\nc\n\nd\n\ne\n";
        assert_eq!(shortened(output, Show::Last(9)), "    a\n    b\n\n    c\n\n    d\n\n    e\n\n");
    }

    #[test]
    fn words_are_broken_at_the_width() {
        assert_eq!(wrapped("> ", 2, "one two three\n\nfour", 9), "> one two\n  three\n\n  four\n");
    }
}
