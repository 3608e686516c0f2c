//! `countersign explain`

use std::fmt::Write as _;

use super::{Global, rules, terminal};
use crate::error::{Error, Result};
use crate::pack;
use crate::policy::Rule;
use crate::report::escape;

/// Explain a rule or a control: why it is there, what it wants, an example
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples: countersign explain row-has-approver\n          countersign explain AC.L2-3.1.5"
)]
pub(super) struct Args {
    /// A rule's id, or a control in any usual spelling
    name: String,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _: &Global) -> Result<u8> {
    let setup = rules::setup()?;
    if let Some(rule) = setup.policy.rule(&args.name) {
        terminal::print(&of_rule(rule, setup.policy.is_off(&rule.id)))?;
        return Ok(0);
    }
    let text: String = setup.packs.iter().filter_map(|pack| of_control(pack, &args.name)).collect();
    if !text.is_empty() {
        terminal::print(&text)?;
        return Ok(0);
    }
    let near = setup.policy.like(&args.name).map(|near| format!("did you mean `{near}`? "));
    Err(Error::usage(format!("there is no rule and no control `{}`", args.name))
        .hint(format!("{}`countersign rules` lists all rules", near.unwrap_or_default())))
}

fn of_rule(rule: &Rule, is_off: bool) -> String {
    let mut text = format!("{}: {}\n\n", rule.id, escape::terminal(&rule.title));
    let _ = writeln!(text, "{}\n", escape::terminal(&rule.why));
    let _ = writeln!(text, "What to do: {}\n", escape::terminal(&rule.fix));
    let stage = match rule.stage {
        crate::finding::Stage::Always => "on every text",
        crate::finding::Stage::Signature => "a warning in a draft; keeps a version from being signed",
    };
    let off = if is_off { " (switched off)" } else { "" };
    let _ = writeln!(text, "Severity: {}, {stage}{off}\nFrom: {}", rule.severity.word(), rule.origin);
    if !rule.references.is_empty() {
        let _ = writeln!(text, "References: {}", escape::terminal(&rule.references.join("; ")));
    }
    for (title, examples) in [("This passes", &rule.examples.pass), ("This does not", &rule.examples.fail)] {
        if let Some(example) = examples.first() {
            let shown = example.as_str().map_or_else(
                || serde_json::to_string_pretty(example).expect("a JSON value has a text"),
                str::to_owned,
            );
            let _ = writeln!(text, "\n{title}:\n{}", indented(&shown));
        }
    }
    text
}

fn of_control(pack: &pack::Pack, name: &str) -> Option<String> {
    let catalogue = pack.catalogue.as_ref()?;
    let bare = name.strip_prefix(&format!("{}:", catalogue.id)).unwrap_or(name);
    let control = catalogue.spelled(bare)?;
    let mut text = format!("{}:{}  {}\n", catalogue.id, control.id, control.title);
    let _ = writeln!(
        text,
        "{}, {}",
        catalogue.title,
        catalogue.group_title(&control.group).unwrap_or(&control.group)
    );
    let mut say = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    say("Kind", Some(control.level.clone()));
    say("Designation", control.designation.clone());
    say("Points", control.points.map(|points| points.to_string()));
    say("On a plan of action", control.poam.clone());
    say("Usual rhythm", control.periodic.clone());
    say(
        "Phases that each need an owner",
        Some(control.phases.join(", ")).filter(|phases| !phases.is_empty()),
    );
    for part in catalogue.parts(control) {
        let _ = writeln!(text, "  {}  {}", part.id, part.title);
    }
    Some(text)
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {}", escape::terminal(line))).collect::<Vec<_>>().join("\n")
}
