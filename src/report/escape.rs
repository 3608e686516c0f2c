//! The escapers: the only way that text of a matrix reaches an output.
//!
//! Whatever the other party wrote, it stays text: no control sequence, no markup, no formula, no command of
//! the machine that shows it. Each function is named for the place that its result may stand in.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::source::hidden::visible;

/// Returns text for one line of a terminal: control and direction characters shown, line breaks as spaces.
pub fn terminal(text: &str) -> String {
    log_safe(&shown(text)).into_owned()
}

/// Returns text on one line, with everything in it that no reader would see.
fn shown(text: &str) -> Cow<'_, str> {
    // Most texts are printable ASCII, of which nothing is hidden.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(visible(&one_line(text)).into_owned())
}

/// Returns text for the inside of a Markdown paragraph, list item or table cell.
///
/// Nothing in it formats, links, mentions, breaks the line or ends the cell.
pub fn markdown(text: &str) -> String {
    markdown_inline(text.trim())
}

/// Returns a message of ours as Markdown: what stands in backticks as code, all else escaped.
pub fn markdown_message(text: &str) -> String {
    if text.matches('`').count() % 2 == 1 {
        return markdown(text);
    }
    let parts = text.split('`').enumerate();
    parts
        .map(|(index, part)| if index % 2 == 1 { markdown_code(part) } else { markdown_inline(part) })
        .collect()
}

fn markdown_inline(text: &str) -> String {
    let text = shown(text);
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut before = None;
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek().copied();
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("@&#8203;"),
            '#' if next.is_some_and(|next| next.is_ascii_alphanumeric() || next == '[') => {
                out.push_str("#&#8203;");
            }
            ':' if next == Some('/') || before.is_none() => out.push_str("&#58;"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("&#46;"),
            '\\' | '`' | '*' | '_' | '[' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '#' | '-' | '+' | '=' if before.is_none() => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if next == Some(' ') && out.bytes().all(|byte| byte.is_ascii_digit()) => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// Returns a Markdown code span, or plain escaped text where a span could be broken.
pub fn markdown_code(text: &str) -> String {
    let safe = |c: char| c.is_ascii_graphic() && !matches!(c, '`' | '|' | '\\' | '<') || c == ' ';
    let plain = !text.trim().is_empty() && text.trim() == text && text.chars().all(safe);
    if plain { format!("`{}`", log_safe(text)) } else { markdown(text) }
}

/// Returns text for the inside of an HTML element or a double-quoted attribute.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in log_safe(&shown(text)).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// Returns text for the inside of an XML element or a double-quoted attribute; line breaks stay.
///
/// What XML 1.0 does not know, U+FFFE among it, is hidden and therefore written out.
pub fn xml(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| html(line).replace("&#39;", "&apos;")).collect();
    lines.join("\n")
}

/// Returns a cell that no spreadsheet takes for a formula; the CSV writer adds the quotes.
pub fn csv(text: &str) -> String {
    let starts_formula =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let guarded = starts_formula(text) || starts_formula(text.trim_start());
    let cell = log_safe(&shown(text)).into_owned();
    if guarded { format!("'{cell}") } else { cell }
}

/// Returns the message of a GitHub workflow command, which stands after the second `::`.
pub fn github_message(text: &str) -> String {
    let safe = |line: &str| log_safe(&visible(&one_line(line))).into_owned();
    let lines: Vec<String> = text.split('\n').map(safe).collect();
    lines.join("\n").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Returns the value of a property of a GitHub workflow command.
pub fn github_property(text: &str) -> String {
    github_message(text).replace(':', "%3A").replace(',', "%2C")
}

/// Returns a SARIF message in which nothing is a link, as `[text](target)` would be.
pub fn sarif_message(text: &str) -> String {
    visible(text).replace("](", "] (")
}

/// Returns a relative path as a URI reference, percent-encoded by its UTF-8 bytes.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Returns JSON in which no string can be taken for a command of a build log.
///
/// `#` stands only inside strings there, so the text that a reader decodes is the same.
pub fn json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((at, bracket)) = log_command(rest) {
        out.push_str(&rest[..at + bracket]);
        out.push_str("\\u005b");
        rest = &rest[at + bracket + 1..];
    }
    out + rest
}

/// Returns text in which nothing is a command of a build log: `##[…]`, `##vso[…]`, or `::…` that opens a line.
pub fn log_safe(text: &str) -> Cow<'_, str> {
    let has = |mark: &str| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some();
    if !has("::") && !has("##") {
        return Cow::Borrowed(text);
    }
    let opens = |line: &str| line.trim_start().starts_with("::");
    if log_command(text).is_none() && !text.split('\n').any(opens) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = text.split('\n').map(|line| split_command(line, opens(line))).collect();
    Cow::Owned(lines.join("\n"))
}

/// Puts a space into the marks of a command, so that it is read and not obeyed.
fn split_command(line: &str, opens: bool) -> String {
    let mut out = if opens { line.replacen("::", ": :", 1) } else { line.to_owned() };
    while let Some((at, _)) = log_command(&out) {
        out.insert(at + 1, ' ');
    }
    out
}

/// Returns where `##word[` stands and how far its bracket is from there.
fn log_command(text: &str) -> Option<(usize, usize)> {
    text.match_indices("##").find_map(|(at, _)| {
        let word = text[at + 2..].bytes().take_while(u8::is_ascii_alphanumeric).count();
        (text.as_bytes().get(at + 2 + word) == Some(&b'[')).then_some((at, 2 + word))
    })
}

/// Returns text on one line; a cell, a list item and an annotation have no second one.
fn one_line(text: &str) -> Cow<'_, str> {
    let breaks = ['\n', '\r', '\t', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
    if text.contains(breaks) { Cow::Owned(text.replace(breaks, " ")) } else { Cow::Borrowed(text) }
}
