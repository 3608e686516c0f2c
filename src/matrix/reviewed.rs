//! Reviews of a row: which party read which text, on which day, and what came of it.
//!
//! A review is of a text. It names the text by a digest, so that a row that changed afterwards is found from the matrix
//! alone. A review without a digest, such as one in the older form, is of a text that nobody can name any more.

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::value::list;
use super::{Matrix, ROWS};
use crate::trust::canonical;
use crate::trust::name::Digest;

/// What no review is of: the review itself, what changes weekly, what a source said, and what both sign as exceptions.
const NOT_READ: [&str; 5] = ["reviewed", "native", "notes", "status", "accepts"];

/// What one party said when it walked through a row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Reviewed {
    /// The party; `None` where a review of the older form names nobody.
    pub party: Option<String>,
    /// The person or the role that was there for the party.
    #[serde(default)]
    pub by: Option<String>,
    /// The day.
    #[serde(default)]
    pub on: Option<Date>,
    /// What came of it.
    #[serde(default)]
    pub outcome: Option<Outcome>,
    /// What is disputed, or was remarked.
    #[serde(default)]
    pub note: Option<String>,
    /// The digest of the row's text that was read, hex.
    #[serde(default)]
    pub sha256: Option<String>,
    /// Whether the row still has the text that was read.
    #[serde(skip)]
    pub text: TextRead,
    /// Whether it stands in the older form, one object for all parties.
    #[serde(skip)]
    pub is_older_form: bool,
}

/// Whether a row has the text that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextRead {
    /// Nobody can say: the review does not name the text.
    #[default]
    Unknown,
    /// The row has the text that was read.
    Same,
    /// The row has another text now.
    Changed,
}

/// What came of a walk-through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The party agrees.
    Agreed,
    /// The party does not.
    Disputed,
}

impl Outcome {
    /// Returns the word that files use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Disputed => "disputed",
        }
    }
}

impl TextRead {
    /// Returns the word that rules see.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Same => "same",
            Self::Changed => "changed",
        }
    }
}

/// The older form: one object for all parties, of no text that could be named.
#[derive(Deserialize)]
struct Older {
    on: Option<Date>,
    #[serde(default)]
    by: Vec<String>,
    outcome: Option<Outcome>,
    note: Option<String>,
}

impl Older {
    /// Returns a review for each party that was there, or one of nobody.
    fn entries(self) -> Vec<Reviewed> {
        let entry = |party: Option<String>| Reviewed {
            party,
            on: self.on,
            outcome: self.outcome,
            note: self.note.clone(),
            is_older_form: true,
            ..Reviewed::default()
        };
        if self.by.is_empty() {
            return vec![entry(None)];
        }
        self.by.iter().cloned().map(Some).map(entry).collect()
    }
}

/// Reads the reviews of a row in either form.
pub(super) fn either<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Reviewed>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        List(Vec<Reviewed>),
        Object(Older),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::List(entries) => entries,
        Either::Object(older) => older.entries(),
    })
}

/// Says of each review that names a text whether its row still has that text.
pub(super) fn compare(matrix: &mut Matrix, value: &Value) {
    let rows = value.get(ROWS).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let defaults = value.get("defaults").unwrap_or(&Value::Null);
    for (row, text) in matrix.rows.iter_mut().zip(rows) {
        if row.reviewed.iter().all(|entry| entry.sha256.is_none()) {
            continue;
        }
        let digest = text_digest(text, defaults);
        for entry in &mut row.reviewed {
            entry.text = match &entry.sha256 {
                None => TextRead::Unknown,
                Some(read) if *read == digest => TextRead::Same,
                Some(_) => TextRead::Changed,
            };
        }
    }
}

/// Returns the SHA-256 of what a row says, in hex: of the row in RFC 8785 with the defaults that hold for it, without
/// its reviews, `native`, `notes`, `status` and `accepts`.
pub fn text_digest(row: &Value, defaults: &Value) -> String {
    let text = Value::Object(resolved(row, defaults));
    Digest::of(&canonical::bytes(&text)).to_string()
}

/// Returns what a row says, with the defaults that hold for it.
fn resolved(row: &Value, defaults: &Value) -> Map<String, Value> {
    let mut text = row.as_object().cloned().unwrap_or_default();
    text.retain(|name, _| !NOT_READ.contains(&name.as_str()));
    let named: Vec<Value> = list(row, "duties").iter().filter_map(|duty| duty.get("do").cloned()).collect();
    let missing = list(defaults, "duties")
        .iter()
        .filter(|default| default.get("do").is_none_or(|deed| !named.contains(deed)));
    let missing: Vec<Value> = missing.cloned().collect();
    if !missing.is_empty()
        && let Value::Array(duties) = text.entry("duties").or_insert_with(|| Value::Array(Vec::new()))
    {
        duties.extend(missing);
    }
    if let Some(cadence) = defaults.get("cadence") {
        text.entry("cadence").or_insert_with(|| cadence.clone());
    }
    if let (Some(retention), Some(Value::Array(evidence))) =
        (defaults.get("retention"), text.get_mut("evidence"))
    {
        for piece in evidence.iter_mut().filter_map(Value::as_object_mut) {
            piece.entry("retention").or_insert_with(|| retention.clone());
        }
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]
mod tests {
    use serde_json::json;

    use super::*;

    fn row() -> Value {
        json!({ "id": "a", "controls": [], "allocation": "client", "evidence": [{ "artifact": "list" }],
                "duties": [{ "do": "perform", "party": "acme" }] })
    }

    #[test]
    fn a_text_is_the_row_with_the_defaults_that_hold_for_it() {
        let defaults = json!({ "cadence": "annual", "retention": "P6Y", "duties": [
            { "do": "perform", "party": "harbor" }, { "do": "accountable", "party": "acme", "role": "CEO" }] });
        let spelled_out = json!({ "id": "a", "controls": [], "allocation": "client", "cadence": "annual",
            "evidence": [{ "artifact": "list", "retention": "P6Y" }],
            "duties": [{ "do": "perform", "party": "acme" }, { "do": "accountable", "party": "acme", "role": "CEO" }] });
        assert_eq!(text_digest(&row(), &defaults), text_digest(&spelled_out, &Value::Null));
        let bytes = canonical::bytes(&spelled_out);
        assert_eq!(text_digest(&spelled_out, &Value::Null), Digest::of(&bytes).to_string());
    }

    #[test]
    fn what_is_no_part_of_the_text_changes_no_digest() {
        let digest = text_digest(&row(), &Value::Null);
        for name in NOT_READ {
            let mut other = row();
            other[name] = json!(["x"]);
            assert_eq!(text_digest(&other, &Value::Null), digest, "{name}");
        }
        for name in ["title", "activity", "cadence", "justification"] {
            let mut other = row();
            other[name] = json!("x");
            assert_ne!(text_digest(&other, &Value::Null), digest, "{name}");
        }
    }

    #[test]
    fn the_older_form_is_a_review_of_unknown_text_by_each_that_was_there() {
        let read = |reviewed: Value| {
            let mut row = row();
            row["reviewed"] = reviewed;
            serde_json::from_value::<super::super::Row>(row).unwrap().reviewed
        };
        let entries = read(json!({ "on": "2026-10-14", "by": ["acme", "harbor"], "outcome": "agreed" }));
        let parties: Vec<_> = entries.iter().map(|entry| entry.party.as_deref().unwrap()).collect();
        assert_eq!(parties, ["acme", "harbor"]);
        assert!(entries.iter().all(|entry| entry.text == TextRead::Unknown && entry.is_older_form));
        assert_eq!(read(json!({ "outcome": "disputed" }))[0].party, None);
    }
}
