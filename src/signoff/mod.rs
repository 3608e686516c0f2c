//! Making sign-offs: what a signer is shown, what is signed, and how it is recorded.
//!
//! Whether anything counts is for [`crate::trust`] alone to say; nothing here is believed by it.

mod tree;

pub use tree::tree;
