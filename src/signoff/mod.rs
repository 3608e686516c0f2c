//! Making sign-offs: what a signer is shown, what is signed, and how it is recorded.
//!
//! Each act is a function that takes a [`Origin`] (a checkout, or a file that was sent), a [`Session`] (who acts, when) and a
//! [`Prompt`] (the person who reads and confirms), and returns what was signed. Whether anything counts is for
//! [`crate::trust`] alone to say; nothing here is believed by it.

pub mod act;
pub mod approve;
pub mod basis;
pub mod beside;
pub mod bundle;
mod checkout;
pub mod draft;
pub mod fingerprint;
pub mod gate;
pub mod judging;
pub mod key;
pub mod known;
pub mod lookback;
pub mod mark;
pub mod notice;
pub mod overview;
pub mod place;
pub mod preview;
pub mod reading;
pub mod record;
pub mod refused;
pub mod roster;
pub mod session;
pub mod share;
pub mod signer;
pub mod statement;
pub mod subject;
pub mod verified;

pub use act::{Drawn, Outcome, Recorded, Signed};
pub use checkout::Checkout;
pub use place::{Origin, Sent};
pub use record::record;
pub use refused::Refused;
pub use session::{Environment, Identity, Prompt, Session};
pub use signer::Signer;
