//! What travels between machines as one file: a bundle for an act, and the reply with what was signed.
//!
//! Nothing in them is believed: the files are judged as if they lay in a repository.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::basis::Files;
use crate::error::{Error, Result};
use crate::report::words::shell;
use crate::trust::name::{Engagement, Fingerprint};
use crate::trust::statement::MatrixRef;
use crate::trust::{Blob, Tree};

/// The format of a bundle. Formats before it had no `act`; they are refused by name.
const BUNDLE: &str = "countersign/bundle/2";
const REPLY: &str = "countersign/reply/2";
/// The most bytes of such a file.
const MOST_BYTES: u64 = 256 << 20;
/// How many bytes are read to tell what a file is.
const START: u64 = 400;

/// What somebody is asked to do with a bundle, and what was done with it in a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// Approve a version.
    Approve,
    /// Say that one's approval is no longer wanted.
    Withdraw,
    /// Dispute a version.
    Contest,
    /// Give the last word on a version.
    Mark,
    /// Sign a list of those who may sign.
    RosterSign,
    /// Revoke a key.
    RosterRevoke,
}

impl Act {
    /// Returns the command that does it, without what is named after it.
    pub fn command(self) -> &'static str {
        match self {
            Self::Approve => "sign",
            Self::Withdraw => "withdraw",
            Self::Contest => "contest",
            Self::Mark => "mark",
            Self::RosterSign => "roster sign",
            Self::RosterRevoke => "roster revoke",
        }
    }

    /// Returns what is typed to do it with the file of this name.
    pub fn typed(self, file: &str) -> String {
        match self {
            Self::Contest => format!("countersign contest {file} --reason TEXT"),
            Self::RosterRevoke => {
                format!("countersign roster revoke SHA256:... {file} --reason TEXT --stands-by all")
            }
            other => format!("countersign {} {file}", other.command()),
        }
    }
}

/// What somebody without a clone needs for an act.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bundle {
    format: String,
    /// What the receiver is asked to do.
    pub act: Act,
    /// The version that it is about; None if it is about who may sign.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<MatrixRef>,
    /// The sign-offs, by path: everything of `trust/` and of `signoffs/`, because a judgement needs the whole.
    files: BTreeMap<String, String>,
    /// The files of the offer that the project has not recorded yet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    offer: BTreeMap<String, String>,
    /// The key that is to be revoked, and why; what is not said is asked of whoever signs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke: Option<Revoke>,
}

/// The key that a bundle asks to be revoked. It is a wish of whoever made the file; the signer reads it and decides.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Revoke {
    /// The key.
    pub key: Fingerprint,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What the party stands by, as it is typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_by: Option<String>,
}

impl Revoke {
    /// Returns what is typed to sign it: what was said when the file was made need not be said again.
    fn typed(&self, file: &str) -> String {
        let mut text = format!("countersign roster revoke {} {file}", self.key);
        if self.reason.is_none() {
            text.push_str(" --reason TEXT");
        }
        if self.stands_by.is_none() {
            text.push_str(" --stands-by all");
        }
        text
    }
}

/// What was signed elsewhere, on its way into the repository.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reply {
    format: String,
    /// What was done.
    pub act: Act,
    /// The engagement that it belongs to. A signature of a list does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement: Option<Engagement>,
    /// The files to be recorded, by path.
    files: BTreeMap<String, String>,
}

impl Bundle {
    /// Puts a version and its sign-offs into a bundle.
    pub fn of_version(act: Act, tree: &Tree, offer: &Files, matrix: MatrixRef) -> Self {
        let matrix = Some(matrix);
        let (files, offer) = (texts_of(tree), texts(offer));
        Self { format: BUNDLE.to_owned(), act, matrix, files, offer, revoke: None }
    }

    /// Puts all sign-offs into a bundle, for an act about who may sign.
    pub fn of_rosters(act: Act, tree: &Tree) -> Self {
        let (files, offer) = (texts_of(tree), BTreeMap::new());
        Self { format: BUNDLE.to_owned(), act, matrix: None, files, offer, revoke: None }
    }

    /// Returns what is typed to do what the file asks for, with the file of this name.
    pub fn typed(&self, file: &str) -> String {
        self.revoke.as_ref().map_or_else(|| self.act.typed(file), |revoke| revoke.typed(file))
    }

    /// Returns the paths of all files but those of the offer.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns the files as a tree to be judged, without those of the new offer.
    pub fn tree(&self) -> Tree {
        let blob = |text: &String| Blob::plain(text.as_bytes());
        self.files.iter().map(|(path, text)| (path.clone(), blob(text))).collect()
    }

    /// Returns the files of the offer that the project has not recorded yet.
    pub fn offer(&self) -> Files {
        self.offer.iter().map(|(path, text)| (path.clone(), Some(text.as_bytes().to_vec()))).collect()
    }

    /// Writes the bundle as one file.
    pub fn to_text(&self) -> String {
        to_text(self)
    }
}

impl Reply {
    /// Puts signed files into a reply.
    pub fn of(act: Act, engagement: Option<Engagement>, files: &Files) -> Self {
        Self { format: REPLY.to_owned(), act, engagement, files: texts(files) }
    }

    /// Returns the files to be recorded, by path.
    pub fn files(&self) -> &BTreeMap<String, String> {
        &self.files
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
    read(path, BUNDLE, "a file to be signed, as `--prepare` writes it")
}

/// Reads a reply.
///
/// # Errors
/// Where the file cannot be read or is none.
pub fn reply(path: &Path) -> Result<Reply> {
    read(path, REPLY, "a signed reply, as a signer without git sends it back")
}

/// Says whether a file is a bundle.
pub fn is_bundle(path: &Path) -> bool {
    begins_with(path, BUNDLE)
}

/// Says whether a file is a reply.
pub fn is_reply(path: &Path) -> bool {
    begins_with(path, REPLY)
}

/// Refuses a file that is no matrix for a reason that can be told: it is not there, it is a reply, or what was sent did not
/// arrive whole.
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
    if let Some(why) = spoilt(path) {
        return Err(Error::usage(format!("`{name}` is not what was sent")).because(why).hint(ATTACH));
    }
    if is_reply(path) {
        return Err(Error::usage(format!("`{name}` is a signed reply, not a matrix")).hint(format!(
            "send it back to whoever keeps the repository; there `countersign record {}` records it",
            shell(name)
        )));
    }
    Ok(())
}

/// How a file survives a mail.
const ATTACH: &str =
    "ask for the file as an attachment, or packed as a zip; its text does not survive in the body of a mail";

/// Says what a mail program or a browser has made of a file, if nothing of it can be read any more.
fn spoilt(path: &Path) -> Option<&'static str> {
    let mut bytes = Vec::new();
    open(path).and_then(|file| file.take(START).read_to_end(&mut bytes)).ok()?;
    let start = text_of(&bytes);
    let start = start.trim_start_matches('\u{feff}').trim();
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\r' | '\n');
    // In base64 `{` and a quote, a line end or a space begin with these letters.
    let is_object = ["eyI", "ewo", "ew0", "eyA"].iter().any(|begin| start.starts_with(begin));
    if start.is_empty() {
        Some("it is empty")
    } else if is_object && start.chars().all(is_base64) {
        Some("a mail program wrote it as base64")
    } else if start.starts_with('<') {
        Some("it was saved as a web page")
    } else {
        None
    }
}

fn begins_with(path: &Path, format: &str) -> bool {
    let name = format.rsplit_once('/').map_or(format, |(name, _)| name);
    let read = |most: u64| {
        let mut bytes = Vec::new();
        open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map(|_| bytes)
    };
    let Ok(start) = read(START) else { return false };
    let start = text_of(&start);
    if start.contains(name) || start.contains("\"format\"") {
        return start.contains(name);
    }
    // A program that sorts the fields of an object writes the format further down.
    let is_ours = |bytes: Vec<u8>| {
        let found = serde_json::from_str::<Format>(&text_of(&bytes));
        found.is_ok_and(|found| found.format.starts_with(name))
    };
    start.trim_start().starts_with('{') && read(MOST_BYTES).is_ok_and(is_ours)
}

/// What every file of ours says of itself.
#[derive(Deserialize)]
struct Format {
    format: String,
}

/// Reads bytes as text, whatever encoding an editor or a mail program gave them.
fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    let wide = |rest: &[u8], of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
        Cow::Owned(String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes),
    }
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
    let cannot =
        |error: std::io::Error| Error::usage(format!("cannot read `{}`", path.display())).because(error);
    let mut bytes = Vec::new();
    open(path).map_err(cannot)?.take(MOST_BYTES).read_to_end(&mut bytes).map_err(cannot)?;
    let wrong = |why: String| Error::usage(format!("`{}` is not {what}", path.display())).because(why);
    let text = text_of(&bytes);
    let found: Format = serde_json::from_str(&text).map_err(|error| damaged(path, &text, &error, what))?;
    if found.format != format {
        return Err(other_format(path, &found.format, format));
    }
    serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))
}

/// Says what a file is whose format is another one than is wanted here.
fn other_format(path: &Path, found: &str, wanted: &str) -> Error {
    let name = path.display();
    let (kind, _) = wanted.rsplit_once('/').unwrap_or((wanted, ""));
    if found.rsplit_once('/').is_some_and(|(other, _)| other == kind) {
        return Error::usage(format!("`{name}` was written by another version of countersign"))
            .because(format!("its format is `{}`, and this version reads `{wanted}`", found.escape_debug()))
            .hint("ask its sender to write it anew with the same version as yours");
    }
    let error = Error::usage(format!("`{name}` is another file than is wanted here"))
        .because(format!("its format is `{}`, not `{wanted}`", found.escape_debug()));
    match found {
        BUNDLE => error.hint(format!("`countersign show {}` says what to do with it", shell(name))),
        REPLY => error.hint(format!("it is a signed reply: `countersign record {}` records it", shell(name))),
        _ => error,
    }
}

/// Says what happened to a file on its way, if it looks like something that mail programs do.
fn damaged(path: &Path, text: &str, error: &serde_json::Error, what: &str) -> Error {
    let name = path.display();
    let base = Error::usage(format!("`{name}` is not {what}")).because(error);
    let attach = ATTACH;
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let is_inside = text.contains(BUNDLE) || text.contains(REPLY);
    let trimmed = text.trim_start();
    if text.contains("=3D") || text.contains("=\n") || text.contains("=\r\n") {
        base.because("a mail program wrote it as quoted-printable").hint(attach)
    } else if trimmed.starts_with('>') {
        base.because("a mail program quoted it with `>`").hint(attach)
    } else if is_inside && !trimmed.starts_with('{') {
        base.because("there is other text before it").hint(attach)
    } else if error.to_string().starts_with("trailing characters") {
        base.because("there is other text after it, such as the footer of a mail").hint(attach)
    } else if line.contains(['“', '”', '„', '‘', '’']) {
        base.because(format!("line {} has curly quotes instead of straight ones", error.line())).hint(attach)
    } else if line.contains('\u{a0}') {
        base.because(format!("line {} has spaces that do not break (U+00A0) instead of spaces", error.line()))
            .hint(attach)
    } else if error.is_eof() {
        base.because("its end is missing").hint(attach)
    } else if is_inside && error.is_syntax() && error.to_string().contains("control character") {
        base.because("a mail program broke its lines").hint(attach)
    } else {
        base
    }
}

fn to_text<T: Serialize>(value: &T) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("our types have string keys"))
}

fn text(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

fn texts_of(tree: &Tree) -> BTreeMap<String, String> {
    let wanted = tree.iter().filter(|(_, blob)| blob.mode == 0o100_644);
    wanted.filter_map(|(path, blob)| Some((path.clone(), text(&blob.bytes)?))).collect()
}

fn texts(files: &Files) -> BTreeMap<String, String> {
    files.iter().filter_map(|(path, bytes)| Some((path.clone(), text(bytes.as_ref()?)?))).collect()
}
