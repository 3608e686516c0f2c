//! Edits of a matrix that keep its file: only the bytes of what changes are written anew.
//!
//! An edit is made to the value; [`rewrite::rewrite`] brings it into the text.

pub mod rewrite;
mod style;
