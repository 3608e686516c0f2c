//! Countersign checks shared responsibility matrices kept in git.

pub mod coverage;
pub mod error;
pub mod facts;
pub mod finding;
pub mod matrix;
pub mod pack;
pub mod policy;
pub mod report;
pub mod schema;
pub mod show;
pub mod source;
