//! The gate: a change judged by what stood before it, where CI systems run it.

mod action;
mod attacks;
mod hosts;
mod place;
pub(crate) mod runner;
