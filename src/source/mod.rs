//! Text and places: the one loader of all files of ours, and where in a file a finding is.
//!
//! ```text
//! bytes -> size -> UTF-8 -> value (duplicates, depth, numbers in the same pass) -> hidden characters -> Document
//! ```
//!
//! All problems of a file are reported at once. What a field must hold is no question of this module.

mod conflict;
pub mod cut;
mod encoding;
mod fault;
pub mod hidden;
pub mod line;
mod number;
pub mod place;
pub mod span;
mod syntax;
mod value;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use self::fault::{Fault, capped};
use self::hidden::{Hidden, Scan, describe, visible};
use self::span::{Duplicate, Spans, string_end};
use self::value::Noted;
use crate::finding::{Finding, Severity};

/// The text of one file and its name.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path, relative to the root, with forward slashes.
    pub path: Arc<str>,
    /// The text; offsets in it are offsets in the file.
    pub text: String,
}

/// How much we are willing to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The size of the file.
    pub bytes: u64,
    /// How deep objects and lists may be nested.
    pub depth: usize,
}

impl Limits {
    /// What a matrix may measure: 32 MiB, 64 levels.
    pub const MATRIX: Self = Self { bytes: 32 << 20, depth: 64 };
    /// What any other file may measure: 1 MiB, 64 levels.
    pub const OTHER: Self = Self { bytes: 1 << 20, depth: 64 };
}

/// A file that can be used.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its text.
    pub source: Source,
    /// Its value.
    pub value: Value,
    /// Warnings, which do not prevent use.
    pub findings: Vec<Finding>,
}

/// A file that cannot be used, and everything that is wrong with it.
#[derive(Clone, Debug)]
pub struct Unreadable {
    /// Its text, as long as the file, with a question mark for what is no text; absent if it is no text at all.
    pub source: Option<Source>,
    /// All that was found, warnings too, in the order of the text.
    pub findings: Vec<Finding>,
}

/// Reads the `bytes` of the file at `path`.
///
/// # Errors
///
/// Returns every problem of the file, each with its place, if one of them is an error.
pub fn load(path: &str, bytes: Vec<u8>, limits: Limits) -> Result<Document, Unreadable> {
    if let Some(finding) = too_large(path, bytes.len() as u64, limits) {
        return Err(Unreadable { source: None, findings: vec![finding] });
    }
    let path: Arc<str> = path.into();
    let decoded = match encoding::decode(bytes) {
        Ok(decoded) => decoded,
        Err(fault) => {
            return Err(Unreadable { source: None, findings: vec![fault.into_finding(&path, None)] });
        }
    };
    let text = decoded.text;
    if text.starts_with(LFS_POINTER) {
        let fault = Fault::of_file("strict-json", "the file is only a pointer of Git LFS: the matrix itself is not here")
            .help("`git lfs pull` brings it; git itself has to hold what is judged and signed, so take it out of LFS");
        let finding = fault.into_finding(&path, None);
        return Err(Unreadable { source: Some(Source { path, text }), findings: vec![finding] });
    }
    let (value, found) = read(&text, limits, decoded.faults);
    let findings = found.into_findings(&path);
    let source = Source { path, text };
    match value {
        Some(value) if findings.iter().all(|finding| finding.severity != Severity::Error) => {
            Ok(Document { source, value, findings })
        }
        _ => Err(Unreadable { source: Some(source), findings }),
    }
}

/// What a file of Git LFS begins with that stands for another one.
const LFS_POINTER: &str = "version https://git-lfs.github.com/spec/";

/// Returns what is wrong with a file of `size` bytes, so that it need not be read to be refused.
pub fn too_large(path: &str, size: u64, limits: Limits) -> Option<Finding> {
    if size <= limits.bytes {
        return None;
    }
    let message = format!("the file is too large: {size} bytes, and at most {} are read", limits.bytes);
    let fault =
        Fault::of_file("file-size", message).help("split it, or keep attachments outside of the file");
    Some(fault.into_finding(&path.into(), None))
}

/// What was found in one text.
struct Found {
    faults: Vec<Fault>,
    /// The spans of the part that was read, if there was a reason to look for them.
    spans: Option<Spans>,
}

/// Builds the value, and looks closer at whatever the pass noted; `faults` are known before.
fn read(text: &str, limits: Limits, mut faults: Vec<Fault>) -> (Option<Value>, Found) {
    let noted = Noted::default();
    let mut built = value::build(text, limits.depth, &noted);
    faults.extend(capped(Scan::of(text), |hidden| unseen(text, &hidden)));
    if noted.numbers.get() || built.is_err() {
        faults.extend(capped(number::faults(text), |fault| fault));
    }
    let mut clean = Cow::Borrowed(text);
    if built.is_err() && !faults.is_empty() {
        clean = Cow::Owned(cleaned(text, &faults));
        built = value::build(&clean, limits.depth, &noted);
    }
    let reach = built.as_ref().err().map_or(text.len(), |error| syntax::offset(error, &clean));
    let wanted = built.is_err() || !faults.is_empty() || noted.duplicates.get();
    let spans = wanted.then(|| Spans::of(&clean[..reach]));
    if let Some(spans) = &spans {
        faults.extend(capped(spans.duplicates().into_iter(), duplicate));
    }
    if let (Err(error), Some(spans)) = (&built, &spans) {
        broken(error, &noted, text, limits, spans, &mut faults);
    }
    (built.ok(), Found { faults, spans })
}

/// Blanks what is refused already, so that reading can go on behind it; offsets stay. Escapes are in nobody's way.
fn cleaned(text: &str, faults: &[Fault]) -> String {
    let mut clean = text.to_owned();
    for fault in faults {
        let Some(bytes) = fault.bytes.clone() else { continue };
        if text[bytes.clone()].starts_with('\\') {
            continue;
        }
        let mut blank = " ".repeat(bytes.len());
        if fault.rule == number::RULE {
            blank.replace_range(..1, "0");
        }
        clean.replace_range(bytes, &blank);
    }
    clean
}

impl Found {
    /// Gives every fault its pointer, in the order of the text.
    fn into_findings(self, path: &Arc<str>) -> Vec<Finding> {
        let Self { mut faults, spans } = self;
        faults.sort_by_key(|fault| fault.bytes.as_ref().map_or(usize::MAX, |bytes| bytes.start));
        let findings = faults.into_iter().map(|fault| fault.into_finding(path, spans.as_ref()));
        findings.map(strict_in_ids).collect()
    }
}

/// A joiner may be right in prose, never in an id.
fn strict_in_ids(finding: Finding) -> Finding {
    if finding.severity == Severity::Warning && finding.place.pointer().ends_with("/id") {
        return Finding { severity: Severity::Error, ..finding };
    }
    finding
}

/// Says why no value could be built, unless another fault says it better.
fn broken(
    error: &serde_json::Error,
    noted: &Noted,
    text: &str,
    limits: Limits,
    spans: &Spans,
    faults: &mut Vec<Fault>,
) {
    if noted.too_deep.get() || error.to_string().starts_with("recursion limit") {
        faults.push(too_deep(text, limits.depth));
        return;
    }
    let syntax = syntax::fault(error, text, spans);
    let conflicts = conflict::faults(text);
    let start = |fault: &Fault| fault.bytes.as_ref().map_or(0, |bytes| bytes.start);
    let behind_conflict = conflicts.first().is_some_and(|conflict| start(conflict) <= start(&syntax));
    faults.extend(conflicts);
    if !behind_conflict {
        faults.push(syntax);
    }
}

/// Finds the bracket that opens one level too many.
fn too_deep(text: &str, depth: usize) -> Fault {
    let bytes = text.as_bytes();
    let mut open = 0;
    let mut at = 0;
    while at < bytes.len() && open <= depth {
        match bytes[at] {
            b'"' => at = string_end(bytes, at) - 1,
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    let message = format!("objects and lists are nested more than {depth} deep");
    Fault::at("nesting-depth", at.saturating_sub(1)..at, message)
        .help("no file of ours needs to be nested so deeply")
}

fn unseen(text: &str, hidden: &Hidden) -> Fault {
    let escaped = text[hidden.bytes.clone()].starts_with('\\');
    let what = describe(hidden.character);
    let place = if hidden.in_key { "a field's name" } else { "the text" };
    let written = if escaped { "is written as an escape in" } else { "is hidden in" };
    let rule = "no-hidden-characters";
    let fault = Fault::at(rule, hidden.bytes.clone(), format!("{what}, {written} {place}"));
    if hidden.joins && !hidden.in_key {
        let fault = fault.help("keep it if the script or the emoji needs it");
        return Fault { severity: Severity::Warning, ..fault };
    }
    fault.help("delete it: nobody can review what cannot be seen")
}

fn duplicate(duplicate: Duplicate) -> Fault {
    let message = format!("the field `{}` appears more than once in this object", visible(&duplicate.key));
    let fault = Fault::at("no-duplicate-keys", duplicate.again, message);
    let fault = fault.help("keep one of them: programs differ in which one they read");
    Fault { related: Some((duplicate.first, "first here")), ..fault }
}
