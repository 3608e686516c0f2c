//! Ids made of names: "Acme Defense, Inc." is `acme-defense-inc`, and "AC-02 (05)" is `ac-02-05`.

/// The longest id that the format takes.
pub(crate) const LONGEST: usize = 63;

/// Returns the letters and digits of a name with dashes between them, or `otherwise` if none are left.
pub(crate) fn slug(name: &str, otherwise: &str, longest: usize) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match plain(c) {
            Some(plain) => slug.push_str(&plain),
            None if slug.is_empty() || slug.ends_with('-') || c == '\'' || c == '’' => {}
            None => slug.push('-'),
        }
    }
    slug.truncate(longest);
    match slug.trim_matches('-') {
        "" => otherwise.to_owned(),
        reserved if is_reserved(reserved) => format!("{reserved}-{otherwise}"),
        slug => slug.to_owned(),
    }
}

/// Says whether Windows cannot keep a file of that name.
pub(crate) fn is_reserved(id: &str) -> bool {
    let numbered = |stem: &str| {
        id.strip_prefix(stem).is_some_and(|end| end.len() == 1 && end.as_bytes()[0].is_ascii_digit())
    };
    matches!(id, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// Returns the plain letters or digit that a character is written as.
fn plain(c: char) -> Option<String> {
    let lower = c.to_lowercase().next().unwrap_or(c);
    let plain = match lower {
        'a'..='z' | '0'..='9' => return Some(lower.to_string()),
        'ä' | 'æ' => "ae",
        'ö' | 'ø' | 'œ' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'à' | 'á' | 'â' | 'ã' | 'å' => "a",
        'ç' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ñ' => "n",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'ù' | 'ú' | 'û' => "u",
        'ý' | 'ÿ' => "y",
        '&' => "and",
        _ => return None,
    };
    Some(plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn a_name_becomes_an_id() {
        for (name, id) in [
            ("Acme Defense", "acme-defense"),
            ("Smith & Sons", "smith-and-sons"),
            ("  Bob's  Works (North) ", "bobs-works-north"),
            ("Müller", "mueller"),
            ("株式会社", "client"),
            ("Aux", "aux-client"),
            ("AC.L2-3.1.1", "ac-l2-3-1-1"),
            ("AC-02 (05)", "ac-02-05"),
            ("Acme, Inc.", "acme-inc"),
            ("A name that is much too long to be an id", "a-name-that-is-much-too-long-t"),
        ] {
            assert_eq!(slug(name, "client", 30), id);
        }
    }
}
