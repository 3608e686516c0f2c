//! How the versions of one matrix follow each other: one line, each naming the one before.

use std::collections::BTreeMap;

use super::consent::{Consent, Outcome};
use super::name::{Digest, Version};
use super::statement::VersionRef;

/// Where a version is in the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the line.
    Standing,
    /// Next in the line in one reading, and in another not there.
    Contested,
    /// Another complete version follows the same one.
    Forked(Vec<Version>),
    /// Every party took it back in favour of another one, or one did before it was complete.
    TakenBack,
    /// What it follows is not in the line.
    Detached,
}

/// One version with the digest of its bytes and what its statements come to.
pub(super) type Versions = BTreeMap<Version, (Option<Digest>, Consent)>;

/// Places every version that is complete in at least one reading.
pub(super) fn place(versions: &Versions) -> BTreeMap<Version, Place> {
    let mut places = BTreeMap::new();
    let mut tip = None;
    while let Some(next) = step(tip, versions, &mut places) {
        tip = Some(next);
    }
    for (version, (_, consent)) in versions.iter().filter(|(_, (_, consent))| consent.outcome.is_complete()) {
        if !places.contains_key(version) {
            let place = off_the_line(consent, &places);
            places.insert(*version, place);
        }
    }
    places
}

/// Says whether a complete version names this one as the one before. One that was taken back before its last signature
/// in one reading closes nothing: that signature may be one party's alone.
pub(super) fn is_succeeded(version: Version, sha256: Option<Digest>, higher: &Versions) -> bool {
    let own = sha256.map(|sha256| VersionRef { version, sha256 });
    own.is_some() && higher.values().any(|(_, consent)| !consent.is_abandoned && follows(consent, own))
}

fn follows(consent: &Consent, before: Option<VersionRef>) -> bool {
    let agreed = consent.agreement.as_ref().filter(|_| consent.outcome.is_complete());
    agreed.is_some_and(|agreement| agreement.previous == before)
}

/// Places what follows `tip` and returns the next of the line, if it is certain.
fn step(
    tip: Option<VersionRef>,
    versions: &Versions,
    places: &mut BTreeMap<Version, Place>,
) -> Option<VersionRef> {
    let mut next: Vec<Version> = versions
        .iter()
        .filter(|(_, (_, consent))| follows(consent, tip))
        .map(|(version, _)| *version)
        .collect();
    let consent = |version: &Version| &versions[version].1;
    if next.len() > 1 {
        let has_certain = next.iter().any(|version| consent(version).outcome == Outcome::Complete);
        let is_back = |one: &Consent| one.is_taken_back_by_all || (has_certain && one.is_abandoned);
        let (back, kept) = next.into_iter().partition(|version| is_back(consent(version)));
        next = kept;
        places.extend(back.into_iter().map(|version: Version| (version, Place::TakenBack)));
    }
    let chosen = match next.as_slice() {
        [only] => *only,
        _ => {
            let mut closed = next.iter().filter(|version| consent(version).is_closed);
            let (first, second) = (closed.next().copied(), closed.next());
            let chosen = first.filter(|_| second.is_none());
            for version in next.iter().filter(|version| Some(**version) != chosen) {
                let rivals = next.iter().copied().filter(|other| other != version).collect();
                places.insert(*version, Place::Forked(rivals));
            }
            chosen?
        }
    };
    if consent(&chosen).outcome != Outcome::Complete {
        places.insert(chosen, Place::Contested);
        return None;
    }
    places.insert(chosen, Place::Standing);
    Some(VersionRef { version: chosen, sha256: versions[&chosen].0? })
}

fn off_the_line(consent: &Consent, places: &BTreeMap<Version, Place>) -> Place {
    let previous = consent.agreement.as_ref().and_then(|agreement| agreement.previous);
    match previous.and_then(|previous| Some((previous.version, places.get(&previous.version)?))) {
        Some((version, Place::Forked(_))) => Place::Forked(vec![version]),
        _ => Place::Detached,
    }
}
