//! Where `benches/peers.sh` puts the tools that we are measured against.

use std::env;
use std::path::{Path, PathBuf};

/// A tool that `benches/peers.sh` installs.
#[derive(Clone, Copy)]
pub(crate) enum Peer {
    /// Validates JSON against a JSON Schema (PyPI).
    CheckJsonschema,
    /// Compares two JSON files structurally (npm).
    Jsondiffpatch,
    /// Compares two JSON files structurally (PyPI); its command is `deep`.
    Deepdiff,
}

impl Peer {
    /// Returns its program.
    ///
    /// # Errors
    /// How to install it.
    pub(crate) fn program(self) -> Result<PathBuf, String> {
        let path = match self {
            Self::CheckJsonschema => "check-jsonschema/bin/check-jsonschema",
            Self::Jsondiffpatch => "jsondiffpatch/node_modules/.bin/jsondiffpatch",
            Self::Deepdiff => "deepdiff/bin/deep",
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let peers = env::var_os("COUNTERSIGN_PEERS").map_or_else(|| root.join("target/peers"), PathBuf::from);
        let program = peers.join(path);
        if program.exists() {
            return Ok(program);
        }
        Err(format!("{} is missing; run benches/peers.sh", program.display()))
    }
}
