//! `countersign explain`

use std::fmt::Write as _;

use serde_json::Value;

use super::{Global, rules, terminal};
use crate::error::{Error, Result};
use crate::pack;
use crate::policy::{Rule, example};
use crate::report::{escape, snippet};

/// Explain a rule, a control or an obligation: why it is there, what it wants, an example
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples: countersign explain row-has-approver\n          countersign explain AC.L2-3.1.5"
)]
pub(super) struct Args {
    /// A rule's id, a control in any usual spelling, or the reference of an obligation
    name: String,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, global: &Global) -> Result<u8> {
    let setup = rules::setup()?;
    if let Some(rule) = setup.policy.rule(&args.name.trim().to_ascii_lowercase()) {
        let width = terminal::style(global.color).width;
        terminal::print(&of_rule(rule, &setup.packs, setup.policy.is_off(&rule.id), width))?;
        return Ok(0);
    }
    let controls: Vec<String> =
        setup.packs.frameworks().flat_map(|pack| controls(pack, &args.name)).collect();
    if !controls.is_empty() {
        terminal::print(&controls.join("\n"))?;
        return Ok(0);
    }
    let obligations: Vec<String> =
        setup.packs.iter().flat_map(|pack| obligations(pack, &args.name)).collect();
    if !obligations.is_empty() {
        terminal::print(&obligations.join("\n"))?;
        return Ok(0);
    }
    let mut near: Vec<String> = setup.policy.like(&args.name).into_iter().map(str::to_owned).collect();
    for catalogue in setup.packs.frameworks().filter_map(|pack| pack.catalogue()) {
        near.extend(catalogue.like(&args.name).into_iter().map(str::to_owned));
    }
    let near = match near.split_first() {
        None => String::new(),
        Some((first, rest)) => {
            let rest: String = rest.iter().take(1).map(|one| format!(" or `{one}`")).collect();
            format!("did you mean `{first}`{rest}? ")
        }
    };
    Err(Error::nothing(format!("there is no rule, no control and no obligation `{}`", args.name))
        .hint(format!("{near}`countersign rules` lists all rules")))
}

/// Returns what there is to say of each control that a name may mean.
fn controls(pack: &pack::Pack, name: &str) -> Vec<String> {
    let Some(catalogue) = pack.catalogue() else { return Vec::new() };
    let bare = name.strip_prefix(&format!("{}:", catalogue.id)).unwrap_or(name);
    catalogue.meant(bare).into_iter().map(|control| of_control(catalogue, control)).collect()
}

/// Returns what there is to say of each obligation that a name may mean.
fn obligations(pack: &pack::Pack, name: &str) -> Vec<String> {
    let is_meant = |one: &&pack::Obligation| one.id == name.trim() || one.is_named_by(name);
    pack.obligations.iter().filter(is_meant).map(|one| of_obligation(pack, one)).collect()
}

/// Returns an obligation with its status, the day on which that was looked up, and its source.
fn of_obligation(pack: &pack::Pack, one: &pack::Obligation) -> String {
    let mut text = format!("{}: {}\n{}, {}\n", one.id, one.title, pack.title, one.reference);
    let mut say = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            let _ = writeln!(text, "{name}: {}", escape::terminal(&value));
        }
    };
    let clock = |clock: &pack::LegalClock| {
        let of = clock.of.as_ref().map(|of| format!(" of {of}")).unwrap_or_default();
        format!("{}{of}", clock.time.words())
    };
    say("Asks for", Some(one.summary.clone()));
    say("Owner", Some(one.owner.clone()));
    say("Within", one.clock.as_ref().map(clock));
    say("Kept for", one.retain.as_ref().map(clock));
    say("How often", one.cadence.clone());
    let day = one.as_of.map_or_else(|| ", not looked up".to_owned(), |day| format!(", looked up on {day}"));
    say("Status", Some(format!("{}{day}", one.status.as_deref().unwrap_or("unknown"))));
    say("Source", Some(one.source.clone()));
    say("Note", one.note.clone());
    text
}

fn of_rule(rule: &Rule, packs: &pack::Packs, is_off: bool, width: usize) -> String {
    let mut text = format!("{}: {}\n\n", rule.id, escape::terminal(&rule.title));
    for words in [&*rule.why, &format!("What to do: {}", rule.fix)] {
        text.push_str(&snippet::wrapped("", 0, &escape::terminal(words), width));
        text.push('\n');
    }
    let stage = match rule.stage {
        crate::finding::Stage::Always => "on every text",
        crate::finding::Stage::Signature => "a warning in a draft; keeps a version from being signed",
    };
    let off = if is_off { " (switched off)" } else { "" };
    let _ = writeln!(text, "Severity: {}, {stage}{off}\nFrom: {}", rule.severity.word(), rule.origin);
    if !rule.references.is_empty() {
        let _ = writeln!(text, "References: {}", escape::terminal(&rule.references.join("; ")));
    }
    let (pass, fail) = example::shown(rule, packs);
    for (title, example) in [("This passes", pass), ("This does not", fail)] {
        if let Some(example) = example {
            let shown = example.as_str().map_or_else(
                || serde_json::to_string_pretty(&example).expect("a JSON value has a text"),
                str::to_owned,
            );
            let gone = if has_null(&example) { " (null: the field or entry is not there)" } else { "" };
            let _ = writeln!(text, "\n{title}{gone}:\n{}", indented(&shown));
        }
    }
    text
}

fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(fields) => fields.values().any(has_null),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn of_control(catalogue: &pack::Catalogue, control: &pack::Control) -> String {
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
    text
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {}", escape::terminal(line))).collect::<Vec<_>>().join("\n")
}
