//! A text that says a new value, with every byte of the old text kept that need not change.
//!
//! The old and the new value are compared; what both say is copied from the old text with its white space, its order and
//! its escapes. What is new is written in the style around it.

use std::ops::Range;

use serde_json::{Map, Value};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::style::Style;
use crate::matrix::write::Order;

/// Returns a text that says `new`, made of a `text` that says `old`.
///
/// Both must be what a strict reader makes of their texts: no key twice in an object.
pub fn rewrite(text: &str, old: &Value, new: &Value) -> String {
    if old == new {
        return text.to_owned();
    }
    let (mut parser, mut out) = (Parser { text, at: 0 }, String::with_capacity(text.len() + 256));
    let lead = parser.blank();
    let node = parser.value();
    let style = Style::of(text);
    out.push_str(&text[lead]);
    Writer { text, style: &style, out: &mut out }.node(&node, old, new, Order::matrix());
    out.push_str(&text[node.range.end..]);
    out
}

/// A value in the text.
struct Node {
    range: Range<usize>,
    inner: Inner,
}

enum Inner {
    Scalar,
    Object(Vec<Item>),
    List(Vec<Item>),
}

/// A member of an object, or an element of a list.
struct Item {
    /// The decoded key; empty in a list.
    key: String,
    /// From the key, or the value, to the end of the value.
    range: Range<usize>,
    node: Node,
}

/// Reads a text that a strict reader has accepted.
struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn blank(&mut self) -> Range<usize> {
        let start = self.at;
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
        let rest = &self.text.as_bytes()[start..];
        self.at += rest.iter().position(|byte| !is_blank(byte)).unwrap_or(rest.len());
        start..self.at
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn value(&mut self) -> Node {
        let start = self.at;
        let inner = match self.peek() {
            Some(b'{') => Inner::Object(self.items(b'}', true)),
            Some(b'[') => Inner::List(self.items(b']', false)),
            Some(b'"') => {
                self.at = crate::source::span::string_end(self.text.as_bytes(), self.at);
                Inner::Scalar
            }
            _ => {
                let ends = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | b',' | b']' | b'}');
                let rest = &self.text.as_bytes()[start..];
                self.at += rest.iter().position(ends).unwrap_or(rest.len());
                Inner::Scalar
            }
        };
        Node { range: start..self.at, inner }
    }

    fn items(&mut self, close: u8, has_keys: bool) -> Vec<Item> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.blank();
            match self.peek() {
                None => return items,
                Some(byte) if byte == close => {
                    self.at += 1;
                    return items;
                }
                Some(b',') => self.at += 1,
                Some(_) => items.push(self.item(has_keys)),
            }
        }
    }

    fn item(&mut self, has_key: bool) -> Item {
        let start = self.at;
        let mut key = String::new();
        if has_key {
            let end = crate::source::span::string_end(self.text.as_bytes(), start);
            key = serde_json::from_str(&self.text[start..end]).unwrap_or_default();
            self.at = end;
            self.blank();
            self.at = self.text.len().min(self.at + 1);
            self.blank();
        }
        let node = self.value();
        Item { key, range: start..node.range.end, node }
    }
}

/// One item of the text that is made.
enum Made<'i, 'v> {
    /// It was there, at this place, and says this now.
    Kept(usize, &'i Item, &'v Value, &'v Value),
    /// It is new.
    New(&'v str, &'v Value),
}

struct Writer<'t, 'o> {
    text: &'t str,
    style: &'t Style,
    out: &'o mut String,
}

impl Writer<'_, '_> {
    fn node(&mut self, node: &Node, old: &Value, new: &Value, order: Order) {
        if old == new {
            self.out.push_str(&self.text[node.range.clone()]);
            return;
        }
        match (&node.inner, old, new) {
            (Inner::Object(items), Value::Object(was), Value::Object(is))
                if !items.is_empty() && !is.is_empty() =>
            {
                let made = members(items, was, is, order);
                self.container(node, items, &made, order, false);
            }
            (Inner::List(items), Value::Array(was), Value::Array(is))
                if !items.is_empty() && !is.is_empty() =>
            {
                let made = elements(items, was, is);
                self.container(node, items, &made, order, true);
            }
            _ => {
                let indent = self.style.indent_at(self.text, node.range.start);
                self.style.write(new, &indent, self.style.is_flat(self.text, &node.range), order, self.out);
            }
        }
    }

    /// Writes an object or a list of which something is kept.
    fn container(&mut self, node: &Node, items: &[Item], made: &[Made<'_, '_>], order: Order, is_list: bool) {
        let (first, last) = (&items[0], &items[items.len() - 1]);
        let lead = &self.text[node.range.start..first.range.start];
        let tail = &self.text[last.range.end..node.range.end];
        let blank = &lead[1..];
        let usual = match items {
            [one, two, ..] => self.text[one.range.end..two.range.start].to_owned(),
            _ if blank.contains('\n') => format!(",{blank}"),
            _ => self.style.comma.clone(),
        };
        let is_flat = !usual.contains('\n') && !blank.contains('\n');
        let indent =
            blank.rsplit('\n').next().filter(|_| blank.contains('\n')).unwrap_or_default().to_owned();
        let is_flat_item = items.iter().all(|item| !self.text[item.range.clone()].contains('\n'));
        self.out.push_str(lead);
        let mut before: Option<usize> = None;
        for (nth, one) in made.iter().enumerate() {
            if nth > 0 {
                let follows = match one {
                    Made::Kept(at, ..) => before.is_some_and(|before| before + 1 == *at).then_some(*at),
                    Made::New(..) => None,
                };
                match follows {
                    Some(at) => self.out.push_str(&self.text[items[at - 1].range.end..items[at].range.start]),
                    None => self.out.push_str(&usual),
                }
            }
            before = match one {
                Made::Kept(at, item, was, is) => {
                    let inner = if is_list { order } else { order.of(&item.key) };
                    self.out.push_str(&self.text[item.range.start..item.node.range.start]);
                    self.node(&item.node, was, is, inner);
                    Some(*at)
                }
                Made::New(key, value) => {
                    let inner = if is_list { order } else { order.of(key) };
                    if !is_list {
                        self.out.push_str(&Value::from(*key).to_string());
                        self.out.push_str(&self.style.colon);
                    }
                    let flat = is_flat || (is_list && is_flat_item);
                    self.style.write(value, &indent, flat, inner, self.out);
                    None
                }
            };
        }
        self.out.push_str(tail);
    }
}

/// Returns the members of an object as they will stand: those that stay in their order, each new one behind the last
/// that the format has before it.
fn members<'i, 'v>(
    items: &'i [Item],
    was: &'v Map<String, Value>,
    is: &'v Map<String, Value>,
    order: Order,
) -> Vec<Made<'i, 'v>> {
    let mut made: Vec<(usize, Made<'i, 'v>)> = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if let (Some(before), Some(after)) = (was.get(&item.key), is.get(&item.key)) {
            made.push((order.rank(&item.key), Made::Kept(at, item, before, after)));
        }
    }
    let mut added: Vec<(usize, &'v String, &'v Value)> = is
        .iter()
        .filter(|(key, _)| !was.contains_key(*key))
        .map(|(key, value)| (order.rank(key), key, value))
        .collect();
    added.sort_by_key(|(rank, key, _)| (*rank, *key));
    for (rank, key, value) in added {
        let place = made
            .iter()
            .enumerate()
            .filter(|(_, (other, _))| *other <= rank)
            .max_by_key(|(at, (other, _))| (*other, *at));
        let place = place.map_or(0, |(at, _)| at + 1);
        made.insert(place, (rank, Made::New(key, value)));
    }
    made.into_iter().map(|(_, one)| one).collect()
}

/// Returns the elements of a list as they will stand: each is the one with its id, or with its value, or in its place.
fn elements<'i, 'v>(items: &'i [Item], was: &'v [Value], is: &'v [Value]) -> Vec<Made<'i, 'v>> {
    let keys = |values: &[Value]| -> Vec<String> { values.iter().map(identity).collect() };
    let (before, after) = (keys(was), keys(is));
    let kept = |old: usize, new: usize| Made::Kept(old, &items[old], &was[old], &is[new]);
    let added = |new: usize| Made::New("", &is[new]);
    let mut made = Vec::with_capacity(is.len());
    for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
        match op {
            DiffOp::Equal { old_index, new_index, len } => {
                made.extend((0..len).map(|nth| kept(old_index + nth, new_index + nth)));
            }
            DiffOp::Delete { .. } => {}
            DiffOp::Insert { new_index, new_len, .. } => {
                made.extend((new_index..new_index + new_len).map(added))
            }
            DiffOp::Replace { old_index, old_len, new_index, new_len } => {
                let both = old_len.min(new_len);
                made.extend((0..both).map(|nth| kept(old_index + nth, new_index + nth)));
                made.extend((new_index + both..new_index + new_len).map(added));
            }
        }
    }
    made
}

/// Returns what an element is known by in its list.
fn identity(value: &Value) -> String {
    let id = ["id", "pack"].iter().find_map(|name| value.get(name)?.as_str());
    id.map_or_else(|| value.to_string(), |id| format!("id {id}"))
}
