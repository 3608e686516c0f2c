//! Countersign checks shared responsibility matrices kept in git.

pub mod diff;
pub mod error;
pub mod finding;
pub mod matrix;
pub mod report;
pub mod source;
