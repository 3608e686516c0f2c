//! New files, written as a whole or not at all.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::error::{Error, Result, without_path};

/// What became of a file that was to be new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Created {
    /// It is there now.
    Written,
    /// It was there with the same text.
    Same,
    /// It was there with another text and was left alone.
    Left,
}

/// Writes a new file and the folders above it; whatever is there already stays.
///
/// # Errors
/// Where it cannot be written.
pub(super) fn create(path: &Path, text: &str) -> Result<Created> {
    if fs::symlink_metadata(path).is_ok() {
        return Ok(found(path, text));
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| cannot(path, error))?;
    match beside(path, folder, text)?.persist_noclobber(path) {
        Ok(_) => Ok(Created::Written),
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(found(path, text)),
        Err(error) => Err(cannot(path, error.error)),
    }
}

fn found(path: &Path, text: &str) -> Created {
    if fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) { Created::Same } else { Created::Left }
}

fn beside(path: &Path, folder: &Path, text: &str) -> Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666)); // less what the umask takes away
    }
    let mut file = builder.tempfile_in(folder).map_err(|error| cannot(path, error))?;
    file.write_all(text.as_bytes()).map_err(|error| cannot(path, error))?;
    Ok(file)
}

fn cannot(path: &Path, error: std::io::Error) -> Error {
    Error::usage(format!("cannot write `{}`", path.display())).because(without_path(&error))
}
