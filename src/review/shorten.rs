//! Leaves out what two versions of a matrix share: rows that are the same, byte for byte, need not be read to be compared.
//!
//! Only where nothing around the rows differs that could change what a row means; else both texts are read as they are.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::matrix::{Allocation, Matrix, Row};
use crate::source::cut::Cut;

/// The members whose change touches no row.
const APART: [&str; 8] =
    ["version", "title", "effectiveFrom", "effectiveUntil", "retroactive", "replaces", "review", "agreement"];

/// A text without what it shares with another one.
#[derive(Debug, PartialEq)]
pub(super) struct Short<'t> {
    /// The text that is left: the members around the rows, and the rows of its own.
    bytes: Vec<u8>,
    /// What stands at each place of its list: a shared row, or one of its own.
    rows: Vec<Option<Shared<'t>>>,
}

/// A row that both texts have.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shared<'t> {
    text: &'t str,
    /// Its place before.
    place: usize,
}

/// Returns both texts without the rows that they share; nothing where that could change what is found.
pub(super) fn shorten<'t>(before: &'t [u8], after: &'t [u8]) -> Option<(Short<'t>, Short<'t>)> {
    let before = Text::of(before, None)?;
    let after = Text::of(after, Some(&before))?;
    if !has_same_terms(&before, &after)? {
        return None;
    }
    let mut place_before = places(&before, &after);
    // A list of rows may not be empty, so the first shared one is read on both sides.
    let first = place_before.iter().flatten().min().copied()?;
    place_before.iter_mut().filter(|place| **place == Some(first)).for_each(|place| *place = None);
    let mut is_shared = vec![None; before.cut.elements.len()];
    place_before.iter().flatten().for_each(|place| is_shared[*place] = Some(*place));
    Some((before.without(&is_shared), after.without(&place_before)))
}

/// Reads what is left of two files and puts the shared rows back; nothing where one is no matrix.
///
/// That a shared row is JSON is seen where it is read; nobody judges it.
pub(super) fn read(before: (&str, Short<'_>), after: (&str, Short<'_>)) -> Option<(Matrix, Matrix)> {
    let left = before.1.read(before.0, |row| serde_json::from_str(row.text).ok())?;
    let right = after.1.read(after.0, |row| left.rows.get(row.place).cloned())?;
    Some((left, right))
}

/// The same for whoever only compares both: of a shared row is left what is asked of rows that did not change.
///
/// Nothing where rows came or went, for then it is asked whose they were.
pub(super) fn read_lightly(before: (&str, Short<'_>), after: (&str, Short<'_>)) -> Option<(Matrix, Matrix)> {
    let left = before.1.read(before.0, |row| serde_json::from_str::<Known>(row.text).ok().map(Row::from))?;
    let right = after.1.read(after.0, |row| left.rows.get(row.place).cloned())?;
    let [was, is] = [&left, &right].map(|side| ids(side));
    (was.len() == left.rows.len() && is.len() == right.rows.len() && was == is).then_some((left, right))
}

fn ids(matrix: &Matrix) -> HashSet<&str> {
    matrix.rows.iter().map(|row| row.id.as_str()).collect()
}

/// What is asked of a row that did not change: what tells it from others, and who owns it.
#[derive(Deserialize)]
struct Known {
    id: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    controls: Vec<String>,
    allocation: Allocation,
    #[serde(default)]
    services: Vec<String>,
}

impl From<Known> for Row {
    fn from(known: Known) -> Self {
        let Known { id, title, controls, allocation, services } = known;
        Self {
            id,
            title,
            controls,
            allocation,
            services,
            references: Vec::new(),
            activity: None,
            shared: None,
            duties: Vec::new(),
            scope: Vec::new(),
            inherits: Vec::new(),
            offered: None,
            cadence: None,
            evidence: Vec::new(),
            reports: Vec::new(),
            tools: Vec::new(),
            status: None,
            justification: None,
            accepts: Vec::new(),
            reviewed: None,
            native: Vec::new(),
        }
    }
}

/// Returns where each row after stands before, of rows that are there once on each side.
fn places(before: &Text<'_>, after: &Text<'_>) -> Vec<Option<usize>> {
    let mut places: Vec<Option<usize>> = after.cut.elements.iter().map(|row| row.same).collect();
    let mut is_met = vec![false; before.cut.elements.len()];
    places.iter().flatten().for_each(|place| is_met[*place] = true);
    let mut left: HashMap<&str, (Vec<usize>, Vec<usize>)> = HashMap::new();
    let alone = before.rows().enumerate().filter(|(place, _)| !is_met[*place]);
    alone.for_each(|(place, row)| left.entry(row).or_default().0.push(place));
    let alone = after.rows().enumerate().filter(|(place, _)| places[*place].is_none());
    alone.for_each(|(place, row)| left.entry(row).or_default().1.push(place));
    let lengths: HashSet<usize> = left.keys().map(|row| row.len()).collect();
    for (place, row) in places.iter_mut().zip(after.rows()) {
        *place = place.filter(|_| !lengths.contains(&row.len()) || !left.contains_key(row));
    }
    for found in left.values() {
        if let ([was], [is]) = (&found.0[..], &found.1[..]) {
            places[*is] = Some(*was);
        }
    }
    places
}

/// Says whether both have the same members that rows depend on; nothing where they cannot be read.
fn has_same_terms(before: &Text<'_>, after: &Text<'_>) -> Option<bool> {
    Some(before.is_like(after) || before.terms()? == after.terms()?)
}

impl Short<'_> {
    fn read(self, path: &str, shared: impl Fn(Shared<'_>) -> Option<Row>) -> Option<Matrix> {
        let mut matrix = Matrix::read(path, self.bytes).ok()?;
        let own = std::mem::replace(&mut matrix.rows, Vec::with_capacity(self.rows.len()));
        let mut own = own.into_iter();
        for row in self.rows {
            matrix.rows.push(row.map_or_else(|| own.next(), &shared)?);
        }
        Some(matrix)
    }
}

struct Text<'t> {
    text: &'t str,
    cut: Cut,
}

impl<'t> Text<'t> {
    fn of(bytes: &'t [u8], like: Option<&Self>) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let like = like.map(|like| (like.text.as_bytes(), &like.cut));
        Some(Self { text, cut: Cut::of(bytes, "rows", like)? })
    }

    fn rows(&self) -> impl Iterator<Item = &'t str> {
        self.cut.elements.iter().map(|row| &self.text[row.range.clone()])
    }

    fn is_like(&self, other: &Self) -> bool {
        self.cut.is_like(self.text.as_bytes(), &other.cut, other.text.as_bytes())
    }

    /// Returns the members that rows depend on.
    fn terms(&self) -> Option<Map<String, Value>> {
        let mut around: Map<String, Value> =
            serde_json::from_slice(&self.cut.around(self.text.as_bytes())).ok()?;
        around.retain(|key, _| !APART.contains(&key.as_str()));
        Some(around)
    }

    /// Leaves out the rows that have a place before.
    fn without(&self, places: &[Option<usize>]) -> Short<'t> {
        let rows = self.rows().zip(places).map(|(text, place)| place.map(|place| Shared { text, place }));
        let own = self.rows().zip(places).filter(|(_, place)| place.is_none()).map(|(text, _)| text);
        let own: Vec<&str> = own.collect();
        let text = self.text.as_bytes();
        let (before, after) = (&text[..self.cut.list.start], &text[self.cut.list.end..]);
        Short { bytes: [before, own.join(",").as_bytes(), after].concat(), rows: rows.collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Short, read, read_lightly, shorten};
    use crate::diff::{Change, compare};
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
        let shared = |short: &Short<'_>| {
            short.rows.iter().map(|row| row.map(|row| row.text.to_owned())).collect::<Vec<_>>()
        };
        let [c, d] = [r#"{"id": "c"}"#, r#"{"id": "d"}"#].map(|text| Some(text.to_owned()));
        assert_eq!(shared(&left), [None, None, c.clone(), d.clone()]);
        assert_eq!(shared(&right), [d, None, None, c]);
    }

    #[test]
    fn nothing_is_left_out_where_what_rows_depend_on_differs() {
        let row = [r#"{"id": "a"}"#];
        let before = text("1.0", "[]", &row);
        assert!(shorten(&before, &text("1.0", "[1]", &row)).is_none(), "other parties");
        assert!(shorten(&before, &text("1.0", "[]", &[r#"{"id": "b"}"#])).is_none(), "no shared row");
        let twice = text("1.0", "[]", &[row[0], row[0]]);
        assert!(shorten(&before, &twice).is_none(), "a row that is there twice is not shared");
    }

    /// Both sides of all cases of the diff.
    fn cases() -> Vec<(PathBuf, Vec<u8>, Vec<u8>)> {
        let cases = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diff"));
        let paths = cases.expect("cases").map(|case| case.expect("a case").path());
        let text = |file: PathBuf| std::fs::read(file).expect("a case has both sides");
        paths
            .map(|case| (case.clone(), text(case.join("before.json")), text(case.join("after.json"))))
            .collect()
    }

    #[test]
    fn what_is_read_short_is_what_is_read_whole() {
        let mut shortened = 0;
        for (case, before, after) in cases() {
            let Some((left, right)) = shorten(&before, &after) else { continue };
            let whole = [&before, &after].map(|bytes| Matrix::read("whole.json", bytes.clone()).ok());
            let (left, right) = read(("short.json", left), ("short.json", right)).unzip();
            assert_eq!([left, right], whole, "{}", case.display());
            assert!(whole.iter().all(Option::is_some), "a case is a matrix");
            shortened += 1;
        }
        assert!(shortened > 20, "{shortened} cases have rows in common");
    }

    #[test]
    fn what_is_compared_lightly_is_what_is_compared_whole() {
        let mut compared = 0;
        for (case, before, after) in cases() {
            let both = shorten(&before, &after);
            let both = both.and_then(|(left, right)| read_lightly(("a.json", left), ("b.json", right)));
            let Some(diff) = both.map(|(left, right)| compare(&left, &right)) else { continue };
            if diff.changes.iter().all(Change::keeps_id) {
                let [left, right] =
                    [before, after].map(|bytes| Matrix::read("whole.json", bytes).expect("a matrix"));
                assert_eq!(diff, compare(&left, &right), "{}", case.display());
                compared += 1;
            }
        }
        assert!(compared > 15, "{compared} cases keep their rows");
    }

    #[test]
    fn a_shared_row_that_is_no_json_is_not_read_short() {
        let mut broken = 0;
        for (case, before, after) in cases() {
            let row = shorten(&before, &after).and_then(|(left, _)| left.rows.into_iter().flatten().next());
            let Some(row) = row.map(|row| row.text) else { continue };
            for (right, wrong) in
                [("\"id\":", "\"id\""), ("\"", "\"\\q"), ("{", "{1"), ("}", ",}"), ("\"id\":", "\"id\": []")]
            {
                let turn = |bytes: &[u8]| {
                    let text = std::str::from_utf8(bytes).expect("a case is text");
                    text.replace(row, &row.replacen(right, wrong, 1)).into_bytes()
                };
                let (before, after) = (turn(&before), turn(&after));
                let short =
                    shorten(&before, &after).and_then(|(left, right)| read(("a", left), ("b", right)));
                assert_eq!(short, None, "{} {wrong}", case.display());
                broken += 1;
            }
        }
        assert!(broken > 100, "{broken} texts were broken");
    }
}
