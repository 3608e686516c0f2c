//! A diff as one JSON object, `countersign/diff/1`, for programs.
//!
//! The shape is public: `schema/diff.schema.json` describes it, and a field once there stays.

use std::collections::BTreeMap;

use serde::Serialize;

use super::phrase::Speaker;
use super::{Compared, Comparison, Presence, Record, summary};
use crate::diff::{Both, Bump, Change, Edition, Effect, LeafMove, PartyId, RowFacts, RowId, Weakening};
use crate::report::escape;

/// Renders the document as JSON with two-space indent and a final newline.
pub(super) fn render(document: &Comparison) -> String {
    let whole = Whole {
        format: "countersign/diff/1",
        tool: env!("CARGO_PKG_VERSION"),
        before: Side { at: &document.sides.before },
        after: Side { at: &document.sides.after },
        commits: &document.commits,
        unread: &document.unread,
        records: &document.records,
        weakened: document.weakenings(),
        summary: Summary::of(document),
        matrices: document.matrices.iter().map(Matrix::of).collect(),
        exit_code: document.exit_code,
    };
    let text = serde_json::to_string_pretty(&whole).expect("a diff has text keys and finite numbers");
    escape::json(&text) + "\n"
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Whole<'a> {
    format: &'static str,
    tool: &'static str,
    before: Side<'a>,
    after: Side<'a>,
    commits: &'a [String],
    unread: &'a [String],
    records: &'a [Record],
    weakened: Vec<Weakening>,
    summary: Summary,
    matrices: Vec<Matrix<'a>>,
    exit_code: u8,
}

#[derive(Serialize)]
struct Side<'a> {
    at: &'a str,
}

#[derive(Serialize)]
struct Summary {
    changes: usize,
    material: usize,
    nobody: usize,
    weakened: usize,
    bump: Bump,
    classes: BTreeMap<&'static str, usize>,
}

impl Summary {
    fn of(document: &Comparison) -> Self {
        Self {
            changes: document.changes().count(),
            material: document.changes().filter(|change| change.material).count(),
            nobody: document.matrices.iter().map(|matrix| matrix.diff.nobody.len()).sum(),
            weakened: document.weakenings().len(),
            bump: document.matrices.iter().map(|matrix| matrix.bump()).max().unwrap_or(Bump::None),
            classes: document.counts(),
        }
    }
}

#[derive(Serialize)]
struct Matrix<'a> {
    id: &'a str,
    title: &'a str,
    presence: Presence,
    file: &'a Both<Option<String>>,
    version: &'a Both<String>,
    bump: Bump,
    words: String,
    parties: &'a [PartyId],
    effects: &'a [Effect],
    nobody: &'a [RowId],
    lost: &'a [String],
    #[serde(skip_serializing_if = "<[Edition]>::is_empty")]
    editions: &'a [Edition],
    moved: &'a [LeafMove],
    rows: Vec<Row<'a>>,
    changes: &'a [Change],
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    facts: &'a RowFacts,
    /// Who does, decides, keeps and answers for it now, where it is not only reworded.
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<String>,
}

impl<'a> Matrix<'a> {
    fn of(compared: &'a Compared) -> Self {
        let diff = &compared.diff;
        let speaker = Speaker::of(diff);
        Self {
            id: &diff.id,
            title: &diff.title,
            presence: compared.presence,
            file: &compared.file,
            version: &diff.version,
            bump: compared.bump(),
            words: summary::lead(diff),
            parties: &diff.parties,
            effects: &diff.effects,
            nobody: &diff.nobody,
            lost: &diff.lost,
            editions: &diff.editions,
            moved: &diff.moved,
            rows: diff.rows.iter().map(|facts| Row { facts, now: speaker.now(&facts.row) }).collect(),
            changes: &diff.changes,
        }
    }
}
