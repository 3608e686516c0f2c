//! Leaves out what two versions of a matrix share: rows that are the same, byte for byte, need not be read to be compared.
//!
//! Only where nothing around the rows differs that could change what a row means; else both texts are read as they are.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::diff::{Both, have_same_ids};
use crate::matrix::{Allocation, Matrix, ROWS, Row};
use crate::source::cut::{self, Cut, is_shallow};

/// The members whose change touches no row.
const APART: [&str; 8] =
    ["version", "title", "effectiveFrom", "effectiveUntil", "retroactive", "replaces", "review", "agreement"];

/// Two versions of a matrix, with of a row that both share only what is asked of rows that did not change.
#[derive(Debug)]
pub(super) struct Light<'t> {
    pub(super) before: Matrix,
    pub(super) after: Matrix,
    /// What stands at each place of the lists of rows.
    places: Both<Vec<Place<'t>>>,
}

/// A shared row, or nothing for one that only its own text has.
type Place<'t> = Option<Shared<'t>>;

/// A row that both texts have.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shared<'t> {
    text: &'t [u8],
    /// Its place before.
    place: usize,
}

/// Reads two files without judging the rows that they share; nothing where that could change what is found, or where
/// one is no matrix.
pub(super) fn read<'t>(before: (&str, &'t [u8]), after: (&str, &'t [u8])) -> Option<Light<'t>> {
    let (texts, known) = Texts::of(before.1, after.1)?;
    let (left, right) = texts.shorten()?;
    let was = Matrix::value(before.0, left.bytes).ok()?;
    let is = Matrix::value(after.0, right.bytes).ok()?;
    if !terms(&was).eq(terms(&is)) {
        return None;
    }
    let before = put_back(was, &left.places, &known)?;
    let after = put_back(is, &right.places, &known)?;
    Some(Light { before, after, places: Both::of(left.places, right.places) })
}

/// Returns the members that rows depend on.
fn terms(matrix: &Value) -> impl Iterator<Item = (&String, &Value)> {
    let members = matrix.as_object().into_iter().flatten();
    members.filter(|(key, _)| *key != ROWS && !APART.contains(&key.as_str()))
}

/// Returns a matrix of which only its own rows were read, with the shared ones in their places.
fn put_back(matrix: Value, places: &[Place<'_>], known: &[Known<'_>]) -> Option<Matrix> {
    let mut matrix: Matrix = serde_json::from_value(matrix).ok()?;
    let own = std::mem::replace(&mut matrix.rows, Vec::with_capacity(places.len()));
    let mut own = own.into_iter();
    for place in places {
        matrix.rows.push(match place {
            Some(shared) => known.get(shared.place)?.row(),
            None => own.next()?,
        });
    }
    Some(matrix)
}

impl Light<'_> {
    /// Says whether the rows before are those after: where one came or went, it is asked whose it was.
    pub(super) fn has_same_rows(&self) -> bool {
        have_same_ids(&self.before.rows, &self.after.rows)
    }

    /// Returns both with everything that their rows say; nothing where a shared one is no row.
    pub(super) fn whole(mut self) -> Option<(Matrix, Matrix)> {
        let shared = self.before.rows.iter_mut().zip(&self.places.before);
        for (row, shared) in shared.filter_map(|(row, place)| Some((row, place.as_ref()?))) {
            *row = serde_json::from_slice(shared.text).ok()?;
        }
        let shared = self.after.rows.iter_mut().zip(&self.places.after);
        for (row, shared) in shared.filter_map(|(row, place)| Some((row, place.as_ref()?))) {
            row.clone_from(self.before.rows.get(shared.place)?);
        }
        Some((self.before, self.after))
    }
}

/// What is asked of a row that did not change: its id, and who owns it, for a row that nobody owns is told by its title.
#[derive(Deserialize)]
struct Known<'t> {
    #[serde(borrow)]
    id: Cow<'t, str>,
    #[serde(borrow, default)]
    title: Cow<'t, str>,
    allocation: Allocation,
}

impl<'t> Known<'t> {
    /// Reads the row that a text begins with, and says how long it is; nothing where it begins with none.
    ///
    /// What it leaves out is seen to be JSON that is not too deep, and is not judged beyond that.
    fn first(text: &'t str) -> Option<(Self, usize)> {
        let mut rows = serde_json::Deserializer::from_str(text).into_iter();
        let row = rows.next()?.ok()?;
        let length = rows.byte_offset();
        is_shallow(&text.as_bytes()[..length]).then_some((row, length))
    }

    /// Returns a row that says no more than what is known.
    fn row(&self) -> Row {
        let title = if self.allocation == Allocation::Unassigned { self.title.as_ref() } else { "" };
        Row {
            id: self.id.clone().into_owned(),
            title: title.to_owned(),
            controls: Vec::new(),
            allocation: self.allocation,
            services: Vec::new(),
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
            reviewed: Vec::new(),
            native: Vec::new(),
        }
    }
}

/// Both texts, cut.
struct Texts<'t> {
    before: Text<'t>,
    after: Text<'t>,
}

impl<'t> Texts<'t> {
    /// Cuts both, and reads what is known of the rows before.
    fn of(before: &'t [u8], after: &'t [u8]) -> Option<(Self, Vec<Known<'t>>)> {
        let text = std::str::from_utf8(before).ok()?;
        let mut known = Vec::with_capacity(cut::room(before.len()));
        let cut = Cut::by(before, ROWS, None, |at| {
            let (row, length) = Known::first(text.get(at..)?)?;
            known.push(row);
            Some(at + length)
        })?;
        let before = Text { text: before, cut };
        let cut = Cut::of(after, ROWS, Some((before.text, &before.cut)))?;
        Some((Self { before, after: Text { text: after, cut } }, known))
    }

    /// Returns both without the rows that they share; nothing where they share none.
    fn shorten(&self) -> Option<(Short<'t>, Short<'t>)> {
        let mut place_before = self.places();
        // A list of rows may not be empty, so the first shared one is read on both sides.
        let first = place_before.iter().flatten().min().copied()?;
        place_before.iter_mut().filter(|place| **place == Some(first)).for_each(|place| *place = None);
        let mut is_shared = vec![None; self.before.cut.elements.len()];
        place_before.iter().flatten().for_each(|place| is_shared[*place] = Some(*place));
        Some((self.before.without(&is_shared), self.after.without(&place_before)))
    }

    /// Returns where each row after stands before, of rows that are there once on each side.
    fn places(&self) -> Vec<Option<usize>> {
        let Self { before, after } = self;
        let mut places: Vec<Option<usize>> = after.cut.elements.iter().map(|row| row.same).collect();
        let mut is_met = vec![false; before.cut.elements.len()];
        places.iter().flatten().for_each(|place| is_met[*place] = true);
        let mut left: BTreeMap<&[u8], (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        let alone = before.rows().enumerate().filter(|(place, _)| !is_met[*place]);
        alone.for_each(|(place, row)| left.entry(row).or_default().0.push(place));
        let alone = after.rows().enumerate().filter(|(place, _)| places[*place].is_none());
        alone.for_each(|(place, row)| left.entry(row).or_default().1.push(place));
        for (place, row) in places.iter_mut().zip(after.rows()) {
            *place = place.filter(|_| !left.contains_key(row));
        }
        for found in left.values() {
            if let ([was], [is]) = (&found.0[..], &found.1[..]) {
                places[*is] = Some(*was);
            }
        }
        places
    }
}

/// A text without what it shares with another one.
struct Short<'t> {
    /// The text that is left: the members around the rows, and the rows of its own.
    bytes: Vec<u8>,
    /// What stands at each place of its list.
    places: Vec<Place<'t>>,
}

struct Text<'t> {
    text: &'t [u8],
    cut: Cut,
}

impl<'t> Text<'t> {
    fn rows(&self) -> impl Iterator<Item = &'t [u8]> {
        self.cut.elements.iter().map(|row| &self.text[row.range.clone()])
    }

    /// Leaves out the rows that have a place before.
    fn without(&self, places: &[Option<usize>]) -> Short<'t> {
        let rows = self.rows().zip(places).map(|(text, place)| place.map(|place| Shared { text, place }));
        let own = self.rows().zip(places).filter(|(_, place)| place.is_none()).map(|(text, _)| text);
        let (before, after) = (&self.text[..self.cut.list.start], &self.text[self.cut.list.end..]);
        let mut parts = vec![before];
        own.for_each(|row| parts.extend([row, b","]));
        parts.pop_if(|last| *last == b",");
        parts.push(after);
        Short { bytes: parts.concat(), places: rows.collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Known, Short, Texts, read};
    use crate::diff::{Change, compare};
    use crate::matrix::Matrix;

    fn row(id: &str) -> String {
        format!(
            r#"{{"id": "{id}", "title": "T", "controls": [], "allocation": "provider",
               "duties": [{{"do": "perform", "party": "p", "text": "}}\""}}]}}"#
        )
    }

    fn text(version: &str, party: &str, rows: &[String]) -> Vec<u8> {
        let rows = rows.join(",");
        format!(
            r#"{{"format": "countersign/matrix/1", "id": "m", "kind": "standard", "version": "{version}", "title": "M",
               "parties": [{{"id": "p", "side": "provider", "name": "{party}"}}], "rows": [{rows}]}}"#
        )
        .into_bytes()
    }

    #[test]
    fn shared_rows_are_left_out_but_one() {
        let before = text("1.0", "P", &["a", "b", "c", "d"].map(row));
        let after = text("1.1", "P", &["d", "a", "e", "c"].map(row));
        let (texts, known) = Texts::of(&before, &after).expect("both have rows");
        assert_eq!(known.iter().map(|row| &row.id).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
        let (left, right) = texts.shorten().expect("they share rows");
        assert_eq!(left.bytes, text("1.0", "P", &["a", "b"].map(row)));
        assert_eq!(right.bytes, text("1.1", "P", &["a", "e"].map(row)));
        let shared = |short: &Short<'_>| {
            short
                .places
                .iter()
                .map(|place| place.map(|row| String::from_utf8_lossy(row.text).into_owned()))
                .collect::<Vec<_>>()
        };
        let [c, d] = ["c", "d"].map(|id| Some(row(id)));
        assert_eq!(shared(&left), [None, None, c.clone(), d.clone()]);
        assert_eq!(shared(&right), [d, None, None, c]);
    }

    #[test]
    fn nothing_is_left_out_where_what_rows_depend_on_differs() {
        let is_cut = |before: &[u8], after: &[u8]| read(("a", before), ("b", after)).is_some();
        let before = text("1.0", "P", &[row("a")]);
        assert!(is_cut(&before, &text("1.1", "P", &[row("a")])), "another version");
        assert!(!is_cut(&before, &text("1.0", "Q", &[row("a")])), "other parties");
        assert!(!is_cut(&before, &text("1.0", "P", &[row("b")])), "no shared row");
        let twice = text("1.0", "P", &[row("a"), row("a")]);
        assert!(!is_cut(&before, &twice), "a row that is there twice is not shared");
    }

    #[test]
    fn a_row_ends_where_its_brackets_close() {
        let text = row("a") + ", {} and more";
        let (known, length) = Known::first(&text).expect("a row");
        assert_eq!((&*known.id, &text[..length]), ("a", row("a").as_str()));
        for half in (0..length).filter(|at| text.is_char_boundary(*at)) {
            assert!(Known::first(&text[..half]).is_none(), "{half} bytes are no row");
        }
        let deep = |depth: usize| {
            let (open, close) = ("[".repeat(depth), "]".repeat(depth));
            format!(r#"{{"id": "a", "allocation": "client", "native": {open}{close}}}"#)
        };
        assert!(Known::first(&deep(98)).is_some());
        assert!(Known::first(&deep(99)).is_none() && Known::first(&deep(100_000)).is_none(), "too deep");
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
    fn what_is_read_without_shared_rows_is_what_is_read_whole() {
        let (mut shortened, mut compared) = (0, 0);
        for (case, before, after) in cases() {
            let Some(light) = read(("a.json", &before), ("b.json", &after)) else { continue };
            let [left, right] =
                [&before, &after].map(|bytes| Matrix::read("whole.json", bytes.clone()).expect("a matrix"));
            let diff = compare(&light.before, &light.after);
            if light.has_same_rows() && diff.changes.iter().all(Change::keeps_id) {
                assert_eq!(diff, compare(&left, &right), "{}", case.display());
                compared += 1;
            }
            assert_eq!(light.whole(), Some((left, right)), "{}", case.display());
            shortened += 1;
        }
        assert!(shortened > 20, "{shortened} cases have rows in common");
        assert!(compared > 15, "{compared} cases keep their rows");
    }

    #[test]
    fn a_shared_row_that_is_no_json_is_not_read_short() {
        let mut broken = 0;
        for (case, before, after) in cases() {
            let both = Texts::of(&before, &after).and_then(|(texts, _)| texts.shorten());
            let Some(row) = both.and_then(|(left, _)| left.places.into_iter().flatten().next()) else {
                continue;
            };
            for (right, wrong) in
                [("\"id\":", "\"id\""), ("\"", "\"\\q"), ("{", "{1"), ("}", ",}"), ("\"id\":", "\"id\": []")]
            {
                let turn = |bytes: &[u8]| {
                    let text = std::str::from_utf8(bytes).expect("a case is text");
                    let row = std::str::from_utf8(row.text).expect("a row is text");
                    text.replace(row, &row.replacen(right, wrong, 1)).into_bytes()
                };
                let (before, after) = (turn(&before), turn(&after));
                assert!(read(("a", &before), ("b", &after)).is_none(), "{} {wrong}", case.display());
                broken += 1;
            }
        }
        assert!(broken > 100, "{broken} texts were broken");
    }
}
