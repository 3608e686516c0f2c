//! What one matrix amounts to: who holds how much, what is nobody's, how far it is from a signature.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::coverage::Owned;
use crate::finding::{Finding, Severity, Stage};
use crate::matrix::{Allocation, Deed, Matrix, MatrixKind, Party, Row};
use crate::pack::Packs;
use crate::policy::kinds;
use crate::report::{Share, Summary};

/// Sums up one matrix and its findings.
pub(super) fn of(matrix: &Matrix, packs: &Packs, file: &str, findings: &[Finding], today: Date) -> Summary {
    let count =
        |allocation: Allocation| matrix.rows.iter().filter(|row| row.allocation == allocation).count();
    let allocations = Allocation::ALL.into_iter().map(|one| (one.word().to_owned(), count(one))).collect();
    let nobody = matrix.rows.iter().filter(|row| row.allocation == Allocation::Unassigned);
    let walked = |row: &&Row| row.is_agreed() && kinds::absent(matrix, row, today).is_none();
    let agreed = matrix.rows.iter().filter(walked);
    let mut summary = Summary {
        id: matrix.id.clone(),
        version: matrix.version.clone(),
        title: matrix.title.clone(),
        file: file.to_owned(),
        standing: if matrix.kind == MatrixKind::Standard { "standard" } else { "draft" }.to_owned(),
        standing_words: None,
        in_force: None,
        rows: matrix.rows.len(),
        allocations,
        parties: matrix.parties.iter().map(|party| share(matrix, party)).collect(),
        nobody: nobody.map(|row| row.id.clone()).collect(),
        reviewed: agreed.count(),
        blocking: findings.iter().filter(|finding| blocks(finding)).count(),
        coverage: BTreeMap::new(),
        points: BTreeMap::new(),
    };
    let owned = Owned::of([matrix]);
    for framework in &matrix.frameworks {
        let Some(catalogue) = packs.catalogue(&framework.pack) else { continue };
        summary.coverage.insert(framework.pack.clone(), owned.cover(catalogue, framework));
        summary
            .points
            .extend(owned.points(catalogue, framework).map(|points| (framework.pack.clone(), points)));
    }
    summary
}

/// Returns whether a finding keeps the text from being signed.
fn blocks(finding: &Finding) -> bool {
    finding.waived.is_none() && (finding.severity == Severity::Error || finding.stage == Stage::Signature)
}

fn share(matrix: &Matrix, party: &Party) -> Share {
    let rows_with = |deed: Option<Deed>| {
        let holds = |duty: &crate::matrix::Duty| {
            duty.party == party.id && deed.is_none_or(|deed| duty.deed.counts() == deed)
        };
        matrix.rows.iter().filter(|row| row.duties.iter().any(holds)).count()
    };
    let keeps: BTreeSet<&str> = matrix
        .rows
        .iter()
        .filter(|row| {
            matrix.duties(row).any(|duty| duty.party == party.id && duty.deed == Deed::RetainEvidence)
        })
        .map(|row| row.id.as_str())
        .collect();
    Share {
        party: party.id.clone(),
        name: party.name.clone(),
        side: party.side.word().to_owned(),
        rows: rows_with(None),
        performs: rows_with(Some(Deed::Perform)),
        approves: rows_with(Some(Deed::Approve)),
        keeps_evidence: keeps.len(),
    }
}
