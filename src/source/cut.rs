//! One list at the top of a JSON object, cut into its elements; of two like texts only what differs is looked at.
//!
//! It judges nothing: what stands around the list and each element are to be parsed by whoever wants to know. If all
//! of them are JSON, so is the text; if the text is JSON, so are they.

use std::borrow::Cow;
use std::ops::Range;

use super::pieces::{Pieces, common};
use super::span::string_end;

/// How many elements of the like text are looked at beyond those that were not met again.
const NEAR: usize = 2;
/// How many elements of the like text are looked at in all.
const MOST: usize = 16;

/// Deeper values are not cut, for a parser of the whole may refuse what it takes in parts.
const DEPTH: usize = 100;

/// How many bytes an element has at least, where it is not a short one.
const SHORT: usize = 1 << 8;

/// How many bytes are looked at first; eight times as many where they do not do.
const WINDOW: usize = 1 << 12;

/// A text that can be cut: bytes in a row, or in pieces.
pub trait Bytes {
    /// Returns how many bytes there are.
    fn length(&self) -> usize;
    /// Returns some of them.
    fn part(&self, range: Range<usize>) -> Cow<'_, [u8]>;
    /// Returns how many bytes from `at` on, of at most so many, are the same as those of another text from `from` on.
    fn run(&self, at: usize, other: &Self, from: usize, most: usize) -> usize;
}

impl Bytes for [u8] {
    fn length(&self) -> usize {
        self.len()
    }

    fn part(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self[range])
    }

    fn run(&self, at: usize, other: &Self, from: usize, most: usize) -> usize {
        let length = most.min(self.len() - at).min(other.len() - from);
        common(&self[at..at + length], &other[from..from + length])
    }
}

impl Bytes for Pieces {
    fn length(&self) -> usize {
        self.len()
    }

    fn part(&self, range: Range<usize>) -> Cow<'_, [u8]> {
        self.part(range)
    }

    fn run(&self, at: usize, other: &Self, from: usize, most: usize) -> usize {
        self.run(at, other, from, most)
    }
}

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
    pub fn of<T: Bytes + ?Sized>(text: &T, key: &str, like: Option<(&T, &Self)>) -> Option<Self> {
        Self::by(text, key, like, |at| Some(at + within(text, at, closing)?))
    }

    /// The same, with `end` to say where the element ends that begins somewhere.
    pub fn by<T: Bytes + ?Sized>(
        text: &T,
        key: &str,
        like: Option<(&T, &Self)>,
        mut end: impl FnMut(usize) -> Option<usize>,
    ) -> Option<Self> {
        let known = like.map(|(other, cut)| (other, cut.list.start));
        let known = known.filter(|(other, start)| text.run(0, *other, 0, *start) == *start);
        let start = match known {
            Some((_, start)) => start,
            None => within(text, 0, |bytes| opening(bytes, key))?,
        };
        let room = like.map_or_else(|| room(text.length()), |(_, cut)| cut.elements.len());
        let mut elements = Vec::with_capacity(room);
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
                    elements.push(Element { range: at..end(at)?, same: None });
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
    pub fn around<T: Bytes + ?Sized>(&self, text: &T) -> Vec<u8> {
        [text.part(0..self.list.start), text.part(self.list.end..text.length())].concat()
    }

    /// Says whether the same bytes stand around the lists of two texts.
    pub fn is_like<T: Bytes + ?Sized>(&self, text: &T, cut: &Self, other: &T) -> bool {
        let rest = text.length() - self.list.end;
        self.list.start == cut.list.start
            && rest == other.length() - cut.list.end
            && text.run(0, other, 0, self.list.start) == self.list.start
            && text.run(self.list.end, other, cut.list.end, rest) == rest
    }
}

/// Returns how many elements a text of so many bytes may well have: room for them is made at once, and taken as needed.
pub fn room(length: usize) -> usize {
    length / SHORT
}

/// Adds the element that begins here, where it is one of the nearest of the like text, and those after it that both
/// have; returns the number of the last.
fn met<T: Bytes + ?Sized>(
    text: &T,
    (byte, at): (u8, usize),
    (other, cut): (&T, &Cut),
    near: Range<usize>,
    elements: &mut Vec<Element>,
) -> Option<usize> {
    // Only what its own brackets close is the same wherever it stands; a number may go on.
    if byte != b'{' {
        return None;
    }
    let mut nearest = (near.start..).zip(cut.elements.get(near.start..near.end.min(cut.elements.len()))?);
    let is_met = |known: &Range<usize>| text.run(at, other, known.start, known.len()) == known.len();
    let (first, from) = nearest.find(|(_, known)| is_met(&known.range)).map(|it| (it.0, it.1.range.start))?;
    let run = text.run(at, other, from, cut.list.end - from);
    let shared = cut.elements[first..].iter().take_while(|known| known.range.end - from <= run);
    let shift = |place: usize| place - from + at;
    elements.extend((first..).zip(shared).map(|(place, known)| Element {
        range: shift(known.range.start)..shift(known.range.end),
        same: Some(place),
    }));
    elements.last()?.same
}

/// Returns the first byte from here on that is not blank, and where it is.
fn mark<T: Bytes + ?Sized>(text: &T, at: usize) -> Option<(u8, usize)> {
    within(text, at, |bytes| {
        let blank = blank_end(bytes, 0);
        bytes.get(blank).map(|byte| (*byte, at + blank))
    })
}

/// Returns what is found in the bytes from here on, in as few of them as do.
fn within<T: Bytes + ?Sized, R>(text: &T, at: usize, find: impl Fn(&[u8]) -> Option<R>) -> Option<R> {
    let rest = text.length().checked_sub(at)?;
    let mut window = WINDOW;
    loop {
        let found = find(&text.part(at..at + window.min(rest)));
        if found.is_some() || window >= rest {
            return found;
        }
        window *= 8;
    }
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
            b' ' if depth > 0 => {
                at = spaces_end(text, at + 1);
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

/// Returns where the spaces that begin here end, or have but a few to go: texts are a third indentation.
fn spaces_end(text: &[u8], mut at: usize) -> usize {
    const EIGHT: u64 = u64::from_le_bytes([b' '; 8]);
    while let Some(next) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let other = u64::from_le_bytes(*next) ^ EIGHT;
        if other != 0 {
            return at + other.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    at
}

/// Says whether the object or list that is `text` is one that would be cut: not nested too deeply.
pub fn is_shallow(text: &[u8]) -> bool {
    // Where the sum is a byte, a processor counts many at a time.
    let opens = |part: &[u8]| part.iter().map(|byte| u8::from(matches!(byte, b'{' | b'['))).sum::<u8>();
    let brackets: usize = text.chunks(128).map(|part| usize::from(opens(part))).sum();
    brackets < DEPTH || closing(text).is_some()
}

fn blank_end(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    let blank = rest.iter().position(|byte| !matches!(byte, b' ' | b'\n' | b'\r' | b'\t'));
    at + blank.unwrap_or(rest.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use std::rc::Rc;

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

    fn in_pieces(text: &str, length: usize) -> Pieces {
        let mut pieces = Pieces::default();
        for chunk in text.as_bytes().chunks(length) {
            pieces.append(&Rc::new(chunk.to_vec()), 0..chunk.len());
        }
        pieces
    }

    #[test]
    fn a_text_in_pieces_is_cut_like_one_in_a_row() {
        let long = "x".repeat(3 * WINDOW);
        let row = |id: usize, word: &str| format!(r#"{{"id": {id}, "says": ["{word}]}}"]}}"#);
        let text = |head: &str, rows: &[String]| {
            format!(r#"{{"a": "{head}", "rows": [{}], "z": 1}}"#, rows.join(" , "))
        };
        let rows: Vec<String> = (0..40).map(|id| row(id, if id == 7 { &long } else { "word" })).collect();
        let mut others = rows.clone();
        others[3] = row(3, "another");
        others.insert(20, row(99, "new"));
        others.remove(30);
        let one = text(&long, &rows);
        let cut = Cut::of(one.as_bytes(), "rows", None).unwrap();
        assert_eq!(cut.elements.len(), 40);
        for other in [text(&long, &others), text("short", &others), text(&long, &[]), one.clone()] {
            let expected = Cut::of(other.as_bytes(), "rows", Some((one.as_bytes(), &cut))).unwrap();
            for length in [1, 7, 1000, 1 << 20] {
                let (first, second) = (in_pieces(&one, length), in_pieces(&other, length + 3));
                assert_eq!(Cut::of(&first, "rows", None), Some(cut.clone()));
                assert_eq!(Cut::of(&second, "rows", Some((&first, &cut))), Some(expected.clone()));
                assert_eq!(expected.around(&second), expected.around(other.as_bytes()));
                let is_like = expected.is_like(other.as_bytes(), &cut, one.as_bytes());
                assert_eq!(expected.is_like(&second, &cut, &first), is_like);
                assert_eq!(is_like, !other.contains("short"));
            }
        }
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
    fn many_brackets_are_not_deep() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let wide = format!("[{}{}]", "[],".repeat(500), nested(98));
        assert!(is_shallow(wide.as_bytes()) && is_shallow(nested(99).as_bytes()));
        assert!(!is_shallow(nested(100).as_bytes()));
        assert!(!is_shallow(format!("[{}{}]", "[],".repeat(500), nested(99)).as_bytes()));
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
