//! Sign-offs as `check`, `status`, `evidence` and `doctor` tell of them: every attack starts from a repository
//! that was proven to be in force one line before.

#![allow(clippy::unwrap_used, unreachable_pub, dead_code, unused_imports)]

#[path = "../support/engagement.rs"]
mod engagement;
#[path = "../support/keys.rs"]
mod keys;
#[path = "../support/people.rs"]
mod people;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/told.rs"]
mod told;

mod calendar;
mod check;
mod diff;
mod doctor;
mod evidence;
mod gate;
mod hostile;
mod project;
mod status;
mod threats;
