//! The matrix around rows that came from a sheet.

use serde_json::{Value, json};

use super::{Mapping, Parties};
use crate::error::{Error, Kind, Result};
use crate::matrix::{Matrix, write};
use crate::schema;
use crate::source::{self, Limits};

/// Returns the text of a new matrix, read back as `check` reads it, so that nothing is written that `check` refuses.
///
/// # Errors
/// Where the rows are too many, or a text of the sheet cannot stand in a matrix; the error names it.
pub fn matrix(
    id: &str,
    title: &str,
    rows: Vec<Value>,
    mapping: &Mapping,
    parties: &Parties,
) -> Result<(String, Matrix)> {
    let mut value = json!({
        "format": "countersign/matrix/1", "id": id, "kind": "engagement", "version": "1.0", "title": title,
        "parties": parties.values(), "rows": rows,
    });
    if let Some(catalog) = mapping.catalog() {
        let coverage = mapping.coverage.as_deref().unwrap_or("complete");
        value["frameworks"] = json!([{ "pack": catalog, "coverage": coverage }]);
    }
    let text = write::text(&value);
    let matrix = read(&text)?;
    Ok((text, matrix))
}

fn read(text: &str) -> Result<Matrix> {
    let refused = |why: String| {
        Error::usage("what the sheet says cannot stand in a matrix")
            .because(why)
            .hint("correct the cell, or leave its column out in the mapping")
    };
    let document =
        source::load("matrix", text.as_bytes().to_vec(), Limits::MATRIX).map_err(|unreadable| {
            refused(unreadable.findings.first().map(|it| it.message.to_string()).unwrap_or_default())
        })?;
    if let Some(finding) = document.findings.first() {
        return Err(refused(finding.message.to_string()));
    }
    if let Some(fault) = schema::validate(schema::Kind::Matrix, &document.value).into_iter().next() {
        return Err(refused(format!(
            "{}: {}",
            named(&document.value, &fault.pointer.to_string()),
            fault.message
        )));
    }
    Matrix::of(&document.value)
        .map_err(|error| Error::new(Kind::Bug, "the new matrix is no matrix").because(error))
}

/// Names the row of a pointer by its id.
fn named(value: &Value, pointer: &str) -> String {
    let row = pointer
        .strip_prefix("/rows/")
        .and_then(|rest| rest.split('/').next())
        .and_then(|at| at.parse::<usize>().ok());
    match row.and_then(|at| value["rows"][at]["id"].as_str()) {
        Some(id) => format!("row `{id}`, {pointer}"),
        None => pointer.to_owned(),
    }
}
