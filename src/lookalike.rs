//! Signs in a short text that a reader takes for others: blanks at its ends, spaces that look like blanks, letters of another
//! script, dashes that are no hyphens, accents written apart from their letter.
//!
//! Ids are plain ASCII; what a person copied from a page, a workbook or a chat often is not, and looks the same.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// The longest text that is looked at, in characters; no id is longer.
const LONGEST: usize = 300;

/// Letters of other scripts that look like one of ours, each before the one it looks like.
const LETTERS: &str = "АAВBЕEЅSІIЈJКKМMНHОOРPСCТTУYХXаaеeіiјjоoрpсcуyхxѕsԁdΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXοoνv";

/// Returns what a reader cannot see in a text, in words; None if everything in it is what it looks like.
pub fn oddity(text: &str) -> Option<String> {
    let first = text.chars().next().filter(|c| is_space(*c));
    let last = text.chars().next_back().filter(|c| is_space(*c));
    match (first, last) {
        (Some(first), _) => return Some(format!("it begins with {}", space(first))),
        (_, Some(last)) => return Some(format!("it ends with {}", space(last))),
        (None, None) => {}
    }
    text.chars().take(LONGEST).find_map(sign)
}

/// Says what one sign is, if it is not what it looks like.
fn sign(c: char) -> Option<String> {
    let code = u32::from(c);
    if c.is_ascii() {
        return (c.is_ascii_control()).then(|| format!("it holds {}", space(c)));
    }
    if is_space(c) {
        return Some(format!("it holds {}", space(c)));
    }
    if is_dash(c) {
        return Some(format!("`{c}` in it is a dash (U+{code:04X}) and no hyphen"));
    }
    if canonical_combining_class(c) != 0 {
        return Some(format!("an accent in it stands apart from its letter (U+{code:04X})"));
    }
    if let Some(like) = letter(c) {
        return Some(format!("`{c}` in it is a letter of another script (U+{code:04X}) and no `{like}`"));
    }
    let plain = compatible(c);
    if plain.is_ascii() && !plain.is_empty() {
        return Some(format!("`{c}` in it (U+{code:04X}) is no plain `{plain}`"));
    }
    c.is_alphabetic().then(|| format!("`{c}` in it is no plain letter (U+{code:04X})"))
}

/// Returns the text in plain signs, as its reader takes it: without blanks at its ends, without accents, with plain letters,
/// hyphens and blanks. What has no plain form stays.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().nfkd().filter(|c| canonical_combining_class(*c) == 0) {
        match letter(c) {
            _ if is_without_width(c) => {}
            _ if is_space(c) => plain.push(' '),
            _ if is_dash(c) => plain.push('-'),
            Some(like) => plain.push(like),
            None => plain.push(c),
        }
    }
    plain.trim().to_owned()
}

/// Returns the text with each accent joined to its letter, the form in which most programs write it.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

fn compatible(c: char) -> String {
    let mut plain = String::new();
    decompose_compatible(c, |part| plain.push(part));
    plain
}

fn letter(c: char) -> Option<char> {
    let mut pairs = LETTERS.chars();
    while let (Some(other), Some(ours)) = (pairs.next(), pairs.next()) {
        if other == c {
            return Some(ours);
        }
    }
    None
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || is_without_width(c)
}

/// Says whether a sign takes no room at all.
fn is_without_width(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{180e}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

fn space(c: char) -> String {
    let name = match c {
        ' ' => return "a blank".to_owned(),
        '\t' => return "a tab".to_owned(),
        '\n' | '\r' => return "a line break".to_owned(),
        '\u{a0}' | '\u{202f}' | '\u{2007}' => "a no-break space",
        _ if is_without_width(c) => "a space without width",
        _ if c.is_whitespace() => "a space that is no plain blank",
        _ => "a control character",
    };
    format!("{name} (U+{:04X})", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::{oddity, plain};

    #[test]
    fn what_cannot_be_seen_is_named_and_the_plain_form_is_what_one_sees() {
        for (text, said, seen) in [
            ("acme ", "it ends with a blank", "acme"),
            ("acme\u{a0}", "it ends with a no-break space (U+00A0)", "acme"),
            ("\u{feff}acme", "it begins with a space without width (U+FEFF)", "acme"),
            ("acme\n", "it ends with a line break", "acme"),
            ("a\u{202f}b", "it holds a no-break space (U+202F)", "a b"),
            ("АC.L2", "`А` in it is a letter of another script (U+0410) and no `A`", "AC.L2"),
            ("AC.L2\u{2011}3", "`\u{2011}` in it is a dash (U+2011) and no hyphen", "AC.L2-3"),
            ("AC.L2–3", "`–` in it is a dash (U+2013) and no hyphen", "AC.L2-3"),
            ("proce\u{301}dure", "an accent in it stands apart from its letter (U+0301)", "procedure"),
            ("proc\u{e9}dure", "`é` in it is no plain letter (U+00E9)", "procedure"),
            ("\u{ff21}C", "`Ａ` in it (U+FF21) is no plain `A`", "AC"),
        ] {
            assert_eq!(oddity(text).as_deref(), Some(said), "{text:?}");
            assert_eq!(plain(text), seen, "{text:?}");
        }
        assert_eq!(oddity("AC.L2-3.1.1[a] (b)"), None);
        assert_eq!(plain("AC.L2-3.1.1[a] (b)"), "AC.L2-3.1.1[a] (b)");
    }
}
