//! Zip archives, measured before anything is made of them.
//!
//! The sizes that an archive states are claims. Each entry is unpacked once into nothing, up to the budget, so that
//! what comes after cannot be surprised.

use std::io::{BufRead, BufReader, Cursor, Read};

use quick_xml::events::BytesStart;
use zip::ZipArchive;

use super::Form;

/// The most bytes that an archive may unpack to.
const MOST_INFLATED: u64 = 160 << 20;
/// The most bytes that one list of texts may unpack to, since it is kept whole.
const MOST_STRINGS: u64 = 48 << 20;
/// The most entries of an archive.
const MOST_ENTRIES: usize = 2_000;

/// An archive whose entries were measured.
pub(super) type Archive = ZipArchive<Cursor<Vec<u8>>>;

/// Returns what kind of workbook an archive is.
pub(super) fn form(bytes: &[u8]) -> Result<Form, String> {
    let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        Ok(Form::Xlsx)
    } else if has("xl/workbook.bin") {
        Err("it is an XLSB".to_owned())
    } else if has("content.xml") {
        Ok(Form::Ods)
    } else if has("EncryptionInfo") || has("EncryptedPackage") {
        Err("it is protected by a password".to_owned())
    } else {
        Err("it is a zip archive, but no workbook".to_owned())
    }
}

/// Opens an archive and measures all of it.
pub(super) fn open(bytes: Vec<u8>) -> Result<Archive, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    if archive.len() > MOST_ENTRIES {
        return Err(format!("it holds more than {MOST_ENTRIES} files"));
    }
    let mut left = MOST_INFLATED;
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).map_err(|error| damaged(&error))?;
        let name = entry.name().map_err(|error| damaged(&error))?.into_owned();
        let most = match name.to_ascii_lowercase().ends_with("sharedstrings.xml") {
            true => left.min(MOST_STRINGS),
            false => left,
        };
        let size = std::io::copy(&mut (&mut entry).take(most + 1), &mut std::io::sink())
            .map_err(|error| format!("`{name}` in it cannot be unpacked: {error}"))?;
        if size > most {
            return Err(format!("`{name}` in it unpacks to more than {} MiB", most >> 20));
        }
        left -= size;
    }
    Ok(archive)
}

/// Returns the text of an entry, or None if there is no such entry.
pub(super) fn text(archive: &mut Archive, name: &str) -> Result<Option<String>, String> {
    let Some(at) = archive.index_for_name(name) else { return Ok(None) };
    let mut text = String::new();
    let mut entry = archive.by_index(at).map_err(|error| damaged(&error))?;
    entry.read_to_string(&mut text).map_err(|error| format!("`{name}` in it cannot be read: {error}"))?;
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Err(format!("`{name}` in it declares entities, which no spreadsheet program writes"));
    }
    Ok(Some(text))
}

/// Reads an entry as a stream; does nothing if there is no such entry.
pub(super) fn stream(
    archive: &mut Archive,
    name: &str,
    read: impl FnOnce(&mut dyn BufRead) -> Result<(), String>,
) -> Result<(), String> {
    let Some(at) = archive.index_for_name(name) else { return Ok(()) };
    let entry = archive.by_index(at).map_err(|error| damaged(&error))?;
    read(&mut BufReader::new(entry)).map_err(|why| format!("`{name}` in it cannot be read: {why}"))
}

fn damaged(error: &zip::result::ZipError) -> String {
    let text = error.to_string();
    match text.to_lowercase().contains("password") {
        true => "it is protected by a password".to_owned(),
        false => format!("the archive is damaged or cut off: {text}"),
    }
}

/// Returns an attribute of a part by its name without prefix.
pub(in crate::workbook) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().flatten().find(|it| it.key.local_name().as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(std::borrow::Cow::into_owned)
}
