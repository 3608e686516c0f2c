//! The matrix around rows that came from a sheet.

use serde_json::{Value, json};

use super::{Mapping, Parties};
use crate::error::{Error, Result};
use crate::matrix::{Matrix, write};

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
    Matrix::read_made("matrix", text).map_err(|why| {
        Error::usage("what the sheet says cannot stand in a matrix")
            .because(why)
            .hint("correct the cell, or leave its column out in the mapping")
    })
}
