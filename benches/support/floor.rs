//! The floor under everything that judges sign-offs: reading, hashing, parsing, validating and verifying alone.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;

use countersign::schema::{self, Kind};
use countersign::source::{Limits, load};
use countersign::trust::name::Digest;
use countersign::trust::roster::Roll;
use countersign::trust::sshsig::{Namespace, Touch, verify};
use countersign::trust::statement::Statement;

/// The word that makes a bench the peer that only does what cannot be left out.
pub(crate) const FLOOR: &str = "read-and-verify";

/// Reads every blob of the sign-offs at HEAD, hashes it, reads it strictly, validates it, and verifies every signature.
///
/// Of matrices only those with these ids count; all without.
pub(crate) fn run(folder: &Path, ids: &[&str]) -> Result<(), String> {
    let files = blobs(folder, ids).map_err(|error| error.to_string())?;
    for bytes in files.values() {
        black_box(Digest::of(bytes));
    }
    let roll = Roll::parse(&files["trust/1.json"]).map_err(|reason| reason.code().to_owned())?;
    let mut verified = 0;
    for (path, bytes) in &files {
        let Some(kind) = kind(path) else { continue };
        let document =
            load(path, bytes.clone(), Limits::MATRIX).map_err(|_| format!("{path} cannot be read"))?;
        if !schema::validate(kind, &document.value).is_empty() {
            return Err(format!("{path} does not keep to its schema"));
        }
        let Some(signature) = files.get(&format!("{path}.sig")) else { continue };
        let said = Statement::parse(bytes).map_err(|flaw| format!("{path}: {flaw:?}"))?;
        let key = roll.key(&said.party, &said.signer, &said.key).ok_or("an unknown key")?;
        verify(signature, key, Namespace::Statement, bytes, Touch::Plain)
            .map_err(|flaw| format!("{path}: {flaw:?}"))?;
        verified += 1;
    }
    println!("{} files, {verified} signatures", files.len());
    Ok(())
}

fn blobs(folder: &Path, ids: &[&str]) -> Result<BTreeMap<String, Vec<u8>>, git2::Error> {
    let repository = git2::Repository::open(folder)?;
    let mut files = BTreeMap::new();
    repository.head()?.peel_to_tree()?.walk(git2::TreeWalkMode::PreOrder, |root, entry| {
        let path = format!("{root}{}", entry.name().unwrap_or_default());
        let is_ours = path.starts_with("trust/")
            || path.strip_prefix("signoffs/").is_some_and(|path| {
                ids.is_empty() || path.split('/').next().is_some_and(|id| ids.contains(&id))
            });
        let blob = || entry.to_object(&repository).and_then(|object| object.peel_to_blob()).ok();
        if let Some(blob) = is_ours.then(blob).flatten() {
            files.insert(path, blob.content().to_vec());
        }
        git2::TreeWalkResult::Ok
    })?;
    Ok(files)
}

fn kind(path: &str) -> Option<Kind> {
    let name = path.rsplit('/').next()?;
    match name {
        "matrix.json" => Some(Kind::Matrix),
        "judged.json" => Some(Kind::Judged),
        _ if path.starts_with("trust/") && name.ends_with(".json") => Some(Kind::Roster),
        _ if name.ends_with(".json") => Some(Kind::Statement),
        _ => None,
    }
}
