//! The files of a tree, each put where its path says it belongs. What belongs nowhere is set aside, never skipped.

use std::collections::BTreeMap;
use std::fmt;

use super::name::{MatrixId, PartyId, Short, SignerId, Version, plain_number};
use super::reason::Reason;
use super::{Blob, Tree};

/// The most entries of one folder.
pub const MOST_ENTRIES: usize = 4096;
const PLAIN: u32 = 0o100_644;

/// A file with its path.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) path: &'a str,
    pub(super) bytes: &'a [u8],
}

/// Whose a file is, as its name says: `<party>.<signer>.<16 hex>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Label {
    pub(super) party: PartyId,
    pub(super) signer: SignerId,
    pub(super) short: Short,
}

/// A file and the signature beside it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signed<'a> {
    pub(super) file: Option<Entry<'a>>,
    pub(super) signature: Option<Entry<'a>>,
}

/// The files of one version.
#[derive(Debug, Default)]
pub(super) struct Folder<'a> {
    pub(super) matrix: Option<Entry<'a>>,
    pub(super) judged: Option<Entry<'a>>,
    pub(super) mark: Option<Entry<'a>>,
    pub(super) statements: BTreeMap<Label, Signed<'a>>,
}

/// A revocation with all its signatures.
#[derive(Debug, Default)]
pub(super) struct RevocationFiles<'a> {
    pub(super) signed: Signed<'a>,
    pub(super) further: Vec<(Label, Entry<'a>)>,
}

/// Every file of a tree in its place.
#[derive(Debug, Default)]
pub(super) struct Layout<'a> {
    pub(super) rosters: BTreeMap<u32, Entry<'a>>,
    pub(super) roster_signatures: BTreeMap<u32, Vec<(Label, Entry<'a>)>>,
    pub(super) revocations: BTreeMap<Label, RevocationFiles<'a>>,
    pub(super) folders: BTreeMap<(MatrixId, Version), Folder<'a>>,
    pub(super) junk: Vec<(&'a str, Reason)>,
}

impl<'a> Layout<'a> {
    /// Sorts a tree; too many files in one folder are more than we look at.
    pub(super) fn of(tree: &'a Tree) -> Result<Self, TooMany> {
        bound_folders(tree)?;
        let mut layout = Self::default();
        for (path, blob) in tree.iter().filter(|(path, _)| is_ours(path)) {
            if let Err(reason) = layout.put(path, blob) {
                layout.junk.push((path, reason));
            }
        }
        layout.set_lone_signatures_aside();
        Ok(layout)
    }

    fn put(&mut self, path: &'a str, blob: &'a Blob) -> Result<(), Reason> {
        let slot = Slot::parse(path).ok_or(Reason::UnknownPath)?;
        if blob.mode != PLAIN {
            return Err(Reason::Mode);
        }
        let entry = Entry { path, bytes: &blob.bytes };
        match slot {
            Slot::Roster(number) => drop(self.rosters.insert(number, entry)),
            Slot::RosterSignature(number, label) => {
                self.roster_signatures.entry(number).or_default().push((label, entry));
            }
            Slot::Revocation(label, part) => {
                self.revocations.entry(label).or_default().signed.put(entry, part);
            }
            Slot::FurtherSignature(owner, label) => {
                self.revocations.entry(owner).or_default().further.push((label, entry));
            }
            Slot::Version(id, version, file) => {
                self.folders.entry((id, version)).or_default().put(entry, file);
            }
        }
        Ok(())
    }

    /// A signature whose file is missing says nothing.
    fn set_lone_signatures_aside(&mut self) {
        let junk = &mut self.junk;
        let mut aside = |entry: &Entry<'a>| junk.push((entry.path, Reason::LoneSignature));
        for folder in self.folders.values_mut() {
            folder.statements.retain(|_, signed| {
                signed.signature.iter().filter(|_| signed.file.is_none()).for_each(&mut aside);
                signed.file.is_some()
            });
        }
        self.revocations.retain(|_, files| {
            let lone = files.signed.file.is_none();
            let further = files.further.iter().map(|(_, entry)| entry);
            files.signed.signature.iter().chain(further).filter(|_| lone).for_each(&mut aside);
            !lone
        });
        self.roster_signatures.retain(|number, entries| {
            let lone = !self.rosters.contains_key(number);
            entries.iter().map(|(_, entry)| entry).filter(|_| lone).for_each(&mut aside);
            !lone
        });
        self.folders.retain(|_, folder| !folder.is_empty());
    }
}

/// Which of two files: the one that is signed, or its signature.
#[derive(Clone, Copy)]
enum Part {
    File,
    Signature,
}

enum VersionFile {
    Matrix,
    Judged,
    Mark,
    Statement(Label, Part),
}

enum Slot {
    Roster(u32),
    RosterSignature(u32, Label),
    Revocation(Label, Part),
    FurtherSignature(Label, Label),
    Version(MatrixId, Version, VersionFile),
}

impl Slot {
    fn parse(path: &str) -> Option<Self> {
        let parts: Vec<&str> = path.split('/').collect();
        Some(match *parts {
            ["trust", "revocations", name] => {
                let (label, part) = json_or_signature(name)?;
                Self::Revocation(label, part)
            }
            ["trust", "revocations", owner, name] => {
                Self::FurtherSignature(Label::parse(owner)?, Label::parse(name.strip_suffix(".sig")?)?)
            }
            ["trust", name] => Self::Roster(roster_number(name.strip_suffix(".json")?)?),
            ["trust", folder, name] => {
                Self::RosterSignature(roster_number(folder)?, Label::parse(name.strip_suffix(".sig")?)?)
            }
            ["signoffs", id, version, name] => {
                Self::Version(id.parse().ok()?, version.parse().ok()?, VersionFile::parse(name)?)
            }
            _ => return None,
        })
    }
}

impl VersionFile {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "matrix.json" => Self::Matrix,
            "judged.json" => Self::Judged,
            "effective.json" => Self::Mark,
            _ => {
                let (label, part) = json_or_signature(name)?;
                Self::Statement(label, part)
            }
        })
    }
}

impl<'a> Folder<'a> {
    fn put(&mut self, entry: Entry<'a>, file: VersionFile) {
        match file {
            VersionFile::Matrix => self.matrix = Some(entry),
            VersionFile::Judged => self.judged = Some(entry),
            VersionFile::Mark => self.mark = Some(entry),
            VersionFile::Statement(label, part) => self.statements.entry(label).or_default().put(entry, part),
        }
    }

    fn is_empty(&self) -> bool {
        self.matrix.is_none() && self.judged.is_none() && self.mark.is_none() && self.statements.is_empty()
    }
}

impl<'a> Signed<'a> {
    fn put(&mut self, entry: Entry<'a>, part: Part) {
        match part {
            Part::File => self.file = Some(entry),
            Part::Signature => self.signature = Some(entry),
        }
    }
}

impl Label {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (party, signer, short) = (parts.next()?, parts.next()?, parts.next()?);
        let label =
            Self { party: party.parse().ok()?, signer: signer.parse().ok()?, short: short.parse().ok()? };
        parts.next().is_none().then_some(label)
    }
}

fn json_or_signature(name: &str) -> Option<(Label, Part)> {
    match name.strip_suffix(".json.sig") {
        Some(stem) => Some((Label::parse(stem)?, Part::Signature)),
        None => Some((Label::parse(name.strip_suffix(".json")?)?, Part::File)),
    }
}

fn roster_number(text: &str) -> Option<u32> {
    plain_number(text).filter(|number| *number > 0)
}

/// Says whether a path lies where sign-offs lie, also on a disk that folds case.
fn is_ours(path: &str) -> bool {
    let top = path.split('/').next().unwrap_or_default();
    ["trust", "signoffs"].iter().any(|ours| top.eq_ignore_ascii_case(ours))
}

/// One folder holds more files than we look at, so nothing was judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooMany {
    /// The folder.
    pub folder: String,
    /// How many files it holds.
    pub count: usize,
}

impl fmt::Display for TooMany {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` holds {} files, more than {MOST_ENTRIES}", self.folder.escape_debug(), self.count)
    }
}

impl std::error::Error for TooMany {}

fn bound_folders(tree: &Tree) -> Result<(), TooMany> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for path in tree.keys().filter(|path| is_ours(path)) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        *counts.entry(folder).or_default() += 1;
    }
    match counts.into_iter().find(|(_, count)| *count > MOST_ENTRIES) {
        Some((folder, count)) => Err(TooMany { folder: folder.to_owned(), count }),
        None => Ok(()),
    }
}
