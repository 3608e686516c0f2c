//! `check` on what is offered, signed and marked.

use serde_json::json;

use crate::engagement::{ANN, BOB};
use crate::project::{Project, WORKING, check, check_with, matrix, rules, text};

#[test]
fn a_version_goes_from_draft_to_in_force() {
    let mut one = Project::offered();
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, rules(&report)), (5, vec!["offer-in-time"]), "{report:#}");
    assert_eq!(report["matrices"][0]["standing"], "offered");
    let why = report["notInForce"][0]["why"].as_str().unwrap();
    assert!(why.contains("Acme Defense and Harbor MSP have still to sign"), "{why}");
    one.signed.approve(ANN, "1.0");
    one.record("Ann signs");
    let why = one.check(&["--effective"]).1["notInForce"][0]["why"].to_string();
    assert!(why.contains("Acme Defense has still to sign"), "{why}");
    one.signed.approve(BOB, "1.0");
    one.record("Bob signs");
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, rules(&report)), (1, vec!["mark-present", "version-closed"]), "{report:#}");
    assert_eq!(one.check(&[]).0, 0);
    one.signed.mark("1.0", |_| ());
    one.record("Mark");
    one.prove();
}

#[test]
fn verdicts_survive_clones_archives_and_squashes() {
    let one = Project::in_force();
    let anchor = one.anchor();
    let words = ["--effective", "--anchor", &anchor];
    let (_, report) = one.check(&words);
    let same = |(code, other): (i32, serde_json::Value)| {
        assert_eq!(code, 0, "{other:#}");
        assert_eq!(other["matrices"], report["matrices"]);
        assert_eq!(other["findings"], report["findings"]);
    };
    same(check(&one.repo.clone_depth(1), &words));
    same(check(&one.repo.archive(), &words));
    let squashed = one.repo.clone_whole();
    squashed.git(&["checkout", "-q", "--orphan", "squashed"]);
    squashed.commit("Everything at once");
    same(check(&squashed, &words));
}
