//! What travels between machines as one file: a version to be signed, and a signed statement on its way back.
//!
//! Nothing in them is believed: the files are judged as if they lay in a repository.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::proof::Files;
use crate::error::{Error, Result};
use crate::trust::name::MatrixId;
use crate::trust::statement::{self, MatrixRef, Statement};
use crate::trust::{Blob, Tree};

const BUNDLE: &str = "countersign/bundle/1";
const REPLY: &str = "countersign/reply/1";
/// The most bytes of such a file.
const MOST_BYTES: u64 = 256 << 20;

/// A version to be signed, with everything that its judgement needs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bundle {
    format: String,
    /// The version to be signed.
    pub matrix: MatrixRef,
    /// Everything of `trust/` and of the matrix in `signoffs/`, by path.
    files: BTreeMap<String, String>,
    /// The files of the offer that the project does not have yet.
    offer: BTreeMap<String, String>,
}

/// A signed statement on its way into a repository.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reply {
    format: String,
    /// The statement, as it was signed.
    statement: String,
    /// Its signature.
    signature: String,
    /// The files of the offer, where the signer's project did not have them recorded.
    offer: BTreeMap<String, String>,
}

impl Bundle {
    /// Puts a version into a bundle.
    pub fn of(tree: &Tree, offer: &Files, matrix: MatrixRef) -> Self {
        let own = format!("signoffs/{}/", matrix.id);
        let wanted = tree.iter().filter(|(path, blob)| {
            blob.mode == 0o100_644 && (path.starts_with("trust/") || path.starts_with(&own))
        });
        let files = wanted.filter_map(|(path, blob)| Some((path.clone(), text(&blob.bytes)?))).collect();
        Self { format: BUNDLE.to_owned(), matrix, files, offer: texts(offer) }
    }

    /// Returns the files as a tree to be judged, without those of the new offer.
    pub fn tree(&self) -> Tree {
        let blob = |text: &String| Blob::plain(text.as_bytes());
        self.files.iter().map(|(path, text)| (path.clone(), blob(text))).collect()
    }

    /// Returns the files of the offer that the project does not have yet.
    pub fn offer(&self) -> Files {
        files(&self.offer)
    }

    /// Writes the bundle as one file.
    pub fn to_text(&self) -> String {
        to_text(self)
    }
}

impl Reply {
    /// Puts a signed statement into a reply.
    pub fn of(statement: &[u8], signature: &[u8], offer: &Files) -> Self {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            format: REPLY.to_owned(),
            statement: lossy(statement),
            signature: lossy(signature),
            offer: texts(offer),
        }
    }

    /// Reads the statement.
    ///
    /// # Errors
    /// Where its bytes are not those of a statement.
    pub fn statement(&self) -> Result<Statement> {
        Statement::parse(self.statement.as_bytes())
            .map_err(|flaw| Error::usage(format!("the file holds no statement: {flaw}")))
    }

    /// Returns the bytes of the statement and of its signature.
    pub fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        (self.statement.as_bytes().to_vec(), self.signature.as_bytes().to_vec())
    }

    /// Returns the files of the offer that a tree does not have yet.
    ///
    /// # Errors
    /// Where the reply brings other files, or other bytes than are there.
    pub fn offer(&self, id: &MatrixId, version: crate::trust::name::Version, tree: &Tree) -> Result<Files> {
        let folder = statement::folder(id, version);
        let mut new = Vec::new();
        for (path, text) in &self.offer {
            if *path != format!("{folder}/matrix.json") && *path != format!("{folder}/judged.json") {
                return Err(Error::usage(format!(
                    "the file wants to write `{path}`, which is none of its business"
                )));
            }
            match tree.get(path) {
                Some(blob) if *blob.bytes == *text.as_bytes() => {}
                Some(_) => {
                    return Err(Error::usage(format!("`{path}` is there already and has another text")));
                }
                None => new.push((path.clone(), Some(text.as_bytes().to_vec()))),
            }
        }
        Ok(new)
    }

    /// Writes the reply as one file.
    pub fn to_text(&self) -> String {
        to_text(self)
    }
}

/// Reads a bundle.
///
/// # Errors
/// Where the file cannot be read or is none.
pub fn bundle(path: &Path) -> Result<Bundle> {
    read(path, BUNDLE, "a bundle, as `countersign sign --prepare` writes it")
}

/// Reads a reply.
///
/// # Errors
/// Where the file cannot be read or is none.
pub fn reply(path: &Path) -> Result<Reply> {
    read(path, REPLY, "a signed statement, as `countersign sign --out` writes it")
}

/// Says whether a file is a bundle.
pub fn is_bundle(path: &Path) -> bool {
    begins_with(path, BUNDLE)
}

/// Refuses a file that is no matrix for a reason that can be told: it is not there, or it is a reply.
///
/// # Errors
/// Says what the file is, and what to do with it.
pub fn demand_no_reply(path: &Path) -> Result<()> {
    let name = path.display();
    if path.extension().is_some_and(|end| end == "json") && !path.exists() && path.symlink_metadata().is_err()
    {
        return Err(Error::usage(format!("there is no file `{name}`"))
            .hint("`countersign status` shows every matrix and its versions"));
    }
    if begins_with(path, REPLY) {
        return Err(Error::usage(format!("`{name}` is a signed reply, not a matrix")).hint(format!(
            "send it back to whoever keeps the repository; there `countersign record {}` records it",
            crate::report::words::shell(name)
        )));
    }
    Ok(())
}

fn begins_with(path: &Path, format: &str) -> bool {
    let mut start = [0; 200];
    let read = open(path).and_then(|mut file| file.read(&mut start));
    read.is_ok_and(|length| String::from_utf8_lossy(&start[..length]).contains(format))
}

/// Opens an ordinary file; a pipe would wait for ever.
fn open(path: &Path) -> std::io::Result<fs::File> {
    if fs::metadata(path)?.is_file() {
        fs::File::open(path)
    } else {
        Err(std::io::Error::other("it is no ordinary file"))
    }
}

fn read<T: DeserializeOwned>(path: &Path, format: &str, what: &str) -> Result<T> {
    #[derive(Deserialize)]
    struct Format {
        format: String,
    }
    let cannot =
        |error: std::io::Error| Error::usage(format!("cannot read `{}`", path.display())).because(error);
    let mut bytes = Vec::new();
    open(path).map_err(cannot)?.take(MOST_BYTES).read_to_end(&mut bytes).map_err(cannot)?;
    let wrong = |why: String| Error::usage(format!("`{}` is not {what}", path.display())).because(why);
    let found: Format = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
    if found.format != format {
        return Err(wrong(format!("its format is `{}`", found.format.escape_debug())));
    }
    serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))
}

fn to_text<T: Serialize>(value: &T) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("our types have string keys"))
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

fn texts(files: &Files) -> BTreeMap<String, String> {
    files.iter().filter_map(|(path, bytes)| Some((path.clone(), text(bytes.as_ref()?)?))).collect()
}

fn files(texts: &BTreeMap<String, String>) -> Files {
    texts.iter().map(|(path, text)| (path.clone(), Some(text.as_bytes().to_vec()))).collect()
}
