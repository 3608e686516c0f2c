//! The `countersign` binary.

use std::process::ExitCode;

/// Where `malloc` itself cannot be taken over, Rust's share of it is.
#[cfg(not(unix))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

// Takes over `malloc`, for the C in this program and for the Rust, which is nearer to it so than through an allocator.
#[cfg(unix)]
use mimalloc as _;

fn main() -> ExitCode {
    countersign::cli::main()
}
