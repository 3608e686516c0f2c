//! A judgement in which nothing was found, as tests and benches offer it with a version.

use countersign::trust::day::Day;
use countersign::trust::judged::Judged;
use countersign::trust::name::Digest;
use countersign::trust::statement::MatrixRef;

/// Returns a judgement of a version on a day in which nothing was found.
pub(crate) fn clean(matrix: MatrixRef, as_of: Day) -> Judged {
    Judged {
        format: "countersign/judged/1".into(),
        as_of,
        tool: "0.1.0".into(),
        matrix,
        schema: Digest::of(b"schema"),
        packs: Vec::new(),
        config: None,
        waivers_file: None,
        policies: Vec::new(),
        waivers: Vec::new(),
        findings: Vec::new(),
    }
}
