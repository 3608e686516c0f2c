//! What `status` tells of a day by the sign-offs alone, without any working text.

use countersign::finding::Severity;
use countersign::project::SignoffState;
use countersign::report::Report;
use countersign::status::Status;
use serde_json::Value;

use crate::support::engagement::{Engagement, day};

/// Returns the status on a day, as JSON has it.
pub fn status(one: &Engagement, on: &str) -> Value {
    let nothing = Report::empty("work tree", day(on).0, Severity::Error);
    let signoffs = SignoffState { tree: one.tree.clone(), standing: one.judge_on(on) };
    serde_json::to_value(Status::of(&nothing, &signoffs, false, true)).unwrap()
}
