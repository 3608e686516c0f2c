//! A closed list of words from which a person chooses, each with what it stands for; the command line offers it.

/// One of a closed list.
pub trait Choice: Copy + Send + Sync + 'static {
    /// All of them, in the order in which they are offered.
    const ALL: &'static [Self];

    /// Returns the word that is typed.
    fn word(self) -> &'static str;

    /// Returns what it stands for, as help says it.
    fn about(self) -> &'static str;

    /// Returns the one that has this word, in any case.
    fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word().eq_ignore_ascii_case(word))
    }
}

/// Makes an enum of words: each variant with its word, its documentation is what help says of it.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $(#[doc = $about:literal] $variant:ident $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $(#[doc = $about] $variant,)*
        }

        impl $crate::choice::Choice for $name {
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            fn about(self) -> &'static str {
                match self {
                    $(Self::$variant => $about.trim().trim_end_matches('.'),)*
                }
            }
        }
    };
}

pub(crate) use choices;
