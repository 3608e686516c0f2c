//! How strict the checks were when the version in force was offered.

use std::collections::BTreeMap;

use super::checkout::Checkout;
use crate::error::Result;
use crate::pack::{self, Packs};
use crate::policy::Policy;
use crate::policy::config::Config;
use crate::policy::waiver::Waivers;
use crate::project::Snapshot;
use crate::project::{Request, Setup};
use crate::trust::standing::VersionStanding;
use crate::trust::statement::folder;

/// Returns the rules, configuration and accepted findings with which a version was offered; those that the program ships
/// where there is no such version, or where the clone does not reach back so far.
///
/// # Errors
/// Where history or the files of that commit cannot be read.
pub fn before(checkout: &Checkout, last: Option<&VersionStanding>) -> Result<Setup> {
    match last.filter(|_| !checkout.repository().is_shallow()) {
        Some(version) => offered_with(checkout, version),
        None => Ok(shipped()),
    }
}

fn offered_with(checkout: &Checkout, version: &VersionStanding) -> Result<Setup> {
    let path = format!("{}/matrix.json", folder(&version.id, version.version));
    let path = checkout.path_in_repository(&path);
    let mut first = None;
    checkout.repository().walk_back(checkout.head().id, &mut |commit| {
        if checkout.repository().file(commit.tree, &path)?.is_some() {
            first = Some(commit.id);
        }
        Ok(())
    })?;
    let Some(first) = first else { return Ok(shipped()) };
    let world = Snapshot::at(checkout.root(), &first.to_string())?;
    let reader = world.open()?;
    let day = jiff::civil::Date::constant(2000, 1, 1);
    Setup::read(&reader, &Request::on(day))
}

fn shipped() -> Setup {
    let packs = Packs::shipped(pack::shipped_ids());
    let config = Config::default();
    let policy = Policy::assemble(&packs, &[], &config).unwrap_or_default();
    Setup {
        config,
        packs,
        policy,
        waivers: Waivers::default(),
        proposed_waivers: None,
        findings: Vec::new(),
        sources: BTreeMap::new(),
        refusal: None,
    }
}
