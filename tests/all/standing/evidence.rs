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
use crate::standing::tampers::{TAMPERS, copy, edit};
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
    one.signed.say(BOB, Decision::Contest, "1.1", |one| {
        one.of = Some(one.matrix.sha256);
        one.reason = Some(REASON.replace('\n', " "));
    });
    let mut roster = one.signed.roster(2, &[(&[BOB, BEA], 1), (&[ANN, AL], 1)]);
    roster.parties[0].signers[0].name = "B\"o\\b\",\"keys\":[\"ssh-ed25519 AAAA\"],\"x\":\"".into();
    roster.parties[1].signers[1].name = "\\u0022,\"threshold\":0}]} | `touch PWNED` <script>".into();
    roster.parties[1].signers[1].role = "{\"id\":\"eve\",\"keys\":[\"ssh-ed25519 AAAA\"],\\".into();
    one.signed.put_roster(&roster);
    one.signed.sign_roster(2, &[BOB, ANN, BEA, AL]);
    one.signed.revoke(BEA, &[BOB], &[]);
    one.repo.write("trust/$(touch PWNED).json", "{}");
    one.record("Much happens");
    one
}

pub(super) fn evidence(one: &Project, version: &str) -> PathBuf {
    let what = format!("{ID}@{version}");
    let words = ["evidence", &what, "--as-of", DAY, "--anchor", &one.anchor(), "--out", "../evidence"];
    let output = one.repo.countersign(&words);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    one.repo.path("../evidence")
}

/// Runs the published commands over a folder: whether they found nothing wrong, and what they printed.
pub(super) fn run(folder: &Path, anchor: &str) -> (bool, String) {
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
pub(super) fn list_anew(folder: &Path) {
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

/// A last word under a later list counts, and so does one that a later list did not find.
#[test]
fn the_stock_commands_know_last_words_beside_a_new_list() {
    let same: &[(&[_], u32)] = &[(&[BOB], 1), (&[ANN], 1)];
    for is_late in [false, true] {
        let mut one = Project::in_force();
        one.signed.offer_json("1.1", &matrix("1.1", "2026-11-16"));
        one.signed.approve(ANN, "1.1");
        one.signed.approve(BOB, "1.1");
        let next = one.signed.roster(2, same);
        one.signed.put_roster(&next);
        one.signed.sign_roster(2, if is_late { &[ANN] } else { &[ANN, BOB] });
        one.signed.acknowledge(ANN, "1.1");
        one.signed.sign_roster(2, &[BOB]);
        one.record("A new list, and a last word");
        let (holds, said) = run(&evidence(&one, "1.1"), &one.anchor());
        assert!(holds, "{said}");
        let line = "ok      version 1.1: approved by every party, each with its last word";
        assert!(said.contains(line), "late {is_late}: {said}");
    }
}

/// What a new list does not find is no approval, and a key that it drops gives no last word that stock tools can tell.
#[test]
fn the_stock_commands_claim_no_last_word_of_a_key_that_left() {
    let mut one = Project::in_force();
    one.signed.offer_json("1.1", &matrix("1.1", "2026-11-16"));
    one.signed.approve(ANN, "1.1");
    one.signed.approve(BOB, "1.1");
    let next = one.signed.roster(2, &[(&[BOB], 1), (&[AL], 1)]);
    one.signed.put_roster(&next);
    one.signed.sign_roster(2, &[ANN, AL]);
    one.signed.acknowledge(ANN, "1.1");
    one.signed.sign_roster(2, &[BOB]);
    one.record("The signer of the last word left");
    let what = format!("{ID}@1.1");
    let words = ["evidence", &what, "--as-of", DAY, "--anchor", &one.anchor(), "--out", "../evidence"];
    assert_eq!(one.repo.countersign(&words).code, 5);
    let (holds, said) = run(&one.repo.path("../evidence"), &one.anchor());
    assert!(holds, "{said}");
    assert!(
        said.contains("note    version 1.1: all parties have approved; the last word is missing"),
        "{said}"
    );
    assert!(said.contains(" of harbor"), "{said}");
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

#[test]
fn a_file_that_is_listed_twice_is_seen() {
    let one = Project::in_force();
    let folder = evidence(&one, "1.0");
    edit(&folder, "MANIFEST.sha256", |text| format!("{text}{}  README.md\n", "0".repeat(64)));
    let (holds, said) = run(&folder, &one.anchor());
    assert!(!holds && said.contains("lists something twice"), "{said}");
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

/// Ann's key signed 1.0 and was revoked later: what rests on it alone is told as in question, never as agreed.
#[test]
fn a_version_that_rests_on_a_revoked_key_is_in_question() {
    let mut one = Project::in_force();
    one.signed.revoke(ANN, &[ANN], &[]);
    one.record("Ann's key is stolen");
    let what = format!("{ID}@1.0");
    let words = ["evidence", &what, "--as-of", DAY, "--anchor", &one.anchor(), "--out", "../evidence"];
    one.repo.countersign(&words);
    let (holds, said) = run(&one.repo.path("../evidence"), &one.anchor());
    assert!(holds && said.contains("note    version 1.0 is IN QUESTION: the key of harbor.ann"), "{said}");
    assert!(!said.contains("approved by every party"), "{said}");
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
