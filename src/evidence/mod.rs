//! Evidence: a folder by which somebody else can check again who agreed to a matrix, with stock tools alone.
//!
//! What is signed lies in it as it was signed. Everything else is made from that: the page that says what was signed
//! (`signed`), which the commands in `verify.sh` make again and compare, and what is for reading (`reading`), which
//! nobody signed and only [`verify`] can make again. Only ids and digests enter commands.

pub mod archive;
mod reading;
mod signed;
pub mod verify;

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::project::SignoffState;
use crate::trust::canonical;
use crate::trust::name::{Digest, MatrixId, Version};
use crate::trust::roster::{Roll, Roster};
use crate::trust::sshsig;
use crate::trust::standing::{
    MarkState, RevocationState, RevokedKey, RosterState, StatementStanding, Verdict, VersionStanding,
};
use crate::trust::statement::{Statement, folder};

/// The list of all files with their digests.
pub const MANIFEST: &str = "MANIFEST.sha256";
/// The page.
pub const PAGE: &str = "README.md";
/// The commands.
pub const COMMANDS: &str = "verify.sh";
/// The description of the files.
const FORMAT: &str = "FORMAT.md";
const PLAIN: u32 = 0o100_644;

/// The files of the folder, by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// The files, and how many of the project's were left out because they do not count.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The files of the folder.
    pub files: Files,
    /// Files among the sign-offs of this matrix that count for nothing.
    pub left_out: Vec<String>,
}

/// Returns the evidence for a matrix; `version` has to be one that was offered.
///
/// # Errors
/// If the version was never offered, or nobody may sign.
pub fn of(signoffs: &SignoffState, id: &MatrixId, version: Version) -> Result<Evidence> {
    find(signoffs, id, version)?;
    whole(signoffs, id)
}

/// Returns the evidence for all versions of a matrix.
fn whole(signoffs: &SignoffState, id: &MatrixId) -> Result<Evidence> {
    if signoffs.standing.roster().is_none() {
        return Err(Error::cannot_judge(
            "nobody may sign here: there is no complete list of signers, or not the one given",
        )
        .hint("`countersign status` says what is wrong with the lists"));
    }
    let selection = Selection::of(signoffs, id);
    let mut files = selection.files();
    let left_out = signoffs.tree.keys().filter(|path| selection.is_near(path) && !files.contains_key(*path));
    let left_out = left_out.cloned().collect();
    files.insert(PAGE.to_owned(), page(&selection).into_bytes());
    files.insert(FORMAT.to_owned(), FORMAT_TEXT.as_bytes().to_vec());
    files.insert(COMMANDS.to_owned(), commands().into_bytes());
    reading::add(&mut files, &selection);
    let manifest: String =
        files.iter().map(|(path, bytes)| format!("{}  {path}\n", Digest::of(bytes))).collect();
    files.insert(MANIFEST.to_owned(), manifest.into_bytes());
    Ok(Evidence { files, left_out })
}

const PAGE_TEXT: &str = include_str!("page.md");
const FORMAT_TEXT: &str = include_str!("format.md");

/// Returns the commands; they know the digests of the texts that never change.
pub fn commands() -> String {
    include_str!("verify.sh")
        .replace("PAGE_SHA256", &Digest::of(PAGE_TEXT.replace(signed::END, "").as_bytes()).to_string())
        .replace("FORMAT_SHA256", &Digest::of(FORMAT_TEXT.as_bytes()).to_string())
}

fn page(selection: &Selection) -> String {
    PAGE_TEXT.replace(signed::END, &(signed::render(selection) + signed::END))
}

fn find<'a>(signoffs: &'a SignoffState, id: &MatrixId, version: Version) -> Result<&'a VersionStanding> {
    signoffs.standing.version(id, version).ok_or_else(|| {
        let known = signoffs.standing.matrices.get(id).into_iter().flat_map(|matrix| matrix.versions.keys());
        let known: Vec<String> = known.map(ToString::to_string).collect();
        let error = Error::nothing(format!("version {version} of `{id}` was never offered for signature"));
        if known.is_empty() {
            return error.hint("`countersign status` shows what was");
        }
        error.hint(format!("offered were {}", known.join(", ")))
    })
}

/// What counts among the sign-offs of one matrix.
struct Selection<'a> {
    signoffs: &'a SignoffState,
    id: &'a MatrixId,
    /// The complete lists of signers, the first one first.
    rolls: Vec<&'a Roll>,
    /// The revocations that count, by path.
    revocations: Vec<&'a RevokedKey>,
}

impl<'a> Selection<'a> {
    fn of(signoffs: &'a SignoffState, id: &'a MatrixId) -> Self {
        let complete = signoffs.standing.rosters.values().filter(|one| one.state == RosterState::Complete);
        let rolls: Vec<&Roll> = complete.filter_map(|one| one.roll.as_ref()).collect();
        let counts = |one: &&RevokedKey| !matches!(one.state, RevocationState::Refused(_));
        let mut revocations: Vec<_> = signoffs.standing.revocations.iter().filter(counts).collect();
        revocations.sort_by(|a, b| a.path.cmp(&b.path));
        Self { signoffs, id, rolls, revocations }
    }

    fn engagement(&self) -> String {
        self.signoffs.standing.engagement.map(|one| one.to_string()).unwrap_or_default()
    }

    fn versions(&self) -> impl Iterator<Item = &'a VersionStanding> {
        self.signoffs.standing.matrices.get(self.id).into_iter().flat_map(|one| one.versions.values())
    }

    /// Returns the digest of a plain file.
    fn digest(&self, path: &str) -> Option<Digest> {
        self.signoffs.tree.get(path).filter(|blob| blob.mode == PLAIN).map(|blob| Digest::of(&blob.bytes))
    }

    /// Says whether a file lies where this matrix's sign-offs lie.
    fn is_near(&self, path: &str) -> bool {
        path.starts_with("trust/") || path.starts_with(&format!("signoffs/{}/", self.id))
    }

    /// Returns every file that is signed or is a signature, and the marks that hold.
    fn files(&self) -> Files {
        let mut paths = Vec::new();
        for roll in &self.rolls {
            let number = roll.roster.number;
            paths.push(roll.roster.path());
            let signed = self.signoffs.standing.rosters.get(&number).map(|one| one.signed.as_slice());
            let signed = signed.unwrap_or_default().iter();
            paths.extend(
                signed.map(|(party, signer, key)| Roster::signature_path(number, party, signer, key)),
            );
        }
        self.revocations.iter().for_each(|one| self.revocation(&mut paths, one));
        for version in self.versions() {
            let place = folder(&version.id, version.version);
            paths.extend(["matrix.json", "judged.json"].map(|name| format!("{place}/{name}")));
            if version.mark == MarkState::Holds {
                paths.push(format!("{place}/effective.json"));
            }
            let statements = signed(version);
            paths.extend(statements.flat_map(|(one, _)| [one.path.clone(), format!("{}.sig", one.path)]));
        }
        let plain = |path: String| {
            let blob = self.signoffs.tree.get(&path).filter(|blob| blob.mode == PLAIN)?;
            Some((path, blob.bytes.to_vec()))
        };
        paths.into_iter().filter_map(plain).collect()
    }

    /// Adds a revocation with those of its signatures that hold.
    fn revocation(&self, paths: &mut Vec<String>, one: &RevokedKey) {
        paths.push(one.path.clone());
        let number = one.revocation.roster.number;
        let Some(roll) = self.rolls.iter().find(|roll| roll.roster.number == number) else { return };
        let Some(file) = self.signoffs.tree.get(&one.path) else { return };
        let further = format!("{}/", one.path.trim_end_matches(".json"));
        let own = format!("{}.sig", one.path);
        for (path, blob) in &self.signoffs.tree {
            if *path != own && !path.starts_with(&further) {
                continue;
            }
            let key = sshsig::claimed_key(&blob.bytes).ok();
            let own = |listed: &&crate::trust::roster::Enrolled| {
                Some(&listed.key) == key.as_ref() && listed.party == one.revocation.party
            };
            let purpose = sshsig::Namespace::Revocation;
            let holds = |listed: &crate::trust::roster::Enrolled| {
                sshsig::verify(&blob.bytes, &listed.key, purpose, &file.bytes, roll.touch()).is_ok()
            };
            if roll.keys.iter().find(own).is_some_and(holds) {
                paths.push(path.clone());
            }
        }
    }
}

/// Returns the statements of a version that are in order by themselves, by path.
fn signed(version: &VersionStanding) -> impl Iterator<Item = (&StatementStanding, &Statement)> {
    let mut all: Vec<_> = version
        .statements
        .iter()
        .filter(|one| matches!(one.verdict, Verdict::Accepted | Verdict::Void(_)))
        .filter_map(|one| Some((one, one.statement.as_ref()?)))
        .collect();
    all.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    all.into_iter()
}

/// Returns a text as the signed files spell it: a JSON string on one line.
fn canonical_text(text: &str) -> String {
    let bytes = canonical::write(&text);
    String::from_utf8_lossy(bytes.trim_ascii_end()).into_owned()
}
