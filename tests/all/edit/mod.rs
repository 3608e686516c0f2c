//! Edits of a matrix: what changes in the file, and what does not.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

mod commands;
mod disk;
mod laws;
mod several;
mod support;
#[cfg(unix)]
mod walk;
mod year;
