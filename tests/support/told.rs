//! What `status` tells of a day by the sign-offs alone, without any working text.

use std::collections::BTreeMap;

use countersign::check::Books;
use countersign::finding::Severity;
use countersign::report::Report;
use countersign::status::Status;
use serde_json::Value;

use crate::engagement::{Engagement, day};

/// Returns the status on a day, as JSON has it.
pub fn status(one: &Engagement, on: &str) -> Value {
    let nothing = Report {
        at: "work tree".into(),
        today: day(on).0,
        fail_on: Severity::Error,
        findings: Vec::new(),
        sources: BTreeMap::new(),
        matrices: Vec::new(),
        not_in_force: Vec::new(),
        unread: Vec::new(),
        errors: Vec::new(),
        next: None,
    };
    let books = Books { tree: one.tree.clone(), standing: one.judge_on(on) };
    serde_json::to_value(Status::of(&nothing, &books, false, true)).unwrap()
}
