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
    /// Cuts the list with this key, or returns nothing where it is not found or what is around it makes no sense.
    pub fn of(text: &[u8], key: &str, like: Option<(&[u8], &Self)>) -> Option<Self> {
        let start = like.and_then(|(other, cut)| {
            let head = other.get(..cut.list.start)?;
            text.starts_with(head).then_some(cut.list.start)
        });
        let start = match start {
            Some(start) => start,
            None => opening(text, key)?,
        };
        let mut elements = Vec::with_capacity(like.map_or(0, |(_, cut)| cut.elements.len()));
        let mut at = blank_end(text, start);
        if text.get(at) == Some(&b']') {
            return Some(Self { list: start..at, elements });
        }
        let (mut next, mut missed) = (0, 0);
        loop {
            let element = element(text, at, like, next..next.saturating_add(MOST.min(missed + NEAR)))?;
            (next, missed) = element.same.map_or((next, missed + 1), |same| (same + 1, 0));
            at = blank_end(text, element.range.end);
            elements.push(element);
            match text.get(at)? {
                b',' => at = blank_end(text, at + 1),
                b']' => return Some(Self { list: start..at, elements }),
                _ => return None,
            }
        }
    }

    /// Returns what stands around the list, with an empty list for it.
    pub fn around(&self, text: &[u8]) -> Vec<u8> {
        let (before, after) = self.sides(text);
        [before, after].concat()
    }

    /// Returns what stands before and after the elements, brackets included.
    pub fn sides<'t>(&self, text: &'t [u8]) -> (&'t [u8], &'t [u8]) {
        (&text[..self.list.start], &text[self.list.end..])
    }
}

/// Returns the element that begins here: one of the nearest of the like text, or what the brackets say.
fn element(text: &[u8], at: usize, like: Option<(&[u8], &Cut)>, near: Range<usize>) -> Option<Element> {
    // Only what its own brackets close is the same wherever it stands; a number may go on.
    if let Some((other, cut)) = like.filter(|_| text.get(at) == Some(&b'{')) {
        for (same, known) in cut.elements.iter().enumerate().take(near.end).skip(near.start) {
            let bytes = &other[known.range.clone()];
            if text[at..].starts_with(bytes) {
                return Some(Element { range: at..at + bytes.len(), same: Some(same) });
            }
        }
    }
    Some(Element { range: at..closing(text, at)?, same: None })
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

/// Returns the offset behind the object or list that opens here; nothing for other values.
fn closing(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
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
