//! The names that a starter matrix leaves open: `{client}` and `{provider}`.

use std::borrow::Cow;

use crate::matrix::short_name;

/// What two parties are called in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// What the client is called, as in "Acme Defense decides".
    pub client: String,
    /// What the provider is called.
    pub provider: String,
}

impl Names {
    /// Returns the short names of two parties; the full ones where the short ones are the same.
    pub fn of(client: &str, provider: &str) -> Self {
        let (short_client, short_provider) = (short_name(client), short_name(provider));
        if short_client.eq_ignore_ascii_case(short_provider) {
            return Self { client: client.to_owned(), provider: provider.to_owned() };
        }
        Self { client: short_client.to_owned(), provider: short_provider.to_owned() }
    }

    /// Returns a starter's text with the names filled in.
    pub fn fill(&self, text: &str) -> String {
        fill(text, &[("client", &self.client), ("provider", &self.provider)])
    }

    /// The same, without a copy where the text names nobody.
    pub fn filled<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if text.contains('{') { Cow::Owned(self.fill(text)) } else { Cow::Borrowed(text) }
    }
}

/// Returns a text with each `{name}` that is known replaced, in one pass: what is filled in is not looked at again.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let known = values.iter().find_map(|(name, value)| {
            let after = rest[1..].strip_prefix(name)?.strip_prefix('}')?;
            Some((value, after))
        });
        match known {
            Some((value, after)) => {
                out.push_str(value);
                rest = after;
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::{Names, fill};

    #[test]
    fn equal_short_names_stay_long() {
        let names = Names::of("Acme, Inc.", "Acme, LLC");
        assert_eq!(names.fill("{client} tells {provider}"), "Acme, Inc. tells Acme, LLC");
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        assert_eq!(fill("{a} {b} {c} ${{ x }}", &[("a", "{b}"), ("b", "B")]), "{b} B {c} ${{ x }}");
    }
}
