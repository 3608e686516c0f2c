//! What parties are called in a sentence.

use std::borrow::Cow;

/// What a company's name may end with that nobody says aloud, in lower case and without dots.
const LEGAL_FORMS: [&str; 22] = [
    "inc",
    "incorporated",
    "llc",
    "llp",
    "lp",
    "ltd",
    "limited",
    "corp",
    "corporation",
    "co",
    "pc",
    "pllc",
    "plc",
    "gmbh",
    "ag",
    "kg",
    "sa",
    "sas",
    "bv",
    "nv",
    "ab",
    "oy",
];

/// Returns a name as people say it: "Acme Defense" for "Acme Defense, Inc.".
pub fn short_name(name: &str) -> &str {
    let mut rest = name.trim();
    while let Some(at) = rest.rfind([' ', ',']) {
        let last = without_dots(&rest[at + 1..]);
        let before = rest[..at].trim_end_matches([' ', ',']);
        let joined = before.ends_with(['&', '+']) || before.ends_with(" and");
        if before.is_empty() || joined || !LEGAL_FORMS.iter().any(|form| form.eq_ignore_ascii_case(&last)) {
            break;
        }
        rest = before;
    }
    rest
}

fn without_dots(word: &str) -> Cow<'_, str> {
    let word = word.trim_end_matches('.');
    if word.contains('.') { Cow::Owned(word.replace('.', "")) } else { Cow::Borrowed(word) }
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn a_name_is_said_without_its_legal_form() {
        for (full, said) in [
            ("Acme Defense, Inc.", "Acme Defense"),
            ("Harbor MSP, LLC", "Harbor MSP"),
            ("Example Co., Ltd.", "Example"),
            ("Müller GmbH", "Müller"),
            ("Smith & Co.", "Smith & Co."),
            ("Harbor L.L.C.", "Harbor"),
            ("Harbor INC", "Harbor"),
            ("Harbor Incs", "Harbor Incs"),
            ("L.L.C.", "L.L.C."),
            ("Inc", "Inc"),
            ("Cobalt", "Cobalt"),
        ] {
            assert_eq!(short_name(full), said);
        }
    }
}
