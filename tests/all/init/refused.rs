//! What `init` refuses, with the way out, and without a trace on disk.

use super::PARTIES;
use crate::support::Folder;

#[track_caller]
fn refused(words: &[&str], says: &[&str]) {
    let folder = Folder::new();
    let output = folder.countersign(&[&["init"], words].concat());
    assert_eq!(output.code, 2, "{}{}", output.stdout, output.stderr);
    for text in says {
        assert!(output.stderr.contains(text), "{text} is not in: {}", output.stderr);
    }
    assert_eq!(folder.root().read_dir().unwrap().count(), 0);
}

#[test]
fn missing_answers_name_their_flags() {
    refused(
        &[],
        &["--framework, --client and --provider must be given", "countersign init --framework cmmc-l2"],
    );
    refused(&["--framework", "soc2", "--client", "Acme"], &["--provider must be given"]);
}

#[test]
fn an_unknown_framework_is_answered_with_those_there_are() {
    let words = [&["--framework", "hitrust"], &PARTIES[..]].concat();
    refused(&words, &["no framework `hitrust`", "cmmc-l2 (CMMC Level 2), hipaa", "packs/<id>/"]);
}

#[test]
fn one_name_is_not_two_parties() {
    let words = ["--framework", "soc2", "--client", "Acme, Inc.", "--provider", "ACME, Inc."];
    refused(&words, &["cannot be told apart"]);
}

#[test]
fn names_and_ids_that_no_matrix_can_hold() {
    let id = [&["--framework", "soc2", "--id", "Acme Matrix"], &PARTIES[..]].concat();
    refused(&id, &["`Acme Matrix` cannot be the id", "such as `acme-matrix`"]);
    let hidden = ["--framework", "soc2", "--client", "Ac\u{202e}me", "--provider", "Harbor"];
    refused(&hidden, &["no matrix can be made of these names"]);
    let empty = ["--framework", "soc2", "--client", " ", "--provider", "Harbor"];
    refused(&empty, &["no matrix can be made of these names"]);
}

#[test]
fn a_file_is_no_folder() {
    let folder = Folder::new();
    folder.write("acme", "");
    let output = folder.countersign(&[&["init", "acme", "--framework", "soc2"], &PARTIES[..]].concat());
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("`acme` is not a folder"), "{}", output.stderr);
}
