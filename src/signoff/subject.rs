//! Which version somebody means, and its bytes as they were committed.

use std::fmt;

use serde::Deserialize;

use super::checkout::Checkout;
use super::draft::{Offer, typed};
use super::place::Origin;
use crate::error::{Error, Result};
use crate::project::{Terms, matrix_files};
use crate::report::words::{every_fault, shell};
use crate::source::Limits;
use crate::trust::canonical::Flaw;
use crate::trust::head::Head;
use crate::trust::name::{MatrixId, Version};
use crate::trust::standing::{Standing, State, VersionStanding};
use crate::trust::statement::folder;
use crate::trust::{Blob, Tree};

/// A matrix as people name it: a file, an id, or `id@version`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The file or id.
    pub matrix: String,
    /// The version, where one was named.
    pub version: Option<Version>,
}

impl std::str::FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text.rsplit_once('@') {
            Some((matrix, version)) => {
                let version = version.parse().map_err(|error| format!("{error}"))?;
                Ok(Self { matrix: matrix.to_owned(), version: Some(version) })
            }
            None => Ok(Self { matrix: text.to_owned(), version: None }),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version {
            Some(version) => write!(f, "{}@{version}", self.matrix),
            None => f.write_str(&self.matrix),
        }
    }
}

/// A version to be signed: its text and where it lies.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The path, relative to the project.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What it says about itself.
    pub head: Head,
    /// The `judged.json` of its offer, if it was offered.
    pub judged: Option<Vec<u8>>,
}

/// A text that somebody means, and where it lies.
#[derive(Clone, Debug)]
pub struct NamedText {
    /// The path, relative to the project.
    pub path: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Finds the text that a name means: the working text, or the text that was offered under its number.
///
/// # Errors
/// Where there is none.
pub fn text(checkout: &Checkout, name: &Name) -> Result<NamedText> {
    let working = working(checkout, name)?;
    let wanted = |text: &Working| name.version.is_none_or(|version| text.version == version.to_string());
    let (path, bytes) = match working.iter().find(|text| wanted(text)) {
        Some(text) => (text.path.clone(), text.bytes.clone()),
        None => offered(checkout, name, working.first())?,
    };
    Ok(NamedText { path, bytes })
}

/// Returns what waits for a signature: the only version that is offered, else the only matrix there is.
///
/// # Errors
/// Where it is not clear what is meant.
pub fn waiting(checkout: &Checkout, standing: &Standing) -> Result<Name> {
    let versions = standing.matrices.values().flat_map(|matrix| matrix.versions.values());
    let offered = versions.filter(|one| matches!(one.state, State::Offered));
    let mut names: Vec<Name> =
        offered.map(|one| Name { matrix: one.id.to_string(), version: Some(one.version) }).collect();
    if names.is_empty() {
        let texts = working_texts(checkout)?;
        let unread = texts.iter().find(|(_, names)| names.is_none()).map(|(text, _)| text.path.clone());
        names = texts
            .into_iter()
            .filter_map(|(_, names)| names)
            .map(|one| Name { matrix: one.id, version: None })
            .collect();
        if let Some(path) = unread.filter(|_| names.is_empty()) {
            return Err(Error::cannot_judge(format!(
                "`{path}` cannot be read as a matrix in the last commit"
            ))
            .because("what is signed is what was committed, not what lies on disk")
            .hint("`countersign check --at HEAD` shows every fault; if it is mended here, `git commit` it"));
        }
    }
    match &names[..] {
        [only] => Ok(only.clone()),
        [] => Err(Error::nothing("there is no matrix in the last commit")
            .hint("`countersign init --framework cmmc-l2 --client NAME --provider NAME` starts one")),
        [first, ..] => {
            let all: Vec<String> = names.iter().map(ToString::to_string).collect();
            Err(Error::usage("more than one text could be meant")
                .because(format!("there are {}", all.join(", ")))
                .hint(format!("name one: `countersign sign {}`", shell(first))))
        }
    }
}

impl Candidate {
    /// Takes a text as the version that its head says it is.
    ///
    /// # Errors
    /// Where it is not as it was offered, or cannot be signed as a matrix at all.
    pub fn of(checkout: &Checkout, text: NamedText, head: std::result::Result<Head, Flaw>) -> Result<Self> {
        let NamedText { path, bytes } = text;
        let head = head.map_err(|flaw| unsignable(&path, &flaw));
        let head = head.or_else(|error| checkout.demand_committed(&[&path]).and(Err(error)))?;
        let folder = folder(&head.id, head.version);
        if let Some(offer) = plain(&checkout.tree, &format!("{folder}/matrix.json"))
            && offer != bytes
        {
            return Err(Error::usage(format!("`{path}` is not the text that was offered as version {}", head.version))
                .because("a text that was offered for signature is never changed")
                .hint(format!("raise `version` if the change is meant; `cp {folder}/matrix.json {}` brings the offered text back", shell(&path))));
        }
        let judged = plain(&checkout.tree, &format!("{folder}/judged.json")).map(<[u8]>::to_vec);
        Ok(Self { path, bytes, head, judged })
    }
}

/// Returns the version that a name means, or that a file that was sent is about; where no number is named, the highest
/// that `is_meant` allows.
///
/// # Errors
/// Where there is none.
pub fn choose<'a>(
    place: &Origin,
    standing: &'a Standing,
    name: Option<&Name>,
    is_meant: &dyn Fn(&VersionStanding) -> bool,
) -> Result<&'a VersionStanding> {
    let (id, version) = match (place, name) {
        (_, Some(name)) => (id(place, name)?, name.version),
        (Origin::Sent(sent), None) => sent.named()?,
        (Origin::Checkout(_), None) => return Err(Error::usage("no matrix is named")),
    };
    let matrix = standing.matrices.get(&id).ok_or_else(|| {
        Error::nothing(format!("no version of `{id}` was ever offered for signature"))
            .hint(format!("`countersign sign {id}` offers one"))
    })?;
    let found = match version {
        Some(version) => matrix.versions.get(&version),
        None => matrix.versions.values().rev().find(|one| is_meant(one)),
    };
    found.ok_or_else(|| {
        let all: Vec<String> =
            matrix.versions.values().map(|one| format!("{} ({})", one.version, one.state.code())).collect();
        Error::nothing(format!("there is no such version of `{id}`"))
            .because(format!("its versions are {}", all.join(", ")))
            .hint(format!("name one: `{id}@VERSION`"))
    })
}

/// Returns the id of a matrix that was named by its id or its file.
fn id(place: &Origin, name: &Name) -> Result<MatrixId> {
    if let Ok(id) = name.matrix.parse() {
        return Ok(id);
    }
    let checkout = place.checkout()?;
    let text = text(checkout, &Name { version: None, ..name.clone() })?;
    let head = Head::parse(&text.bytes);
    Candidate::of(checkout, text, head).map(|candidate| candidate.head.id)
}

struct Working {
    path: String,
    bytes: Vec<u8>,
    id: String,
    version: String,
}

#[derive(Deserialize)]
struct Names {
    id: String,
    version: String,
}

/// Returns the working texts of the last commit, with their names where they can be read.
fn working_texts(checkout: &Checkout) -> Result<Vec<(NamedText, Option<Names>)>> {
    let reader = checkout.world.open()?;
    let files = matrix_files(&Terms::read(&reader)?.config, &reader)?;
    let small = files.into_iter().filter(|file| file.size <= Limits::MATRIX.bytes);
    small
        .map(|file| {
            let bytes = reader.read(&file, Limits::MATRIX.bytes)?;
            let names = serde_json::from_slice(&bytes).ok();
            Ok((NamedText { path: file.path, bytes }, names))
        })
        .collect()
}

/// Returns the working texts that a name means, of the last commit.
fn working(checkout: &Checkout, name: &Name) -> Result<Vec<Working>> {
    let as_path = relative(checkout, &name.matrix);
    let mut found = Vec::new();
    for (NamedText { path, bytes }, names) in working_texts(checkout)? {
        let is_named = as_path.as_deref() == Some(path.as_str());
        match names {
            Some(names) if is_named || names.id == name.matrix => {
                found.push(Working { path, bytes, id: names.id, version: names.version });
            }
            None if is_named => {
                checkout.demand_committed(&[&path])?;
                return Err(Error::usage(format!("`{path}` is not a matrix that can be signed"))
                    .hint(every_fault(&path)));
            }
            _ => {}
        }
    }
    if let [first, second, ..] = &found[..] {
        return Err(Error::usage(format!(
            "`{}` and `{}` are both the matrix `{}`",
            first.path, second.path, first.id
        ))
        .hint("give one of the two another id"));
    }
    Ok(found)
}

fn relative(checkout: &Checkout, name: &str) -> Option<String> {
    let full = std::fs::canonicalize(name).ok()?;
    let root = std::fs::canonicalize(checkout.root()).ok()?;
    Some(full.strip_prefix(root).ok()?.to_str()?.replace('\\', "/"))
}

/// Returns the text of a version that was offered and is no working text any more.
fn offered(checkout: &Checkout, name: &Name, working: Option<&Working>) -> Result<(String, Vec<u8>)> {
    let id = working.map_or(name.matrix.as_str(), |text| text.id.as_str());
    let found = id.parse::<MatrixId>().ok().zip(name.version).and_then(|(id, version)| {
        let path = format!("{}/matrix.json", folder(&id, version));
        Some((path.clone(), plain(&checkout.tree, &path)?.to_vec()))
    });
    found.ok_or_else(|| match (name.version, working) {
        (Some(version), Some(text)) => {
            Error::nothing(format!("there is no version {version} of `{id}` here"))
                .hint(format!("the working text `{}` is version {}", text.path, text.version))
        }
        _ => Error::nothing(format!("there is no matrix `{}` in the last commit", name.matrix))
            .hint("name it by its file or its id; `git add` and `git commit` what is new"),
    })
}

fn unsignable(path: &str, flaw: &Flaw) -> Error {
    let error = Error::usage(format!("`{path}` cannot be signed: {flaw}"));
    match flaw {
        Flaw::CarriageReturn => error.hint(crate::project::LINE_ENDS),
        Flaw::Malformed(why) if why.contains("effectiveFrom") => error.hint(format!(
            "set `effectiveFrom`, the day from which the version is to be in force; `countersign check {}` \
                 shows all that stands before a signature",
            shell(path)
        )),
        _ => error.hint(every_fault(path)),
    }
}

/// Returns the bytes of a plain file of a tree.
pub fn plain<'a>(tree: &'a Tree, path: &str) -> Option<&'a [u8]> {
    tree.get(path).filter(|blob: &&Blob| blob.mode == 0o100_644).map(|blob| &*blob.bytes)
}

/// Returns an offered version with its files, for statements about it.
///
/// # Errors
/// Where one of its files is missing or cannot be read.
pub fn offer(tree: &Tree, version: &VersionStanding) -> Result<Offer> {
    let folder = folder(&version.id, version.version);
    let name = typed(&version.id, version.version);
    let read = |file: &str| {
        plain(tree, &format!("{folder}/{file}")).map(<[u8]>::to_vec).ok_or_else(|| {
            Error::usage(format!("`{folder}/{file}` of {name} is missing"))
                .hint("`git log -- signoffs` shows who removed it; `git checkout REV -- FILE` brings it back")
        })
    };
    let (matrix, judged) = (read("matrix.json")?, read("judged.json")?);
    let head = Head::parse(&matrix).map_err(|flaw| unsignable(&format!("{folder}/matrix.json"), &flaw))?;
    Ok(Offer { head, matrix, judged })
}
