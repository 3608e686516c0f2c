//! `countersign init`: what an engagement starts with, and what is left alone or refused.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

mod acts;
mod own_pack;
mod refused;
mod spelling;
mod start;
mod variant;
mod workflow;

use crate::support::Folder;
use serde_json::Value;

/// The parties of every test.
const PARTIES: [&str; 4] = ["--client", "Acme Defense, Inc.", "--provider", "Harbor MSP, LLC"];

/// Starts an engagement in a new folder and returns the folder and the matrix's path.
#[track_caller]
fn started(frameworks: &[&str]) -> (Folder, String) {
    let folder = Folder::new();
    let path = start_in(&folder, frameworks);
    (folder, path)
}

/// Starts an engagement in a folder and returns the matrix's path.
#[track_caller]
fn start_in(folder: &Folder, frameworks: &[&str]) -> String {
    let output = folder.countersign(&words(frameworks));
    assert_eq!(output.code, 0, "{}", output.stderr);
    let wrote = output.stdout.lines().find(|line| line.contains("wrote  matrices/")).unwrap();
    wrote.split_whitespace().nth(1).unwrap().to_owned()
}

fn words<'a>(frameworks: &[&'a str]) -> Vec<&'a str> {
    let mut words = vec!["init"];
    for framework in frameworks {
        words.extend(["--framework", framework]);
    }
    words.extend(PARTIES);
    words
}

/// Returns what `check` says, with its exit code.
fn checked(folder: &Folder, more: &[&str]) -> (i32, Value) {
    let output = folder.countersign(&[&["check", "--format", "json"], more].concat());
    let report =
        serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}: {}", output.stderr));
    (output.code, report)
}

fn matrix(folder: &Folder, path: &str) -> Value {
    serde_json::from_str(&folder.read(path)).unwrap()
}
