//! How a JSON text is laid out: line ends, indentation, and what stands on one line.

use std::ops::Range;

use serde_json::Value;

use crate::matrix::write::Order;

/// The longest line onto which a new value is put where the text has such lines.
const LINE: usize = 100;

/// The layout of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Style {
    /// What ends a line; empty in a text of one line.
    newline: &'static str,
    /// One level of indentation.
    unit: String,
    /// What stands between a key and its value.
    pub(super) colon: String,
    /// What stands between two items on one line.
    pub(super) comma: String,
    /// What stands inside the braces of an object on one line.
    object_pad: &'static str,
    /// What stands inside the brackets of a list on one line.
    list_pad: &'static str,
    /// Whether objects with fields stand on one line.
    flat_objects: bool,
    /// Whether lists with items stand on one line.
    flat_lists: bool,
}

impl Style {
    /// Reads the layout of a text.
    pub(super) fn of(text: &str) -> Self {
        let newline = match text.find('\n') {
            Some(at) if text[..at].ends_with('\r') => "\r\n",
            Some(_) => "\n",
            None => "",
        };
        let mut style = Self {
            newline,
            unit: unit(text),
            colon: ": ".to_owned(),
            comma: ", ".to_owned(),
            object_pad: " ",
            list_pad: "",
            flat_objects: newline.is_empty(),
            flat_lists: newline.is_empty(),
        };
        style.read(text);
        style
    }

    /// Looks at the first of each kind that stands on one line.
    fn read(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let (mut at, mut colon, mut comma, mut object, mut list) = (0, false, false, false, false);
        while at < bytes.len() {
            let rest = &text[at + 1..];
            let blank = rest.len() - rest.trim_start_matches(' ').len();
            let next = rest.as_bytes().get(blank).copied();
            let is_end = matches!(next, None | Some(b'\n' | b'\r' | b'\t' | b'}' | b']'));
            match bytes[at] {
                b'"' => {
                    at = crate::source::span::string_end(bytes, at);
                    continue;
                }
                b':' if !colon && !is_end => {
                    (colon, self.colon) = (true, format!(":{}", &rest[..blank]));
                }
                b',' if !comma && !is_end => {
                    (comma, self.comma) = (true, format!(",{}", &rest[..blank]));
                }
                b'{' if !is_end && !object => {
                    object = true;
                    self.object_pad = if blank > 0 { " " } else { "" };
                    self.flat_objects = true;
                }
                b'[' if !is_end && !list && next != Some(b'{') && next != Some(b'[') => {
                    list = true;
                    self.list_pad = if blank > 0 { " " } else { "" };
                    self.flat_lists = true;
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Returns the indentation of the line that a place is on.
    pub(super) fn indent_at(&self, text: &str, at: usize) -> String {
        let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let line = &text[start..at];
        line[..line.len() - line.trim_start_matches([' ', '\t']).len()].to_owned()
    }

    /// Returns whether what takes the place of this range has to stay on its line: the text has one line only, or what
    /// is replaced shares its line with what stands around it.
    pub(super) fn is_flat(&self, text: &str, range: &Range<usize>) -> bool {
        if self.newline.is_empty() {
            return true;
        }
        let start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let before = text[start..range.start].trim_start();
        // Before a value on a line of its own there is nothing, or its key.
        let is_alone = before.is_empty()
            || (before.starts_with('"') && before.trim_end().ends_with(':') && !before.contains(", "));
        !is_alone
    }

    /// Writes a new value, the first line of which begins on a line with this indentation.
    pub(super) fn write(&self, value: &Value, indent: &str, is_flat: bool, order: Order, out: &mut String) {
        let is_plain = |value: &Value| !value.is_object() && !value.is_array();
        let is_empty =
            value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(|it| it.is_empty());
        if is_plain(value) || is_empty {
            out.push_str(&value.to_string());
            return;
        }
        let is_simple = match value {
            Value::Array(items) => self.flat_lists && items.iter().all(is_plain),
            Value::Object(fields) => {
                let is_small = |value: &Value| {
                    is_plain(value) || value.as_array().is_some_and(|list| list.iter().all(is_plain))
                };
                self.flat_objects && fields.values().all(is_small)
            }
            _ => true,
        };
        if is_flat || is_simple {
            let mut line = String::new();
            self.flat(value, order, &mut line);
            if is_flat || indent.len() + line.len() <= LINE {
                out.push_str(&line);
                return;
            }
        }
        self.lines(value, indent, order, out);
    }

    fn lines(&self, value: &Value, indent: &str, order: Order, out: &mut String) {
        let inner = format!("{indent}{}", self.unit);
        let (open, close) = if value.is_array() { ('[', ']') } else { ('{', '}') };
        out.push(open);
        for (nth, (key, item)) in ordered(value, order).into_iter().enumerate() {
            if nth > 0 {
                out.push(',');
            }
            out.push_str(self.newline);
            out.push_str(&inner);
            let order = self.key(key, order, out);
            self.write(item, &inner, false, order, out);
        }
        out.push_str(self.newline);
        out.push_str(indent);
        out.push(close);
    }

    fn flat(&self, value: &Value, order: Order, out: &mut String) {
        let (open, pad, close) = match value {
            Value::Array(items) if !items.is_empty() => ('[', self.list_pad, ']'),
            Value::Object(fields) if !fields.is_empty() => ('{', self.object_pad, '}'),
            other => {
                out.push_str(&other.to_string());
                return;
            }
        };
        out.push(open);
        out.push_str(pad);
        for (nth, (key, item)) in ordered(value, order).into_iter().enumerate() {
            if nth > 0 {
                out.push_str(&self.comma);
            }
            let order = self.key(key, order, out);
            self.flat(item, order, out);
        }
        out.push_str(pad);
        out.push(close);
    }

    /// Writes a key, if there is one, and returns the order of what it holds.
    fn key(&self, key: Option<&str>, order: Order, out: &mut String) -> Order {
        let Some(key) = key else { return order };
        out.push_str(&Value::from(key).to_string());
        out.push_str(&self.colon);
        order.of(key)
    }
}

/// Returns what an object or a list holds, fields in the order of the format.
fn ordered(value: &Value, order: Order) -> Vec<(Option<&str>, &Value)> {
    match value {
        Value::Array(items) => items.iter().map(|item| (None, item)).collect(),
        Value::Object(fields) => {
            let mut members: Vec<(&String, &Value)> = fields.iter().collect();
            members.sort_by_key(|(key, _)| order.rank(key));
            members.into_iter().map(|(key, value)| (Some(key.as_str()), value)).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns one level of indentation: that of the first indented line.
fn unit(text: &str) -> String {
    let indents =
        text.lines().skip(1).map(|line| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]);
    indents.into_iter().find(|indent| !indent.is_empty()).unwrap_or("  ").to_owned()
}
