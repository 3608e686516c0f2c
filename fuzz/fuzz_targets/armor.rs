//! Any signature is refused, or is one that the owner of the key has made, whatever the width of its lines.
#![no_main]

#[path = "../bodies/ground.rs"]
mod ground;
#[path = "../bodies/armor.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
