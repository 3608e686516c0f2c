//! The status in its formats. All text of a matrix goes through the escaper of its format.

use std::fmt::Write as _;

use clap::ValueEnum;

use super::{MatrixStatus, Status, Step, VersionStatus};
use crate::project::words::NOT_BELIEVED;
use crate::report::Style;
use crate::report::escape::{self, markdown, markdown_code};
use crate::report::words::list;

/// The formats of a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Text,
    /// An object with a published schema, for programs.
    Json,
    /// A page for job summaries and comments.
    Markdown,
}

/// Returns the status in one format.
pub fn render(format: Format, status: &Status, style: &Style) -> String {
    match format {
        Format::Text => text(status, style),
        Format::Json => {
            let text = serde_json::to_string_pretty(status).expect("a status has text keys");
            escape::json(&text) + "\n"
        }
        Format::Markdown => page(status),
    }
}

/// The facts of a matrix, one line each, as plain text.
fn facts(one: &MatrixStatus) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    match (&one.in_force, &one.why) {
        (Some(version), _) => lines.push(("in force", fact(version))),
        (None, Some(_)) if is_told_below(one) => lines.push(("in force", nothing(one))),
        (None, Some(why)) => lines.push(("not in force", why.clone())),
        (None, None) => {}
    }
    lines.extend(one.open.iter().map(|version| (label(version), fact(version))));
    if let Some(working) = &one.working {
        let what = match (working.standing.as_str(), working.differs) {
            ("draft", true) => "not the text that was offered under this number",
            ("draft", false) => "a draft",
            _ => "as it was offered",
        };
        lines.push(("working text", format!("{}, {what}, in {}", working.version, working.file)));
    }
    let past = one.past.iter().map(|version| format!("{}, {}", version.version, words(version)));
    lines.extend(past.map(|line| ("before", line)));
    lines.extend(one.notices.iter().map(|notice| ("note", notice.clone())));
    lines
}

/// Says whether nothing is in force only because of signatures or days that the open versions tell of.
fn is_told_below(one: &MatrixStatus) -> bool {
    let is_on_its_way = |version: &VersionStatus| matches!(version.standing, "offered" | "future");
    let is_new = one.past.is_empty() || !one.open.is_empty();
    is_new && one.open.iter().all(is_on_its_way) && one.why.as_deref() != Some(NOT_BELIEVED)
}

fn nothing(one: &MatrixStatus) -> String {
    let word = if one.past.is_empty() { "nothing yet" } else { "nothing" };
    word.to_owned()
}

fn label(version: &VersionStatus) -> &'static str {
    match version.standing {
        "offered" => "proposed",
        "future" => "agreed",
        _ => "in question",
    }
}

fn fact(version: &VersionStatus) -> String {
    let mark = match (version.mark, version.standing) {
        ("holds", _) => ", marked",
        ("fails", _) => ", with a mark that does not hold",
        (_, "in-force" | "future") => ", not marked",
        _ => "",
    };
    let contests = if version.contests > 0 { ", disputed" } else { "" };
    format!("{}, {}{mark}{contests}", version.version, words(version))
}

/// Returns how a version stands without what the label before it says.
fn words(version: &VersionStatus) -> &str {
    let said = ["in force ", "agreed by all; ", "was "];
    said.iter().find_map(|start| version.words.strip_prefix(start)).unwrap_or(&version.words)
}

fn text(status: &Status, style: &Style) -> String {
    let mut out = String::new();
    for one in &status.matrices {
        let title = style.paint("1", &escape::terminal(&one.title));
        let _ = writeln!(out, "{title} ({})", escape::terminal(&one.id));
        for (what, line) in facts(one) {
            let _ = writeln!(out, "  {what}: {}", escape::terminal(&line));
        }
        steps(&mut out, &one.next, style);
        out.push('\n');
    }
    for line in signers(status) {
        let _ = writeln!(out, "{}", escape::terminal(&line));
    }
    steps(&mut out, &status.next, style);
    let _ = writeln!(out, "{}", escape::terminal(&compared(status)));
    escape::log_safe(&out).into_owned()
}

fn steps(out: &mut String, steps: &[Step], style: &Style) {
    for step in steps {
        let command = style.paint("1", &escape::terminal(&step.command));
        let _ = writeln!(out, "  next: {}\n        {command}", escape::terminal(&step.what));
    }
}

fn signers(status: &Status) -> Vec<String> {
    let mut lines = Vec::new();
    match &status.roster {
        None if status.anchored == Some(false) => {}
        None => lines.push("nobody may sign yet: no list of those who may is complete".to_owned()),
        Some(roster) => {
            let party = |party: &super::PartyStatus| {
                let of = if party.signers.len() > 1 {
                    format!(", {} of them together", party.threshold)
                } else {
                    String::new()
                };
                format!("{} ({}{of})", party.name, party.signers.join(", "))
            };
            let parties: Vec<String> = roster.parties.iter().map(party).collect();
            lines.push(format!("who may sign, by list {}: {}", roster.number, list(&parties)));
            lines.push(format!("fingerprint for the contract: {}", roster.fingerprint));
        }
    }
    for proposal in &status.proposed {
        lines.push(format!(
            "list {} is proposed and does not hold yet; still to sign: {}",
            proposal.number,
            list(&proposal.lacks)
        ));
    }
    match status.anchored {
        Some(true) => lines.push("the fingerprint that was given is that of a roster here".to_owned()),
        Some(false) => {
            lines.push("THE FINGERPRINT THAT WAS GIVEN IS OF NO ROSTER HERE: nothing counts".to_owned())
        }
        None if status.roster.is_none() => {}
        None => lines.push("no fingerprint was given: compare the one above with the contract".to_owned()),
    }
    lines
}

fn compared(status: &Status) -> String {
    let newest = status.newest.as_ref().map(|at| format!("; newest signature, as its signer says: {at}"));
    if status.roster.is_none() {
        return format!("judged as of {} ({})", status.today, status.at);
    }
    format!(
        "to compare by phone: {} ({}, judged as of {}{})",
        status.compare,
        status.at,
        status.today,
        newest.unwrap_or_default()
    )
}

fn page(status: &Status) -> String {
    let mut out = "## Countersign: where everything stands\n\n".to_owned();
    for one in &status.matrices {
        let _ = writeln!(out, "### {} ({})\n", markdown(&one.title), markdown_code(&one.id));
        for (what, line) in facts(one) {
            let _ = writeln!(out, "- {what}: {}", markdown(&line));
        }
        page_steps(&mut out, &one.next);
        out.push('\n');
    }
    for line in signers(status) {
        let _ = writeln!(out, "- {}", markdown(&line));
    }
    page_steps(&mut out, &status.next);
    let _ = writeln!(out, "- {}", markdown(&compared(status)));
    out
}

fn page_steps(out: &mut String, steps: &[Step]) {
    for step in steps {
        let _ = writeln!(out, "- next: {}: {}", markdown(&step.what), markdown_code(&step.command));
    }
}
