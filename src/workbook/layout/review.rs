//! The columns in which a party says what it thinks of a row: agree, dispute, note.

use super::{Cell, Column, Holds};
use crate::matrix::{Matrix, Outcome, Reviewed, Row, Side, TextRead};
use crate::show::sentence;

/// One of the three columns of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It agrees.
    Agree,
    /// It does not.
    Dispute,
    /// Why, or what it remarks.
    Note,
}

const ANSWERS: [(Answer, &str, u8); 3] =
    [(Answer::Agree, "Agree", 9), (Answer::Dispute, "Dispute", 9), (Answer::Note, "Note", 32)];

/// The path by which the cells of these columns are told from locked ones.
pub(super) const PATH: &str = "reviewed";

/// Returns the columns of the parties that walk through, or of the one that the workbook is for.
pub(super) fn columns(matrix: &Matrix, only: Option<&str>) -> Vec<Column> {
    let of = |party: &str| {
        let name = sentence::name(matrix, party).to_owned();
        let party = party.to_owned();
        ANSWERS.map(|(answer, word, width)| Column {
            heading: format!("{word}: {name}"),
            width,
            holds: Holds::Review(answer, party.clone()),
            choices: if answer == Answer::Note { Vec::new() } else { vec!["x".to_owned()] },
        })
    };
    parties(matrix, only).into_iter().flat_map(of).collect()
}

/// Returns the cells of a row in these columns: what the party said of the text as it is.
pub(super) fn cells(matrix: &Matrix, row: &Row, only: Option<&str>) -> Vec<Cell> {
    let of = |party: &str| {
        let is_own = |one: &&Reviewed| one.party.as_deref() == Some(party) && one.text == TextRead::Same;
        let said = row.reviewed.iter().find(is_own);
        let mark = |outcome: Outcome| {
            if said.is_some_and(|said| said.outcome == Some(outcome)) { "x" } else { "" }.to_owned()
        };
        let note = said.and_then(|said| said.note.as_deref()).unwrap_or_default();
        let cell = |text: String| Cell { text, path: Some(PATH) };
        [cell(mark(Outcome::Agreed)), cell(mark(Outcome::Disputed)), cell(super::fitting(note))]
    };
    parties(matrix, only).into_iter().flat_map(of).collect()
}

fn parties<'m>(matrix: &'m Matrix, only: Option<&'m str>) -> Vec<&'m str> {
    let walks = |side: Side| matches!(side, Side::Client | Side::Provider);
    let all = matrix.parties.iter().filter(|party| walks(party.side)).map(|party| party.id.as_str());
    match only {
        Some(party) => vec![party],
        None => all.collect(),
    }
}
