//! Who may sign, and by which fingerprint that is believed.

use super::{Level, Line, Question};
use crate::error::Kind;
use crate::project::SignoffState;
use crate::report::words::{count, list};
use crate::signoff;
use crate::status::{signers_with_keys, usable_keys};
use crate::trust::fault::Severity;

pub(super) fn lines(signoffs: &SignoffState, question: &Question) -> Vec<Line> {
    let mut lines = vec![roster(signoffs), anchor(signoffs, question)];
    if let Some(one) = signoffs.standing.proposed() {
        let number = one.roll.as_ref().map(|roll| roll.roster.number).unwrap_or_default();
        let found =
            format!("list {number} is proposed and does not hold yet: {}", signoff::roster::lacks(one));
        lines.push(Line::warn("who may sign", found, "countersign roster sign"));
    }
    lines.extend(few_keys(signoffs));
    let errors = signoffs.standing.faults.iter().filter(|one| one.severity == Severity::Error).count();
    if errors > 0 {
        lines.push(Line::error(
            "sign-offs",
            format!("{} in them", count(errors, "error")),
            "countersign check",
        ));
    }
    lines
}

fn roster(signoffs: &SignoffState) -> Line {
    match signoffs.standing.roster() {
        None if signoffs.standing.proposed().is_some() => {
            Line::warn("who may sign", "nobody may sign yet", "countersign roster sign")
        }
        None => Line::warn("who may sign", "nobody may sign yet", "countersign roster start --help"),
        Some(roll) => {
            let signer = |party: &crate::trust::roster::Party| {
                let signers: Vec<String> =
                    signers_with_keys(party, signoffs).map(|one| one.id.to_string()).collect();
                format!("{} ({})", party.id, signers.join(", "))
            };
            let parties: Vec<String> = roll.roster.parties.iter().map(signer).collect();
            Line::ok("who may sign", format!("list {} is complete: {}", roll.roster.number, list(&parties)))
        }
    }
}

fn anchor(signoffs: &SignoffState, question: &Question) -> Line {
    const ABOUT: &str = "fingerprint";
    match (&question.anchor, signoffs.standing.is_anchored) {
        (Some(_), true) => Line::ok(ABOUT, "the one that was given is that of a roster here"),
        (Some(_), false) => Line {
            code: Kind::CannotJudge.exit_code(),
            ..Line::error(
                ABOUT,
                "the one that was given is of no roster here, so nothing here counts",
                "compare it with the contract, and fetch from a clone that you trust",
            )
        },
        (None, _) => {
            let first = signoffs.standing.rosters.values().find_map(|one| one.roll.as_ref());
            let known =
                first.map(|roll| format!("; here it is {}", roll.digest.grouped())).unwrap_or_default();
            let help = format!("set COUNTERSIGN_ANCHOR to the fingerprint in the contract{known}");
            Line::warn(ABOUT, "none was given, so a whole new roster would be believed", help)
        }
    }
}

fn few_keys(signoffs: &SignoffState) -> Vec<Line> {
    let Some(roll) = signoffs.standing.roster() else { return Vec::new() };
    let keys = roll.roster.parties.iter().map(|party| (party, usable_keys(roll, &party.id, signoffs)));
    keys.filter(|(_, keys)| *keys < 2)
        .map(|(party, keys)| {
            let level = if keys == 0 { Level::Error } else { Level::Warn };
            let found = match keys {
                0 => format!("{} has no key left that may sign", party.id),
                _ => format!("{} has one key only; if it is lost, nobody can sign for it", party.id),
            };
            Line {
                about: "keys",
                level,
                found,
                help: Some("countersign roster propose --help".to_owned()),
                code: 1,
            }
        })
        .collect()
}
