//! Ids made of what a sheet writes: `AC-02 (05)` is `ac-02-05`.

use std::collections::BTreeSet;

use crate::matrix::slug;

/// The longest id that is made.
const LONGEST: usize = 60;

/// Returns the id that a text makes, or `otherwise` if it has no letters and digits.
pub fn slug(text: &str, otherwise: &str) -> String {
    slug::slug(text, otherwise, LONGEST)
}

/// Returns an id that no other row has.
pub(super) fn unique(key: &str, title: &str, taken: &mut BTreeSet<String>) -> String {
    let base = slug(if key.len() > LONGEST { title } else { key }, "row");
    let mut id = base.clone();
    let mut number = 2;
    while !taken.insert(id.clone()) {
        id = format!("{}-{number}", &base[..base.len().min(LONGEST - 6)]);
        number += 1;
    }
    id
}
