//! `check --fix-ids`: ids as their catalogue writes them, and nothing else changed.

use super::{checked, start_in};
use crate::support::Repo;

#[test]
fn ids_are_respelled_in_place_and_doubtful_ones_are_asked_about() {
    let repo = Repo::new();
    let path = start_in(&repo, &["cmmc-l2"]);
    let right = repo.read(&path);
    let wild = right
        .replacen("\"cmmc-l2:AC.L2-3.1.1[a]\"", "\"3.1.1a\"", 1)
        .replacen("\"cmmc-l2:AC.L2-3.1.3\"", "\"cmmc-l2:AC.L2-03.01.03\"", 1)
        .replace("\"cmmc-l2:PE.L2-3.10.5\"", "\"cmmc-l2:PE.L1-b.1.ix\"");
    assert_ne!(wild, right);
    repo.write(&path, &wild);
    assert_eq!(checked(&repo, &[]).0, 1);
    let output = repo.countersign(&["check", "--fix-ids"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(output.stderr.contains("`3.1.1a` is now `cmmc-l2:AC.L2-3.1.1[a]`"), "{}", output.stderr);
    assert!(output.stderr.contains("did you mean `cmmc-l2:PE.L2-3.10.3`"), "{}", output.stderr);
    assert!(output.stdout.contains("`PE.L2-3.10.3`, `PE.L2-3.10.4` and `PE.L2-3.10.5`"), "{}", output.stdout);
    assert_eq!(repo.read(&path), right.replace("\"cmmc-l2:PE.L2-3.10.5\"", "\"cmmc-l2:PE.L1-b.1.ix\""));
}

#[test]
fn a_right_matrix_is_not_written() {
    let repo = Repo::new();
    let path = start_in(&repo, &["soc2"]);
    let before = std::fs::metadata(repo.path(&path)).unwrap().modified().unwrap();
    let output = repo.countersign(&["check", "--fix-ids"]);
    assert_eq!(output.code, 0);
    assert!(output.stderr.contains("every control id is spelled as in its catalogue"), "{}", output.stderr);
    assert_eq!(std::fs::metadata(repo.path(&path)).unwrap().modified().unwrap(), before);
}

#[test]
fn a_commit_cannot_be_respelled() {
    let repo = Repo::new();
    let output = repo.countersign(&["check", "--fix-ids", "--at", "HEAD"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("cannot be used with"), "{}", output.stderr);
}

#[test]
fn explain_understands_the_same_spellings() {
    let repo = Repo::new();
    assert!(repo.countersign(&["explain", "AC.1.001"]).stdout.starts_with("cmmc-l2:AC.L2-3.1.1 "));
    let three = repo.countersign(&["explain", "PE.L1-b.1.ix"]).stdout;
    assert!(["PE.L2-3.10.3", "PE.L2-3.10.4", "PE.L2-3.10.5"].iter().all(|id| three.contains(id)), "{three}");
    let unknown = repo.countersign(&["explain", "AC.L3-3.1.1"]);
    assert_eq!(unknown.code, 3);
    assert!(unknown.stderr.contains("did you mean `AC.L2-3.1.1`"), "{}", unknown.stderr);
}

#[test]
fn explain_takes_a_rule_in_any_case_and_knows_what_was_meant() {
    let repo = Repo::new();
    let rule = repo.countersign(&["explain", "Row-Is-Reviewed"]);
    assert!(rule.stdout.starts_with("row-is-reviewed: "), "{}", rule.stderr);
    assert!(rule.stdout.contains("\"outcome\": \"agreed\""), "{}", rule.stdout);
    for (typed, meant) in [
        ("row-is-reviewd", "row-is-reviewed"),
        ("AC.L2-3.1.5[z]", "AC.L2-3.1.5"),
        ("AC", "AC.L2-3.1.1"),
        ("164.312(a)(9)", "164.312(a)"),
    ] {
        let unknown = repo.countersign(&["explain", typed]);
        assert_eq!(unknown.code, 3);
        assert!(unknown.stderr.contains(&format!("`{meant}")), "{typed}: {}", unknown.stderr);
    }
}

/// A passing example that changes nothing would be shown as an empty object.
#[test]
fn explained_examples_say_something() {
    let repo = Repo::new();
    for rule in ["review-is-agreed", "one-party-is-accountable", "matrix-has-first-day"] {
        let shown = repo.countersign(&["explain", rule]).stdout;
        assert!(!shown.contains("This passes:\n    {}"), "{shown}");
    }
}
