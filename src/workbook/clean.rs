//! What programs leave in a text that people never typed: escapes, tags, marks of weight, doubled spaces.

use std::borrow::Cow;

use crate::source::hidden::is_hidden;

/// Returns a text as a person reads it, and whether anything but outer space had to go.
///
/// Carriage returns, `_x000D_`, `<br>`, non-breaking and other spaces become one space, hidden characters go.
pub(super) fn clean(text: &str) -> (Cow<'_, str>, bool) {
    if is_clean(text) {
        return (Cow::Borrowed(text.trim()), false);
    }
    let mut spaced = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        if let Some(len) = escape(rest).or_else(|| line_break(rest)) {
            spaced.push(' ');
            rest = &rest[len..];
            continue;
        }
        match character {
            it if it.is_whitespace() => spaced.push(' '),
            it if is_hidden(it) => {}
            it => spaced.push(it),
        }
        rest = &rest[character.len_utf8()..];
    }
    let mut cleaned = String::with_capacity(spaced.len());
    for word in spaced.split(' ').filter(|word| !word.is_empty()) {
        if !cleaned.is_empty() {
            cleaned.push(' ');
        }
        cleaned.push_str(word);
    }
    let changed = cleaned != text.trim();
    (Cow::Owned(cleaned), changed)
}

/// Returns whether nothing of a text has to go but outer spaces.
fn is_clean(text: &str) -> bool {
    let mut last = ' ';
    !text.contains("_x")
        && text.trim().chars().all(|it| {
            let is_doubled = it == ' ' && last == ' ';
            last = it;
            !is_doubled && it != '<' && (it == ' ' || !(it.is_whitespace() || is_hidden(it)))
        })
}

/// Returns the length of an escape such as `_x000D_` at the start of a text.
fn escape(text: &str) -> Option<usize> {
    let code = text.strip_prefix("_x")?.get(..5)?;
    let is_space = matches!(&*code.to_ascii_uppercase(), "000D_" | "000A_" | "0009_" | "000B_");
    is_space.then_some(7)
}

/// Returns the length of a line break tag at the start of a text.
fn line_break(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('<')?;
    let end = inner.find('>').filter(|end| *end <= 5)?;
    let tag = inner[..end].trim_end_matches('/').trim();
    tag.eq_ignore_ascii_case("br").then_some(end + 2)
}

/// Returns whether a cell is a mark: `X`, a tick, a dot, `yes`.
pub(super) fn is_mark(text: &str) -> bool {
    let text = text.trim();
    let marks = [
        "x",
        "✓",
        "✔",
        "✔\u{fe0f}",
        "☑",
        "☑\u{fe0f}",
        "✅",
        "●",
        "•",
        "■",
        "yes",
        "y",
        "true",
        "1",
        "[x]",
        "(x)",
        "🗸",
    ];
    marks.iter().any(|mark| text.to_lowercase() == *mark)
}

/// Returns whether a cell says that there is nothing: empty, a dash, a cross.
pub(super) fn is_blank(text: &str) -> bool {
    let text = text.trim();
    let blanks = ["", "-", "–", "—", "--", "❌", "✗", "✘", "☐", "no", "n", "false", "0", "[ ]"];
    blanks.iter().any(|blank| text.to_lowercase() == *blank)
}

#[cfg(test)]
mod tests {
    use super::{clean, is_blank, is_mark};

    #[test]
    fn what_programs_left_goes_and_words_stay() {
        for (text, cleaned, changed) in [
            ("  Provider ", "Provider", false),
            ("Provider_x000D_\n", "Provider", true),
            ("a<br/>b<BR>c<br />d", "a b c d", true),
            ("two  spaces\u{a0}here", "two spaces here", true),
            ("zero\u{200b}width", "zerowidth", true),
            ("a < b, _x_ and <b>", "a < b, _x_ and <b>", false),
        ] {
            assert_eq!(clean(text), (cleaned.into(), changed), "{text:?}");
        }
    }

    #[test]
    fn marks_and_blanks_are_told_apart() {
        assert!(["X", " x ", "✓", "Yes", "✅"].iter().all(|it| is_mark(it)));
        assert!(["", "-", "—", "No", "❌"].iter().all(|it| is_blank(it)));
        assert!(["n/a", "maybe", "x?"].iter().all(|it| !is_mark(it) && !is_blank(it)));
    }
}
