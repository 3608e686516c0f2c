//! What to type next, and who types it.

use serde::Serialize;

use super::Status;
use super::words::Names;
use crate::check::Books;
use crate::report::Summary;
use crate::trust::name::PartyId;
use crate::trust::standing::{MarkState, State, VersionStanding};

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
    books: &Books,
) -> Vec<Step> {
    let id = &summary.id;
    let mut steps = Vec::new();
    for one in in_force.into_iter().chain(open.iter().copied()) {
        steps.extend(of_version(id, one, names, books));
    }
    if summary.standing == "draft" {
        steps.push(of_draft(summary, books));
    }
    steps
}

fn of_version(id: &str, one: &VersionStanding, names: &Names, books: &Books) -> Vec<Step> {
    let mut steps = Vec::new();
    if one.state == State::Offered {
        let sign = |party: &PartyId| {
            let what = format!("{} signs {}", names.name(party), one.version);
            step(what, format!("countersign sign {id} --as {}", who(party, books)))
        };
        steps.extend(one.missing.keys().map(sign));
    }
    if one.state.is_standing() || matches!(one.state, State::Contested(_)) {
        let close = |party: &PartyId| {
            let what = format!("{} closes {} for good", names.name(party), one.version);
            step(what, format!("countersign mark {id} --as {}", who(party, books)))
        };
        steps.extend(one.open_for.iter().map(close));
    }
    match one.mark {
        MarkState::Absent if one.state.is_standing() && one.open_for.is_empty() => {
            steps.push(step(
                format!("write down that {} is agreed", one.version),
                format!("countersign mark {id}"),
            ));
        }
        MarkState::Fails(_) => steps.push(step("the mark does not hold; see why", "countersign check")),
        MarkState::Absent | MarkState::Holds => {}
    }
    steps
}

fn of_draft(summary: &Summary, books: &Books) -> Step {
    let (id, version) = (&summary.id, &summary.version);
    match summary.blocking {
        0 if books.standing.roster().is_none() => {
            step("say who may sign for which party", "countersign roster start --help")
        }
        0 => {
            step(format!("offer {version} for signature"), format!("countersign sign {id} --as PARTY/SIGNER"))
        }
        1 => step("1 finding stands before a signature", format!("countersign check {}", summary.file)),
        many => step(
            format!("{many} findings stand before a signature"),
            format!("countersign check {}", summary.file),
        ),
    }
}

/// Returns `party/signer`, with the signer where the roster leaves no choice.
fn who(party: &PartyId, books: &Books) -> String {
    let own =
        books.standing.roster().and_then(|roll| roll.roster.parties.iter().find(|one| one.id == *party));
    match own.map(|party| party.signers.as_slice()) {
        Some([only]) => format!("{party}/{}", only.id),
        _ => format!("{party}/SIGNER"),
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
        let what = format!("sign the proposed list {} of those who may sign", proposal.number);
        steps.push(step(what, "countersign roster sign --as PARTY/SIGNER"));
    }
    for party in status.roster.iter().flat_map(|roster| &roster.parties).filter(|party| party.keys < 2) {
        let keys = crate::report::words::count(party.keys, "key");
        let what = format!("{} has {keys} only; whoever loses it cannot sign any more", party.name);
        steps.push(step(what, "countersign roster propose --help"));
    }
    steps
}
