//! Edits of a matrix: what changes in the file, and what does not.

mod laws;
