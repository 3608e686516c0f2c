//! The status as a document for people, and as it is for programs.

use super::{MatrixStatus, Status, Step, VersionStatus};
use crate::document::{Answer, Block, Document, Inline, Role};
use crate::project::words::NOT_BELIEVED;
use crate::report::words::list;

impl Answer for Status {
    fn document(&self) -> Document {
        document(self)
    }
}

/// The facts of a matrix, one line each, as plain text.
fn facts(one: &MatrixStatus) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    match (&one.in_force, &one.why) {
        (Some(version), _) => lines.push(("in force", fact(version))),
        (None, Some(_)) if is_standard(one) => {}
        (None, Some(_)) if is_told_below(one) => lines.push(("in force", nothing(one))),
        (None, Some(why)) => lines.push(("not in force", why.clone())),
        (None, None) => {}
    }
    lines.extend(one.open.iter().map(|version| (label(version), fact(version))));
    if let Some(working) = &one.working {
        let what = match (working.standing.as_str(), working.differs) {
            ("draft", true) => "not the text that was offered under this number",
            ("draft", false) => "a draft",
            ("standard", _) => "a standard, which nobody signs",
            _ => "as it was offered",
        };
        lines.push(("working text", format!("{}, {what}, in {}", working.version, working.file)));
    }
    let past = one.past.iter().map(|version| format!("{}, {}", version.version, words(version)));
    lines.extend(past.map(|line| ("before", line)));
    lines.extend(one.notices.iter().map(|notice| ("note", notice.clone())));
    lines
}

/// Says whether it is a provider's standard, of which nothing comes into force.
fn is_standard(one: &MatrixStatus) -> bool {
    one.working.as_ref().is_some_and(|working| working.standing == "standard")
}

/// Says whether nothing is in force only because of signatures or days that the open versions tell of.
fn is_told_below(one: &MatrixStatus) -> bool {
    let is_on_its_way =
        |version: &VersionStatus| matches!(version.standing, "offered" | "complete" | "future");
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
        "complete" => "approved",
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
    let contests = if version.contests.is_empty() { "" } else { ", disputed" };
    format!("{}, {}{mark}{contests}", version.version, words(version))
}

/// Returns how a version stands without what the label before it says.
fn words(version: &VersionStatus) -> &str {
    let said = ["in force ", "agreed by all; ", "approved by all; ", "was "];
    said.iter().find_map(|start| version.words.strip_prefix(start)).unwrap_or(&version.words)
}

/// Says everything in the order of reading.
fn document(status: &Status) -> Document {
    let mut blocks = vec![Block::Page("Countersign: where everything stands".into())];
    for one in &status.matrices {
        let title = Inline::from(format!("{} (", one.title)).with(Role::Code, one.id.as_str());
        blocks.push(Block::Part(title.with(Role::Plain, ")")));
        blocks.extend(facts(one).into_iter().map(|(what, line)| Block::fact(what, line)));
        blocks.extend(one.next.iter().map(step));
    }
    if !status.concerns.is_empty() {
        blocks.push(Block::part("What concerns you"));
        blocks.extend(status.concerns.iter().map(|line| Block::sentence(line.clone())));
    }
    blocks.push(Block::part("Who may sign, and how to compare"));
    blocks.extend(signers(status).into_iter().map(Block::sentence));
    blocks.extend(status.next.iter().map(step));
    blocks.push(Block::sentence(compared(status)));
    Document { blocks }
}

fn step(step: &Step) -> Block {
    Block::Step(step.what.clone(), step.command.clone())
}

fn signers(status: &Status) -> Vec<Inline> {
    let mut lines: Vec<Inline> = Vec::new();
    match &status.roster {
        None if status.anchored == Some(false) => {}
        None if !status.matrices.is_empty() && status.matrices.iter().all(is_standard) => {
            lines.push("nobody signs a standard; engagements that are made of it are signed".into());
        }
        None => lines.push("nobody may sign yet: no list of those who may is complete".into()),
        Some(roster) => {
            let party = |party: &super::roster::PartyStatus| {
                let of = if party.signers.len() > 1 {
                    format!(", {} of them together", party.threshold)
                } else {
                    String::new()
                };
                format!("{} ({}{of})", party.name, party.signers.join(", "))
            };
            let parties: Vec<String> = roster.parties.iter().map(party).collect();
            lines.push(format!("who may sign, by list {}: {}", roster.number, list(&parties)).into());
            let exact = roster.fingerprint.as_str();
            lines.push(Inline::from("fingerprint for the contract: ").with(Role::Code, exact));
        }
    }
    for one in &status.revocations {
        let super::roster::RevokedStatus { party, signer, key, on, reason } = one;
        lines.push(format!("the key {key} of {party}/{signer} was revoked on {on}: {reason}").into());
    }
    for proposal in &status.proposed {
        lines.push(
            format!(
                "list {} is proposed and does not hold yet; still to sign: {}",
                proposal.number,
                list(&proposal.lacks)
            )
            .into(),
        );
    }
    match status.anchored {
        Some(true) => lines.push("the fingerprint that was given is that of a roster here".into()),
        Some(false) => {
            lines.push("THE FINGERPRINT THAT WAS GIVEN IS OF NO ROSTER HERE: nothing counts".into())
        }
        None if status.roster.is_none() => {}
        None => lines.push("no fingerprint was given: compare the one above with the contract".into()),
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
