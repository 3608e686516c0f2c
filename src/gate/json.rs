//! The outcome for programs, `countersign/gate/1`.

use serde_json::{Value, json};

use super::Outcome;
use crate::diff::render;
use crate::report::{self, Format, View, escape};

/// Renders the outcome; what moves to whom and what was found are as `diff` and `check` have them.
pub(super) fn render(outcome: &Outcome) -> String {
    let parsed = |text: String| serde_json::from_str::<Value>(&text).unwrap_or_default();
    let style = View::default().style;
    let diffs: Vec<Value> = outcome
        .documents
        .iter()
        .map(|(prefix, document)| {
            let diff = parsed(render::render(render::Format::Json, document, &style));
            json!({ "project": prefix.trim_end_matches('/'), "diff": diff })
        })
        .collect();
    let event = outcome.event.as_ref();
    let value = json!({
        "format": "countersign/gate/1",
        "tool": env!("CARGO_PKG_VERSION"),
        "host": event.map(|event| event.host.word()),
        "occasion": event.map(|event| event.occasion.word()),
        "fork": event.is_some_and(|event| event.is_fork),
        "from": outcome.from,
        "head": outcome.head,
        "notes": outcome.notes,
        "guards": outcome.guards,
        "diffs": diffs,
        "report": parsed(report::render(Format::Json, &outcome.report, &View::default())),
        "next": outcome.steps,
        "exitCode": outcome.exit_code(),
    });
    escape::json(&format!("{value:#}")) + "\n"
}
