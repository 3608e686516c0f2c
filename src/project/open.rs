//! What can still become of a version that is not agreed: who can sign it, who can close it, and what speaks against
//! urging anybody to do so.
//!
//! An accepted offer stays open to whoever has not closed it, also after a notice and after higher versions. That is to be
//! known; it is nothing to be urged.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{SignoffState, precondition};
use crate::trust::judged::Judged;
use crate::trust::name::{Digest, PartyId, Version};
use crate::trust::standing::{Standing, State, StatementStanding, VersionStanding};
use crate::trust::statement::{Decision, Statement, folder};

/// How many days back a judgement may lie when somebody signs it.
pub const MOST_DAYS: i32 = 30;

/// Returns the parties that gave notice and have not signed the version again since.
pub fn withdrawn_by(one: &VersionStanding) -> BTreeSet<PartyId> {
    let said: Vec<(&StatementStanding, &Statement)> =
        one.statements.iter().filter_map(|at| Some((at, at.accepted()?))).collect();
    let is_lifted = |notice: &Digest, by: &Statement| {
        said.iter().any(|(_, later)| {
            matches!(later.decision, Decision::Approve | Decision::Acknowledge)
                && (&later.party, &later.signer) == (&by.party, &by.signer)
                && later.after.contains(notice)
        })
    };
    let notices = said.iter().filter(|(at, _)| one.withdraws.contains(&at.digest));
    let open = notices.filter(|(at, by)| !is_lifted(&at.digest, by));
    open.map(|(_, by)| by.party.clone()).collect()
}

/// Returns the higher version that keeps this one from being urged: one that is agreed, or, of an offer that is not
/// accepted, one that is offered and wanted.
pub fn overtaken_by(one: &VersionStanding, standing: &Standing) -> Option<Version> {
    let versions = &standing.matrices.get(&one.id)?.versions;
    let is_in_the_way = |next: &VersionStanding| match next.state {
        State::Offered | State::Complete => {
            one.state == State::Offered && next.sha256.is_some() && withdrawn_by(next).is_empty()
        }
        State::Future
        | State::InForce
        | State::Superseded(_)
        | State::Ended
        | State::InQuestion(_)
        | State::InDoubt => true,
    };
    let mut higher = versions.values().rev().take_while(|next| next.version > one.version);
    higher.find(|next| is_in_the_way(next)).map(|next| next.version)
}

/// Says whether anybody is to be urged to sign or close a version: nobody if a party gave notice or a higher one took its
/// place.
pub fn is_urged(one: &VersionStanding, standing: &Standing) -> bool {
    withdrawn_by(one).is_empty() && overtaken_by(one, standing).is_none()
}

/// Says whether a party can still sign an offered version, as far as that depends on the sign-offs and the day.
pub fn can_be_signed(one: &VersionStanding, party: &PartyId, signoffs: &SignoffState) -> bool {
    let standing = &signoffs.standing;
    let day = standing.day.0;
    let Some(head) = one.head.as_ref().filter(|_| one.state == State::Offered) else { return false };
    let blocks = |one: &precondition::Obstacle| one.blocks;
    !precondition::of(&head.into(), standing, day).iter().any(blocks)
        && precondition::higher_approved(standing, &one.id, one.version, party).is_none()
        && !has_agreed_to_next(standing, party)
        && is_recent(one, signoffs, day)
}

fn has_agreed_to_next(standing: &Standing, party: &PartyId) -> bool {
    standing.proposed().is_some_and(|next| next.signed.iter().any(|(signed, ..)| signed == party))
}

/// Says whether the check that was offered along with the version is recent enough to be signed.
fn is_recent(one: &VersionStanding, signoffs: &SignoffState, day: Date) -> bool {
    let path = format!("{}/judged.json", folder(&one.id, one.version));
    let judged = signoffs.tree.get(&path).and_then(|blob| Judged::parse(&blob.bytes).ok());
    judged.is_some_and(|judged| (0..=MOST_DAYS).contains(&days(judged.as_of.0, day)))
}

/// Returns how many days lie between two days.
pub fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(i32::MAX, |span| span.get_days())
}
