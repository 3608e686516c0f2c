//! Any roster is refused or has one spelling, and signed by nobody it changes nothing.
#![no_main]

#[path = "../bodies/ground.rs"]
mod ground;
#[path = "../bodies/roster.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
