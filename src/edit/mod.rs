//! Edits of a matrix that keep its file: only the bytes of what changes are written anew.
//!
//! ```text
//! file -> Draft -> an edit of the value -> judged -> rewrite (bytes) -> file, beside and renamed
//! ```
//!
//! An edit is a function over the value of a matrix. [`Draft::edit`] makes it, refuses what the loader, the schema or the
//! names in the matrix would refuse, and brings it into the text. Nothing here asks, prints or knows a command line; the
//! commands and every later page write matrices through this module alone.

pub mod draft;
pub mod field;
pub mod file;
pub mod hand;
pub mod name;
pub mod remove;
pub mod review;
pub mod rewrite;
mod style;
pub mod version;

pub use draft::Draft;
pub use file::Held;

use serde_json::Value;

use crate::matrix::value::{list, text};

/// Returns the rows of a matrix to be changed.
fn rows_mut(matrix: &mut Value) -> impl Iterator<Item = &mut Value> {
    matrix.get_mut(crate::matrix::ROWS).and_then(Value::as_array_mut).into_iter().flatten()
}
