//! `evidence`: the stock commands hold, and say `FAILED` with its subject once anything was tampered with or forged.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use countersign::trust::name::Digest;
use countersign::trust::sshsig::Namespace;
use countersign::trust::statement::{Decision, Statement};
use serde_json::json;

use crate::standing::project::{DAY, Project, matrix};
use crate::support::engagement::{AL, ANN, BEA, BOB, ID};
use crate::support::keys;

const REASON: &str = "We were told \"it is only a formality\", \\u0022,\"keys\":[ and\nit was not";

/// Two versions, two rosters, a revocation, a contest and a text that wants to be run.
fn eventful() -> Project {
    let mut one = Project::in_force();
    let mut hostile = matrix("1.1", "2026-11-16");
    hostile["title"] = json!("$(touch PWNED) `touch PWNED`; touch PWNED");
    one.signed.offer_json("1.1", &hostile);
    one.signed.approve(ANN, "1.1");
    one.signed.approve(BOB, "1.1");
    one.signed.acknowledge(ANN, "1.1");
    one.signed.contest(BOB, "1.1");
    one.signed.rotate(2, &[(&[BOB, BEA], 1), (&[ANN, AL], 1)], &[BOB, ANN, BEA, AL]);
    one.signed.revoke(BEA, &[BOB], &[]);
    one.repo.write("trust/$(touch PWNED).json", "{}");
    one.record("Much happens");
    one
}

fn evidence(one: &Project, version: &str) -> PathBuf {
    let what = format!("{ID}@{version}");
    let words = ["evidence", &what, "--as-of", DAY, "--anchor", &one.anchor(), "--out", "../evidence"];
    let output = one.repo.countersign(&words);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    one.repo.path("../evidence")
}

/// Runs the published commands over a folder: whether they found nothing wrong, and what they printed.
fn run(folder: &Path, anchor: &str) -> (bool, String) {
    let script = folder.parent().unwrap().join("published.sh");
    fs::write(&script, countersign::evidence::commands()).unwrap();
    let mut command = Command::new("sh");
    command.arg(&script).arg(anchor).arg(folder).env_clear();
    let output = command.env("PATH", tools(folder)).output().unwrap();
    let mut text = String::from_utf8(output.stdout).unwrap();
    text.push_str(&String::from_utf8(output.stderr).unwrap());
    let last = text.lines().last().unwrap_or_default();
    assert!(last.starts_with("VERDICT: "), "{text}");
    assert_eq!(output.status.success(), last == "VERDICT: nothing failed", "{text}");
    assert_eq!(output.status.success(), !text.contains("FAILED"), "{text}");
    (output.status.success(), text)
}

/// A folder of programs with nothing in it but what the page names.
fn tools(folder: &Path) -> PathBuf {
    let tools = folder.parent().unwrap().join("tools");
    if !tools.exists() {
        fs::create_dir(&tools).unwrap();
        for name in ["sh", "sed", "sha256sum", "ssh-keygen"] {
            let path = std::env::split_paths(&std::env::var_os("PATH").unwrap())
                .map(|folder| folder.join(name))
                .find(|path| path.exists())
                .unwrap();
            symlink(path, tools.join(name)).unwrap();
        }
    }
    tools
}

/// Makes the list of digests anew, as whoever tampers would.
fn list_anew(folder: &Path) {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let data = fs::symlink_metadata(&path).unwrap();
            if data.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                paths.push(path);
            }
        }
    }
    let mut list: Vec<String> = paths
        .iter()
        .filter(|path| !path.ends_with("MANIFEST.sha256"))
        .map(|path| {
            let name = path.strip_prefix(folder).unwrap().display();
            format!("{}  {name}\n", Digest::of(&fs::read(path).unwrap()))
        })
        .collect();
    list.sort();
    fs::write(folder.join("MANIFEST.sha256"), list.concat()).unwrap();
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().unwrap();
    assert!(status.success());
}

/// Changes a text file.
fn edit(folder: &Path, path: &str, change: impl FnOnce(String) -> String) {
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

#[test]
fn the_stock_commands_hold() {
    let one = eventful();
    let folder = evidence(&one, "1.0");
    let (holds, said) = run(&folder, &one.anchor());
    assert!(holds, "{said}");
    assert!(said.contains("ok      verify.sh: these commands"), "{said}");
    assert!(said.contains("ok      version 1.0: approved by every party, each with its last word"), "{said}");
    assert!(said.contains("note    version 1.1 is disputed by acme.bob"), "{said}");
    assert!(!folder.join("PWNED").exists());
    for path in ["trust/1.json", "trust/2.json", "signoffs/acme-cmmc-l2/1.1/matrix.json", "FORMAT.md"] {
        assert!(folder.join(path).exists(), "{path}");
    }
    for path in ["reading/1.1/matrix.html", "reading/1.1/who.csv", "reading/status.md"] {
        assert!(folder.join(path).exists(), "{path}");
    }
    let again = Command::new("sh").args(["verify.sh", &one.anchor()]).current_dir(&folder).output().unwrap();
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stdout));
    let list = one.signed.digest("trust/2.json").to_string();
    let grouped: Vec<&str> =
        list.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).unwrap()).collect();
    assert!(run(&folder, &grouped.join(" ")).0, "any list of the chain, in groups too");
    let (holds, said) = run(&folder, &"0".repeat(64));
    assert!(!holds && said.contains("FAILED  THE FINGERPRINT GIVEN IS OF NO LIST HERE"), "{said}");
}

#[test]
fn the_page_answers_who_agreed_to_what_and_who_disputes_it() {
    let one = eventful();
    let folder = evidence(&one, "1.0");
    let page = fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(
        page.starts_with("The fingerprint to compare with comes from the contract, not from this folder.")
    );
    let heading = page.lines().find(|line| line.starts_with("### Version 1.1")).unwrap();
    assert!(heading.contains("from 2026-11-16: approved by "), "{heading}");
    assert!(heading.ends_with("; DISPUTED by acme.bob"), "{heading}");
    let reason = serde_json::to_string(&REASON.replace('\n', " ")).unwrap();
    assert!(page.contains(&format!("the reason given: {reason}\n")), "texts are never cut: {page}");
    assert!(page.contains("### Revoked: the key of acme.bea, on 2026-11-30T10:"), "{page}");
    assert!(page.contains(&format!("    {} of list 2\n    the reason given: \"lost\"\n", BEA.fingerprint())));
    for key in [BOB, ANN, AL, BEA] {
        assert!(page.contains(&key.fingerprint().to_string()), "{page}");
    }
    assert!(!page.contains("PWNED`; touch"), "no text of a matrix stands on the page");
    let status = fs::read_to_string(folder.join("reading/status.md")).unwrap();
    assert!(status.contains("| 1.0 | from 2026-11-15, no longer on 2026-11-16 |"), "{status}");
    assert!(status.contains("disputed 1 times"), "{status}");
}

/// What is done to a folder, by name.
type Tamper = (&'static str, fn(&Path));

const PLACE: &str = "signoffs/acme-cmmc-l2";

/// The eighteen ways of the review, and more of their kinds.
const TAMPERS: &[Tamper] = &[
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
    ("30 a key of another kind of use", |folder| {
        edit(folder, "trust/2.json", |text| text.replacen("\"threshold\":1", "\"threshold\":0", 1));
    }),
];

#[test]
fn tampering_is_seen_with_and_without_a_new_list_of_digests() {
    let one = eventful();
    let folder = evidence(&one, "1.1");
    assert!(run(&folder, &one.anchor()).0);
    let other = folder.parent().unwrap().join("tampered");
    let mut missed = Vec::new();
    for (name, tamper) in TAMPERS {
        for anew in [false, true] {
            copy(&folder, &other);
            tamper(&other);
            if anew {
                list_anew(&other);
            }
            let (holds, said) = run(&other, &one.anchor());
            let subjects = said.lines().filter(|line| line.starts_with("FAILED  ") && line.len() > 12);
            if holds || subjects.count() == 0 {
                missed.push(format!("{name}, list anew: {anew}\n{said}"));
            }
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// One bit in the middle of each file is flipped, and the list of digests made anew where that says something.
#[test]
fn a_flipped_bit_is_seen_in_every_file() {
    let one = eventful();
    let folder = evidence(&one, "1.1");
    let other = folder.parent().unwrap().join("flipped");
    let mut files = vec![folder.clone()];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let name = path.strip_prefix(&folder).unwrap();
        copy(&folder, &other);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(other.join(name), &bytes).unwrap();
        if !name.starts_with("reading") && name != Path::new("MANIFEST.sha256") {
            list_anew(&other);
        }
        assert!(!run(&other, &one.anchor()).0, "{}", name.display());
    }
}

/// Writes a version that the provider alone made up: both statements signed with the provider's key.
fn forge(one: &Project, folder: &Path) {
    let mut forged = one.signed.clone();
    forged.offer_json("4.0", &matrix("4.0", "2026-11-18"));
    let mine = forged.draft(ANN, Decision::Approve, "4.0").finished();
    let mut theirs: Statement = forged.draft(BOB, Decision::Approve, "4.0");
    theirs.after = vec![Digest::of(&mine.to_bytes())];
    let theirs = theirs.finished();
    for statement in [&mine, &theirs] {
        let signature = keys::sign(ANN.key, Namespace::Statement.as_str(), &statement.to_bytes());
        forged.put(statement.path(), statement.to_bytes());
        forged.put(format!("{}.sig", statement.path()), signature);
    }
    for (path, blob) in forged.tree.iter().filter(|(path, _)| path.contains("/4.0/")) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &blob.bytes).unwrap();
    }
    let signers = format!("harbor.ann,acme.bob namespaces=\"*\" {}\n", keys::public(ANN.key));
    fs::create_dir_all(folder.join("allowed-signers")).unwrap();
    fs::write(folder.join("allowed-signers/1"), signers).unwrap();
    edit(folder, "README.md", |page| {
        page.replace(
            "\n### List of signers 1",
            "\n### Version 4.0 from 2026-11-18: approved by acme.bob, harbor.ann\n\n### List of signers 1",
        )
    });
    list_anew(folder);
}

#[test]
fn a_version_that_one_party_made_alone_does_not_pass() {
    let one = Project::in_force();
    let folder = evidence(&one, "1.0");
    assert!(run(&folder, &one.anchor()).0);
    forge(&one, &folder);
    let (holds, said) = run(&folder, &one.anchor());
    assert!(!holds, "{said}");
    assert!(said.contains("not signed by acme.bob of list 1"), "{said}");
    assert!(said.contains("version 4.0 is NOT agreed: approvals are missing of acme"), "{said}");
    fs::remove_dir_all(folder.join("allowed-signers")).unwrap();
    let output = one.repo.countersign(&["verify", "../evidence", "--anchor", &one.anchor()]);
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
}

/// A list of signers that only the provider signed, which would give the provider the client's place.
#[test]
fn a_list_that_one_party_made_alone_does_not_pass() {
    let one = Project::in_force();
    let folder = evidence(&one, "1.0");
    let mut forged = one.signed.clone();
    forged.rotate(2, &[(&[BEA], 1), (&[ANN], 1)], &[ANN, BEA]);
    for (path, blob) in forged.tree.iter().filter(|(path, _)| path.starts_with("trust/2")) {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &blob.bytes).unwrap();
    }
    list_anew(&folder);
    let (holds, said) = run(&folder, &one.anchor());
    assert!(!holds && said.contains("FAILED  trust/2.json: lacks signatures of acme"), "{said}");
}

#[test]
fn the_program_judges_a_folder_and_an_archive() {
    let one = eventful();
    let folder = evidence(&one, "1.1");
    let anchor = one.anchor();
    let verify = |what: &str| one.repo.countersign(&["verify", what, "--anchor", &anchor]);
    let output = verify("../evidence");
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("; DISPUTED\n"), "{}", output.stdout);
    let what = format!("{ID}@1.1");
    let words = ["evidence", &what, "--as-of", DAY, "--anchor", &anchor, "--zip", "--out", "../e.zip"];
    assert_eq!(one.repo.countersign(&words).code, 0);
    let output = verify("../e.zip");
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert_eq!(one.repo.countersign(&["verify", "../e.zip"]).code, 4, "nothing is believed without it");
    assert_eq!(one.repo.countersign(&["verify", "../e.zip", "--anchor", &"0".repeat(64)]).code, 4);
    assert_eq!(verify("matrices/acme.json").code, 4);
    for path in ["reading/1.1/matrix.html", "reading/1.1/who.csv", "reading/status.md", "README.md"] {
        let bytes = fs::read_to_string(folder.join(path)).unwrap();
        edit(&folder, path, |text| text.replacen('a', "e", 1));
        list_anew(&folder);
        let output = verify("../evidence");
        assert_eq!(output.code, 1, "{path}");
        assert!(output.stdout.contains(&format!("FAILED  {path} ")), "{}", output.stdout);
        fs::write(folder.join(path), bytes).unwrap();
    }
    symlink("README.md", folder.join("more.md")).unwrap();
    assert_eq!(verify("../evidence").code, 4);
}

/// What counts for nothing is left out and named, so that junk of one party does not spoil the evidence of a version.
#[test]
fn junk_is_left_out_and_named() {
    let one = eventful();
    one.repo.write("signoffs/acme-cmmc-l2/1.0/acme.bob.0123456789abcdef.json", "{}");
    one.record("Junk");
    let what = format!("{ID}@1.0");
    let words = ["evidence", &what, "--as-of", DAY, "--anchor", &one.anchor(), "--out", "../evidence"];
    let output = one.repo.countersign(&words);
    assert!(output.stdout.contains("left out: 2 files"), "{}", output.stdout);
    let (holds, said) = run(&one.repo.path("../evidence"), &one.anchor());
    assert!(holds, "{said}");
}

#[test]
fn a_version_that_nobody_agreed_to_is_told_apart() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-12-01");
    one.signed.approve(ANN, "1.1");
    one.record("Ann signs");
    let what = format!("{ID}@1.1");
    let output = one.repo.countersign(&["evidence", &what, "--as-of", DAY, "--out", "../evidence"]);
    assert_eq!(output.code, 5, "{}", output.stderr);
    assert!(output.stdout.contains("acme has still to sign"), "{}", output.stdout);
    let (holds, said) = run(&one.repo.path("../evidence"), &one.anchor());
    assert!(holds, "{said}");
    assert!(said.contains("note    version 1.1 is NOT agreed: approvals are missing of acme"), "{said}");
    let again = one.repo.countersign(&["evidence", &what, "--as-of", DAY, "--out", "../evidence"]);
    assert_eq!(again.code, 2, "never written over");
    assert_eq!(one.repo.countersign(&["evidence", &what, "--out", "nowhere/evidence"]).code, 2);
    assert_eq!(one.repo.countersign(&["evidence", "acme-cmmc-l2@7.0"]).code, 3);
    let wrong = ["evidence", &what, "--anchor", &"0".repeat(64), "--out", "other"];
    assert_eq!(one.repo.countersign(&wrong).code, 4);
}
