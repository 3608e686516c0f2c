//! `evidence`: the printed commands hold by stock tools alone, and fail once anything was tampered with.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::standing::project::{DAY, Project, matrix};
use crate::support::engagement::{AL, ANN, BEA, BOB, ID};

/// Two versions, two rosters, a revocation, a contest and a text that wants to be run.
fn eventful() -> Project {
    let mut one = Project::in_force();
    let mut hostile = matrix("1.1", "2026-11-16");
    hostile["title"] = json!("$(touch PWNED) `touch PWNED`; touch PWNED");
    one.signed.offer_json("1.1", &hostile);
    one.signed.approve(ANN, "1.1");
    one.signed.approve(BOB, "1.1");
    one.signed.contest(BOB, "1.1");
    one.signed.rotate(2, &[(&[BOB, BEA], 1), (&[ANN, AL], 1)], &[BOB, ANN, BEA, AL]);
    one.signed.revoke(BEA, &[BOB], &[]);
    one.repo.write("trust/$(touch PWNED).json", "{}");
    one.record("Much happens");
    one
}

fn evidence(one: &Project, version: &str) -> PathBuf {
    let output = one.repo.countersign(&[
        "evidence",
        &format!("{ID}@{version}"),
        "--as-of",
        DAY,
        "--anchor",
        &one.anchor(),
        "--out",
        "../evidence",
    ]);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    one.repo.path("../evidence")
}

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("README.md")).unwrap()
}

/// Runs the commands as a shell reads them; true when every one succeeds.
fn holds(folder: &Path, page: &str) -> Result<usize, String> {
    let commands: Vec<&str> = page
        .split("```sh\n")
        .skip(1)
        .flat_map(|block| block.split("\n```").next().unwrap().lines())
        .collect();
    for command in &commands {
        let mut run = Command::new("sh");
        run.args(["-ec", command]).current_dir(folder).env_clear();
        let output = run.env("PATH", std::env::var_os("PATH").unwrap()).output().unwrap();
        if !output.status.success() {
            return Err((*command).to_owned());
        }
    }
    Ok(commands.len())
}

#[test]
fn the_printed_commands_hold() {
    let one = eventful();
    let folder = evidence(&one, "1.0");
    let page = page(&folder);
    assert!(
        page.starts_with("The fingerprint to compare with comes from the contract, not from this folder.")
    );
    assert!(holds(&folder, &page).unwrap() > 30);
    assert!(!folder.join("PWNED").exists());
    for path in ["trust/1.json", "trust/2.json", "signoffs/acme-cmmc-l2/1.1/matrix.json", "allowed-signers/2"]
    {
        assert!(folder.join(path).exists(), "{path}");
    }
    assert!(page.contains("Left out: 1 files"), "{page}");
    assert!(!page.contains("PWNED"), "no text of a matrix stands on the page");
}

#[test]
fn tampering_makes_a_printed_command_fail() {
    let one = eventful();
    let folder = evidence(&one, "1.1");
    let page = page(&folder);
    holds(&folder, &page).unwrap();
    let mut files = vec![folder.clone()];
    let mut tampered = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        if path.ends_with("README.md") {
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        let mut other = bytes.clone();
        let middle = other.len() / 2;
        other[middle] ^= 1;
        fs::write(&path, &other).unwrap();
        assert!(holds(&folder, &page).is_err(), "{}", path.display());
        fs::write(&path, bytes).unwrap();
        tampered += 1;
    }
    assert!(tampered > 20);
    fs::write(folder.join("signoffs/acme-cmmc-l2/1.1/more.json"), "{}").unwrap();
    assert!(holds(&folder, &page).unwrap_err().contains("uniq -u"));
}

/// Who rewrites the list of digests too is caught by the digests on the page and by the signatures.
#[test]
fn a_list_that_was_made_anew_saves_nothing() {
    let one = eventful();
    let folder = evidence(&one, "1.0");
    let page = page(&folder);
    for path in ["signoffs/acme-cmmc-l2/1.0/matrix.json", "trust/1.json", "allowed-signers/1"] {
        let bytes = fs::read(folder.join(path)).unwrap();
        let text = String::from_utf8(bytes.clone()).unwrap();
        let other = if path.starts_with("allowed") {
            text.replacen("ssh-ed25519 AAAA", "ssh-ed25519 AAAB", 1)
        } else {
            text.replacen("acme", "acne", 1)
        };
        fs::write(folder.join(path), other).unwrap();
        let list = "cut -c67- MANIFEST.sha256 | xargs sha256sum > new; mv new MANIFEST.sha256";
        assert!(Command::new("sh").args(["-ec", list]).current_dir(&folder).status().unwrap().success());
        let failed = holds(&folder, &page).unwrap_err();
        assert!(!failed.contains("MANIFEST"), "{path}: {failed}");
        fs::write(folder.join(path), bytes).unwrap();
    }
}

#[test]
fn a_version_that_nobody_agreed_to_is_told_apart() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-12-01");
    one.signed.approve(ANN, "1.1");
    one.record("Ann signs");
    let what = format!("{ID}@1.1");
    let output = one.repo.countersign(&["evidence", &what, "--as-of", DAY]);
    assert_eq!(output.code, 5, "{}", output.stderr);
    assert!(output.stdout.contains("acme has still to sign"), "{}", output.stdout);
    assert_eq!(one.repo.countersign(&["evidence", &what, "--as-of", DAY]).code, 2, "never written over");
    assert_eq!(one.repo.countersign(&["evidence", "acme-cmmc-l2@7.0"]).code, 3);
    let wrong = ["evidence", &what, "--anchor", &"0".repeat(64), "--out", "other"];
    assert_eq!(one.repo.countersign(&wrong).code, 4);
}
