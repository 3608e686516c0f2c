//! The fingerprint in the contract: which list of those who may sign it names, and which lists follow that one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::basis::Basis;
use crate::report::words::list;
use crate::trust::roster::Roll;
use crate::trust::standing::{RosterStanding, RosterState};

/// Says under which fingerprint the signers are believed.
///
/// A contract may hold the fingerprint of any list; after a change of signers it is that of an earlier one.
pub fn say(basis: &Basis<'_>) -> String {
    let complete: Vec<(&RosterStanding, &Roll)> = basis
        .standing
        .rosters
        .values()
        .filter(|one| one.state == RosterState::Complete)
        .filter_map(|one| Some((one, one.roll.as_ref()?)))
        .collect();
    match (&complete[..], basis.anchor) {
        ([], _) => String::new(),
        ([_], Some(_)) => {
            "\nthe fingerprint that was given is that of the list of those who may sign\n".to_owned()
        }
        ([(_, only)], None) => format!(
            "\nfingerprint for the contract: compare it with the one in your contract, and do not sign if it differs\n  {}\n",
            only.digest.grouped()
        ),
        (several, Some(anchor)) => {
            let given = several.iter().find(|(_, roll)| roll.digest == *anchor);
            let number = given.map_or(0, |(_, roll)| roll.roster.number);
            let mut text =
                format!("\nthe fingerprint that was given is that of list {number} of those who may sign\n");
            let later = several.iter().filter(|(_, roll)| roll.roster.number > number);
            later.for_each(|(one, roll)| text.push_str(&line(one, roll)));
            text
        }
        (several, None) => {
            let mut text = "\nfingerprint for the contract: your contract has one of these; do not sign if it has another\n"
                .to_owned();
            several.iter().for_each(|(one, roll)| text.push_str(&line(one, roll)));
            text
        }
    }
}

/// Says of a list its fingerprint, which list it follows, and who signed that it does.
fn line(one: &RosterStanding, roll: &Roll) -> String {
    let number = roll.roster.number;
    let mut text = format!("  list {number}  {}\n", roll.digest.grouped());
    if number > 1 {
        let signed: BTreeSet<String> =
            one.signed.iter().map(|(party, signer, _)| format!("{party}/{signer}")).collect();
        let signed: Vec<String> = signed.into_iter().collect();
        let _ = writeln!(text, "          follows list {}, signed by {}", number - 1, list(&signed));
    }
    text
}
