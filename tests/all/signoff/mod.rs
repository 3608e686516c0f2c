//! Signing as two organisations do it: real git, a bare remote, two clones, real keys and `ssh-keygen`.

#![allow(clippy::unwrap_used, unreachable_pub)]

mod carry;
mod copied;
mod direct;
mod interrupt;
mod keys;
mod newcomer;
mod refuse;
mod scene;
mod stored;
mod unusual;
mod walk;
