//! One row on a screen: what changed since it was read, what it says, what was found in it.

use std::fmt::Write as _;

use super::earlier::Earlier;
use crate::cli::edit::Target;
use crate::diff;
use crate::finding::Finding;
use crate::matrix::{Matrix, Row};
use crate::report::escape;
use crate::report::snippet::wrapped;
use crate::report::{Style, words};
use crate::show;

/// How many changes of one row are said.
const CHANGES: usize = 20;

/// Returns the screen of a row.
pub(super) fn of(
    target: &Target,
    row: &Row,
    (earlier, findings): (&Earlier, &[Finding]),
    progress: &str,
    style: &Style,
) -> String {
    let matrix = target.draft.matrix();
    let mut out = String::new();
    let line = |out: &mut String, indent: &str, text: &str| {
        out.push_str(&wrapped(indent, indent.len() + 2, &escape::terminal(text), style.columns()));
    };
    let _ = writeln!(out, "\n{}", style.paint("2", progress));
    let title = format!("{}  [{}]", row.label(), row.id);
    let _ = writeln!(out, "{}", style.paint("1", &escape::terminal(&title)));
    if let Some(activity) = row.activity.as_ref().filter(|activity| activity.as_str() != row.label()) {
        line(&mut out, "  ", activity);
    }
    for said in changed(matrix, row, earlier) {
        line(&mut out, "  ! ", &said);
    }
    line(&mut out, "  ", &format!("who acts: {}", words::holder(row.allocation, &matrix.sides())));
    for said in show::row::whole(matrix, row) {
        line(&mut out, "  - ", &said);
    }
    for finding in findings.iter().filter(|one| one.row.as_deref() == Some(&*row.id) && one.waived.is_none())
    {
        line(
            &mut out,
            "  ? ",
            &format!("{}[{}]: {}", finding.severity.word(), finding.rule, finding.message),
        );
    }
    out
}

/// Says what changed since the text that was read, if that is known.
fn changed(matrix: &Matrix, row: &Row, earlier: &Earlier) -> Vec<String> {
    let is_changed = row.reviewed.iter().any(|entry| entry.text == crate::matrix::TextRead::Changed);
    if !is_changed {
        return Vec::new();
    }
    let Some(before) = earlier.get(&row.id) else {
        return vec![
            "changed since it was read; the text that was read is not in the last commits".to_owned(),
        ];
    };
    let after = Matrix { rows: vec![row.clone()], ..matrix.without_rows() };
    let diff = diff::compare(before, &after);
    let in_row = diff.changes.iter().filter(|change| change.row.is_some() && change.field != "reviewed");
    let said: Vec<String> =
        in_row.take(CHANGES).map(|change| format!("since it was read: {}", diff.says(change))).collect();
    if said.is_empty() {
        vec!["changed since it was read: what holds for every row by default".to_owned()]
    } else {
        said
    }
}
