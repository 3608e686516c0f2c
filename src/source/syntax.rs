//! What `serde_json` objects to, in words for people.
//!
//! Its message says which kind of fault it is, the text at the place says what was meant. A message that we do not
//! know, of a later release, still gives a finding with its place.

use super::fault::Fault;
use super::hidden::{describe, is_hidden, visible};
use super::span::Spans;

const RULE: &str = "strict-json";

/// Returns where in `text` reading stopped.
pub(super) fn offset(error: &serde_json::Error, text: &str) -> usize {
    let before = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum::<usize>();
    let at = before + error.column().saturating_sub(1);
    text.floor_char_boundary(at.min(text.len()))
}

/// Turns the objection into a fault.
pub(super) fn fault(error: &serde_json::Error, text: &str, spans: &Spans) -> Fault {
    let message = error.to_string();
    let at = offset(error, text);
    if message.starts_with("EOF") || text[at..].trim_ascii().is_empty() {
        return early_end(text, &message, spans);
    }
    if let Some(fault) = inside_string(text, &message, at) {
        return fault;
    }
    let mut at = at + text[at..].len() - text[at..].trim_ascii_start().len();
    let word_goes_on = text[at..].starts_with(|character| of_word(&character));
    if ["invalid number", "expected ident"].iter().any(|start| message.starts_with(start)) || word_goes_on {
        at = word_start(text, at);
    }
    let end = word_end(text, at);
    let (message, help) = worded(&message, &text[at..end]);
    let fault = Fault::at(RULE, at..end, message);
    Fault { help, ..fault }
}

/// The file ends before its value does.
fn early_end(text: &str, message: &str, spans: &Spans) -> Fault {
    let end = text.trim_ascii_end().len();
    if end == 0 {
        return Fault::of_file(RULE, "the file is empty").help("a file of ours holds one JSON object");
    }
    let within = match message {
        message if message.contains("list") => "a list: a `]` is missing",
        message if message.contains("object") => "an object: a `}` is missing",
        message if message.contains("string") => "a text: a closing quote is missing",
        _ => "a value",
    };
    let start = text.floor_char_boundary(end - 1);
    let fault = Fault::at(RULE, start..end, format!("the file ends inside {within}"));
    let opened = spans.unclosed().filter(|opened| *opened < start && !message.contains("string"));
    Fault { related: opened.map(|at| (at..at + 1, "opened here")), ..fault }
        .help("check that the file was saved and copied completely")
}

/// A fault between two quotes; the objection points at its last byte.
fn inside_string(text: &str, message: &str, at: usize) -> Option<Fault> {
    if message.starts_with("control character") {
        return Some(raw_control(text, at));
    }
    if ["invalid escape", "lone leading", "unexpected end of hex"]
        .iter()
        .any(|start| message.starts_with(start))
    {
        let start = escape_start(text, at);
        let end = escape_end(text, start);
        let shown = visible(&text[start..end]);
        if text[start..].starts_with("\\u") && end - start == 6 {
            let fault = Fault::at(
                RULE,
                start..end,
                format!("`{shown}` is half of a pair and no character by itself"),
            );
            return Some(fault.help("write both halves of the surrogate pair, or the character itself"));
        }
        let fault = Fault::at(RULE, start..end, format!("`{shown}` is no escape that JSON knows"));
        return Some(fault.help("write a backslash as `\\\\`"));
    }
    None
}

fn raw_control(text: &str, at: usize) -> Fault {
    let control = |byte: u8| byte < 0x20;
    // The objection may point at the control character or at its neighbour.
    let at = [at, at + 1, at.saturating_sub(1)]
        .into_iter()
        .find(|at| text.as_bytes().get(*at).copied().is_some_and(control));
    let at = at.unwrap_or_default();
    let what = match text.as_bytes().get(at) {
        Some(b'\n' | b'\r') => return unended(text, at),
        Some(b'\t') => "a tab stands inside a text",
        _ => "a control character stands inside a text",
    };
    Fault::at(RULE, at..at + 1, what)
        .help("write `\\t` for a tab; other control characters have no place in a text")
}

/// A text that goes on over the end of its line.
fn unended(text: &str, at: usize) -> Fault {
    let start = text[..at].rfind(['"', '\n']).unwrap_or(at);
    let start = if text[start..].starts_with('"') { start } else { at };
    let fault = Fault::at(RULE, start..at.max(start + 1), "the line ends inside a text");
    fault.help("close the quote, or write `\\n` for a line break in a text")
}

/// Returns where the escape begins that `at` lies in or ends; for the second of a pair, where the pair begins.
fn escape_start(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut before, mut last, mut next) = (None, at, 0);
    while let Some(found) = bytes.get(next..=at).and_then(|rest| rest.iter().position(|byte| *byte == b'\\'))
    {
        before = Some(last);
        last = next + found;
        next = last + 2;
    }
    let high = |start: &usize| {
        matches!(&bytes[*start..], [b'\\', b'u', b'd' | b'D', b'8'..=b'9' | b'a'..=b'b' | b'A'..=b'B', ..])
    };
    before.filter(|start| start + 6 == last).filter(high).unwrap_or(last)
}

fn escape_end(text: &str, start: usize) -> usize {
    if !text[start..].starts_with("\\u") {
        let length = text[start..].chars().take(2).map(char::len_utf8).sum::<usize>();
        return start + length;
    }
    let digits = text[start + 2..].bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
    start + 2 + digits
}

fn of_word(character: &char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.' | '-' | '+' | '$')
}

/// Returns the start of the word that covers `at` or ends there.
fn word_start(text: &str, at: usize) -> usize {
    at - text[..at].chars().rev().take_while(of_word).take(60).map(char::len_utf8).sum::<usize>()
}

/// Returns the end of the word or sign at `at`.
fn word_end(text: &str, at: usize) -> usize {
    let word = text[at..].chars().take_while(of_word).take(60).map(char::len_utf8).sum::<usize>();
    let first = text[at..].chars().next().map_or(0, char::len_utf8);
    at + word.max(first)
}

type Words = (String, Option<&'static str>);

/// Says what is wrong at `found`, the word or sign where reading stopped.
fn worded(message: &str, found: &str) -> Words {
    let shown = shown(found);
    let said = |start: &str| message.starts_with(start);
    if let Some(words) = known_mistake(found) {
        return words;
    }
    if said("trailing comma") {
        return (
            "a comma stands before the closing bracket".to_owned(),
            Some("delete the comma after the last entry"),
        );
    }
    if said("trailing characters") {
        return (
            format!("the document ends before {shown}"),
            Some("a file holds one JSON value and nothing after it"),
        );
    }
    if said("expected `:`") {
        return (format!("a colon is missing before {shown}"), Some("a field is written as \"name\": value"));
    }
    if said("expected `,`") {
        return unseparated(message, found, &shown);
    }
    if said("key must be a string") {
        return (format!("a field's name must stand in double quotes, found {shown}"), None);
    }
    if said("invalid number") {
        return (
            format!("{shown} is not a number that JSON knows"),
            Some("no leading zero, and digits around the point"),
        );
    }
    if said("expected ident") {
        return (
            format!("{shown} is not a word that JSON knows"),
            Some("JSON knows true, false and null; quote any other text"),
        );
    }
    if said("expected value") && found.starts_with([',', ':', ']', '}']) {
        return (format!("a value is missing before {shown}"), None);
    }
    if said("expected value") {
        return (format!("{shown} is not a value in JSON"), Some("text stands in double quotes"));
    }
    (format!("this is not JSON: {shown}"), None)
}

/// After an entry comes something that is neither a comma nor the end.
fn unseparated(message: &str, found: &str, shown: &str) -> Words {
    let in_list = message.starts_with("expected `,` or `]`");
    match found {
        "}" if in_list => ("a list is closed by `}`".to_owned(), Some("close it with `]`")),
        "]" if !in_list => ("an object is closed by `]`".to_owned(), Some("close it with `}`")),
        ":" => ("a colon stands where a comma or the end is expected".to_owned(), None),
        word if word.starts_with(|c| of_word(&c)) && word.contains(['-', '.', 'x', ':']) => {
            (format!("{shown} is not a value in JSON"), Some("text stands in double quotes"))
        }
        _ => (format!("a comma is missing before {shown}"), Some("entries are separated by commas")),
    }
}

/// Names what other notations allow.
fn known_mistake(found: &str) -> Option<Words> {
    let words = match found {
        "NaN" | "Infinity" | "-Infinity" | "-NaN" => {
            (format!("`{found}` is not a number in JSON"), "leave the field out or write null")
        }
        "True" | "False" | "None" | "undefined" | "TRUE" | "FALSE" | "NULL" | "Null" => {
            (format!("`{found}` is not a word of JSON"), "JSON knows true, false and null, in small letters")
        }
        "/" | "#" => {
            ("JSON has no comments".to_owned(), "delete the comment, or put it in a field for notes")
        }
        "'" | "`" | "‘" | "’" | "“" | "”" | "„" | "«" => {
            (format!("{} is not a quote in JSON", shown(found)), "write straight double quotes: \"")
        }
        "\u{A0}" | "\u{3000}" | "\u{2003}" | "\u{2002}" => {
            (format!("{} is not a space that JSON knows", shown(found)), "replace it by a plain space")
        }
        _ => return None,
    };
    Some((words.0, Some(words.1)))
}

/// Quotes what was found; a character that cannot be seen is described.
fn shown(found: &str) -> String {
    match found.chars().next() {
        Some('"') => "the next text".to_owned(),
        Some(blank) if is_hidden(blank) => describe(blank),
        Some(blank) if blank.is_whitespace() => format!("U+{:04X}", blank as u32),
        Some('`') => "a backtick".to_owned(),
        _ => format!("`{}`", visible(found)),
    }
}
