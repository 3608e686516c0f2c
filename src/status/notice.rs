//! What the calendar will bring, told before it comes.

use crate::project::calendar::Calendar;
use crate::project::words::{self, Names};
use crate::project::{SignoffState, apart};
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
    open: &[&VersionStanding],
    names: &Names,
    signoffs: &SignoffState,
) -> Vec<String> {
    let today = signoffs.standing.day;
    let mut notices = Vec::new();
    for one in open {
        notices.extend(open_offer(one, today, names));
        notices.extend(apart::approvals(one));
    }
    notices.extend(calendar.and_then(|calendar| end(calendar, today)));
    for one in open.iter().copied().chain(in_force).filter(|one| !one.contests.is_empty()) {
        let count = crate::report::words::count(one.contests.len(), "statement");
        notices.push(format!("version {} is disputed by {count}", one.version));
    }
    for one in open.iter().filter(|one| !one.withdraws.is_empty()) {
        notices.push(withdrawn(one, names));
    }
    notices
}

fn open_offer(one: &VersionStanding, today: Day, names: &Names) -> Option<String> {
    let from = one.head.as_ref()?.effective_from;
    let days = days_until(today, from);
    let lacking = words::lacking(&one.missing, names);
    match (&one.state, days) {
        (State::Offered, past) if past < 0 => Some(format!(
            "version {} was to hold from {from}, {} days ago, and {lacking}",
            one.version, -past
        )),
        (State::Complete, days) if days <= OFFER_AHEAD => {
            let waits: Vec<String> = one.waits_for.iter().map(|party| names.name(party)).collect();
            Some(format!(
                "version {} is to hold from {from}, and begins only when {} has given its last word",
                one.version,
                crate::report::words::list(&waits)
            ))
        }
        (State::Offered, soon) if soon <= OFFER_AHEAD => {
            Some(format!("version {} is to hold from {from}, {}, and {lacking}", one.version, ahead(soon)))
        }
        _ => None,
    }
}

/// Says who does not want an offer to be completed; that changes nothing for who has not closed it yet.
fn withdrawn(one: &VersionStanding, names: &Names) -> String {
    let said = one.statements.iter().filter(|at| one.withdraws.contains(&at.digest));
    let parties: std::collections::BTreeSet<String> =
        said.filter_map(|at| at.accepted()).map(|said| names.name(&said.party)).collect();
    let parties: Vec<String> = parties.into_iter().collect();
    let verb = if parties.len() == 1 { "does" } else { "do" };
    format!(
        "{} {verb} not want version {} to be completed any more; who has not given the last word can still close it",
        crate::report::words::list(&parties),
        one.version
    )
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
