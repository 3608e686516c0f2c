//! From a file's bytes to a matrix, for callers who want the matrix or one reason why there is none.

use serde::Deserialize;
use serde_json::Value;

use super::Matrix;
use crate::finding::Finding;
use crate::schema;
use crate::source::{self, Limits};

impl Matrix {
    /// Reads the bytes of the file at `path`; `check` is where every fault is told with its place.
    ///
    /// # Errors
    /// The first reason why the bytes are no matrix that can be used.
    pub fn read(path: &str, bytes: Vec<u8>) -> Result<Self, String> {
        Self::of(&Self::value(path, bytes)?)
    }

    /// Reads the bytes of the file at `path` as a value that the matrix schema accepts.
    ///
    /// # Errors
    /// As [`Matrix::read`].
    pub fn value(path: &str, bytes: Vec<u8>) -> Result<Value, String> {
        let document = source::load(path, bytes, Limits::MATRIX).map_err(|unreadable| {
            unreadable.findings.first().map(|finding| finding.message.to_string()).unwrap_or_default()
        })?;
        let fault = schema::validate(schema::Kind::Matrix, &document.value).into_iter().next();
        fault.map_or(Ok(document.value), |fault| Err(fault.message))
    }

    /// Reads a text that was made here, before it is written: nothing is written that `check` finds malformed.
    ///
    /// # Errors
    /// The first thing that is wrong with it, with its row and place.
    pub fn read_made(path: &str, text: &str) -> Result<Self, String> {
        let first = |findings: &[Finding]| findings.first().map(|finding| finding.message.to_string());
        let document = source::load(path, text.as_bytes().to_vec(), Limits::MATRIX)
            .map_err(|unreadable| first(&unreadable.findings).unwrap_or_default())?;
        if let Some(message) = first(&document.findings) {
            return Err(message);
        }
        match schema::validate(schema::Kind::Matrix, &document.value).into_iter().next() {
            Some(fault) => Err(format!("{}: {}", with_row(&document.value, &fault.pointer), fault.message)),
            None => Self::of(&document.value),
        }
    }

    /// Returns the id that a text names, be it finished or not, without looking at the rest.
    pub fn id_in(text: &[u8]) -> Option<String> {
        #[derive(Deserialize)]
        struct Named {
            id: String,
        }
        serde_json::from_slice::<Named>(text).ok().map(|named| named.id)
    }

    /// Reads the bytes of the file at `path`, and returns the value beside the matrix.
    ///
    /// # Errors
    /// As [`Matrix::read`].
    pub fn read_with_value(path: &str, bytes: Vec<u8>) -> Result<(Self, Value), String> {
        let value = Self::value(path, bytes)?;
        Ok((Self::of(&value)?, value))
    }
}

/// Returns a pointer, with the id of the row that it leads into.
fn with_row(value: &Value, pointer: &str) -> String {
    let row = pointer.strip_prefix("/rows/").and_then(|rest| rest.split('/').next());
    let row = row.and_then(|at| at.parse::<usize>().ok());
    match row.and_then(|at| value["rows"][at]["id"].as_str()) {
        Some(id) => format!("row `{id}`, {pointer}"),
        None => pointer.to_owned(),
    }
}
