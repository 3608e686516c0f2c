//! Ids made of names: "Acme Defense, Inc." is `acme-defense`.

use super::Engagement;
use crate::error::{Error, Result};
use crate::pack::starter::Names;

/// The longest id of a party that is made of a name.
const LONGEST: usize = 30;
/// The longest id that the format takes.
const LONGEST_ID: usize = 63;

/// The ids of a new engagement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ids {
    /// The client's.
    pub(super) client: String,
    /// The provider's.
    pub(super) provider: String,
    /// The matrix's.
    pub(super) matrix: String,
}

/// Returns the ids of an engagement.
///
/// # Errors
/// Where both parties have one name, or the id that was asked for is none.
pub(super) fn of(engagement: &Engagement) -> Result<Ids> {
    let names = Names::of(&engagement.client, &engagement.provider);
    let client = slug(&names.client, "client", LONGEST);
    let provider = slug(&names.provider, "provider", LONGEST);
    if client == provider {
        return Err(Error::usage(format!(
            "`{}` and `{}` cannot be told apart",
            engagement.client, engagement.provider
        ))
        .hint("a matrix is between two parties; give each a name of its own"));
    }
    let matrix = match &engagement.id {
        Some(id) => valid(id)?,
        None => usual(&client, engagement),
    };
    Ok(Ids { client, provider, matrix })
}

fn valid(id: &str) -> Result<String> {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty()
        || id.len() > LONGEST_ID
        || id.starts_with('-')
        || !id.chars().all(fits)
        || is_reserved(id)
    {
        return Err(Error::usage(format!("`{id}` cannot be the id of a matrix")).hint(format!(
            "an id has at most {LONGEST_ID} lowercase letters, digits and dashes, such as `{}`",
            slug(id, "acme-cmmc-l2", LONGEST)
        )));
    }
    Ok(id.to_owned())
}

/// Returns the client's id and the frameworks': `acme-defense-cmmc-l2`.
fn usual(client: &str, engagement: &Engagement) -> String {
    let packs: Vec<&str> = engagement.frameworks.iter().map(|pack| pack.id.as_str()).collect();
    let all = format!("{client}-{}", packs.join("-"));
    if all.len() <= LONGEST_ID { all } else { format!("{client}-matrix") }
}

/// Returns the letters and digits of a name with dashes between them, or `otherwise` where none are left.
fn slug(name: &str, otherwise: &str, longest: usize) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        match plain(c) {
            Some(plain) => slug.push_str(plain.as_str()),
            None if slug.is_empty() || slug.ends_with('-') || c == '\'' || c == '’' || c == '.' => {}
            None => slug.push('-'),
        }
    }
    slug.truncate(longest);
    let slug = slug.trim_matches('-');
    match slug {
        "" => otherwise.to_owned(),
        reserved if is_reserved(reserved) => format!("{reserved}-{otherwise}"),
        _ => slug.to_owned(),
    }
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

/// Returns the id of a row about one control: `ac-2-1` of AC-2(1).
pub(super) fn row(control: &str) -> String {
    slug(control, "control", LONGEST_ID)
}

/// Windows cannot keep a file of such a name.
fn is_reserved(id: &str) -> bool {
    let numbered = |stem: &str| {
        id.strip_prefix(stem).is_some_and(|end| end.len() == 1 && end.as_bytes()[0].is_ascii_digit())
    };
    matches!(id, "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, slug};

    #[test]
    fn a_name_becomes_an_id() {
        for (name, id) in [
            ("Acme Defense", "acme-defense"),
            ("Smith & Sons", "smith-and-sons"),
            ("  Bob's  Works (North) ", "bobs-works-north"),
            ("Müller", "mueller"),
            ("株式会社", "client"),
            ("Aux", "aux-client"),
            ("A name that is much too long to be an id", "a-name-that-is-much-too-long-t"),
        ] {
            assert_eq!(slug(name, "client", LONGEST), id);
        }
    }
}
