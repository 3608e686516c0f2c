//! `countersign rules`

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde::{Serialize, Serializer};
use serde_json::json;

use super::choose::one_of;
use super::{Global, terminal, today};
use crate::document::{self, Answer, Block, Document, Format, Inline, Role, Table};
use crate::error::{Error, Kind, Result};
use crate::finding::Severity;
use crate::policy::Rule;
use crate::project::Snapshot;
use crate::project::{Request, Setup};
use crate::report::snippet::wrapped;
use crate::report::{Style, escape};

/// List the rules that are in use here
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only rules of this pack or policy
    #[arg(long, value_name = "PACK")]
    pack: Option<String>,
    /// The format
    #[arg(long, short, value_name = "FORMAT", value_parser = one_of::<Format>(), default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let setup = setup()?;
    let wanted = |rule: &&Rule| args.pack.as_deref().is_none_or(|pack| *rule.origin == *pack);
    let rules: Vec<&Rule> = setup.policy.rules().filter(wanted).collect();
    if rules.is_empty() {
        return Err(Error::nothing("no rule comes from there")
            .hint("`countersign rules` lists all rules with their packs"));
    }
    terminal::print(&document::render(args.format, &Listed(&rules), &terminal::style(global.color)))?;
    Ok(0)
}

/// Reads the project of the current folder, or none.
pub(super) fn setup() -> Result<Setup> {
    let here = Snapshot::root_of(Path::new(".")).and_then(Snapshot::on_disk);
    let world = match here {
        Ok(world) => world,
        // What rules and controls say is in files: a repository that cannot be read is not in the way.
        Err(error) if error.kind == Kind::CannotJudge => {
            terminal::tell(&format!("warning: {error}; the files of this folder were read as they are\n"));
            Snapshot::alone(PathBuf::from("."))
        }
        Err(error) => return Err(error),
    };
    let request = Request { waivers: false, ..Request::on(today()) };
    let reader = world.open()?;
    let setup = Setup::read(&reader, &request)?;
    match &setup.refusal {
        Some(refusal) => {
            Err(refusal.error.clone().hint("`countersign check` shows what is wrong with it, with its line"))
        }
        None => Ok(setup),
    }
}

/// The fewest columns that a title is broken into; where fewer are left it stands on lines of its own.
const LEAST: usize = 24;

fn text(rules: &[&Rule], columns: usize) -> String {
    let mut text = String::new();
    let mut origin = "";
    let width = rules.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    for rule in rules {
        if *rule.origin != *origin {
            let gap = if origin.is_empty() { "" } else { "\n" };
            let _ = writeln!(text, "{gap}{}", escape::terminal(&rule.origin));
            origin = &rule.origin;
        }
        let (id, weight, title) = (&rule.id, weight(rule), escape::terminal(&rule.title));
        let lead = format!("  {id:width$}  {weight:18}  ");
        if lead.len() + LEAST <= columns {
            text.push_str(&wrapped(&lead, lead.len(), &title, columns));
        } else {
            let _ = writeln!(text, "  {id}  {weight}");
            text.push_str(&wrapped("    ", 4, &title, columns));
        }
    }
    let _ = writeln!(text, "\n{} rules; `countersign explain RULE` says why, and what to do", rules.len());
    text
}

fn weight(rule: &Rule) -> &'static str {
    match (rule.severity, rule.stage) {
        (Severity::Error, crate::finding::Stage::Signature) => "error at signature",
        (severity, _) => severity.word(),
    }
}

/// The list in every format.
struct Listed<'a>(&'a [&'a Rule]);

impl Serialize for Listed<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        let rule = |rule: &&Rule| {
            json!({
                "id": *rule.id, "from": *rule.origin, "title": rule.title, "why": rule.why, "fix": *rule.fix,
                "severity": rule.severity, "stage": rule.stage, "references": rule.references,
            })
        };
        let rules: Vec<serde_json::Value> = self.0.iter().map(rule).collect();
        let tool = env!("CARGO_PKG_VERSION");
        json!({ "format": "countersign/rules/1", "tool": tool, "rules": rules }).serialize(to)
    }
}

impl Answer for Listed<'_> {
    fn document(&self) -> Document {
        let row = |rule: &&Rule| {
            let id = Inline::default().with(Role::Code, rule.id.to_string());
            vec![id, (*rule.origin).into(), weight(rule).into(), Inline::of_message(&rule.title)]
        };
        let columns = vec!["rule", "from", "weight", "what it demands"];
        let rows = self.0.iter().map(row).collect();
        Document { blocks: vec![Block::Table(Table { columns, rows })] }
    }

    fn text(&self, _: &Style) -> String {
        text(self.0, terminal::table_width())
    }
}
