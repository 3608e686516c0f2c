//! The law that no field of the format is left out of a workbook: the schema is walked, and each field changed alone.

use countersign::matrix::Matrix;
use countersign::workbook::layout::{self, Wanted};
use serde_json::Value;

use crate::diff_fields::{FULL, Walk, is_valid};

/// Fields that no cell shows, each with its reason: they stay as they are in the matrix when a workbook comes back.
const UNSEEN: [(&str, &str); 10] = [
    ("/format", "the schema allows one value only"),
    ("/$schema", "it tells an editor where the schema lies"),
    ("/id", "the stamp of the workbook says it"),
    ("/version", "the stamp of the workbook says it"),
    ("/rows/0/reviewed/0/by", "what was said earlier is not written anew"),
    ("/rows/0/reviewed/0/on", "what was said earlier is not written anew"),
    ("/rows/0/reviewed/0/sha256", "it decides whether the review is of this text"),
    ("/rows/0/reviewed/0/party", "a column for each party"),
    ("/rows/0/reviewed/0/outcome", "of an older text"),
    ("/rows/0/reviewed/0/note", "of an older text"),
];

/// Returns everything that the tables of a matrix show, and the keys by which they are read back.
fn shown(value: &Value) -> String {
    let matrix = Matrix::of(value).unwrap();
    let labels = |_: &str| None;
    let tables = layout::tables(&Wanted { matrix: &matrix, value, party: None, labels: &labels }).unwrap();
    let lines = tables.iter().flat_map(|table| &table.lines);
    let texts =
        lines.flat_map(|line| line.cells.iter().map(|cell| cell.text.as_str()).chain([line.key.as_str()]));
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_field_of_the_format_is_seen_in_a_workbook() {
    let full: Value = serde_json::from_str(FULL).unwrap();
    let before = shown(&full);
    let (mut unseen, mut tried) = (Vec::new(), 0);
    for node in Walk::all().into_iter().filter(|node| node.is_leaf()) {
        let mut after = full.clone();
        let place = after.pointer_mut(&node.pointer).unwrap();
        *place = node.other(place);
        if is_valid(&after) {
            tried += 1;
            let is_known = UNSEEN.iter().any(|(pointer, _)| *pointer == node.pointer);
            if shown(&after) == before && !is_known {
                unseen.push(node.pointer);
            }
        }
    }
    assert!(tried > 120, "{tried}");
    assert!(unseen.is_empty(), "no cell shows {unseen:#?}");
}
