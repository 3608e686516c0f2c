//! Attributes that would keep people from seeing a change of what counts, asked of every file that is there.
//!
//! What git makes of the `.gitattributes` files of the state that is judged decides, not what a line looks like: patterns
//! with quotes, macros, nested files and `**` have the effect here that they have there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use gix_attributes::glob::pattern::Case;
use gix_attributes::search::{MetadataCollection, Outcome};
use gix_attributes::{Search, StateRef};

use crate::error::Result;
use crate::finding::{Finding, Place};
use crate::policy::config::Config;
use crate::project::Reader;
use crate::source::Limits;

const FILE: &str = ".gitattributes";
/// Paths that people will have to see, though nothing lies there yet.
const TO_COME: [&str; 3] = ["matrices/acme.json", "signoffs/acme/1.0/matrix.json", "trust/1.json"];
/// A longer line is left out by git.
const LONGEST_LINE: usize = 2048;
/// Attributes that hide a change from whoever reviews it, or let git hand out other bytes than people see.
const ASKED: [&str; 9] = [
    "diff",
    "linguist-generated",
    "linguist-vendored",
    "gitlab-generated",
    "ident",
    "filter",
    "working-tree-encoding",
    "export-ignore",
    "export-subst",
];

/// The attributes of a state, read from the top of the repository down to the folders of a project.
struct Attributes {
    search: Search,
    collection: MetadataCollection,
    /// The bytes of the files, by their paths from the top.
    texts: BTreeMap<String, Vec<u8>>,
}

/// Tells which attributes hide changes of matrices, sign-offs and lists of signers, each line once.
///
/// # Errors
/// Where a file cannot be read.
pub(super) fn hiding(reader: &Reader<'_>, config: &Config) -> Result<Vec<Finding>> {
    let prefix = reader.prefix()?.unwrap_or_default();
    let folders: Vec<&str> = config.folders().chain(["signoffs", "trust", "matrices"]).collect();
    let files = reader.files(&folders)?;
    let (own, others): (Vec<_>, Vec<_>) = files
        .iter()
        .map(|file| file.path.as_str())
        .partition(|path| *path == FILE || path.ends_with("/.gitattributes"));
    let mut attributes = Attributes::above(reader)?;
    let mut findings = Vec::new();
    let mut places: BTreeSet<String> = own.into_iter().map(str::to_owned).collect();
    places.extend(on_the_way(&folders));
    for path in places {
        let Some(file) = reader.file(&path)? else { continue };
        if file.is_plain {
            attributes.add(&format!("{prefix}{path}"), reader.read(&file, Limits::OTHER.bytes)?);
        } else {
            findings.push(finding(
                &path,
                Place::File,
                format!("`{path}` is no ordinary file, so what it sets is not known"),
            ));
        }
    }
    let seen = others.into_iter().filter(|path| counts(path, config)).chain(TO_COME);
    let mut lines = BTreeMap::new();
    for path in seen {
        for (at, set) in attributes.of(&format!("{prefix}{path}")) {
            lines.entry(at).or_insert((set, path.to_owned()));
        }
    }
    findings.extend(
        lines
            .into_iter()
            .map(|((file, line), (set, path))| attributes.tell(&prefix, &file, line, &set, &path)),
    );
    Ok(findings)
}

/// Says whether people have to see the changes of a file.
fn counts(path: &str, config: &Config) -> bool {
    path.starts_with("signoffs/")
        || path.starts_with("trust/")
        || path.starts_with("matrices/")
        || config.is_matrix(path)
}

/// Returns the paths of all files of attributes at the root and in the folders down to these.
fn on_the_way(folders: &[&str]) -> BTreeSet<String> {
    let mut paths = BTreeSet::from([FILE.to_owned()]);
    for folder in folders {
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        paths.extend(ends.filter(|end| *end > 0).map(|end| format!("{}/{FILE}", &folder[..end])));
    }
    paths
}

impl Attributes {
    /// Reads the files of the folders above a project.
    fn above(reader: &Reader<'_>) -> Result<Self> {
        let mut one = Self {
            search: Search::default(),
            collection: MetadataCollection::default(),
            texts: BTreeMap::new(),
        };
        // The one macro that git knows by itself.
        one.put("built-in", b"[attr]binary -diff -merge -text");
        for (folder, bytes) in reader.above(FILE)? {
            one.add(&format!("{folder}{FILE}"), bytes);
        }
        Ok(one)
    }

    fn add(&mut self, path: &str, bytes: Vec<u8>) {
        self.put(path, &bytes);
        self.texts.insert(path.to_owned(), bytes);
    }

    fn put(&mut self, path: &str, bytes: &[u8]) {
        let is_top = !path.contains('/');
        let read: Vec<&[u8]> = bytes
            .split(|byte| *byte == b'\n')
            .map(|line| if line.len() < LONGEST_LINE { line } else { &[][..] })
            .collect();
        let (source, root) = (PathBuf::from(format!("/{path}")), PathBuf::from("/"));
        // What is read lies in memory, so nothing can fail; a file without a folder has no patterns.
        let _ = self.search.add_patterns_buffer(
            &read.join(&b'\n'),
            source,
            Some(&root),
            &mut self.collection,
            is_top,
        );
    }

    /// Returns the lines that hide the changes of a path, each with what it sets.
    fn of(&self, path: &str) -> Vec<((String, usize), String)> {
        let mut outcome = Outcome::default();
        outcome.initialize_with_selection(&self.collection, ASKED);
        self.search.pattern_matching_relative_path(
            path.as_bytes().into(),
            Case::Sensitive,
            Some(false),
            &mut outcome,
        );
        let hiding =
            outcome.iter_selected().filter(|one| hides(one.assignment.name.as_str(), one.assignment.state));
        hiding
            .map(|one| {
                let source =
                    one.location.source.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default();
                let at = (source.trim_start_matches('/').to_owned(), one.location.sequence_number);
                (at, one.assignment.to_string())
            })
            .collect()
    }

    /// Tells of a line, at the line.
    fn tell(&self, prefix: &str, file: &str, line: usize, set: &str, path: &str) -> Finding {
        let own = file.strip_prefix(prefix);
        let message = format!("line {line} sets `{set}` for `{path}`, so that its changes can be overlooked");
        let text = self.texts.get(file).map(Vec::as_slice).unwrap_or_default();
        let start: usize =
            text.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
        let end =
            text[start..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| start + length);
        let mut finding = match own {
            Some(own) => finding(own, Place::Span { bytes: start..end, pointer: "".into() }, message),
            // It lies above the project, which has no path for it.
            None => finding(FILE, Place::File, format!("`/{file}`: {message}")),
        };
        let located = own.and_then(|_| std::str::from_utf8(text).ok()).map(|text| crate::finding::Located {
            bytes: start..end,
            line,
            column: 1,
            end_line: line,
            end_column: text[start..end].encode_utf16().count() + 1,
        });
        finding.located = located.as_ref().and_then(crate::finding::Spot::of);
        finding
    }
}

fn finding(path: &str, place: Place, message: String) -> Finding {
    Finding::of_file("changes-are-shown", path, place, message)
        .helped("leave `-text` alone for these folders; it keeps their bytes and hides nothing")
}

/// Says whether an attribute in this state hides changes, or lets git hand out other bytes.
fn hides(name: &str, state: StateRef<'_>) -> bool {
    match (name, state) {
        ("diff", state) => state == StateRef::Unset,
        (_, StateRef::Unset | StateRef::Unspecified) => false,
        ("linguist-generated" | "linguist-vendored" | "gitlab-generated", StateRef::Value(value)) => {
            value.as_bstr() != "false"
        }
        ("filter" | "working-tree-encoding", StateRef::Set) => false,
        _ => true,
    }
}
