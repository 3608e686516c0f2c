//! Text and places.

use std::sync::Arc;

/// One file as read: where it came from and what it says.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its path relative to the root, with forward slashes.
    pub path: Arc<str>,
    /// Its text.
    pub text: String,
}
