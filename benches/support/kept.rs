//! Repositories that take a while to make: made once and kept.

use std::path::{Path, PathBuf};

use crate::generate;

const SEED: u64 = 1;
/// How many matrices the engagement has.
pub(crate) const MATRICES: usize = 200;
/// How many rows each has.
pub(crate) const ROWS: usize = 100;
/// How many versions of each both parties signed.
pub(crate) const VERSIONS: u32 = 10;

/// Returns the repository of a size.
///
/// # Errors
/// Why it cannot be made.
pub(crate) fn repository(name: &str) -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("repository-{name}"));
    if !folder.join(".git").exists() {
        let size = generate::SIZES.iter().find(|size| size.name == name).ok_or("there is no such size")?;
        println!("making repository {name} in {}", folder.display());
        generate::repository(size, SEED, &folder).map_err(|error| error.to_string())?;
    }
    Ok(folder)
}

/// Returns the engagement that was signed many times.
///
/// # Errors
/// Why it cannot be made.
pub(crate) fn engagement() -> Result<PathBuf, String> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("agreed");
    if !folder.join(".git/objects/pack").exists() {
        println!("making the engagement in {}", folder.display());
        generate::agreed(MATRICES, ROWS, VERSIONS, SEED, &folder).map_err(|error| error.to_string())?;
    }
    Ok(folder)
}
