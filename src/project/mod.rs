//! A project: what a folder or a commit holds, how it is set up, and what its sign-offs come to.
//!
//! Everything that answers a question (`check`, `status`, `review`, `signoff`, `ledger`, `evidence`) begins here. This
//! room reads and judges signatures through [`crate::trust`]; it checks no matrix and writes nothing.

pub mod apart;
pub mod calendar;
pub mod dispute;
mod files;
pub mod nested;
pub mod open;
pub mod precondition;
mod reader;
mod setup;
mod signoffs;
mod snapshot;
mod text;
pub mod words;

pub use files::signed_files;
pub use reader::Reader;
pub use setup::{Refusal, Request, Setup, Terms, matrix_files};
pub use signoffs::{OfferedText, SignoffState};
pub use snapshot::{File, Snapshot, Store};
pub use text::text_by_digest;

/// What to do about CRLF line ends. It loses nobody's work.
pub const LINE_ENDS: &str = "set your editor to LF line ends and save the file again; where git writes them, run \
    `git config core.autocrlf false`; a `.gitattributes` as `countersign init` writes it prevents this for everybody, and \
    `git add --renormalize .` then converts what is committed";
