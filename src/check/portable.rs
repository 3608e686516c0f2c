//! Names of files that mean something else on another machine: there another file would be judged, or none.
//!
//! Disks of macOS and Windows fold letters, so `Trust/` and `trust/` are one folder there; Windows writes no `aux.json`.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::finding::{Finding, Place, Severity};
use crate::lookalike;
use crate::policy::{config, config::Config, waiver};
use crate::project::Reader;

const RULE: &str = "names-are-portable";
/// What lies at the root and has a meaning for us or for git.
const OURS: [&str; 9] = [
    "trust",
    "signoffs",
    "matrices",
    "policies",
    "packs",
    "state",
    config::FILE,
    waiver::FILE,
    ".gitattributes",
];
/// Names that Windows keeps for devices, whatever follows a full stop.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Tells of names at the root that other machines take for ours, and of names below that they cannot write.
///
/// # Errors
/// Where the files cannot be listed.
pub(super) fn names(reader: &Reader<'_>, config: &Config) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for name in reader.names()? {
        let folded = fold(&name);
        if let Some(ours) = OURS.iter().find(|ours| **ours == folded && **ours != name) {
            let message =
                format!("`{}` is `{ours}` on machines that fold the names of files", name.escape_debug());
            findings.push(
                Finding::of_file(RULE, &name, Place::File, message)
                    .helped("rename it: on such a machine one of both takes the place of the other"),
            );
        }
    }
    let folders: Vec<&str> = config.folders().chain(["signoffs", "trust", "matrices"]).collect();
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    for file in reader.files(&folders)? {
        if let Some(why) = file.path.split('/').find_map(unwritable) {
            findings.push(finding(&file.path, format!("Windows cannot write this name: {why}")));
        }
        if let Some(other) =
            known.insert(fold(&file.path), file.path.clone()).filter(|other| *other != file.path)
        {
            let message =
                format!("it and `{}` are one file on machines that fold names", other.escape_debug());
            findings.push(finding(&file.path, message));
        }
    }
    Ok(findings)
}

fn finding(path: &str, message: String) -> Finding {
    Finding::of_file(RULE, path, Place::File, message)
        .weighing(Severity::Warning)
        .helped("rename it, so that both parties can have the same files")
}

/// Folds a name as the disks of macOS and Windows do together: letters to lower case, also those that only some alphabets
/// have, accents joined to their letters, and without what HFS+ ignores.
fn fold(name: &str) -> String {
    let ignored = |one: &char| matches!(*one, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let kept: String = lookalike::composed(name).chars().filter(|one| !ignored(one)).collect();
    let folded: String = kept.to_uppercase().to_lowercase();
    folded.trim_end_matches(['.', ' ']).to_owned()
}

/// Says why Windows cannot write a part of a path.
fn unwritable(part: &str) -> Option<String> {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_lowercase();
    let numbered = |word: &str| {
        stem.strip_prefix(word).is_some_and(|rest| {
            let mut letters = rest.chars();
            matches!(
                (letters.next(), letters.next()),
                (Some('0'..='9' | '\u{b9}' | '\u{b2}' | '\u{b3}'), None)
            )
        })
    };
    if DEVICES.contains(&stem.as_str()) || numbered("com") || numbered("lpt") {
        return Some(format!("`{stem}` is a device there"));
    }
    if let Some(letter) = part.chars().find(|one| one.is_control() || "<>:\"\\|?*".contains(*one)) {
        return Some(format!("it holds `{}`", letter.escape_debug()));
    }
    part.ends_with(['.', ' ']).then(|| "it ends in a full stop or a blank".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{fold, unwritable};

    #[test]
    fn names_are_folded_as_other_disks_do() {
        for name in ["Trust", "TRUST", "tru\u{17f}t", "tr\u{200d}ust", "trust.", "trust "] {
            assert_eq!(fold(name), "trust", "{name}");
        }
        assert_eq!(fold("\u{212a}ey"), "key");
        assert_eq!(fold("proce\u{301}dure"), fold("PROC\u{c9}DURE"));
        assert_ne!(fold("trusts"), "trust");
    }

    #[test]
    fn what_windows_cannot_write_is_known() {
        for part in
            ["aux.json", "CON", "com1", "lpt\u{b9}.txt", "a:b", "a\\b", "a.", "a ", "a\tb", "nul .json"]
        {
            assert!(unwritable(part).is_some(), "{part}");
        }
        for part in ["acme.json", "console", "com10", "auxiliary.json", ".gitattributes"] {
            assert_eq!(unwritable(part), None, "{part}");
        }
    }
}
