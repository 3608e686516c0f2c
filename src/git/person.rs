//! What git knows of the person at the keyboard: the author of commits, and the key for signing.

use super::Repository;
use super::record::Author;
use crate::error::{Error, Result};

impl Repository {
    /// Returns the author of new commits: what `override_of` says for `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL`, else the
    /// settings `user.name` and `user.email`. Nothing is concluded from it.
    ///
    /// # Errors
    /// Where git does not know the author.
    pub fn author(&self, override_of: &dyn Fn(&str) -> Option<String>) -> Result<Author> {
        let config = self.inner.config().ok();
        let setting = |name: &str| config.as_ref().and_then(|config| config.get_string(name).ok());
        let known = |variable: &str, name: &str| {
            let found = override_of(variable).or_else(|| setting(name));
            found.filter(|text| !text.trim().is_empty())
        };
        let name = known("GIT_AUTHOR_NAME", "user.name");
        let email = known("GIT_AUTHOR_EMAIL", "user.email");
        match (name, email) {
            (Some(name), Some(email)) => Ok(Author { name, email }),
            (None, _) => Err(unknown("name", "user.name \"Your Name\"")),
            (_, None) => Err(unknown("e-mail address", "user.email you@company.example")),
        }
    }
}

fn unknown(what: &str, setting: &str) -> Error {
    Error::usage(format!("git does not know the {what} for new commits"))
        .hint(format!("run `git config --global {setting}` once"))
}

/// What a person's own configuration says of signing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SigningSettings {
    /// The key: a file, or the key itself.
    pub key: Option<String>,
    /// The program that signs in place of `ssh-keygen`.
    pub program: Option<String>,
    /// The command that names the keys where none is configured.
    pub default_key_command: Option<String>,
}

/// Returns what the person's own configuration says of signing, in files that it includes for this folder too; what the
/// repository's own says has no say in what signs or runs.
pub fn signing_settings() -> SigningSettings {
    let around = git2::Repository::discover(".").and_then(|repository| repository.config());
    let Ok(config) = around.or_else(|_| git2::Config::open_default()) else {
        return SigningSettings::default();
    };
    let own = |name: &str| {
        let mut found = None;
        let mut entries = config.entries(Some(name)).ok()?;
        while let Some(Ok(entry)) = entries.next() {
            let is_own = matches!(
                entry.level(),
                git2::ConfigLevel::ProgramData
                    | git2::ConfigLevel::System
                    | git2::ConfigLevel::XDG
                    | git2::ConfigLevel::Global
            );
            // Later ones win, and git2 lists them from the least to the most specific file.
            if is_own && let Ok(value) = entry.value() {
                found = Some(value.to_owned());
            }
        }
        found.filter(|value| !value.trim().is_empty())
    };
    SigningSettings {
        key: own(r"^user\.signingkey$"),
        program: own(r"^gpg\.ssh\.program$"),
        default_key_command: own(r"^gpg\.ssh\.defaultkeycommand$"),
    }
}
