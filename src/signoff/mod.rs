//! Making sign-offs: what a signer is shown, what is signed, and how it is recorded.
//!
//! Whether anything counts is for [`crate::trust`] alone to say; nothing here is believed by it.

pub mod brief;
mod desk;
pub mod draft;
pub mod gate;
pub mod judging;
pub mod key;
pub mod parcel;
pub mod portion;
pub mod proof;
pub mod roster;
pub mod signer;
pub mod subject;
mod tree;

pub use desk::{Desk, LINE_ENDS};
pub use signer::Signer;
pub use tree::tree;
