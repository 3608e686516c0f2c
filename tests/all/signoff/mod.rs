//! Signing as two organisations do it: real git, a bare remote, two clones, real keys and `ssh-keygen`.

#![allow(clippy::unwrap_used, unreachable_pub)]

mod answers;
mod attacks;
mod before;
mod carry;
mod copied;
mod direct;
mod hints;
mod interrupt;
mod keys;
mod lookback;
mod newcomer;
mod refuse;
mod rotation;
pub(crate) mod scene;
mod sent;
mod stored;
mod told;
mod unusual;
mod walk;
mod without_git;
