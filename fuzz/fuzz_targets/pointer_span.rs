//! In any accepted text, each pointer's span is the value; in any text at all, any span can be shown.
#![no_main]

#[path = "../bodies/pointer_span.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
