//! Any statement is refused or has one spelling, and beside what all parties agreed to it changes nothing.
#![no_main]

#[path = "../bodies/ground.rs"]
mod ground;
#[path = "../bodies/statement.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
