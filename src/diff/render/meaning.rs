//! What the changes mean for each party: figures, and under each figure the rows that it counts.

use std::collections::BTreeSet;

use super::phrase::{Speaker, bare};
use super::times::{Time, Times};
use crate::diff::{Effect, LeafMove, Proof, RowId};
use crate::report::words::{count, list, short_name};

/// Rows up to which it is said why the words of each may change a duty.
const REASONS: usize = 5;

/// What the changes mean for a party.
pub(super) struct Meaning {
    pub(super) name: String,
    /// What it has more, less or otherwise, with the number of rows, as the summary tells it.
    pub(super) figures: Vec<(&'static str, usize)>,
    /// What it has to do about which rows, such as "takes on 2 rows" and their labels.
    pub(super) points: Vec<(String, Vec<String>)>,
}

impl Meaning {
    /// Returns the figures in words.
    pub(super) fn sum(&self) -> String {
        let said = self.figures.iter().map(|(does, rows)| format!("{does} {rows}"));
        list(&said.collect::<Vec<_>>())
    }

    fn push(&mut self, said: &str, rows: Vec<String>) {
        if !rows.is_empty() {
            self.points.push((format!("{said} {}", count(rows.len(), "row")), rows));
        }
    }
}

/// Returns what the changes mean for everyone for whom they mean something.
pub(super) fn meanings(speaker: &Speaker<'_>, times: &Times<'_>) -> Vec<Meaning> {
    let diff = speaker.diff;
    let timed = times.parties();
    let mut meanings: Vec<Meaning> = Vec::new();
    for party in &diff.parties {
        let effect = diff.effects.iter().find(|effect| effect.party == party.id);
        let moves = diff.moved.iter().flat_map(|one| one.takes_on().chain(one.relieved()));
        if effect.is_some()
            || timed.contains(party.id.as_str())
            || moves.into_iter().any(|it| *it == party.id)
        {
            meanings.push(of_party(speaker, times, &party.id, &party.called, effect));
        }
    }
    if timed.contains("") {
        meanings.push(of_party(speaker, times, "", "Whoever does it", None));
    }
    meanings
}

fn of_party(
    speaker: &Speaker<'_>,
    times: &Times<'_>,
    party: &str,
    name: &str,
    effect: Option<&Effect>,
) -> Meaning {
    let mut meaning = Meaning { name: name.to_owned(), figures: Vec::new(), points: Vec::new() };
    if let Some(effect) = effect {
        for (does, rows) in moves(speaker, effect) {
            if !rows.is_empty() {
                meaning.figures.push((does, rows.len()));
                meaning.push(does, rows.into_iter().map(|row| with_part(speaker, row, party)).collect());
            }
        }
        let approves = effect.must_approve.iter().map(|row| speaker.row(row)).collect();
        meaning.push("must newly approve, decide or define in", approves);
        meaning
            .push("must keep evidence that it did not keep before, for", proofs(speaker, &effect.must_keep));
        let collects = proofs(speaker, &effect.must_collect);
        meaning.push("must collect evidence that it did not collect before, for", collects);
    }
    leaves(speaker, &mut meaning, party);
    if let Some(effect) = effect {
        // Many reasons stand with their texts, and are not said again.
        let is_few = effect.words_may_change.len() <= REASONS;
        let named = |row: &RowId| if is_few { speaker.with_reasons(row, party) } else { speaker.row(row) };
        let turned = effect.words_may_change.iter().map(named).collect();
        meaning.push("has to read words that may change its duty in", turned);
        let told = effect.described_otherwise.iter().map(|row| speaker.row(row)).collect();
        meaning.push("finds its work described otherwise in", told);
    }
    for time in Time::ALL {
        meaning.push(&format!("has a {}", time.says()), times.rows(speaker, party, time));
    }
    meaning
}

/// Returns the rows in which a party has more, less or something else; each row once.
fn moves<'a>(speaker: &Speaker<'a>, effect: &'a Effect) -> [(&'static str, Vec<&'a RowId>); 4] {
    let elsewhere: BTreeSet<&RowId> =
        [&effect.alone, &effect.gives_up, &effect.otherwise].into_iter().flatten().collect();
    let more: BTreeSet<&RowId> =
        [&effect.takes_on, &effect.must_approve, &effect.must_prove].into_iter().flatten().collect();
    let in_order = speaker.diff.rows.iter().map(|facts| &facts.row);
    let more = in_order.filter(|row| more.contains(row) && !elsewhere.contains(row)).collect();
    let is_alone: BTreeSet<&RowId> = effect.alone.iter().collect();
    let other = |rows: &'a [RowId]| rows.iter().filter(|row| !is_alone.contains(row)).collect();
    [
        ("takes on", more),
        ("is now alone with", effect.alone.iter().collect()),
        ("gives up", other(&effect.gives_up)),
        ("gives up or changes its part in", other(&effect.otherwise)),
    ]
}

/// Says which controls a party has or has no longer because the rows have another shape.
fn leaves(speaker: &Speaker<'_>, meaning: &mut Meaning, party: &str) {
    let moved = &speaker.diff.moved;
    let said = |one: &LeafMove, when: &str, others: &[String]| {
        format!("{}: now in row {}, {when} {}", bare(&one.control), one.row.id(), speaker.parties(others))
    };
    let came = moved.iter().filter(|one| one.takes_on().any(|it| it == party));
    let came: Vec<String> = came.map(|one| said(one, "before with", &one.had)).collect();
    let went = moved.iter().filter(|one| one.relieved().any(|it| it == party));
    let went: Vec<String> = went.map(|one| said(one, "now with", &one.has)).collect();
    for (does, all) in [("takes on", came), ("gives up", went)] {
        if !all.is_empty() {
            meaning.points.push((format!("{does} {}", count(all.len(), "control")), all));
        }
    }
}

fn with_part(speaker: &Speaker<'_>, row: &RowId, party: &str) -> String {
    match speaker.part(row, party) {
        Some(part) => format!("{}: {part}", speaker.row(row)),
        None => speaker.row(row),
    }
}

fn proofs(speaker: &Speaker<'_>, proofs: &[Proof]) -> Vec<String> {
    let said = proofs.iter().map(|proof| {
        let row = speaker.row(&proof.row);
        let pieces: Vec<String> = proof.evidence.iter().map(|piece| format!("“{piece}”")).collect();
        match &pieces[..] {
            [] => format!("{row}: the row names none yet"),
            pieces => format!("{row}: {}", list(pieces)),
        }
    });
    said.collect()
}

/// Returns a party's name as people say it in one line.
pub(super) fn short(meaning: &Meaning) -> &str {
    short_name(&meaning.name)
}
