//! How a finding looks.

pub mod snippet;
mod window;
