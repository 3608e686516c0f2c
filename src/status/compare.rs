//! The code that both sides read to each other on the phone, to see that they look at the same sign-offs.
//!
//! It covers every file of the sign-offs that could be read, also one that does not count, with its verdict, and what all
//! of them come to on the day. So two trees that stand differently never share it.

use std::fmt::Write as _;

use crate::trust::name::{Digest, MatrixId};
use crate::trust::standing::{MatrixStanding, Standing, VersionStanding};

/// How much of a digest is read aloud: 24 hex digits in groups of four, 96 bits.
const SHOWN: usize = 29;

/// Returns a short digest of everything that was judged, with what it comes to on the day.
pub fn code(standing: &Standing) -> String {
    let mut text = format!("day {} anchored {}\n", standing.day, standing.is_anchored);
    for one in standing.rosters.values() {
        let digest = one.roll.as_ref().map(|roll| roll.digest.to_string()).unwrap_or_default();
        let _ = write!(text, "roster {} {digest} {:?}", one.path, one.state);
        for (party, signer, key) in &one.signed {
            let _ = write!(text, " {party}/{signer}/{key}");
        }
        text.push('\n');
    }
    for one in &standing.revocations {
        let _ = writeln!(text, "revocation {} {} {:?}", one.path, one.digest, one.state);
    }
    for (id, matrix) in &standing.matrices {
        add_matrix(&mut text, id, matrix, standing);
    }
    // What could not be read is told with its place.
    for one in &standing.faults {
        let _ = writeln!(text, "fault {} {}", one.rule, one.file);
    }
    Digest::of(text.as_bytes()).grouped()[..SHOWN].to_owned()
}

fn add_matrix(text: &mut String, id: &MatrixId, matrix: &MatrixStanding, standing: &Standing) {
    let _ = writeln!(text, "matrix {id} {:?} {:?}", matrix.in_force(standing.day), matrix.replaced);
    for one in matrix.versions.values() {
        add_version(text, one);
    }
}

fn add_version(text: &mut String, one: &VersionStanding) {
    let VersionStanding { id, version, sha256, state, begin, agreement, missing, waits_for, mark, .. } = one;
    let _ = writeln!(text, "version {id} {version} {sha256:?} {state:?} {begin:?} {:?}", one.closed_on);
    let _ = writeln!(text, "agreed {agreement:?} {missing:?} {waits_for:?} {:?} {mark:?}", one.bound);
    let mut said: Vec<String> = one
        .statements
        .iter()
        .map(|at| format!("statement {} {} {:?}\n", at.path, at.digest, at.verdict))
        .collect();
    said.sort_unstable();
    text.push_str(&said.concat());
}
