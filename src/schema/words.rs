//! How values and names are put into words.
//!
//! A value is never shown whole, and never with a character that a terminal would act on.

use std::cmp::Reverse;
use std::fmt::Write as _;

use serde_json::Value;

/// How much of a text is shown.
const SHOWN: usize = 40;

/// How much of a text is compared with a candidate.
const COMPARED: usize = 100;

/// What people write, and what they mean.
const SYNONYMS: [(&str, &str); 18] = [
    ("customer", "client"),
    ("osc", "client"),
    ("msp", "provider"),
    ("mssp", "provider"),
    ("vendor", "provider"),
    ("supplier", "provider"),
    ("both", "shared"),
    ("n/a", "not-applicable"),
    ("na", "not-applicable"),
    ("none", "unassigned"),
    ("yearly", "annual"),
    ("annually", "annual"),
    ("biannual", "semiannual"),
    ("event", "on-event"),
    ("responsibility", "allocation"),
    ("owner", "party"),
    ("responsible", "perform"),
    ("retain", "retain-evidence"),
];

/// Returns the candidate that `given` most likely means, if one is near enough.
pub fn suggest<'a>(given: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let given = folded(given);
    let ranked = candidates.into_iter().filter_map(|candidate| Some((rank(&given, candidate)?, candidate)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, candidate)| candidate)
}

/// Returns how far `candidate` is from `given`: the distance, then how early they part.
fn rank(given: &str, candidate: &str) -> Option<(usize, Reverse<usize>)> {
    let folded = folded(candidate);
    let lengths = [given.chars().count(), folded.chars().count()];
    let [shorter, longer] = [lengths[0].min(lengths[1]), lengths[0].max(lengths[1])];
    let start = given.chars().zip(folded.chars()).take_while(|(left, right)| left == right).count();
    let distance = strsim::damerau_levenshtein(given, &folded);
    if means(given, candidate) || folded.split('-').any(|part| part == given) {
        Some((0, Reverse(start)))
    } else if distance <= longer / 3 {
        Some((distance, Reverse(start)))
    } else {
        (start >= 4 && start * 3 >= shorter * 2).then_some((usize::MAX, Reverse(start)))
    }
}

fn means(given: &str, candidate: &str) -> bool {
    SYNONYMS.contains(&(given, candidate))
}

fn folded(text: &str) -> String {
    text.chars().take(COMPARED).flat_map(char::to_lowercase).collect()
}

/// Returns `text` in backticks, cut and without characters that act on a terminal.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from("`");
    for shown in text.chars().take(SHOWN) {
        push_visible(&mut quoted, shown);
    }
    if text.chars().nth(SHOWN).is_some() {
        quoted.push('…');
    }
    quoted.push('`');
    quoted
}

/// Returns `text` without characters that act on a terminal.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| push_visible(&mut shown, c));
    shown
}

fn push_visible(text: &mut String, c: char) {
    if is_hidden(c) {
        let _ = write!(text, "\\u{{{:x}}}", u32::from(c));
    } else {
        text.push(c);
    }
}

/// Returns whether `c` is invisible or changes how its neighbours are shown.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns `value` in a few words, for the end of "found …".
pub(super) fn found(value: &Value) -> String {
    match value {
        Value::Null => "`null`".to_owned(),
        Value::Bool(flag) => format!("`{flag}`"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("the text {}", quote(text)),
        Value::Array(list) => format!("a list with {}", count(list.len(), "entry", "entries")),
        Value::Object(fields) => format!("a group of {}", count(fields.len(), "field", "fields")),
    }
}

/// Returns a value in backticks where it is short, else in words.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
        Value::Array(_) | Value::Object(_) => found(value),
    }
}

/// Returns the everyday word for a JSON type.
pub(super) fn type_word(json: &str) -> &'static str {
    match json {
        "array" => "a list",
        "object" => "a group of fields",
        "string" => "a text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "true or false",
        _ => "`null`",
    }
}

/// Returns `words` as a list for reading: "a, b or c".
pub(super) fn either(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [head @ .., last] => format!("{} or {last}", head.join(", ")),
    }
}

/// Returns a count with its noun, thousands apart.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number as u64), if number == 1 { one } else { many })
}

/// Returns `number` with a comma between thousands.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Returns a title as it stands inside a sentence: "Length of time" becomes "length of time", "SSH key" stays.
pub(super) fn inside(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
            first.to_lowercase().chain(title.chars().skip(1)).collect()
        }
        _ => title.to_owned(),
    }
}
