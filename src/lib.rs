//! Countersign checks shared responsibility matrices kept in git.

pub mod error;
pub mod finding;
pub mod source;
pub mod trust;
