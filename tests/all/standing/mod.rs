//! Sign-offs as `check`, `status`, `evidence` and `doctor` tell of them: every attack starts from a repository
//! that was proven to be in force one line before.

#![allow(clippy::unwrap_used, unreachable_pub, dead_code, unused_imports)]

mod absence;
mod as_git_has_it;
mod calendar;
mod check;
mod diff;
mod doctor;
mod evidence;
mod fail_open;
mod forgeries;
mod gate;
mod hostile;
pub(crate) mod project;
mod status;
mod tampers;
mod threats;
