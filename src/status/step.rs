//! What to type next, and who types it.

use serde::Serialize;

use super::Status;
use crate::project::words::Names;
use crate::project::{SignoffState, dispute, open};
use crate::report::Summary;
use crate::report::words::{list, shell};
use crate::trust::name::PartyId;
use crate::trust::roster::Roll;
use crate::trust::standing::{MarkState, Question, RosterStanding, State, VersionStanding};

/// One thing that somebody can do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// What it is for.
    pub what: String,
    /// What to type.
    pub command: String,
}

fn step(what: impl Into<String>, command: impl Into<String>) -> Step {
    Step { what: what.into(), command: command.into() }
}

/// Returns what can be done about one matrix.
pub(super) fn of_matrix(
    summary: &Summary,
    in_force: Option<&VersionStanding>,
    open: &[&VersionStanding],
    names: &Names,
    signoffs: &SignoffState,
) -> Vec<Step> {
    let id = &summary.id;
    let mut steps = Vec::new();
    for one in in_force.into_iter().chain(open.iter().copied()) {
        steps.extend(of_version(id, one, names, signoffs));
    }
    if summary.standing == "draft" {
        steps.extend(of_draft(summary, signoffs));
    }
    if summary.standing == "standard" && summary.blocking > 0 {
        let what = format!(
            "{} to settle before an engagement is made of it",
            crate::report::words::count(summary.blocking, "finding")
        );
        steps.push(step(what, format!("countersign check {}", shell(&summary.file))));
    }
    if steps.is_empty() {
        steps.extend(another(summary, open));
    }
    steps
}

/// Says whether another text than this draft was offered under its number.
pub(super) fn differs(summary: &Summary, signoffs: &SignoffState) -> bool {
    let offered = signoffs.version(&summary.id, &summary.version).is_some_and(|one| one.sha256.is_some());
    offered && summary.standing == "draft"
}

fn of_version(id: &str, one: &VersionStanding, names: &Names, signoffs: &SignoffState) -> Vec<Step> {
    let mut steps = Vec::new();
    let typed = format!("{id}@{}", one.version);
    if open::is_urged(one, &signoffs.standing) {
        steps.extend(urged(&typed, one, names, signoffs));
    }
    if let State::InQuestion(question) = one.state {
        steps.push(ways_out(id, one, question));
    }
    match one.mark {
        MarkState::Absent if one.state.is_final() => {
            steps.push(step(
                format!("write down that {} is agreed", one.version),
                format!("countersign mark {typed}"),
            ));
        }
        MarkState::Fails(_) => steps.push(step("the mark does not hold; see why", "countersign check")),
        MarkState::Absent | MarkState::Holds => {}
    }
    steps
}

/// Returns what the parties are asked for that a version waits for: their signature, or their last word.
fn urged(typed: &str, one: &VersionStanding, names: &Names, signoffs: &SignoffState) -> Vec<Step> {
    let disputed = match &dispute::parties(one, names)[..] {
        [] => String::new(),
        [one] => format!(" ({one} disputes it: read why first)"),
        several => format!(" ({} dispute it: read why first)", list(several)),
    };
    let sign = |party: &PartyId| {
        let what = format!(
            "{} signs {}{disputed}; who has no git signs the file that `--prepare FILE` writes",
            names.name(party),
            one.version
        );
        step(what, format!("countersign sign {typed} --as {}", who(party, signoffs)))
    };
    let close = |party: &PartyId| {
        let party = names.name(party);
        let what = format!("{party} gives its last word on {}, which closes it{disputed}", one.version);
        step(what, format!("countersign mark {typed}"))
    };
    let signs = one.missing.keys().filter(|party| open::can_be_signed(one, party, signoffs));
    let closes = one.waits_for.iter().filter(|_| one.state == State::Complete);
    signs.map(sign).chain(closes.map(close)).collect()
}

/// Says that another version has to be offered where the one that was offered is not wanted, or can no longer be signed.
fn another(summary: &Summary, open: &[&VersionStanding]) -> Option<Step> {
    let is_offer = |one: &&&VersionStanding| one.version.to_string() == summary.version;
    let one = open.iter().find(is_offer).filter(|_| summary.standing != "draft")?;
    matches!(one.state, State::Offered | State::Complete).then(|| {
        let what =
            format!("to agree on another text than {}, raise `version`, change it and offer it", one.version);
        step(what, format!("countersign bump {}", summary.id))
    })
}

/// Says how a version comes out of question: another key of the party confirms, or both sign the next version.
fn ways_out(id: &str, one: &VersionStanding, question: Question) -> Step {
    let what = match question {
        Question::KeyRevoked | Question::KeyLeft => format!(
            "{} is in question: another key of that party confirms it, or all sign a next version",
            one.version
        ),
        Question::RosterDoubted => format!(
            "{} is in question: another key of that party signs under the present list, or all sign a next version",
            one.version
        ),
    };
    step(what, format!("countersign mark {id}@{}", one.version))
}

pub(super) fn of_draft(summary: &Summary, signoffs: &SignoffState) -> Option<Step> {
    let (id, version, file) = (&summary.id, &summary.version, shell(&summary.file));
    let touched = signoffs.version(id, version).filter(|one| one.was_touched());
    if touched.is_some() {
        let what = format!("what lies here as {version} is not what was signed; see who changed it");
        return Some(step(what, format!("git log -- signoffs/{id}/{version}/matrix.json")));
    }
    if differs(summary, signoffs) {
        let what = format!(
            "raise `version` above {version} if the change is meant; else bring back the text that was offered"
        );
        return Some(step(what, format!("cp signoffs/{id}/{version}/matrix.json {file}")));
    }
    let step = match summary.blocking {
        // Whoever has still to sign the first list is named with that list.
        0 if signoffs.standing.roster().is_none() && signoffs.standing.proposed().is_some() => return None,
        0 if !signoffs.standing.is_anchored => return None,
        0 if signoffs.standing.roster().is_none() => {
            step("say who may sign for which party", "countersign roster start --help")
        }
        0 => step(format!("offer {version} for signature"), format!("countersign sign {id}@{version}")),
        1 => step("1 finding stands before a signature", format!("countersign check {file}")),
        many => {
            step(format!("{many} findings stand before a signature"), format!("countersign check {file}"))
        }
    };
    Some(step)
}

/// Returns who has still to sign a proposed list: each new key, then each party under the list in force.
pub(super) fn of_proposal(
    one: &RosterStanding,
    roll: &Roll,
    names: &Names,
    signoffs: &SignoffState,
) -> Vec<Step> {
    let number = roll.roster.number;
    let sign = |who: String, signer: String| {
        step(format!("{who} signs list {number}"), format!("countersign roster sign --as {signer}"))
    };
    let keys = one.need.keys.iter().map(|key| {
        let person = format!("{} of {}", key.signer, names.name(&key.party));
        sign(person, format!("{}/{}", key.party, key.signer))
    });
    let parties = one.need.parties.keys().map(|party| sign(names.name(party), who(party, signoffs)));
    keys.chain(parties).collect()
}

/// Returns `party/signer`, with the signer where the roster leaves no choice.
fn who(party: &PartyId, signoffs: &SignoffState) -> String {
    let own =
        signoffs.standing.roster().and_then(|roll| roll.roster.parties.iter().find(|one| one.id == *party));
    match own.map(|party| party.signers.as_slice()) {
        Some([only]) => format!("{party}/{}", only.id),
        _ => format!("{party}/SIGNER"),
    }
}

impl Step {
    /// Adds the fingerprint that was typed, so that the next command believes no other lists than this one did.
    pub(super) fn keep_anchor(&mut self, typed: &str) {
        let words: Vec<&str> = self.command.split(' ').collect();
        let takes_one = match words[..] {
            ["countersign", "roster", "sign", ..] => true,
            ["countersign", first, ..] => matches!(first, "check" | "sign" | "mark"),
            _ => false,
        };
        if takes_one {
            self.command = format!("{} --anchor {typed}", self.command);
        }
    }
}

/// Returns what can be done about rosters and about what is wrong.
pub(super) fn of_all(status: &Status) -> Vec<Step> {
    let mut steps = Vec::new();
    if status.errors > 0 {
        let errors = crate::report::words::count(status.errors, "error");
        steps.push(step(format!("{errors} in the sign-offs"), "countersign check"));
    }
    for proposal in &status.proposed {
        steps.extend(proposal.steps.iter().cloned());
    }
    for party in status.roster.iter().flat_map(|roster| &roster.parties).filter(|party| party.people < 2) {
        let keys = crate::report::words::count(party.keys, "key");
        let what = match (&party.signers[..], party.keys) {
            ([only], 1) => format!(
                "{} has {keys} only, that of {only}; if it is lost, nobody there can revoke it or sign: name a second person",
                party.name
            ),
            ([only], _) => format!(
                "{} has {keys}, all of {only}; a lost one is not revoked with another of the same person: name a second \
                 person",
                party.name
            ),
            _ => format!("{} has no key that may sign: name another person", party.name),
        };
        let id = &party.id;
        steps.push(step(
            what,
            format!("countersign roster propose --party {id} --signer ID --name NAME --role ROLE --key FILE"),
        ));
    }
    steps
}
