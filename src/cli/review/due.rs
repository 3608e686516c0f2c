//! What the calendar asks to be looked at: the matrix as a whole, its rows, what parties hold, whom to call, who can sign.

use jiff::civil::Date;

use super::is_walked;
use crate::cli::edit::Target;
use crate::matrix::{Matrix, Outcome, Party, Row, TextRead, short_name};
use crate::project::{Reader, SignoffState};
use crate::report::words;
use crate::state::States;

/// How many days ahead something is named.
const AHEAD: i32 = 60;
/// How many names are listed.
const NAMED: usize = 10;
/// After how many days an authorization has to be looked up again.
const YEAR: i32 = 365;

/// Returns what has to be looked at on a day, a line each.
pub(in crate::cli) fn lines(target: &Target, today: Date) -> Vec<String> {
    let matrix = target.draft.matrix();
    let mut lines = vec![whole(target, today)];
    lines.extend(rows(matrix, today));
    lines.extend(matrix.parties.iter().flat_map(|party| authorizations(party, today)));
    lines.extend(matrix.parties.iter().filter_map(contacts));
    lines.extend(keys(target, today));
    lines
}

/// Says when the matrix as a whole has to be reviewed.
fn whole(target: &Target, today: Date) -> String {
    let matrix = target.draft.matrix();
    let Some(review) = &matrix.review else {
        return "the matrix says nothing of a review as a whole".to_owned();
    };
    let renewed = target.opened.world.open().ok().and_then(|reader| renewed(&reader, target, today));
    let last = renewed.max(review.last);
    let every = review.every.as_ref().and_then(|every| every.span());
    let due = last.zip(every).and_then(|(last, every)| last.checked_add(every).ok());
    match (last, due) {
        (Some(last), Some(due)) if due < today => {
            format!("the whole: last reviewed on {last}, due since {due}")
        }
        (Some(last), Some(due)) => format!("the whole: last reviewed on {last}, due on {due}"),
        (Some(last), None) => format!("the whole: last reviewed on {last}"),
        (None, _) => "the whole: nobody has reviewed it".to_owned(),
    }
}

fn renewed(reader: &Reader<'_>, target: &Target, today: Date) -> Option<Date> {
    let states = States::read(reader).ok()?;
    let renewal = states.by_id.get(&target.draft.matrix().id)?.review.as_ref()?;
    renewal.counts(target.draft.text().as_bytes(), today).ok()
}

/// Says which rows are meant.
type Meant<'a> = &'a dyn Fn(&Row) -> bool;

fn rows(matrix: &Matrix, today: Date) -> Vec<String> {
    let every = matrix.review.as_ref().and_then(|review| review.every.as_ref()?.span());
    let is_old = |row: &Row| {
        let oldest = row.reviewed.iter().filter_map(|entry| entry.on).min();
        let due = oldest.zip(every).and_then(|(day, every)| day.checked_add(every).ok());
        due.is_some_and(|due| due < today)
    };
    let is_changed = |row: &Row| row.reviewed.iter().any(|entry| entry.text == TextRead::Changed);
    let is_disputed = |row: &Row| row.reviewed.iter().any(|entry| entry.outcome == Some(Outcome::Disputed));
    let is_open = |row: &Row| !is_walked(matrix, row) && !is_changed(row) && !is_disputed(row);
    let is_unknown = |row: &Row| row.reviewed.iter().any(|entry| entry.text == TextRead::Unknown);
    let kinds: [(&str, Meant<'_>); 5] = [
        ("not walked through", &is_open),
        ("changed since somebody read them", &is_changed),
        ("disputed", &is_disputed),
        ("read longer ago than the matrix is to be reviewed", &is_old),
        ("reviewed without a word on which text", &is_unknown),
    ];
    let mut lines = Vec::new();
    for (what, is_meant) in kinds {
        let ids: Vec<String> =
            matrix.rows.iter().filter(|row| is_meant(row)).map(|row| row.id.clone()).collect();
        if !ids.is_empty() {
            lines.push(format!("{} {what}: {}", words::count(ids.len(), "row"), words::some(&ids, NAMED)));
        }
    }
    lines
}

fn authorizations(party: &Party, today: Date) -> Vec<String> {
    let name = short_name(&party.name);
    let days = |from: Date, to: Date| from.until(to).map_or(0, |span| span.get_days());
    let said = party.authorizations.iter().filter_map(move |one| match (one.expires, one.as_of) {
        (Some(ends), _) if ends < today => Some(format!("{name}: {} ended on {ends}", one.kind)),
        (Some(ends), _) if days(today, ends) <= AHEAD => Some(format!("{name}: {} ends on {ends}", one.kind)),
        (_, Some(seen)) if days(seen, today) > YEAR => {
            Some(format!("{name}: {} was last looked up on {seen}", one.kind))
        }
        _ => None,
    });
    said.collect()
}

/// Names the contacts of a party, for nobody but a person knows whether they are still there.
fn contacts(party: &Party) -> Option<String> {
    let name = short_name(&party.name);
    let signs = matches!(party.side, crate::matrix::Side::Client | crate::matrix::Side::Provider);
    if party.contacts.is_empty() {
        return signs.then(|| format!("{name}: no contact is named"));
    }
    let contact = |one: &crate::matrix::Contact| {
        let role = one.role.as_deref().unwrap_or(&one.id);
        let channel = one.channel.as_deref().map(|channel| format!(" ({channel})")).unwrap_or_default();
        format!("{role}{channel}")
    };
    let all: Vec<String> = party.contacts.iter().map(contact).collect();
    Some(format!("{name}: are these still whom to call? {}", words::some(&all, NAMED)))
}

/// Names the parties for which one person alone can sign.
fn keys(target: &Target, today: Date) -> Vec<String> {
    let Ok(signoffs) = SignoffState::read(&target.opened.world, None, today) else { return Vec::new() };
    let parties = signoffs.standing.roster().map(|roll| roll.roster.parties.clone()).unwrap_or_default();
    let few = parties.iter().filter(|party| party.signers.len() < 2);
    few.map(|party| format!("{}: one person alone can sign", party.id)).collect()
}
