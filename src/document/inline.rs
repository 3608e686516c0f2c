//! Text on one line, in stretches that a layout may mark: a name, a command, words that came or went.

use std::borrow::Cow;

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Text.
    Plain,
    /// What the eye has to find, such as a party's name.
    Strong,
    /// What is typed or named exactly: a command, an id.
    Code,
    /// Text that came, in a comparison.
    Added,
    /// Text that went, in a comparison.
    Removed,
}

/// A stretch of text with its role, not yet escaped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// The text.
    pub text: String,
    /// What it is.
    pub role: Role,
}

/// Text on one line, with marks; not yet escaped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inline(Vec<Span>);

impl Inline {
    /// Adds a stretch.
    #[must_use]
    pub fn with(mut self, role: Role, text: impl Into<String>) -> Self {
        self.0.push(Span { text: text.into(), role });
        self
    }

    /// Reads a message, in which what stands between backticks is named exactly.
    pub fn of_message(message: &str) -> Self {
        if message.matches('`').count() % 2 == 1 {
            return message.into();
        }
        let parts = message.split('`').enumerate().filter(|(_, part)| !part.is_empty());
        parts.fold(Self::default(), |text, (at, part)| {
            text.with(if at % 2 == 1 { Role::Code } else { Role::Plain }, part)
        })
    }

    /// Returns the stretches.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }

    /// Says whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|span| span.text.is_empty())
    }

    /// Returns the text without its marks.
    pub fn plain(&self) -> Cow<'_, str> {
        match &self.0[..] {
            [] => Cow::Borrowed(""),
            [only] => Cow::Borrowed(&only.text),
            many => Cow::Owned(many.iter().map(|span| span.text.as_str()).collect()),
        }
    }
}

impl From<String> for Inline {
    fn from(text: String) -> Self {
        Self(vec![Span { text, role: Role::Plain }])
    }
}

impl From<&str> for Inline {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}
