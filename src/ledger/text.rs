//! The texts of a history: rows that did not change are read once and shared, and only others are compared.
//!
//! A text is judged as everywhere, by the loader and the schema: each row once, however many texts have it.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::diff::{Change, Comparer, Diff};
use crate::matrix::{Matrix, ROWS, Row};
use crate::source::cut::Cut;

/// The most rows of a text of which only those are read that another text has not; longer ones are read whole.
const MOST_ROWS: usize = 10_000;
/// What a text is called where nobody asks for its name.
const PATH: &str = "matrix.json";

/// A matrix whose head and rows may be those of other texts too.
#[derive(Clone, Debug)]
pub struct SharedText {
    /// Everything but the rows.
    pub head: Rc<Matrix>,
    /// The rows in their order.
    pub rows: Vec<Rc<Row>>,
    order: Rc<Order>,
    /// Copies of the head that nobody uses now.
    spare: Rc<RefCell<Vec<Matrix>>>,
}

/// The ids of rows in their order.
#[derive(Debug, Default)]
struct Order {
    ids: Vec<String>,
    /// Whether each is there once.
    is_once: bool,
}

impl Order {
    fn of(rows: &[Rc<Row>]) -> Self {
        let once: HashSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
        Self { ids: rows.iter().map(|row| row.id.clone()).collect(), is_once: once.len() == rows.len() }
    }

    fn ids(&self) -> HashSet<&str> {
        self.ids.iter().map(String::as_str).collect()
    }

    /// Says whether it is the order of some rows that were cut out of a text like the one that it comes from.
    fn is_of(&self, rows: &[Rc<Row>], cut: &Cut) -> bool {
        let mut all = self.ids.iter().zip(rows).zip(&cut.elements).enumerate();
        self.ids.len() == rows.len()
            && all.all(|(at, ((id, row), element))| element.same == Some(at) || *id == row.id)
    }
}

impl SharedText {
    /// Takes a matrix apart.
    pub fn of(mut matrix: Matrix) -> Self {
        let rows: Vec<Rc<Row>> = std::mem::take(&mut matrix.rows).into_iter().map(Rc::new).collect();
        let order = Rc::new(Order::of(&rows));
        Self { head: Rc::new(matrix), rows, order, spare: Rc::default() }
    }

    /// Returns the same head without rows.
    #[must_use]
    pub fn without_rows(&self) -> Self {
        Self { rows: Vec::new(), order: Rc::default(), ..self.clone() }
    }

    /// Returns it as one matrix.
    pub fn matrix(&self) -> Matrix {
        self.with(self.rows.iter())
    }

    fn take_back(&self, mut matrix: Matrix) {
        matrix.rows.clear();
        self.spare.borrow_mut().push(matrix);
    }

    fn with<'r>(&self, rows: impl Iterator<Item = &'r Rc<Row>>) -> Matrix {
        let mut matrix = self.spare.borrow_mut().pop().unwrap_or_else(|| self.head.without_rows());
        matrix.rows.extend(rows.map(|row| Row::clone(row)));
        matrix
    }
}

/// Returns what changed between two texts.
///
/// Rows that are the same are left out where that changes nothing: no row came, went or took the id of another, and
/// nothing around the rows changes what they mean.
pub(super) fn compare(by: &Comparer, before: &SharedText, after: &SharedText) -> Diff {
    if has_same_terms(before, after) && has_same_ids(before, after) {
        let (was, is) = differing(before, after);
        let found = by.compare(&was, &is);
        before.take_back(was);
        after.take_back(is);
        if found.changes.iter().all(Change::keeps_id) {
            return found;
        }
    }
    by.compare(&before.matrix(), &after.matrix())
}

fn has_same_terms(before: &SharedText, after: &SharedText) -> bool {
    let terms =
        |one: &SharedText| Matrix { version: String::new(), effective_from: None, ..one.head.without_rows() };
    Rc::ptr_eq(&before.head, &after.head) || terms(before) == terms(after)
}

/// Says whether both have rows of the same ids, each id once.
fn has_same_ids(before: &SharedText, after: &SharedText) -> bool {
    let is_once = before.order.is_once && after.order.is_once;
    is_once && (is_in_order(before, after) || before.order.ids() == after.order.ids())
}

/// Says whether both have rows of the same ids in the same order.
fn is_in_order(before: &SharedText, after: &SharedText) -> bool {
    Rc::ptr_eq(&before.order, &after.order) || before.order.ids == after.order.ids
}

/// Returns both with nothing but the rows that differ.
fn differing(before: &SharedText, after: &SharedText) -> (Matrix, Matrix) {
    if is_in_order(before, after) {
        let pairs = || before.rows.iter().zip(&after.rows).filter(|(was, is)| !is_same(was, is));
        return (before.with(pairs().map(|pair| pair.0)), after.with(pairs().map(|pair| pair.1)));
    }
    let known: HashMap<&str, &Rc<Row>> = before.rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let differs = |row: &&Rc<Row>| known.get(row.id.as_str()).is_none_or(|was| !is_same(was, row));
    let ids: HashSet<&str> = after.rows.iter().filter(differs).map(|row| row.id.as_str()).collect();
    let rest = |one: &SharedText| one.with(one.rows.iter().filter(|row| ids.contains(row.id.as_str())));
    (rest(before), rest(after))
}

fn is_same(one: &Rc<Row>, other: &Rc<Row>) -> bool {
    Rc::ptr_eq(one, other) || one == other
}

/// Reads texts one after the other, each against the one before.
#[derive(Debug, Default)]
pub(super) struct TextReader {
    last: Option<Known>,
}

/// A text that was found to be a matrix, with its bytes and where its rows are in them.
#[derive(Debug)]
struct Known {
    bytes: Vec<u8>,
    cut: Cut,
    text: SharedText,
}

impl TextReader {
    /// Returns the matrix that some bytes hold.
    ///
    /// # Errors
    /// The first reason why they are none.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Result<SharedText, String> {
        let like = self.last.as_ref().map(|last| (&last.bytes[..], &last.cut));
        let cut = Cut::of(bytes, ROWS, like).filter(|cut| cut.elements.len() <= MOST_ROWS);
        let Some(cut) = cut else { return Matrix::read(PATH, bytes.to_vec()).map(SharedText::of) };
        // Rows that the text before has too were judged with it: without them this one is as sound as with them.
        let own = cut.elements.iter().filter(|row| row.same.is_none()).map(|row| &bytes[row.range.clone()]);
        let mut matrix = Matrix::read(PATH, cut.with(bytes, own))?;
        let own = std::mem::take(&mut matrix.rows);
        let rows = self.rows(&cut, own).ok_or("its rows cannot be told apart")?;
        let head = self.head(matrix);
        let same = self.last.as_ref().map(|last| &last.text.order).filter(|order| order.is_of(&rows, &cut));
        let order = same.map_or_else(|| Rc::new(Order::of(&rows)), Rc::clone);
        let text = SharedText { spare: self.spare(&head), head, rows, order };
        self.last = Some(Known { bytes: bytes.to_vec(), cut, text: text.clone() });
        Ok(text)
    }

    fn head(&self, head: Matrix) -> Rc<Matrix> {
        let same = self.last.as_ref().filter(|last| *last.text.head == head);
        same.map_or_else(|| Rc::new(head), |last| Rc::clone(&last.text.head))
    }

    fn spare(&self, head: &Rc<Matrix>) -> Rc<RefCell<Vec<Matrix>>> {
        let same = self.last.as_ref().filter(|last| Rc::ptr_eq(&last.text.head, head));
        same.map(|last| Rc::clone(&last.text.spare)).unwrap_or_default()
    }

    /// Puts the rows of its own between those that it shares; None if there are fewer than places for them.
    fn rows(&self, cut: &Cut, own: Vec<Row>) -> Option<Vec<Rc<Row>>> {
        let known = self.last.as_ref().map(|last| &last.text.rows[..]).unwrap_or_default();
        let mut by_id: Option<HashMap<&str, &Rc<Row>>> = None;
        let (mut next, mut own) = (0, own.into_iter());
        let rows = cut.elements.iter().map(|element| {
            if let Some(same) = element.same {
                next = same + 1;
                return known.get(same).map(Rc::clone);
            }
            let row = own.next()?;
            // Where one row was changed, the others stand where they stood.
            if let Some(known) = known.get(next).filter(|known| known.id == row.id) {
                next += 1;
                return Some(if **known == row { Rc::clone(known) } else { Rc::new(row) });
            }
            let by_id = by_id.get_or_insert_with(|| known.iter().map(|row| (row.id.as_str(), row)).collect());
            let same = by_id.get(row.id.as_str()).filter(|known| known.as_ref() == &row);
            Some(same.map_or_else(|| Rc::new(row), |known| Rc::clone(known)))
        });
        rows.collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn value(rows: &[(&str, &str)]) -> Value {
        let row = |(id, title): &(&str, &str)| json!({ "id": id, "title": title, "controls": [], "allocation": "provider" });
        let rows: Vec<Value> = rows.iter().map(row).collect();
        let parties = json!([
            { "id": "p", "side": "provider", "name": "P" },
            { "id": "c", "side": "client", "name": "C" },
        ]);
        json!({
            "format": "countersign/matrix/1", "id": "m", "kind": "engagement", "version": "1.0", "title": "M",
            "parties": parties, "rows": rows,
        })
    }

    #[test]
    fn a_text_read_beside_another_is_what_it_is_alone() {
        let mut texts = TextReader::default();
        let one = value(&[("a", "A"), ("b", "B"), ("c", "C")]);
        let other = value(&[("a", "A"), ("d", "D"), ("c", "C"), ("b", "B")]);
        let mut renamed = other.clone();
        renamed["title"] = json!("Another");
        for value in [&one, &other, &renamed, &one] {
            for bytes in [serde_json::to_vec(value).unwrap(), serde_json::to_vec_pretty(value).unwrap()] {
                let alone = Matrix::read(PATH, bytes.clone()).unwrap();
                assert_eq!(texts.read(&bytes).unwrap().matrix(), alone);
            }
            for broken in ["{", "[]", r#"{"rows": []}"#, r#"{"rows": [{}]}"#] {
                assert!(texts.read(broken.as_bytes()).is_err());
            }
        }
    }

    #[test]
    fn a_fault_anywhere_is_found_beside_a_sound_text() {
        let rows = [("a", "A"), ("b", "B"), ("c", "C")];
        let sound = serde_json::to_string_pretty(&value(&rows)).unwrap();
        let mut tried = 0;
        // Each byte lost, doubled or made another: in a row that the sound text has and around the rows.
        for at in 0..sound.len() {
            let (before, after) = (&sound[..at], &sound[at + 1..]);
            let byte = &sound[at..=at];
            for word in ["", &byte.repeat(2), "\u{202e}", "\u{a0}", "}", "]", ",", "\"", "x"] {
                let text = [before, word, after].concat();
                let mut texts = TextReader::default();
                texts.read(sound.as_bytes()).unwrap();
                let alone = Matrix::read(PATH, text.clone().into_bytes());
                let beside = texts.read(text.as_bytes()).map(|text| text.matrix());
                assert_eq!(beside.is_ok(), alone.is_ok(), "{text}");
                assert!(beside.is_err() || beside == alone, "{text}");
                tried += usize::from(alone.is_err());
            }
        }
        assert!(tried > 1000, "{tried} are refused");
    }

    #[test]
    fn rows_that_say_the_same_are_shared() {
        let mut texts = TextReader::default();
        let one = value(&[("a", "A"), ("b", "B")]);
        let first = texts.read(&serde_json::to_vec(&one).unwrap()).unwrap();
        let again = texts.read(&serde_json::to_vec_pretty(&one).unwrap()).unwrap();
        assert!(Rc::ptr_eq(&first.head, &again.head));
        assert!(first.rows.iter().zip(&again.rows).all(|(one, other)| Rc::ptr_eq(one, other)));
    }

    #[test]
    fn a_text_that_is_read_in_part_has_no_more_rows_than_the_schema_allows() {
        let most =
            crate::schema::value(crate::schema::Kind::Matrix)["properties"]["rows"]["maxItems"].as_u64();
        assert!(most.unwrap() >= MOST_ROWS as u64);
    }
}
