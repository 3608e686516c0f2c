//! SARIF 2.1.0 for code scanning, with everything that GitHub asks for.
//!
//! Accepted findings are left out: GitHub ignores suppressions and would open alerts for them.
//! Only [`MOST`] results are written, and no more than fit into [`ROOM`], worst first; the last then says how many are missing.

mod shape;

use std::collections::BTreeMap;

use self::shape::{
    Artifact, Configuration, Driver, Help, Invocation, Level, Location, Log, Logical, Notification, Physical,
    Region, Rule, RuleProperties, Run, SarifResult, Text, Tool,
};
use super::fingerprint::Fingerprints;
use super::placed::{Board, Placed};
use super::{Report, escape, json, words};
use crate::finding::RuleText;
use crate::finding::Severity;

/// How many results code scanning keeps.
const MOST: usize = 5_000;
/// How many bytes all results may take: GitHub takes 10 MB, and no text gets longer by compressing it.
const ROOM: usize = 9_000_000;
/// How long GitHub lets a description be.
const LONGEST: usize = 1_024;
/// The rule of the result that counts the missing ones.
const MORE: &str = "more-findings";

/// Renders the counting findings as SARIF.
pub(super) fn render(report: &Report, texts: &BTreeMap<String, RuleText>) -> String {
    let board = Board::of(report);
    let mut fingerprints = Fingerprints::of(report);
    let count = report.counting().count();
    let shown = if count > MOST { MOST - 1 } else { count };
    let findings = report.counting().take(shown);
    let mut room = ROOM;
    let within = |result: &SarifResult| {
        let size = serde_json::to_string(result).map_or(usize::MAX, |text| text.len());
        room.checked_sub(size).map(|left| room = left).is_some()
    };
    let mut results: Vec<SarifResult> = findings
        .map(|finding| result(report, &board.place(finding), fingerprints.next(finding)))
        .take_while(within)
        .collect();
    let hidden = count - results.len();
    if let Some(last) = results.first().filter(|_| hidden > 0).map(|worst| more(hidden, worst)) {
        results.push(last);
    }
    let rules = rules(&results, texts);
    for result in &mut results {
        result.rule_index = rules.iter().position(|rule| rule.id == result.rule_id).unwrap_or_default();
    }
    let driver = Driver {
        name: "Countersign",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules,
    };
    json::pretty(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool { driver },
            column_kind: "utf16CodeUnits",
            invocations: [invocation(report, hidden)],
            results,
        }],
    })
}

/// Returns the result that says how many are missing; it needs a place, so it takes that of the worst.
fn more(hidden: usize, worst: &SarifResult) -> SarifResult {
    let message = format!("{hidden} more findings are not shown here; `countersign check` lists all");
    SarifResult {
        rule_id: MORE.to_owned(),
        rule_index: 0,
        level: Level::Note,
        message: Text { text: message },
        locations: worst.locations.clone(),
        partial_fingerprints: BTreeMap::from([("primaryLocationLineHash", format!("{MORE}:1"))]),
    }
}

fn result(report: &Report, placed: &Placed, fingerprint: String) -> SarifResult {
    let finding = placed.finding;
    SarifResult {
        rule_id: finding.rule.to_string(),
        rule_index: 0,
        level: level(finding.severity),
        message: Text { text: escape::sarif_message(&words::about(finding)) },
        locations: [Location {
            physical_location: Physical {
                artifact_location: Artifact { uri: escape::uri(&report.at_top(&finding.file)) },
                region: Region {
                    start_line: placed.at.line,
                    start_column: placed.at.column,
                    end_line: placed.at.end_line,
                    end_column: placed.at.end_column.max(placed.at.column),
                },
            },
            logical_locations: [Logical {
                name: finding.row.as_deref().or(finding.matrix.as_deref()).map(str::to_owned),
                fully_qualified_name: finding.place.pointer().to_owned(),
            }],
        }],
        partial_fingerprints: BTreeMap::from([("primaryLocationLineHash", fingerprint)]),
    }
}

fn level(severity: Severity) -> Level {
    match severity {
        Severity::Error => Level::Error,
        Severity::Warning => Level::Warning,
        Severity::Note => Level::Note,
        Severity::Off => Level::None,
    }
}

/// Returns the rules that results refer to, by id.
fn rules(results: &[SarifResult], texts: &BTreeMap<String, RuleText>) -> Vec<Rule> {
    let mut levels = BTreeMap::new();
    for result in results {
        let level = levels.entry(result.rule_id.as_str()).or_insert(result.level);
        *level = (*level).min(result.level);
    }
    levels.into_iter().map(|(id, level)| rule(id, level, texts.get(id))).collect()
}

fn rule(id: &str, level: Level, text: Option<&RuleText>) -> Rule {
    let unknown = RuleText { title: id.replace('-', " "), ..RuleText::default() };
    let text = text.unwrap_or(&unknown);
    Rule {
        id: id.to_owned(),
        short_description: Text { text: shortened(&text.title, id) },
        full_description: Text { text: shortened(&text.why, &text.title) },
        help: Help { text: help_text(id, text), markdown: help_markdown(id, text) },
        default_configuration: Configuration { level },
        properties: RuleProperties { tags: ["compliance", "shared-responsibility"], precision: "very-high" },
    }
}

/// Returns a description that is neither empty nor too long.
fn shortened(text: &str, instead: &str) -> String {
    let text = if text.trim().is_empty() { instead } else { text };
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST - 1).chain(['…']).collect()
}

fn help_text(id: &str, text: &RuleText) -> String {
    let mut parts = vec![shortened(&text.why, &text.title)];
    if !text.fix.is_empty() {
        parts.push(format!("What to do: {}", text.fix));
    }
    if !text.references.is_empty() {
        parts.push(format!("See {}.", words::list(&text.references)));
    }
    parts.push(format!("More: countersign explain {id}"));
    parts.join("\n\n")
}

fn help_markdown(id: &str, text: &RuleText) -> String {
    let mut parts =
        vec![format!("**{}**", escape::markdown(&text.title)), escape::markdown_message(&text.why)];
    if !text.fix.is_empty() {
        parts.push(format!("**What to do:** {}", escape::markdown_message(&text.fix)));
    }
    if !text.references.is_empty() {
        let references: Vec<String> =
            text.references.iter().map(|one| format!("- {}", escape::markdown(one))).collect();
        parts.push(references.join("\n"));
    }
    parts.push(format!("More: {}", escape::markdown_code(&format!("countersign explain {id}"))));
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn invocation(report: &Report, hidden: usize) -> Invocation {
    let problems = report.problems();
    let mut notifications: Vec<Notification> = problems
        .iter()
        .map(|error| {
            let causes = error.causes.iter().map(|cause| format!("; {cause}"));
            let hint = error.hint.iter().map(|hint| format!("; help: {hint}"));
            let text: String = std::iter::once(error.message.clone()).chain(causes).chain(hint).collect();
            Notification { level: Level::Error, message: Text { text: escape::sarif_message(&text) } }
        })
        .collect();
    if hidden > 0 {
        let text = format!("{hidden} more findings were left out");
        notifications.push(Notification { level: Level::Note, message: Text { text } });
    }
    Invocation {
        execution_successful: problems.is_empty(),
        exit_code: report.exit_code(),
        tool_execution_notifications: notifications,
    }
}
