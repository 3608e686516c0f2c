//! The list of the evidence: what it is, who collects it, where it lies, how long it is kept, what it proves.

use super::{Leaf, named};
use crate::matrix::{Evidence, Matrix, Row};
use crate::show::sentence::{self, term};

/// The terms in the order of reading.
pub(super) const TERMS: &[&str] =
    &["kind", "collected by", "place", "kept", "kept by", "assessed by", "where", "proves", "rows"];

/// One thing and every row that names it.
struct Piece<'a> {
    evidence: &'a Evidence,
    rows: Vec<(&'a Row, &'a Evidence)>,
}

/// Returns a leaf for each piece of evidence, or for those that one party collects or keeps.
pub(super) fn leaves(matrix: &Matrix, only: Option<&str>) -> Vec<Leaf> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for row in &matrix.rows {
        for evidence in
            row.evidence.iter().filter(|one| only.is_none_or(|party| concerns(matrix, row, one, party)))
        {
            match pieces.iter_mut().find(|piece| is_same(piece.evidence, evidence)) {
                Some(piece) => piece.rows.push((row, evidence)),
                None => pieces.push(Piece { evidence, rows: vec![(row, evidence)] }),
            }
        }
    }
    pieces.iter().map(|piece| leaf(matrix, piece)).collect()
}

fn concerns(matrix: &Matrix, row: &Row, evidence: &Evidence, party: &str) -> bool {
    let keeps = |id: &String| id == party;
    evidence.collector.as_deref() == Some(party) || sentence::keeping(matrix, row).iter().any(keeps)
}

/// Says whether two rows name one thing: all but what it proves and where is the same.
fn is_same(one: &Evidence, other: &Evidence) -> bool {
    let plain =
        |evidence: &Evidence| Evidence { scope: Vec::new(), controls: Vec::new(), ..evidence.clone() };
    plain(one) == plain(other)
}

fn leaf(matrix: &Matrix, piece: &Piece<'_>) -> Leaf {
    let evidence = piece.evidence;
    let mut leaf = Leaf::of(evidence.artifact.clone());
    if evidence.is_final == Some(false) {
        leaf.alarm = Some("a draft, which is no evidence");
    } else if evidence.location.is_none() {
        leaf.alarm = Some("nobody says where it lies");
    }
    leaf.add("kind", evidence.kind.as_deref().map(term));
    leaf.add("collected by", evidence.collector.as_ref().map(|by| sentence::name(matrix, by).to_owned()));
    leaf.add("place", evidence.location.clone());
    let retention = evidence.retention.as_ref().or(matrix.defaults.retention.as_ref());
    leaf.add("kept", retention.map(crate::matrix::Duration::words));
    leaf.add("kept by", piece.rows.iter().filter_map(|(row, _)| sentence::keepers(matrix, row)));
    leaf.add("assessed by", evidence.method.clone());
    let scopes = piece.rows.iter().filter(|(_, own)| !own.scope.is_empty());
    leaf.add("where", scopes.map(|(_, own)| sentence::scopes(matrix, &own.scope)));
    let controls = piece
        .rows
        .iter()
        .flat_map(|(row, own)| if own.controls.is_empty() { &row.controls } else { &own.controls });
    leaf.add("proves", controls.map(|control| sentence::control(matrix, control).to_owned()));
    leaf.add("rows", piece.rows.iter().map(|(row, _)| named(row)));
    leaf
}
