//! `--format` and `--output`: one run, several reports.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::choice::Choice;
use crate::error::{Error, Result, without_path};

/// A format and the file it goes to, as in `sarif=out.sarif`.
#[derive(Clone, Debug)]
pub(super) struct Output<F> {
    /// The format.
    pub(super) format: F,
    /// The file.
    pub(super) file: PathBuf,
}

impl<F: Choice> FromStr for Output<F> {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let (format, file) =
            text.split_once('=').ok_or("write it as FORMAT=FILE, such as sarif=out.sarif")?;
        let names: Vec<&str> = F::ALL.iter().map(|format| format.word()).collect();
        let format = F::named(format).ok_or_else(|| format!("the format is one of {}", names.join(", ")))?;
        if file.is_empty() {
            return Err("the file's name is missing after `=`".to_owned());
        }
        Ok(Self { format, file: file.into() })
    }
}

/// Writes a report to a file: as a whole or not at all. Where other programs add to the file, as in a job
/// summary, the text is appended.
pub(super) fn write(file: &Path, text: &str) -> Result<()> {
    write_bytes(file, text.as_bytes())
}

/// Writes bytes to a file, as [`write`] does.
pub(super) fn write_bytes(file: &Path, bytes: &[u8]) -> Result<()> {
    let cannot = |error: std::io::Error| {
        Error::usage(format!("cannot write `{}`", file.display())).because(without_path(&error))
    };
    if fs::symlink_metadata(file).is_ok_and(|data| !data.is_file()) || is_step_summary(file) {
        let mut open = fs::OpenOptions::new().append(true).open(file).map_err(cannot)?;
        return open.write_all(bytes).map_err(cannot);
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder).map_err(cannot)?;
    beside.write_all(bytes).map_err(cannot)?;
    readable(beside.path());
    beside.persist(file).map(drop).map_err(|error| cannot(error.error))
}

/// A summary file of a job is shared by its steps.
fn is_step_summary(file: &Path) -> bool {
    std::env::var_os("GITHUB_STEP_SUMMARY").is_some_and(|summary| Path::new(&summary) == file)
        && file.exists()
}

/// Gives a new file the access that an ordinary one would have.
#[cfg(unix)]
fn readable(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn readable(_: &Path) {}
