//! Who disputes a version, since when, and why: told wherever a version is said to be disputed.

use serde::Serialize;

use super::words::Names;
use crate::trust::day::Day;
use crate::trust::name::{PartyId, SignerId};
use crate::trust::standing::VersionStanding;

/// A dispute of a version. It changes nothing that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dispute {
    /// The party that disputes.
    pub party: PartyId,
    /// Who signed that.
    pub signer: SignerId,
    /// The day on which it was signed, as the signer says.
    pub on: Day,
    /// Why.
    pub reason: String,
}

/// Returns the disputes of a version, in the order of their files.
pub fn of(one: &VersionStanding) -> Vec<Dispute> {
    let disputes = one.statements.iter().filter(|at| one.contests.contains(&at.digest));
    let disputes = disputes.filter_map(|at| at.accepted()).map(|said| Dispute {
        party: said.party.clone(),
        signer: said.signer.clone(),
        on: said.signed_at.day(),
        reason: said.reason.clone().unwrap_or_default(),
    });
    disputes.collect()
}

impl Dispute {
    /// Says who disputes it, when and why: "Acme Defense (bob) on 2026-11-29: the reports are late".
    pub fn says(&self, names: &Names) -> String {
        format!("{} ({}) on {}: {}", names.name(&self.party), self.signer, self.on, self.reason)
    }
}

/// Says by whom a version is disputed, when and why; None if nobody disputes it.
pub fn says(one: &VersionStanding, names: &Names) -> Option<String> {
    let all: Vec<String> = of(one).iter().map(|dispute| dispute.says(names)).collect();
    (!all.is_empty()).then(|| format!("disputed by {}", all.join("; by ")))
}

/// Names the parties that dispute a version.
pub fn parties(one: &VersionStanding, names: &Names) -> Vec<String> {
    let mut parties: Vec<String> = of(one).iter().map(|dispute| names.name(&dispute.party)).collect();
    parties.dedup();
    parties
}
