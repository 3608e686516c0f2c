//! Countersign checks shared responsibility matrices kept in git.
//!
//! A module imports only from floors below its own:
//!
//! ```text
//! cli
//! demo doctor
//! gate signoff edit
//! check review status ledger evidence
//! state
//! project
//! policy
//! diff
//! workbook
//! show init
//! document
//! report
//! coverage facts
//! pack
//! matrix
//! source schema
//! git
//! error finding near lookalike choice
//! trust
//! ```
//!
//! `cli` sees everything and nothing sees `cli`; `git` moves bytes and knows no matrix; `trust` imports nothing, so that all
//! that decides whether a version is in force can be read in one place. `docs/ARCHITECTURE.md` says what each module is,
//! where foreign crates are let in, and how `check` and `sign` run; a test holds the imports against it.

pub mod check;
pub mod choice;
pub mod cli;
pub mod coverage;
pub mod demo;
pub mod diff;
pub mod doctor;
pub mod document;
pub mod edit;
pub mod error;
pub mod evidence;
pub mod facts;
pub mod finding;
pub mod gate;
pub mod git;
pub mod init;
pub mod ledger;
pub mod lookalike;
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
pub mod state;
pub mod status;
pub mod trust;
pub mod workbook;
