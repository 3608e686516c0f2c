//! The texts of a history: rows that did not change are read once and shared, and only others are compared.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::diff::{self, Change, Diff};
use crate::matrix::{Matrix, ROWS, Row};
use crate::source::cut::Cut;
use crate::source::pieces::Pieces;

/// A matrix whose head and rows may be those of other texts too.
#[derive(Clone, Debug)]
pub struct Text {
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

impl Text {
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

/// Returns what changed between two texts, to be told change by change.
pub(super) fn compare(before: &Text, after: &Text) -> Diff {
    short(before, after, diff::sentences, |diff| &diff.changes)
}

/// Returns the changes between two texts alone.
pub(super) fn changes(before: &Text, after: &Text) -> Vec<Change> {
    short(before, after, diff::changes, |changes| changes)
}

/// Compares two texts.
///
/// Rows that are the same are left out where that changes nothing: no row came, went or took the id of another, and
/// nothing around the rows changes what they mean.
fn short<T>(
    before: &Text,
    after: &Text,
    compare: fn(&Matrix, &Matrix) -> T,
    changes: fn(&T) -> &[Change],
) -> T {
    if has_same_terms(before, after) && has_same_ids(before, after) {
        let (was, is) = differing(before, after);
        let found = compare(&was, &is);
        before.take_back(was);
        after.take_back(is);
        if changes(&found).iter().all(Change::keeps_id) {
            return found;
        }
    }
    compare(&before.matrix(), &after.matrix())
}

fn has_same_terms(before: &Text, after: &Text) -> bool {
    let terms =
        |one: &Text| Matrix { version: String::new(), effective_from: None, ..one.head.without_rows() };
    Rc::ptr_eq(&before.head, &after.head) || terms(before) == terms(after)
}

/// Says whether both have rows of the same ids, each id once.
fn has_same_ids(before: &Text, after: &Text) -> bool {
    let is_once = before.order.is_once && after.order.is_once;
    is_once && (is_in_order(before, after) || before.order.ids() == after.order.ids())
}

/// Says whether both have rows of the same ids in the same order.
fn is_in_order(before: &Text, after: &Text) -> bool {
    Rc::ptr_eq(&before.order, &after.order) || before.order.ids == after.order.ids
}

/// Returns both with nothing but the rows that differ.
fn differing(before: &Text, after: &Text) -> (Matrix, Matrix) {
    if is_in_order(before, after) {
        let pairs = || before.rows.iter().zip(&after.rows).filter(|(was, is)| !is_same(was, is));
        return (before.with(pairs().map(|pair| pair.0)), after.with(pairs().map(|pair| pair.1)));
    }
    let known: HashMap<&str, &Rc<Row>> = before.rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let differs = |row: &&Rc<Row>| known.get(row.id.as_str()).is_none_or(|was| !is_same(was, row));
    let ids: HashSet<&str> = after.rows.iter().filter(differs).map(|row| row.id.as_str()).collect();
    let rest = |one: &Text| one.with(one.rows.iter().filter(|row| ids.contains(row.id.as_str())));
    (rest(before), rest(after))
}

fn is_same(one: &Rc<Row>, other: &Rc<Row>) -> bool {
    Rc::ptr_eq(one, other) || one == other
}

/// Reads texts one after the other, each against the one before.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    last: Option<Known>,
}

/// A text with its bytes and where its rows are in them.
#[derive(Debug)]
struct Known {
    bytes: Rc<Pieces>,
    cut: Cut,
    text: Text,
}

impl Shelf {
    /// Returns the text that some bytes hold, or nothing where they have not the shape of a matrix.
    pub(super) fn read(&mut self, bytes: Rc<Pieces>) -> Option<Text> {
        let like = self.last.as_ref().map(|last| (&*last.bytes, &last.cut));
        let Some(cut) = Cut::of(&*bytes, ROWS, like) else {
            return serde_json::from_slice(&bytes.part(0..bytes.len())).ok().map(Text::of);
        };
        let head = self.head(&bytes, &cut)?;
        let rows = self.rows(&bytes, &cut)?;
        let same = self.last.as_ref().map(|last| &last.text.order).filter(|order| order.is_of(&rows, &cut));
        let order = same.map_or_else(|| Rc::new(Order::of(&rows)), Rc::clone);
        let text = Text { spare: self.spare(&head), head, rows, order };
        self.last = Some(Known { bytes, cut, text: text.clone() });
        Some(text)
    }

    fn head(&self, bytes: &Pieces, cut: &Cut) -> Option<Rc<Matrix>> {
        if let Some(same) = self.last.as_ref().filter(|last| cut.is_like(bytes, &last.cut, &last.bytes)) {
            return Some(Rc::clone(&same.text.head));
        }
        let head: Matrix = serde_json::from_slice(&cut.around(bytes)).ok()?;
        let same = self.last.as_ref().filter(|last| *last.text.head == head);
        Some(same.map_or_else(|| Rc::new(head), |last| Rc::clone(&last.text.head)))
    }

    fn spare(&self, head: &Rc<Matrix>) -> Rc<RefCell<Vec<Matrix>>> {
        let same = self.last.as_ref().filter(|last| Rc::ptr_eq(&last.text.head, head));
        same.map(|last| Rc::clone(&last.text.spare)).unwrap_or_default()
    }

    fn rows(&self, bytes: &Pieces, cut: &Cut) -> Option<Vec<Rc<Row>>> {
        let known = self.last.as_ref().map(|last| &last.text.rows[..]).unwrap_or_default();
        let mut by_id: Option<HashMap<&str, &Rc<Row>>> = None;
        let mut next = 0;
        let rows = cut.elements.iter().map(|element| {
            if let Some(same) = element.same {
                next = same + 1;
                return known.get(same).map(Rc::clone);
            }
            let row: Row = serde_json::from_slice(&bytes.part(element.range.clone())).ok()?;
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
        let row = |(id, title): &(&str, &str)| json!({ "id": id, "title": title, "allocation": "provider" });
        let rows: Vec<Value> = rows.iter().map(row).collect();
        json!({ "id": "m", "kind": "engagement", "version": "1.0", "title": "M", "parties": [], "rows": rows })
    }

    fn read(shelf: &mut Shelf, bytes: Vec<u8>) -> Option<Text> {
        shelf.read(Rc::new(Pieces::from(bytes)))
    }

    #[test]
    fn a_text_read_beside_another_is_what_it_is_alone() {
        let mut shelf = Shelf::default();
        let one = value(&[("a", "A"), ("b", "B"), ("c", "C")]);
        let other = value(&[("a", "A"), ("d", "D"), ("c", "C"), ("b", "B")]);
        let mut renamed = other.clone();
        renamed["title"] = json!("Another");
        for value in [&one, &other, &renamed, &one] {
            for bytes in [serde_json::to_vec(value).unwrap(), serde_json::to_vec_pretty(value).unwrap()] {
                let alone: Matrix = serde_json::from_slice(&bytes).unwrap();
                assert_eq!(read(&mut shelf, bytes).unwrap().matrix(), alone);
            }
            for broken in ["{", "[]", r#"{"rows": []}"#, r#"{"rows": [{}]}"#] {
                assert!(read(&mut shelf, broken.as_bytes().to_vec()).is_none());
            }
        }
    }

    #[test]
    fn rows_that_say_the_same_are_shared() {
        let mut shelf = Shelf::default();
        let one = value(&[("a", "A"), ("b", "B")]);
        let first = read(&mut shelf, serde_json::to_vec(&one).unwrap()).unwrap();
        let again = read(&mut shelf, serde_json::to_vec_pretty(&one).unwrap()).unwrap();
        assert!(Rc::ptr_eq(&first.head, &again.head));
        assert!(first.rows.iter().zip(&again.rows).all(|(one, other)| Rc::ptr_eq(one, other)));
    }
}
