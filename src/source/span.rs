//! Where each JSON Pointer lies in a text.
//!
//! The walk is iterative and judges nothing: `serde_json` has accepted the text, or the walk stops making sense where
//! the text does, without a panic. Of equal keys the last is found, as in the value.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memchr2;

/// Marks an absent parent or key.
const NONE: u32 = u32::MAX;

/// The spans of all keys and values of one JSON text.
#[derive(Clone, Debug, Default)]
pub struct Spans {
    text: Box<str>,
    nodes: Vec<Node>,
    /// The children of all nodes, grouped by parent in document order.
    children: Vec<u32>,
    unclosed: Option<usize>,
}

/// One value; nodes stand in document order, so a parent comes before its children.
#[derive(Clone, Copy, Debug)]
struct Node {
    key: (u32, u32),
    value: (u32, u32),
    parent: u32,
    /// The position among its siblings.
    index: u32,
    first_child: u32,
    child_count: u32,
}

/// What a pointer leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The key with its quotes, where the value is a member of an object.
    pub key: Option<Range<usize>>,
    /// The value with its quotes or brackets.
    pub value: Range<usize>,
    /// False where the pointer dangles; then this is its deepest existing ancestor.
    pub complete: bool,
}

/// Two equal keys in one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The pointer that both keys claim.
    pub pointer: String,
    /// The decoded key.
    pub key: String,
    /// The first key with its quotes.
    pub first: Range<usize>,
    /// A later one.
    pub again: Range<usize>,
}

impl Spans {
    /// Walks `text` once.
    pub fn of(text: &str) -> Self {
        let mut walk = Walk { bytes: text.as_bytes(), at: 0, nodes: Vec::new(), open: Vec::new(), key: None };
        let unclosed = walk.run();
        let (nodes, children) = grouped(walk.nodes);
        Self { text: text.into(), nodes, children, unclosed }
    }

    /// Returns where the innermost object or list opens that the text does not close.
    pub fn unclosed(&self) -> Option<usize> {
        self.unclosed
    }

    /// Returns the key and value that `pointer` leads to, or its deepest existing ancestor.
    pub fn resolve(&self, pointer: &str) -> Resolved {
        let Some(mut node) = self.nodes.first() else {
            return Resolved { key: None, value: 0..self.text.len(), complete: false };
        };
        let mut complete = pointer.is_empty() || pointer.starts_with('/');
        for token in pointer.split('/').skip(1) {
            let Some(child) = self.child(node, &unescape(token)) else {
                complete = false;
                break;
            };
            node = child;
        }
        Resolved { key: node.key(), value: node.value(), complete }
    }

    /// Returns the pointer of the deepest value whose key or value covers `offset`; empty where none does.
    pub fn pointer_at(&self, offset: usize) -> String {
        let reached = self.nodes.partition_point(|node| node.start() <= offset);
        let mut node = reached.checked_sub(1).and_then(|index| self.nodes.get(index));
        while let Some(found) = node {
            if offset < found.value().end {
                return self.pointer_of(found);
            }
            node = self.parent(found);
        }
        String::new()
    }

    /// Returns every key that repeats an earlier one of its object, `\u` escapes decoded, in document order.
    pub fn duplicates(&self) -> Vec<Duplicate> {
        let mut found = Vec::new();
        for object in self.nodes.iter().filter(|node| self.byte(node.value.0) == Some(b'{')) {
            let mut seen: BTreeMap<Cow<'_, str>, Range<usize>> = BTreeMap::new();
            for child in self.children_of(object) {
                let Some(again) = child.key() else { continue };
                let key = self.decoded(&again);
                if let Some(first) = seen.get(&key) {
                    let (key, first) = (key.into_owned(), first.clone());
                    found.push(Duplicate { pointer: self.pointer_of(child), key, first, again });
                } else {
                    seen.insert(key, again);
                }
            }
        }
        found.sort_by_key(|duplicate| duplicate.again.start);
        found
    }

    fn child(&self, node: &Node, token: &str) -> Option<&Node> {
        if self.byte(node.value.0) == Some(b'[') {
            let index = list_index(token)?;
            return self.children_of(node).nth(index);
        }
        self.children_of(node).rev().find(|child| child.key().is_some_and(|key| self.decoded(&key) == token))
    }

    fn children_of(&self, node: &Node) -> impl DoubleEndedIterator<Item = &Node> + ExactSizeIterator {
        let first = node.first_child as usize;
        self.children[first..first + node.child_count as usize]
            .iter()
            .map(|child| &self.nodes[*child as usize])
    }

    fn parent(&self, node: &Node) -> Option<&Node> {
        self.nodes.get(node.parent as usize)
    }

    fn pointer_of(&self, node: &Node) -> String {
        let mut tokens = Vec::new();
        let mut at = node;
        while let Some(parent) = self.parent(at) {
            tokens.push(match at.key() {
                Some(key) => self.decoded(&key).replace('~', "~0").replace('/', "~1"),
                None => at.index.to_string(),
            });
            at = parent;
        }
        tokens.iter().rev().flat_map(|token| ["/", token]).collect()
    }

    fn decoded(&self, key: &Range<usize>) -> Cow<'_, str> {
        let quoted = self.text.get(key.clone()).unwrap_or_default();
        let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quoted);
        if inner.contains('\\') {
            return serde_json::from_str(quoted).map_or(Cow::Borrowed(inner), Cow::Owned);
        }
        Cow::Borrowed(inner)
    }

    fn byte(&self, at: u32) -> Option<u8> {
        self.text.as_bytes().get(at as usize).copied()
    }
}

impl Node {
    fn key(&self) -> Option<Range<usize>> {
        (self.key.0 != NONE).then_some(self.key.0 as usize..self.key.1 as usize)
    }

    fn value(&self) -> Range<usize> {
        self.value.0 as usize..self.value.1 as usize
    }

    /// Returns where the key, or else the value, begins.
    fn start(&self) -> usize {
        self.key.0.min(self.value.0) as usize
    }
}

/// Decodes one token of a pointer.
fn unescape(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        return Cow::Owned(token.replace("~1", "/").replace("~0", "~"));
    }
    Cow::Borrowed(token)
}

fn list_index(token: &str) -> Option<usize> {
    let plain = token.bytes().all(|byte| byte.is_ascii_digit()) && (token == "0" || !token.starts_with('0'));
    if plain { token.parse().ok() } else { None }
}

/// Gives each node its run in one list of children.
fn grouped(mut nodes: Vec<Node>) -> (Vec<Node>, Vec<u32>) {
    let mut next = 0;
    for node in &mut nodes {
        node.first_child = next;
        next += node.child_count;
    }
    let mut children = vec![0; next as usize];
    for at in 0..nodes.len() {
        let Node { parent, index, .. } = nodes[at];
        if let Some(parent) = nodes.get(parent as usize) {
            children[(parent.first_child + index) as usize] = number(at);
        }
    }
    (nodes, children)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}

/// One pass over the bytes.
struct Walk<'t> {
    bytes: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The objects and lists that are open here, outermost first.
    open: Vec<u32>,
    /// A key that waits for its value.
    key: Option<(u32, u32)>,
}

impl Walk<'_> {
    /// Walks to the end, and returns where the innermost container opens that is not closed by then.
    fn run(&mut self) -> Option<usize> {
        while self.at < self.bytes.len().min(NONE as usize) {
            match self.bytes[self.at] {
                b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' => self.at += 1,
                b'{' | b'[' => {
                    self.open.push(number(self.nodes.len()));
                    self.push(self.at + 1);
                }
                b'}' | b']' => self.close(),
                b'"' => self.string(),
                _ => self.push(literal_end(self.bytes, self.at)),
            }
        }
        let unclosed = self.open.last().map(|top| self.nodes[*top as usize].value.0 as usize);
        while !self.open.is_empty() {
            self.close();
        }
        unclosed
    }

    /// Adds the value that begins here, up to `end`, and goes on there.
    fn push(&mut self, end: usize) {
        let opens = self.open.last().is_some_and(|top| *top as usize == self.nodes.len());
        let above = if opens { self.open.len().checked_sub(2) } else { self.open.len().checked_sub(1) };
        let parent = above.map_or(NONE, |above| self.open[above]);
        let mut index = 0;
        if let Some(parent) = self.nodes.get_mut(parent as usize) {
            index = parent.child_count;
            parent.child_count += 1;
        }
        let value = (number(self.at), number(end));
        let key = self.key.take().unwrap_or((NONE, NONE));
        self.nodes.push(Node { key, value, parent, index, first_child: 0, child_count: 0 });
        self.at = end;
    }

    fn close(&mut self) {
        self.at = self.bytes.len().min(self.at + 1);
        self.key = None;
        if let Some(top) = self.open.pop() {
            self.nodes[top as usize].value.1 = number(self.at);
        }
    }

    fn string(&mut self) {
        let end = string_end(self.bytes, self.at);
        let in_object = self.open.last().map(|top| self.nodes[*top as usize].value.0);
        let in_object = in_object.and_then(|at| self.bytes.get(at as usize)) == Some(&b'{');
        if in_object && self.key.is_none() {
            self.key = Some((number(self.at), number(end)));
            self.at = end;
        } else {
            self.push(end);
        }
    }
}

/// Returns the offset behind the string that opens at `at`, or the end of the text.
pub(crate) fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        match bytes[at + found] {
            b'"' => return at + found + 1,
            _ => at += found + 2,
        }
    }
    bytes.len()
}

fn literal_end(bytes: &[u8], at: usize) -> usize {
    let ends = |byte: &u8| {
        matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b':' | b'"' | b'{' | b'}' | b'[' | b']')
    };
    bytes[at..].iter().position(ends).map_or(bytes.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str, pointer: &str) -> String {
        let resolved = Spans::of(text).resolve(pointer);
        assert!(resolved.complete, "{pointer} dangles");
        text[resolved.value].to_owned()
    }

    #[test]
    fn pointers_find_their_values() {
        let text = r#"{"a": [1, {"b": null}], "x/y": "s", "~": {}, "": 7}"#;
        assert_eq!(value(text, ""), text);
        assert_eq!(value(text, "/a/0"), "1");
        assert_eq!(value(text, "/a/1/b"), "null");
        assert_eq!(value(text, "/x~1y"), "\"s\"");
        assert_eq!(value(text, "/~0"), "{}");
        assert_eq!(value(text, "/"), "7");
    }

    #[test]
    fn a_dangling_pointer_gives_its_deepest_ancestor() {
        let text = r#"{"a": [1, {"b": null}]}"#;
        for pointer in ["/a/2", "/a/-", "/a/01", "/a/x", "/a/99999999999999999999"] {
            let resolved = Spans::of(text).resolve(pointer);
            assert!(!resolved.complete);
            assert_eq!(&text[resolved.value], r#"[1, {"b": null}]"#, "{pointer}");
        }
    }

    #[test]
    fn equal_keys_are_found_through_escapes_and_the_last_wins() {
        let text = r#"{"a": 1, "\u0061": 2, "o": {"a": 3}}"#;
        let spans = Spans::of(text);
        let duplicates = spans.duplicates();
        assert_eq!(duplicates.len(), 1);
        assert_eq!(duplicates[0].pointer, "/a");
        assert_eq!(&text[duplicates[0].first.clone()], "\"a\"");
        assert_eq!(&text[duplicates[0].again.clone()], "\"\\u0061\"");
        assert_eq!(&text[spans.resolve("/a").value], "2");
    }

    #[test]
    fn an_offset_names_its_pointer() {
        let text = r#"{"a": [1, {"b~": null}]}"#;
        let spans = Spans::of(text);
        assert_eq!(spans.pointer_at(7), "/a/0");
        assert_eq!(spans.pointer_at(12), "/a/1/b~0");
        assert_eq!(spans.pointer_at(8), "/a");
        assert_eq!(spans.pointer_at(999), "");
    }

    #[test]
    fn broken_text_is_walked_without_a_panic() {
        for text in ["", "}", "]]", "{\"a", "{\"a\"", "[1,", "{{{", "\"\\", "nul", "{]}", "[}1]"] {
            let spans = Spans::of(text);
            spans.resolve("/a/0");
            spans.duplicates();
            spans.pointer_at(1);
        }
    }
}
