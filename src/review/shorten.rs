//! Leaves out what two versions of a matrix share: rows that are the same, byte for byte, need not be read to be compared.
//!
//! Only where nothing around the rows differs that could change what a row means; else both texts are read as they are.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use crate::matrix::{Matrix, Row};
use crate::source::cut::Cut;

/// The members whose change touches no row.
const APART: [&str; 8] =
    ["version", "title", "effectiveFrom", "effectiveUntil", "retroactive", "replaces", "review", "agreement"];

/// A text without what it shares with another one.
#[derive(Debug, PartialEq)]
pub(super) struct Short<'t> {
    /// The text that is left: the members around the rows, and the rows of its own.
    pub(super) bytes: Vec<u8>,
    /// What stands at each place of its list: a shared row, or one of its own.
    rows: Vec<Option<&'t str>>,
}

/// Reads rows that two texts share, once.
#[derive(Default)]
pub(super) struct Shared<'t>(HashMap<&'t str, Row>);

/// Returns both texts without the rows that they share; nothing where that could change what is found.
pub(super) fn shorten<'t>(before: &'t [u8], after: &'t [u8]) -> Option<(Short<'t>, Short<'t>)> {
    let (before, after) = (Text::of(before)?, Text::of(after)?);
    if before.around()? != after.around()? {
        return None;
    }
    let mut seen: HashMap<&str, (usize, usize)> = HashMap::with_capacity(before.cut.elements.len() * 2);
    before.rows().for_each(|row| seen.entry(row).or_default().0 += 1);
    after.rows().for_each(|row| seen.entry(row).or_default().1 += 1);
    let is_shared = |row: &&str| seen.get(row) == Some(&(1, 1));
    // A list of rows may not be empty, so the first shared one is read on both sides.
    let first = before.rows().find(is_shared)?;
    let is_shared = |row: &&str| is_shared(row) && *row != first;
    Some((before.without(is_shared), after.without(is_shared)))
}

impl<'t> Shared<'t> {
    /// Reads what is left of the file at `path` and puts the shared rows back; nothing where it is no matrix.
    pub(super) fn read(&mut self, path: &str, short: Short<'t>) -> Option<Matrix> {
        let mut matrix = Matrix::read(path, short.bytes).ok()?;
        let mut own = std::mem::take(&mut matrix.rows).into_iter();
        let rows = short.rows.into_iter().map(|row| match row {
            None => own.next(),
            Some(text) => self.row(text),
        });
        matrix.rows = rows.collect::<Option<_>>()?;
        Some(matrix)
    }

    fn row(&mut self, text: &'t str) -> Option<Row> {
        if let Some(row) = self.0.remove(text) {
            return Some(row);
        }
        let row: Row = serde_json::from_str(text).ok()?;
        self.0.insert(text, row.clone());
        Some(row)
    }
}

struct Text<'t> {
    text: &'t str,
    cut: Cut,
}

impl<'t> Text<'t> {
    /// Takes a text that is JSON throughout, also where it will not be read.
    fn of(bytes: &'t [u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        serde_json::from_str::<IgnoredAny>(text).ok()?;
        Some(Self { text, cut: Cut::of(bytes, "rows", None)? })
    }

    fn rows(&self) -> impl Iterator<Item = &'t str> {
        self.cut.elements.iter().map(|row| &self.text[row.range.clone()])
    }

    /// Returns the members that rows depend on.
    fn around(&self) -> Option<Map<String, Value>> {
        let mut around: Map<String, Value> =
            serde_json::from_slice(&self.cut.around(self.text.as_bytes())).ok()?;
        around.retain(|key, _| !APART.contains(&key.as_str()));
        Some(around)
    }

    fn without(&self, is_shared: impl Fn(&&str) -> bool) -> Short<'t> {
        let rows: Vec<Option<&str>> = self.rows().map(|row| Some(row).filter(&is_shared)).collect();
        let own: Vec<&str> = self.rows().filter(|row| !is_shared(row)).collect();
        let (before, after) = self.cut.sides(self.text.as_bytes());
        Short { bytes: [before, own.join(",").as_bytes(), after].concat(), rows }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Shared, shorten};
    use crate::matrix::Matrix;

    fn text(version: &str, parties: &str, rows: &[&str]) -> Vec<u8> {
        format!(
            r#"{{"id": "m", "version": "{version}", "parties": {parties}, "rows": [{}]}}"#,
            rows.join(", ")
        )
        .into_bytes()
    }

    #[test]
    fn shared_rows_are_left_out_but_one() {
        let before =
            text("1.0", "[]", &[r#"{"id": "a"}"#, r#"{"id": "b"}"#, r#"{"id": "c"}"#, r#"{"id": "d"}"#]);
        let after =
            text("1.1", "[]", &[r#"{"id": "d"}"#, r#"{"id": "a"}"#, r#"{"id": "B"}"#, r#"{"id": "c"}"#]);
        let (left, right) = shorten(&before, &after).expect("they share rows");
        assert_eq!(left.bytes, text("1.0", "[]", &[r#"{"id": "a"},{"id": "b"}"#]));
        assert_eq!(right.bytes, text("1.1", "[]", &[r#"{"id": "a"},{"id": "B"}"#]));
        assert_eq!(right.rows, [Some(r#"{"id": "d"}"#), None, None, Some(r#"{"id": "c"}"#)]);
    }

    #[test]
    fn nothing_is_left_out_where_what_rows_depend_on_differs() {
        let row = [r#"{"id": "a"}"#];
        let before = text("1.0", "[]", &row);
        assert!(shorten(&before, &text("1.0", "[1]", &row)).is_none(), "other parties");
        assert!(shorten(&before, &text("1.0", "[]", &[r#"{"id": "b"}"#])).is_none(), "no shared row");
        assert!(shorten(&before, &text("1.0", "[]", &[r#"{"id": "a"}"#, "{]"])).is_none(), "no JSON");
        let twice = text("1.0", "[]", &[row[0], row[0]]);
        assert!(shorten(&before, &twice).is_none(), "a row that is there twice is not shared");
    }

    #[test]
    fn what_is_read_short_is_what_is_read_whole() {
        let mut shortened = 0;
        let cases =
            std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff")).expect("cases");
        for case in cases.map(|case| case.expect("a case").path()) {
            let text = |name: &str| std::fs::read(case.join(name)).expect("a case has both sides");
            let (before, after) = (text("before.json"), text("after.json"));
            let Some((left, right)) = shorten(&before, &after) else { continue };
            let mut shared = Shared::default();
            for (short, whole) in [(left, &before), (right, &after)] {
                let whole = Matrix::read("whole.json", whole.clone()).expect("a case is a matrix");
                assert_eq!(shared.read("short.json", short), Some(whole), "{}", case.display());
            }
            shortened += 1;
        }
        assert!(shortened > 20, "{shortened} cases have rows in common");
    }
}
