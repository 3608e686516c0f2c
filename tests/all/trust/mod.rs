//! The judgement of sign-offs, attacked: each attack starts from a tree that was proven to be in force one line before.

#![allow(clippy::unwrap_used, unreachable_pub)]

mod agreement;
mod alone;
mod anchors;
mod compare;
mod flips;
mod ground;
mod junk;
mod last_word;
mod offers;
mod revocations;
mod rosters;
mod signatures;
mod statements;
mod versions;
