//! What reports and shown matrices look like, and that hostile text in them stays text.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

mod formats;
mod golden;
mod hostile;
mod sample;
mod sarif;
mod show;
mod show_by;
