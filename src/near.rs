//! Did you mean: the known name that looks most like one that nobody knows.

/// The longest name, in characters, that is taken for a slip.
const LONGEST: usize = 200;
/// The most names that one is held against.
const MOST: usize = 1000;

/// Returns the known name that is nearest, by letters left out, added, exchanged or swapped, if it differs in no more
/// than a third of the letters; of several the first in the order of letters.
pub(crate) fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let most = name.len().div_ceil(3);
    let likely = known.into_iter().filter(|one| is_likely(name, one, most)).take(MOST);
    let near =
        likely.map(|one| (strsim::damerau_levenshtein(one, name), one)).filter(|(far, _)| *far <= most);
    near.min().map(|(_, one)| one)
}

/// Says whether two names are so alike in length that they may differ in no more than so many letters.
pub(crate) fn is_likely(name: &str, other: &str, most: usize) -> bool {
    let length = name.chars().count();
    length <= LONGEST && length.abs_diff(other.chars().count()) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_meant_if_it_is_near() {
        let known = ["provider", "client", "clients", "cliemt"];
        assert_eq!(nearest("provdier", known), Some("provider"));
        assert_eq!(nearest("clienr", known), Some("client"), "the first of those that are as near");
        assert_eq!(nearest("vendor", known), None);
        assert_eq!(nearest("client", known), Some("client"));
    }

    #[test]
    fn a_name_of_any_length_is_answered_at_once() {
        let long = "a".repeat(1 << 20);
        assert_eq!(nearest(&long, [long.as_str(), "a"]), None);
        assert_eq!(nearest("a", [long.as_str(), "ab"]), Some("ab"));
    }
}
