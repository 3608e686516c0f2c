//! Ids made of what a sheet writes: `AC-02 (05)` is `ac-02-05`.

use std::collections::BTreeSet;

/// The longest id that is made.
const LONGEST: usize = 60;

/// Returns the letters and digits of a text in lower case with dashes between them, or `otherwise` where none are left.
pub fn slug(text: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    for character in text.chars().flat_map(char::to_lowercase) {
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            '\'' | '’' => {}
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(LONGEST);
    match slug.trim_end_matches('-') {
        "" => otherwise.to_owned(),
        "con" | "prn" | "aux" | "nul" => format!("{}-{otherwise}", slug.trim_end_matches('-')),
        slug => slug.to_owned(),
    }
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
