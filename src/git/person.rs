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

/// Returns `user.signingkey` of the person's own configuration; that of a repository has no say in what signs.
pub fn signing_key() -> Option<String> {
    let config = git2::Config::open_default().and_then(|mut config| config.open_global()).ok()?;
    config.get_string("user.signingkey").ok().filter(|key| !key.trim().is_empty())
}
