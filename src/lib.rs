//! Countersign checks shared responsibility matrices kept in git.
//!
//! ```text
//! git / disk -> source -> schema -> matrix -> facts -> policy -> report
//!  (project)    (text)    (shape)   (types)           (rules)    (formats, exit code)
//! ```
//!
//! Data flows one way. `cli` sees everything and nothing sees `cli`; `git` moves bytes and knows no matrix;
//! `report` knows no git. Each foreign crate has one door: `git` for git2, `schema` for jsonschema,
//! `policy::given` for jsonpath-rust, `report::snippet` for miette, `cli` for clap.

pub mod check;
pub mod cli;
pub mod coverage;
pub mod demo;
pub mod diff;
pub mod doctor;
pub mod edit;
pub mod error;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod git;
pub mod init;
pub mod ledger;
pub mod matrix;
mod near;
pub mod pack;
pub mod policy;
pub mod project;
pub mod report;
pub mod review;
pub mod schema;
pub mod show;
pub mod signoff;
pub mod source;
pub mod status;
pub mod trust;
