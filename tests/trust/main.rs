//! The judgement of sign-offs, attacked: each attack starts from a tree that was proven to be in force one line before.

#![allow(clippy::unwrap_used, unreachable_pub)]

#[path = "../support/engagement.rs"]
mod engagement;
#[path = "../support/keys.rs"]
mod keys;
#[path = "../support/people.rs"]
mod people;

mod agreement;
mod alone;
mod anchors;
mod flips;
mod ground;
mod junk;
mod offers;
mod revocations;
mod rosters;
mod signatures;
mod statements;
mod versions;
mod withdrawing;
