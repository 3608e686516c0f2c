//! Any bytes as a commit graph are refused, or are walked to their end without a panic.
#![no_main]

#[path = "../bodies/commit_graph.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
