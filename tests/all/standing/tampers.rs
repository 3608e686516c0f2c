//! What whoever hands over a folder of evidence may do to it: the ways of a review, and more of their kinds.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use crate::support::keys;

/// What is done to a folder, by name.
pub(super) type Tamper = (&'static str, fn(&Path));

const PLACE: &str = "signoffs/acme-cmmc-l2";

/// The eighteen ways of the review, and more of their kinds.
pub(super) const TAMPERS: &[Tamper] = &[
    ("01 a matrix's text", |folder| {
        edit(folder, &format!("{PLACE}/1.1/matrix.json"), |text| text.replacen("acme", "acne", 1));
    }),
    ("02 a contest is removed", |folder| {
        remove(folder, &find(folder, &format!("{PLACE}/1.1"), "acme.bob", "\"contest\""));
    }),
    ("03 a version is removed", |folder| fs::remove_dir_all(folder.join(PLACE).join("1.1")).unwrap()),
    ("04 a revocation is removed", |folder| {
        fs::remove_dir_all(folder.join("trust/revocations")).unwrap();
    }),
    ("05 a statement's text", |folder| {
        let path = find(folder, &format!("{PLACE}/1.0"), "acme.bob", "approve");
        edit(folder, &path, |text| text.replace("approves version", "rejects version"));
    }),
    ("06 signatures are exchanged", |folder| {
        let place = format!("{PLACE}/1.0");
        let (a, b) = (find(folder, &place, "acme.bob", ""), find(folder, &place, "harbor.ann", ""));
        let (a, b) = (folder.join(format!("{a}.sig")), folder.join(format!("{b}.sig")));
        let bytes = fs::read(&a).unwrap();
        fs::copy(&b, &a).unwrap();
        fs::write(&b, bytes).unwrap();
    }),
    ("07 a key is added to a list", |folder| {
        let key = keys::public("mallory");
        edit(folder, "trust/1.json", |text| text.replacen("\"keys\":[", &format!("\"keys\":[\"{key}\","), 1));
    }),
    ("08 allowed signers of one's own", |folder| {
        fs::create_dir(folder.join("allowed-signers")).unwrap();
        fs::write(folder.join("allowed-signers/1"), "harbor.ann,acme.bob ssh-ed25519 AAAA\n").unwrap();
    }),
    ("09 a principal with a wildcard in a list", |folder| {
        edit(folder, "trust/1.json", |text| text.replacen("\"id\":\"bob\"", "\"id\":\"b*\"", 1));
    }),
    ("10 an extra file", |folder| {
        fs::write(folder.join(PLACE).join("1.1/more.json"), "{}").unwrap();
    }),
    ("11 the mark", |folder| {
        edit(folder, &format!("{PLACE}/1.0/effective.json"), |text| text.replace("2026-11-15", "2026-10-15"));
    }),
    ("11b the mark's statements", |folder| {
        edit(folder, &format!("{PLACE}/1.0/effective.json"), |text| {
            let at = text.find("\"statements\":[\"").unwrap() + "\"statements\":[\"".len();
            format!("{}{}{}", &text[..at], "0".repeat(64), &text[at + 64..])
        });
    }),
    ("12 what the checker said", |folder| {
        edit(folder, &format!("{PLACE}/1.0/judged.json"), |text| text.replacen("2026", "2025", 1));
    }),
    ("13 a heading's day", |folder| {
        edit(folder, "README.md", |text| text.replace("from 2026-11-16", "from 2026-11-06"));
    }),
    ("13b a heading's signers", |folder| {
        edit(folder, "README.md", |text| text.replace("; DISPUTED by acme.bob", ""));
    }),
    ("13c a sentence of the page", |folder| {
        edit(folder, "README.md", |text| text.replace("Freshness", "Nothing: freshness"));
    }),
    ("13d a sentence more after the page", |folder| {
        edit(folder, "README.md", |text| text + "\nVersion 4.0 was agreed by all.\n");
    }),
    ("13e a second part of what was signed", |folder| {
        edit(folder, "README.md", |text| {
            text + "\n## What was signed\n\nVersion 4.0.\n\n## How to check this\n"
        });
    }),
    ("14 an old approval under a new name", |folder| {
        let path = find(folder, &format!("{PLACE}/1.0"), "acme.bob", "approve");
        let place = format!("{PLACE}/1.1/acme.bob.0123456789abcdef.json");
        fs::copy(folder.join(&path), folder.join(&place)).unwrap();
        fs::copy(folder.join(format!("{path}.sig")), folder.join(format!("{place}.sig"))).unwrap();
    }),
    ("15 a link to another text", |folder| {
        let path = folder.join(PLACE).join("1.0/matrix.json");
        fs::remove_file(&path).unwrap();
        symlink("../1.1/matrix.json", &path).unwrap();
    }),
    ("15b a link to a folder", |folder| symlink("../..", folder.join("trust/3")).unwrap()),
    ("16 other line ends", |folder| {
        edit(folder, &format!("{PLACE}/1.0/matrix.json"), |text| text.replace('\n', "\r\n"));
    }),
    ("17 a hidden file", |folder| fs::write(folder.join("trust/.hidden"), "x").unwrap()),
    ("17b a hidden folder", |folder| {
        fs::create_dir(folder.join("..x")).unwrap();
        fs::write(folder.join("..x/y"), "x").unwrap();
    }),
    ("18 a name with a newline", |folder| {
        fs::write(folder.join("trust/x\nok      everything.json"), "x").unwrap();
    }),
    ("19 a name with a blank and an option", |folder| {
        fs::write(folder.join("-f x"), "x").unwrap();
    }),
    ("20 two statements in one file", |folder| {
        let path = find(folder, &format!("{PLACE}/1.0"), "acme.bob", "approve");
        edit(folder, &path, |text| text.repeat(2));
    }),
    ("21 a statement without its signature", |folder| {
        let path = find(folder, &format!("{PLACE}/1.0"), "acme.bob", "approve");
        fs::remove_file(folder.join(format!("{path}.sig"))).unwrap();
    }),
    ("22 other commands", |folder| fs::write(folder.join("verify.sh"), "echo ok\n").unwrap()),
    ("23 another description", |folder| {
        edit(folder, "FORMAT.md", |text| text.replace("highest", "lowest"));
    }),
    ("24 a list is removed", |folder| fs::remove_file(folder.join("trust/1.json")).unwrap()),
    ("25 a signature of a list is removed", |folder| {
        let place = folder.join("trust/2");
        let first = fs::read_dir(&place).unwrap().next().unwrap().unwrap().path();
        fs::remove_file(first).unwrap();
    }),
    ("26 a statement that a later one lists is removed", |folder| {
        remove(folder, &find(folder, &format!("{PLACE}/1.0"), "harbor.ann", "approve"));
        edit(folder, "README.md", |text| text.replacen("harbor.ann", "nobody", 1));
    }),
    ("27 a version in a folder that is none", |folder| {
        copy(&folder.join(PLACE).join("1.1"), &folder.join(PLACE).join("01.1"));
    }),
    ("28 another matrix beside", |folder| {
        copy(&folder.join(PLACE), &folder.join("signoffs/other"));
    }),
    ("29 a list beyond a gap", |folder| {
        fs::copy(folder.join("trust/2.json"), folder.join("trust/4.json")).unwrap();
    }),
    ("31 a zero byte in what was signed", |folder| {
        edit(folder, "README.md", |text| text.replacen("### Version 1.0", "### Version\0 1.0", 1));
    }),
    ("33 a page for a version that is not here", |folder| {
        copy(&folder.join("reading/1.1"), &folder.join("reading/4.0"));
    }),
    ("30 a key of another kind of use", |folder| {
        edit(folder, "trust/2.json", |text| text.replacen("\"threshold\":1", "\"threshold\":0", 1));
    }),
];

pub(super) fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

/// Changes a text file.
pub(super) fn edit(folder: &Path, path: &str, change: impl FnOnce(String) -> String) {
    let before = fs::read_to_string(folder.join(path)).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after, "{path}");
    fs::write(folder.join(path), after).unwrap();
}

/// Returns the files of a version whose name and text hold these.
fn find(folder: &Path, place: &str, name: &str, text: &str) -> String {
    let mut found: Vec<String> = fs::read_dir(folder.join(place))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|file| file.contains(name) && file.ends_with(".json"))
        .filter(|file| fs::read_to_string(folder.join(place).join(file)).unwrap().contains(text))
        .map(|file| format!("{place}/{file}"))
        .collect();
    found.sort();
    found.remove(0)
}

fn remove(folder: &Path, path: &str) {
    fs::remove_file(folder.join(path)).unwrap();
    fs::remove_file(folder.join(format!("{path}.sig"))).unwrap();
}
