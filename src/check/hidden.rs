//! What would keep people from seeing what counts: changes that no diff shows, files that git does not hold.

use crate::error::Result;
use crate::finding::{Finding, Place, Severity};
use crate::project::SignoffState;
use crate::project::{Reader, Snapshot};
use crate::source::Limits;

/// Paths that stand for all that people have to see.
const SHOWN: [&str; 3] = ["matrices/acme.json", "signoffs/acme/1.0/matrix.json", "trust/1.json"];
/// Attributes that hide a change from whoever reviews it, or let git store other bytes than people see.
const HIDING: [&str; 6] =
    ["-diff", "binary", "linguist-generated", "linguist-generated=true", "linguist-vendored", "ident"];
const ALTERING: [&str; 2] = ["filter=", "working-tree-encoding="];

/// Tells which attributes hide changes of matrices and sign-offs.
///
/// # Errors
/// Where the file cannot be read.
pub(super) fn attributes(reader: &Reader<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for folder in ["", "matrices/"] {
        let path = format!("{folder}.gitattributes");
        let Some(file) = reader.file(&path)?.filter(|file| file.is_plain) else { continue };
        let text = String::from_utf8_lossy(&reader.read(&file, Limits::OTHER.bytes)?).into_owned();
        for (at, line) in text.lines().enumerate() {
            let mut words = line.split_whitespace();
            let pattern = words.next().unwrap_or_default();
            let hides =
                |word: &&str| HIDING.contains(word) || ALTERING.iter().any(|one| word.starts_with(one));
            let Some(word) = words.find(hides).filter(|_| is_about_us(pattern, folder)) else { continue };
            let message = format!(
                "line {} sets `{word}`, so that changes of matrices or sign-offs can be overlooked",
                at + 1
            );
            findings.push(
                Finding::of_file("changes-are-shown", &path, Place::File, message)
                    .helped("leave `-text` alone for these folders; it keeps their bytes and hides nothing"),
            );
        }
    }
    Ok(findings)
}

/// Says whether a pattern of attributes takes in a file that people have to see.
fn is_about_us(pattern: &str, folder: &str) -> bool {
    let own = pattern.trim_start_matches('/');
    let Ok(compiled) = glob::Pattern::new(own) else { return true };
    SHOWN.iter().filter_map(|path| path.strip_prefix(folder)).any(|path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        compiled.matches(path) || (!own.contains('/') && compiled.matches(name))
    })
}

/// Tells which files of sign-offs on disk are not those that git holds; what git holds was judged.
///
/// # Errors
/// Where the files cannot be listed.
pub(super) fn unstaged(
    world: &Snapshot,
    reader: &Reader<'_>,
    signoffs: &SignoffState,
) -> Result<Vec<Finding>> {
    if !world.is_on_disk() || world.store()?.is_none() {
        return Ok(Vec::new());
    }
    let files = reader.files(&["trust", "signoffs"])?;
    let differs = files.iter().filter(|file| {
        signoffs.tree.get(&file.path).is_none_or(|blob| file.is_plain && blob.bytes.len() as u64 != file.size)
    });
    Ok(differs
        .map(|file| {
            let message = "git does not hold this file as it is, so it was not looked at";
            Finding::of_file("sign-off-is-staged", &file.path, Place::File, message)
                .weighing(Severity::Note)
                .helped("`git add` it if it is meant, or `git checkout` it if it is not")
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::is_about_us;

    #[test]
    fn patterns_take_in_what_git_would() {
        for pattern in ["*", "*.json", "/matrices/**", "signoffs/**/matrix.json", "trust/*.json"] {
            assert!(is_about_us(pattern, ""), "{pattern}");
        }
        for pattern in ["*.png", "/docs/**", "state/*.json"] {
            assert!(!is_about_us(pattern, ""), "{pattern}");
        }
    }
}
