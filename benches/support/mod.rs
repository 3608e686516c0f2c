//! What benches share: measuring, bars, and where the peers are.

#![allow(dead_code, reason = "each bench takes the part that it needs")]

pub(crate) mod bar;
pub(crate) mod floor;
pub(crate) mod kept;
pub(crate) mod measure;
pub(crate) mod peer;
