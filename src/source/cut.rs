//! One list at the top of a JSON object, cut into its elements; of two like texts only what differs is looked at.
//!
//! It judges nothing: what stands around the list and each element are to be parsed by whoever wants to know. If all
//! of them are JSON, so is the text; if the text is JSON, so are they.

use std::ops::Range;

use super::span::string_end;

/// How many elements of the like text are looked at beyond those that were not met again.
const NEAR: usize = 2;
/// How many elements of the like text are looked at in all.
const MOST: usize = 16;

/// Deeper values are not cut, for a parser of the whole may refuse what it takes in parts.
const DEPTH: usize = 100;

/// Where the elements of a list are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cut {
    /// From behind the opening bracket to the closing one.
    pub list: Range<usize>,
    /// The elements in their order.
    pub elements: Vec<Element>,
}

/// One element of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Where it is.
    pub range: Range<usize>,
    /// The number of an element of the other text that has the same bytes, if one was met.
    pub same: Option<usize>,
}

impl Cut {
    /// Cuts the list with this key; `like` is a text that was cut before, of which parts may come again.
    ///
    /// None if the list is not found or what is around it makes no sense.
    pub fn of(text: &[u8], key: &str, like: Option<(&[u8], &Self)>) -> Option<Self> {
        let known = like.filter(|(other, cut)| text.starts_with(&other[..cut.list.start]));
        let start = known.map_or_else(|| opening(text, key), |(_, cut)| Some(cut.list.start))?;
        let mut elements = Vec::with_capacity(like.map_or(0, |(_, cut)| cut.elements.len()));
        let (mut byte, mut at) = mark(text, start)?;
        if byte == b']' {
            return Some(Self { list: start..at, elements });
        }
        let (mut next, mut missed) = (0_usize, 0);
        loop {
            let near = next..next.saturating_add(MOST.min(missed + NEAR));
            match like.and_then(|like| met(text, (byte, at), like, near, &mut elements)) {
                Some(last) => (next, missed) = (last + 1, 0),
                None => {
                    elements.push(Element { range: at..at + closing(&text[at..])?, same: None });
                    missed += 1;
                }
            }
            (byte, at) = mark(text, elements.last()?.range.end)?;
            match byte {
                b',' => (byte, at) = mark(text, at + 1)?,
                b']' => return Some(Self { list: start..at, elements }),
                _ => return None,
            }
        }
    }

    /// Returns what stands around the list, with an empty list for it.
    pub fn around(&self, text: &[u8]) -> Vec<u8> {
        self.with(text, std::iter::empty())
    }

    /// Returns the text with these elements instead of its own.
    pub fn with<'t>(&self, text: &'t [u8], elements: impl Iterator<Item = &'t [u8]>) -> Vec<u8> {
        let mut parts = vec![&text[..self.list.start]];
        elements.for_each(|element| parts.extend([element, b","]));
        parts.pop_if(|last| *last == b",");
        parts.push(&text[self.list.end..]);
        parts.concat()
    }
}

/// Adds the element that begins here, where it is one of the nearest of the like text, and those after it that both
/// have; returns the number of the last.
fn met(
    text: &[u8],
    (byte, at): (u8, usize),
    (other, cut): (&[u8], &Cut),
    near: Range<usize>,
    elements: &mut Vec<Element>,
) -> Option<usize> {
    // Only what its own brackets close is the same wherever it stands; a number may go on.
    if byte != b'{' {
        return None;
    }
    let mut nearest = (near.start..).zip(cut.elements.get(near.start..near.end.min(cut.elements.len()))?);
    let is_met = |known: &Range<usize>| text[at..].starts_with(&other[known.clone()]);
    let (first, from) = nearest.find(|(_, known)| is_met(&known.range)).map(|it| (it.0, it.1.range.start))?;
    let run = common(&text[at..], &other[from..cut.list.end]);
    let shared = cut.elements[first..].iter().take_while(|known| known.range.end - from <= run);
    let shift = |place: usize| place - from + at;
    elements.extend((first..).zip(shared).map(|(place, known)| Element {
        range: shift(known.range.start)..shift(known.range.end),
        same: Some(place),
    }));
    elements.last()?.same
}

/// Returns the first byte from here on that is not blank, and where it is.
fn mark(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let at = blank_end(text, at);
    text.get(at).map(|byte| (*byte, at))
}

/// Returns how many bytes at the start of both are the same.
fn common(one: &[u8], other: &[u8]) -> usize {
    let mut at = 0;
    for step in [1 << 12, 1 << 6, 1] {
        let steps = one[at..].chunks_exact(step).zip(other[at..].chunks_exact(step));
        at += steps.take_while(|(one, other)| one == other).count() * step;
    }
    at
}

/// Returns the offset behind the bracket that opens the list with this key of the outermost object.
fn opening(text: &[u8], key: &str) -> Option<usize> {
    let mut at = blank_end(text, 0);
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'"' => {
                let end = string_end(text, at);
                let colon = blank_end(text, end);
                let is_key = depth == 1 && text.get(colon) == Some(&b':');
                if is_key && text.get(at + 1..end - 1) == Some(key.as_bytes()) {
                    let list = blank_end(text, colon + 1);
                    return (text.get(list) == Some(&b'[')).then_some(list + 1);
                }
                at = end;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        at += 1;
    }
}

/// Returns the length of the object or list that opens here; nothing for other values.
fn closing(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut depth = 0_usize;
    loop {
        match text.get(at)? {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            b'"' if depth > 0 => {
                at = string_end(text, at);
                continue;
            }
            _ if depth > 0 => {
                at += 1;
                continue;
            }
            _ => return None,
        }
        at += 1;
        match depth {
            0 => return Some(at),
            DEPTH.. => return None,
            _ => {}
        }
    }
}

fn blank_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let blank = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    at + blank.unwrap_or(rest.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use super::*;

    fn cut<'t>(text: &'t str, like: Option<(&str, &Cut)>) -> Option<Vec<(&'t str, Option<usize>)>> {
        let cut = Cut::of(text.as_bytes(), "rows", like.map(|(text, cut)| (text.as_bytes(), cut)))?;
        Some(cut.elements.iter().map(|one| (&text[one.range.clone()], one.same)).collect())
    }

    #[test]
    fn a_list_is_cut_into_its_elements() {
        let text =
            r#" {"rows ": [{}], "a": {"rows": [{"b": 1}]}, "rows" : [ {"a": "]}\""} , {"b": [{}]}], "c": 1}"#;
        assert_eq!(cut(text, None).unwrap(), [(r#"{"a": "]}\""}"#, None), (r#"{"b": [{}]}"#, None)]);
        let found = Cut::of(text.as_bytes(), "rows", None).unwrap();
        let around = String::from_utf8(found.around(text.as_bytes())).unwrap();
        assert_eq!(around, r#" {"rows ": [{}], "a": {"rows": [{"b": 1}]}, "rows" : [], "c": 1}"#);
        assert_eq!(cut(r#"{"rows": [ ]}"#, None).unwrap(), []);
    }

    #[test]
    fn what_is_the_same_is_not_looked_at() {
        let text = r#"{"rows": [{"a": 1}, {"b": 2}, {"c": 3}, {"d": 4}]}"#;
        let known = Cut::of(text.as_bytes(), "rows", None).unwrap();
        let other = r#"{"rows": [{"a": 1}, {"b": 9}, {"c": 3}, {"x": 0}, {"d": 4}]}"#;
        let expected = [
            (r#"{"a": 1}"#, Some(0)),
            (r#"{"b": 9}"#, None),
            (r#"{"c": 3}"#, Some(2)),
            (r#"{"x": 0}"#, None),
            (r#"{"d": 4}"#, Some(3)),
        ];
        assert_eq!(cut(other, Some((text, &known))).unwrap(), expected);
        let other = r#"{"rows": [{"a": 9}, {"b": 9}, {"c": 9}, {"d": 4}]}"#;
        let last = cut(other, Some((text, &known))).unwrap().pop();
        assert_eq!(last, Some((r#"{"d": 4}"#, Some(3))), "behind several that differ");
    }

    #[test]
    fn blanks_of_any_length_are_no_matter() {
        for count in 0..40 {
            let blank = " ".repeat(count);
            let row = format!("{{{blank}\"a{blank}\"{blank}:\n{blank}[{blank}1]{blank}}}");
            let text = format!("{{{blank}\"rows\":{blank}[{blank}{row}{blank},{row}]}}");
            assert_eq!(cut(&text, None).unwrap(), [(&*row, None), (&*row, None)]);
            assert_eq!(cut(&format!("{{\"rows\": [{{{blank}"), None), None, "and no end to wait for");
        }
    }

    #[test]
    fn what_makes_no_sense_is_not_cut() {
        let deep = format!("{{\"rows\": [{}{}]}}", "[".repeat(120), "]".repeat(120));
        for text in [
            "",
            "[",
            "{\"rows\"",
            "{\"rows\": {}}",
            "{\"rows\": [1]}",
            "{\"rows\": [\"a\"]}",
            "{\"rows\": [{} {}]}",
            "{\"rows\": [{},]}",
            "{\"rows\": [{}",
            "{\"rows\": [{\"",
            "{\"ro\\u0077s\": [{}]}",
            &deep,
        ] {
            assert_eq!(cut(text, None), None, "{text}");
        }
    }
}
