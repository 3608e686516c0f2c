//! From a file's bytes to a matrix, for callers who want the matrix or one reason why there is none.

use serde::Deserialize;
use serde_json::Value;

use super::Matrix;
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
