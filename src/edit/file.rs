//! The one writer of a matrix: beside, then renamed, and never over what somebody else wrote meanwhile.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result, without_path};
use crate::source::Limits;

/// How often a lock that another process has is asked for, and how long we wait in between.
const TRIES: u32 = 40;
const WAIT: Duration = Duration::from_millis(50);

/// A file as it was read, to be replaced only while it still is.
#[derive(Debug)]
pub struct Held {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl Held {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it cannot be read, is no ordinary file, or is larger than a matrix may be.
    pub fn read(path: &Path) -> Result<Self> {
        let found = fs::symlink_metadata(path).map_err(|error| cannot_read(path, error))?;
        if !found.is_file() {
            return Err(Error::usage(format!(
                "`{}` is no ordinary file, so it is not edited",
                path.display()
            ))
            .hint("edit the file that it stands for"));
        }
        if found.len() > Limits::MATRIX.bytes {
            return Err(Error::usage(format!("`{}` is too large to be a matrix", path.display())));
        }
        let bytes = fs::read(path).map_err(|error| cannot_read(path, error))?;
        Ok(Self { path: path.to_owned(), bytes })
    }

    /// Returns what was read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Writes a new text, if the file is still the one that was read; then it is the one that was written.
    ///
    /// The text is written to a file beside and renamed, so that at any moment there is the old text or the new one.
    ///
    /// # Errors
    /// Where the file has changed since it was read, or cannot be written; then it is as it was.
    pub fn replace(&mut self, text: &str) -> Result<()> {
        let mut file = File::open(&self.path).map_err(|error| cannot_read(&self.path, error))?;
        lock(&file, &self.path)?;
        let beside = self.beside(&file, text)?;
        let mut now = Vec::with_capacity(self.bytes.len());
        file.read_to_end(&mut now).map_err(|error| cannot_read(&self.path, error))?;
        let there = fs::read(&self.path).map_err(|error| cannot_read(&self.path, error))?;
        if now != self.bytes || there != self.bytes {
            return Err(changed(&self.path));
        }
        beside.persist(&self.path).map_err(|error| cannot_write(&self.path, error.error))?;
        self.bytes = text.as_bytes().to_vec();
        Ok(())
    }

    /// Writes the text to a new file in the same folder, with the access of the old one, down to the disk.
    fn beside(&self, file: &File, text: &str) -> Result<tempfile::NamedTempFile> {
        let cannot = |error| cannot_write(&self.path, error);
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut beside = tempfile::Builder::new()
            .prefix(".countersign-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(cannot)?;
        beside.write_all(text.as_bytes()).map_err(cannot)?;
        let access = file.metadata().map_err(cannot)?.permissions();
        fs::set_permissions(beside.path(), access).map_err(cannot)?;
        beside.as_file().sync_all().map_err(cannot)?;
        Ok(beside)
    }
}

/// Keeps other runs of ours from replacing the file at the same time; a file system without locks does without.
fn lock(file: &File, path: &Path) -> Result<()> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => thread::sleep(WAIT),
            Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
    Err(Error::usage(format!("another program keeps `{}` locked, so nothing was written", path.display())))
}

fn changed(path: &Path) -> Error {
    Error::usage(format!(
        "`{}` has changed on disk since it was read, so nothing was written",
        path.display()
    ))
    .hint("run the command again: it reads the file anew")
}

fn cannot_read(path: &Path, error: std::io::Error) -> Error {
    let what = format!("cannot read `{}`", path.display());
    let gone = error.kind() == ErrorKind::NotFound;
    if gone { Error::nothing(what).because(error) } else { Error::usage(what).because(error) }
}

fn cannot_write(path: &Path, error: std::io::Error) -> Error {
    Error::usage(format!("cannot write `{}`", path.display())).because(without_path(&error))
}
