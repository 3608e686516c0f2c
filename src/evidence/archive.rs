//! A folder of evidence on disk or in a ZIP archive: written whole or not at all, read with bounds.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::Files;
use crate::error::{Error, Result};

/// The most files of a folder.
const MOST_FILES: usize = 100_000;
/// The most bytes of all files.
const MOST_BYTES: u64 = 1 << 30;

/// Returns the files as a ZIP archive; the same files give the same bytes.
///
/// # Errors
/// If there is more than such an archive can hold.
pub fn zip(files: &Files) -> Result<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().unix_permissions(0o644);
    let failed =
        |error: &dyn std::fmt::Display| Error::cannot_judge("cannot make the archive").because(error);
    for (path, bytes) in files {
        writer.start_file(path.as_str(), options).map_err(|error| failed(&error))?;
        writer.write_all(bytes).map_err(|error| failed(&error))?;
    }
    Ok(writer.finish().map_err(|error| failed(&error))?.into_inner())
}

/// Reads a folder or a ZIP archive; anything that is no plain file is refused by name.
///
/// # Errors
/// If it cannot be read, or is more than we look at.
pub fn read(path: &Path) -> Result<Files> {
    let data = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    let mut reading = Reading { files: Files::new(), room: MOST_BYTES };
    if data.is_dir() {
        reading.folder(path, "")?;
    } else {
        reading.archive(path)?;
    }
    Ok(reading.files)
}

struct Reading {
    files: Files,
    /// How many bytes may still be read.
    room: u64,
}

impl Reading {
    fn folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        for entry in fs::read_dir(folder).map_err(|error| unreadable(folder, &error))? {
            let entry = entry.map_err(|error| unreadable(folder, &error))?;
            let Ok(name) = entry.file_name().into_string() else {
                return Err(odd(&entry.path().display().to_string(), "has a name that is not UTF-8"));
            };
            let (full, path) = (entry.path(), format!("{prefix}{name}"));
            let data = fs::symlink_metadata(&full).map_err(|error| unreadable(&full, &error))?;
            if data.is_dir() {
                self.folder(&full, &format!("{path}/"))?;
            } else if data.is_file() {
                let file = fs::File::open(&full).map_err(|error| unreadable(&full, &error))?;
                self.add(path, file)?;
            } else {
                return Err(odd(&path, "is a link or no plain file"));
            }
        }
        Ok(())
    }

    fn archive(&mut self, path: &Path) -> Result<()> {
        let no_archive = |error: zip::result::ZipError| {
            Error::cannot_judge(format!("`{}` is no ZIP archive that can be read", path.display()))
                .because(error)
        };
        let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
        let mut archive = ZipArchive::new(std::io::BufReader::new(file)).map_err(no_archive)?;
        if archive.has_overlapping_files().map_err(no_archive)? {
            return Err(odd(&path.display().to_string(), "has files that overlap"));
        }
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(no_archive)?;
            let name = entry.name().map_err(no_archive)?.into_owned();
            if entry.is_dir() {
                continue;
            }
            if !entry.is_file() || entry.is_symlink() {
                return Err(odd(&name, "is a link or no plain file"));
            }
            self.add(name, entry)?;
        }
        Ok(())
    }

    fn add(&mut self, path: String, file: impl Read) -> Result<()> {
        let mut bytes = Vec::new();
        let read = file.take(self.room + 1).read_to_end(&mut bytes);
        read.map_err(|error| {
            Error::cannot_judge(format!("cannot read `{}`", path.escape_debug())).because(error)
        })?;
        self.room = self.room.checked_sub(bytes.len() as u64).ok_or_else(too_much)?;
        if self.files.len() == MOST_FILES {
            return Err(too_much());
        }
        match self.files.insert(path.clone(), bytes) {
            None => Ok(()),
            Some(_) => Err(odd(&path, "is there twice")),
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::cannot_judge(format!("cannot read `{}`", path.display())).because(error)
}

fn odd(path: &str, what: &str) -> Error {
    Error::cannot_judge(format!("`{}` {what}: no file of a folder of evidence", path.escape_debug()))
}

fn too_much() -> Error {
    Error::cannot_judge("the folder holds more than 1024 MiB or 100000 files")
}
