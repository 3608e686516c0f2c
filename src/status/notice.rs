//! What the calendar will bring, told before it comes.

use crate::project::calendar::Calendar;
use crate::project::words::{self, Names};
use crate::project::{SignoffState, apart, dispute, open};
use crate::report::words::{count, list};
use crate::trust::day::Day;
use crate::trust::force::Force;
use crate::trust::standing::{State, VersionStanding};

/// How many days ahead the end of a version is told.
const END_AHEAD: i32 = 60;
/// How many days ahead the day of an open offer is told.
const OFFER_AHEAD: i32 = 14;

/// Returns what is to be known soon about a matrix.
pub(super) fn about(
    calendar: Option<&Calendar<'_>>,
    in_force: Option<&VersionStanding>,
    versions: &[&VersionStanding],
    names: &Names,
    signoffs: &SignoffState,
) -> Vec<String> {
    let today = signoffs.standing.day;
    let mut notices = Vec::new();
    for one in versions {
        notices.extend(open_offer(one, today, names).filter(|_| open::is_urged(one, &signoffs.standing)));
        notices.extend(apart::approvals(one));
    }
    notices.extend(calendar.and_then(|calendar| end(calendar, today)));
    for one in versions.iter().copied().chain(in_force) {
        notices.extend(dispute::says(one, names).map(|said| format!("version {} is {said}", one.version)));
    }
    for one in versions {
        notices.extend(withdrawn(one, names));
        notices.extend(can_still(one, calendar, names, signoffs));
    }
    notices
}

fn open_offer(one: &VersionStanding, today: Day, names: &Names) -> Option<String> {
    let from = one.head.as_ref()?.effective_from;
    let days = days_until(today, from);
    let lacking = words::lacking(&one.missing, names);
    match (&one.state, days) {
        (State::Offered, past) if past < 0 => Some(format!(
            "version {} was to hold from {from}, {} ago, and {lacking}",
            one.version,
            count(past.unsigned_abs() as usize, "day")
        )),
        (State::Complete, days) if days <= OFFER_AHEAD => {
            let waits: Vec<String> = one.waits_for.iter().map(|party| names.name(party)).collect();
            Some(format!(
                "version {} is to hold from {from}, and begins only when {} {} its last word",
                one.version,
                list(&waits),
                if waits.len() == 1 { "has given" } else { "have each given" }
            ))
        }
        (State::Offered, soon) if soon <= OFFER_AHEAD => {
            Some(format!("version {} is to hold from {from}, {}, and {lacking}", one.version, ahead(soon)))
        }
        _ => None,
    }
}

/// Says who does not want an offer to be completed; that changes nothing for who has not closed it yet.
fn withdrawn(one: &VersionStanding, names: &Names) -> Option<String> {
    let parties: Vec<String> = open::withdrawn_by(one).iter().map(|party| names.name(party)).collect();
    let verb = if parties.len() == 1 { "does" } else { "do" };
    (!parties.is_empty()).then(|| {
        format!("{} {verb} not want version {} to be completed any more", list(&parties), one.version)
    })
}

/// Says who can still sign or close a version that nobody is urged to, and what that would do.
fn can_still(
    one: &VersionStanding,
    calendar: Option<&Calendar<'_>>,
    names: &Names,
    signoffs: &SignoffState,
) -> Option<String> {
    if open::is_urged(one, &signoffs.standing) {
        return None;
    }
    let (id, version) = (&one.id, one.version);
    match one.state {
        State::Complete => {
            let waits: Vec<String> = one.waits_for.iter().map(|party| names.name(party)).collect();
            let held = closed_now(one, calendar, signoffs.standing.day);
            Some(format!(
                "{} can still close version {version}, with `countersign mark {id}@{version}`: {held}",
                list(&waits)
            ))
        }
        State::Offered => {
            let missing = one.missing.keys().filter(|party| open::can_be_signed(one, party, signoffs));
            let missing: Vec<String> = missing.map(|party| names.name(party)).collect();
            Some(match &missing[..] {
                [] => format!("version {version} can no longer be signed as things stand"),
                parties => format!(
                    "{} can still sign version {version}, with `countersign sign {id}@{version}`",
                    list(parties)
                ),
            })
        }
        State::Future
        | State::InForce
        | State::Superseded(_)
        | State::Ended
        | State::InQuestion(_)
        | State::InDoubt => None,
    }
}

/// Says when a complete version would be in force if it were closed today.
fn closed_now(one: &VersionStanding, calendar: Option<&Calendar<'_>>, today: Day) -> String {
    let Some(head) = &one.head else { return "all parties are bound by it then".to_owned() };
    let begin = if head.retroactive.is_some() { head.effective_from } else { head.effective_from.max(today) };
    let versions = calendar.into_iter().flat_map(|calendar| calendar.matrix.versions.values());
    let higher = versions.filter(|other| other.version > one.version);
    let next = higher.filter_map(|other| Some((other.begin.possible?, other.version))).min();
    match next {
        Some((day, next)) if day <= begin => {
            format!("all parties are bound by it then, and {next} stays in force")
        }
        Some((day, next)) => {
            format!(
                "then all are bound, and it is in force from {begin} until {next} takes its place on {day}"
            )
        }
        None => format!("then all are bound, and it is in force from {begin}"),
    }
}

/// Says that what is in force ends soon; nothing where another version takes its place, which is told as agreed.
fn end(calendar: &Calendar<'_>, today: Day) -> Option<String> {
    let version = calendar.in_force()?.version;
    let next = calendar.next()?;
    let until = next.from?;
    let soon = Some(days_until(today, until)).filter(|days| *days <= END_AHEAD).map(ahead)?;
    match next.force {
        Force::Version(_) => None,
        Force::Ended(_) | Force::Nothing => Some(format!("version {version} ends {soon}, on {until}")),
        Force::InDoubt { .. } => Some(format!("version {version} may end {soon}, on {until}")),
    }
}

fn days_until(today: Day, day: Day) -> i32 {
    today.0.until(day.0).map_or(0, |span| span.get_days())
}

fn ahead(days: i32) -> String {
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        more => format!("in {more} days"),
    }
}
