//! A diff for a spreadsheet: a line for each file that could not be compared, each weaker check and each change.

use super::Comparison;
use super::phrase::Speaker;
use crate::document::sheet;

const COLUMNS: [&str; 6] = ["matrix", "row", "class", "material", "field", "change"];

/// Renders everything that the document has, the gravest kind first.
pub(super) fn render(document: &Comparison) -> String {
    let line = |cells: [&str; 6]| cells.map(str::to_owned).to_vec();
    let unread = document.unread.iter().map(|file| line(["", "", "not-compared", "true", "", file]));
    let mut rows: Vec<Vec<String>> = unread.collect();
    rows.extend(document.weakenings().iter().map(|one| {
        let what = format!("{} ({})", one.kind.says(), one.subject);
        line(["", one.row.as_deref().unwrap_or_default(), "weaker-check", "true", one.kind.word(), &what])
    }));
    for compared in &document.matrices {
        let speaker = Speaker::of(&compared.diff);
        rows.extend(compared.diff.changes.iter().map(|change| {
            let row = change.row.as_ref().map(|row| row.id()).unwrap_or_default();
            let material = if change.material { "true" } else { "false" };
            let sentence = speaker.sentence(change);
            line([&compared.diff.id, row, change.class.word(), material, &change.field, &sentence])
        }));
    }
    sheet::render(&COLUMNS, &rows)
}
