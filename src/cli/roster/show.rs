//! `countersign roster show`

use std::path::Path;

use serde_json::{Value, json};

use super::signing;
use super::{Anchor, Global, terminal};
use crate::cli::choose::{LINES_OR_OBJECT, among};
use crate::document::Format;
use crate::error::Result;
use crate::project::Snapshot;
use crate::project::signed_files;
use crate::signoff::roster;
use crate::trust;
use crate::trust::standing::{RosterStanding, RosterState, Standing};

/// Show who may sign, and the fingerprint for the contract
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Look at a commit, tag or branch instead of what is checked out
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    #[command(flatten)]
    anchor: Anchor,
    /// The form
    #[arg(long, short, value_name = "FORMAT", value_parser = among(LINES_OR_OBJECT), default_value = "text")]
    format: Format,
}

/// Runs the command and returns the exit code.
pub(super) fn run(args: &Args, _global: &Global) -> Result<u8> {
    let root = Snapshot::root_of(Path::new("."))?;
    let world = match &args.at {
        Some(revision) => Snapshot::at(&root, revision)?,
        None => Snapshot::on_disk(root)?,
    };
    let anchor = args.anchor.digest()?;
    let standing = trust::judge(&signed_files(&world)?, anchor.as_ref(), signing::now().0.date())?;
    let text = match args.format {
        Format::Json => {
            format!("{}\n", serde_json::to_string_pretty(&value(&standing)).expect("a value has a text"))
        }
        _ => text(&standing),
    };
    terminal::print(&text)?;
    Ok(if !standing.is_anchored {
        4
    } else if standing.rosters.is_empty() {
        3
    } else {
        0
    })
}

fn text(standing: &Standing) -> String {
    if standing.rosters.is_empty() {
        return "nobody may sign yet\nnext: countersign roster start --help\n".to_owned();
    }
    let mut text = String::new();
    if !standing.is_anchored {
        text.push_str(
            "no list here has the fingerprint that was given; do not rely on what stands below\n\n",
        );
    }
    let complete = standing.rosters.values().rev().find(|one| one.state == RosterState::Complete);
    if let Some((one, roll)) = complete.and_then(|one| Some((one, one.roll.as_ref()?))) {
        text.push_str(&format!(
            "who may sign (list {}, signed by all, {})\n{}\n{}",
            roll.roster.number,
            one.path,
            roster::describe(roll, standing),
            roster::fingerprint(&roll.digest)
        ));
    }
    for one in standing.rosters.values().filter(|one| one.state != RosterState::Complete) {
        text.push_str(&waiting(one, standing));
    }
    text
}

fn waiting(one: &RosterStanding, standing: &Standing) -> String {
    match (&one.state, &one.roll) {
        (RosterState::Ignored(reason), _) => format!("\n{} does not count: {reason}\n", one.path),
        (_, Some(roll)) => format!(
            "\nlist {} waits for signatures: {}\n{}\n{}next: countersign roster sign\n",
            roll.roster.number,
            roster::lacks(one),
            roster::describe(roll, standing),
            roster::fingerprint(&roll.digest)
        ),
        (_, None) => String::new(),
    }
}

fn value(standing: &Standing) -> Value {
    let state = |one: &RosterStanding| match &one.state {
        RosterState::Complete => "complete",
        RosterState::Proposed => "proposed",
        RosterState::Ignored(_) => "ignored",
    };
    let rosters: Vec<Value> = standing
        .rosters
        .values()
        .map(|one| {
            json!({
                "path": one.path,
                "state": state(one),
                "sha256": one.roll.as_ref().map(|roll| roll.digest),
                "roster": one.roll.as_ref().map(|roll| &roll.roster),
                "signed": one.signed.iter().map(|(party, signer, key)| json!({
                    "party": party, "signer": signer, "key": key })).collect::<Vec<_>>(),
                "missing": one.need.parties.iter().map(|(party, count)| json!({
                    "party": party, "signatures": count })).collect::<Vec<_>>(),
                "missingKeys": one.need.keys.iter().map(|key| json!({
                    "party": key.party, "signer": key.signer, "key": key.key.fingerprint() })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({ "format": "countersign/rosters/1", "engagement": standing.engagement, "anchored": standing.is_anchored,
            "current": standing.roster().map(|roll| roll.reference()), "rosters": rosters })
}
