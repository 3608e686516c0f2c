//! The fingerprint, and looking back: what a change cannot do to the gate that judges it.

use serde_json::json;

use crate::standing::project::{Project, WORKING, check_with, matrix, policy, rules, text, weighty};
use crate::support::engagement::{AL, ANN, BOB, Engagement};
use crate::support::keys;

const ANCHOR: &str = "COUNTERSIGN_ANCHOR";

#[test]
fn a_gate_without_a_fingerprint_judges_nothing() {
    let one = Project::in_force();
    assert_eq!(one.check(&["--ci"]).0, 4);
    let said = one.repo.countersign(&["check", "--ci", "--format", "text"]).stdout;
    assert!(!said.contains("in force since"), "{said}");
    assert!(said.contains("next: countersign check --ci --anchor FINGERPRINT"), "{said}");
    assert_eq!(check_with(&one.repo, &["--ci"], &[(ANCHOR, "")]).0, 4);
    assert_eq!(check_with(&one.repo, &["--ci", "--effective"], &[(ANCHOR, &one.anchor())]).0, 0);
    let anchor = one.anchor();
    let grouped: Vec<&str> = (0..64).step_by(4).map(|at| &anchor[at..at + 4]).collect();
    assert_eq!(one.check(&["--ci", "--anchor", &grouped.join(" ")]).0, 0);
    assert_eq!(one.repo.countersign(&["check", "--anchor", "12345"]).code, 2);
    assert_eq!(one.repo.countersign(&["check", "--anchor", ""]).code, 2);
}

#[test]
fn the_fingerprint_never_comes_from_the_tree() {
    let one = Project::in_force();
    one.repo.write(".env", format!("{ANCHOR}={}", one.anchor()));
    one.repo.write("trust/anchor", one.anchor());
    assert_eq!(one.check(&["--ci"]).0, 4);
}

#[test]
fn sign_offs_of_somebody_else_do_not_count() {
    let one = Project::in_force();
    let (code, report) = one.check(&["--effective", "--anchor", &"ab".repeat(32)]);
    assert_eq!((code, rules(&report)[0]), (4, "anchor-in-chain"));
    assert!(report["notInForce"][0]["why"].is_string(), "{report:#}");
    // A whole new roster, both of whose parties are the attacker's.
    let mut other =
        Engagement::with(&[(&[crate::support::people::Person { key: "mallory", ..BOB }], 1), (&[AL], 1)]);
    other.offer_json("1.0", &matrix("1.0", "2026-11-15"));
    one.repo.remove("trust").remove("signoffs");
    for (path, blob) in &other.tree {
        one.repo.write(path, &*blob.bytes);
    }
    one.repo.commit("Begin anew");
    let (code, report) = one.check(&["--anchor", &one.anchor()]);
    assert_eq!((code, rules(&report).contains(&"anchor-in-chain")), (4, true));
    assert!(!keys::public("mallory").is_empty());
}

#[test]
fn deleting_everything_is_not_a_fresh_start() {
    let one = Project::in_force();
    one.repo.remove("trust").remove("signoffs").commit("Nothing was ever signed");
    let (code, report) = one.check(&["--anchor", &one.anchor()]);
    // The text is a draft again, and the day that it was agreed for has passed.
    assert_eq!((code, weighty(&report)), (4, vec!["anchor-in-chain", "version-can-be-signed"]));
    assert_eq!(one.check(&["--effective"]).0, 5);
    one.repo.remove(WORKING);
    assert_eq!(one.check(&["--effective", "--anchor", &one.anchor()]).0, 4);
}

#[test]
fn exit_zero_forgives_findings_only() {
    let one = Project::in_force();
    one.repo.write("signoffs/junk", "anybody can add this").commit("Junk");
    assert_eq!(one.check(&["--exit-zero"]).0, 0, "a finding is forgiven");
    assert_eq!(one.check(&["--exit-zero", "--anchor", &"0".repeat(64)]).0, 4, "another fingerprint is not");
    one.repo.remove("trust").remove("signoffs").write("signoffs/junk", "still").commit("Nothing is in force");
    assert_eq!(one.check(&["--effective", "--exit-zero"]).0, 5, "nor is a version that is not in force");
}

#[test]
fn what_is_not_in_force_is_seen_in_every_report() {
    let one = Project::in_force();
    one.repo.remove("trust").remove("signoffs").commit("Nothing is in force");
    for format in ["text", "json", "markdown", "github", "junit", "sarif", "gitlab"] {
        let output = one.repo.countersign(&["check", "--effective", "--format", format]);
        assert_eq!(output.code, 5, "{format}");
        assert!(
            output.stdout.contains("not in force") || output.stdout.contains("notInForce"),
            "{format}: {}",
            output.stdout
        );
    }
    let junit = one.repo.countersign(&["check", "--effective", "--format", "junit"]).stdout;
    assert!(junit.contains("errors=\"1\"") && junit.contains("name=\"is in force\""), "{junit}");
    let sarif = one.repo.countersign(&["check", "--effective", "--format", "sarif"]).stdout;
    assert!(sarif.contains("\"executionSuccessful\": false"), "{sarif}");
}

#[test]
fn what_verified_before_must_still_be_there() {
    let mut one = Project::in_force();
    let contest = one.signed.contest(BOB, "1.0");
    let before = one.record("Bob disputes");
    assert_eq!(one.check(&["--since", &before]).0, 0);
    one.repo.remove(&contest).remove(&format!("{contest}.sig")).commit("Forget the dispute");
    assert_eq!(one.check(&[]).0, 0, "one tree cannot show it");
    let (code, report) = one.check(&["--since", &before]);
    assert_eq!((code, weighty(&report)), (1, vec!["record-is-kept"]), "{report:#}");
    assert_eq!(report["findings"][0]["file"], contest);
}

#[test]
fn a_text_before_that_the_clone_lacks_is_not_the_same_as_none() {
    let one = Project::in_force();
    for number in ["1.1", "1.2"] {
        one.repo.write(WORKING, text(&matrix(number, "2026-12-01"))).commit(number);
    }
    assert_ne!(one.check(&["--since", "HEAD~1"]).0, 4);
    one.repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = one.repo.path("../partial").display().to_string();
    let source = format!("file://{}", one.repo.root().display());
    one.repo.git(&["clone", "-q", "--template=", "--filter=blob:none", &source, &partial]);
    let check = |words: &[&str]| one.repo.countersign(&[&["-C", &partial, "check"], words].concat());
    assert_ne!(check(&[]).code, 4, "what is checked out is there");
    let output = check(&["--since", "HEAD~1"]);
    assert_eq!(output.code, 4, "{}", output.stdout);
    assert!(output.stderr.contains("git fetch --refetch --no-filter"), "{}", output.stderr);
}

#[test]
fn a_revocation_must_still_be_there() {
    let mut one = Project::in_force();
    one.signed.rotate(2, &[(&[BOB], 1), (&[ANN, AL], 1)], &[BOB, ANN, AL]);
    let revocation = one.signed.revoke(AL, &[AL], &[]);
    let before = one.record("Al joins and loses his key");
    assert_eq!(one.check(&["--since", &before]).0, 0);
    one.repo.remove(&revocation).remove(&format!("{revocation}.sig")).commit("Al found his key");
    assert_eq!(one.check(&[]).0, 0, "one tree cannot show it");
    let (code, report) = one.check(&["--since", &before]);
    assert_eq!((code, weighty(&report)), (1, vec!["record-is-kept"]), "{report:#}");
    assert_eq!(report["findings"][0]["file"], revocation);
}

#[test]
fn what_is_there_and_no_longer_verifies_is_missed() {
    let mut one = Project::in_force();
    let contest = one.signed.contest(BOB, "1.0");
    let before = one.record("Bob disputes");
    assert_eq!(one.check(&["--since", &before]).0, 0);
    one.repo.remove(&format!("{contest}.sig")).commit("Bob never signed it");
    let (code, report) = one.check(&["--since", &before]);
    assert!(code == 1 && rules(&report).contains(&"record-is-kept"), "{report:#}");
}

#[test]
fn what_never_verified_may_go() {
    let one = Project::in_force();
    one.repo.write("signoffs/acme-cmmc-l2/1.0/junk.json", "{}");
    let before = one.repo.commit("Junk");
    assert_eq!(one.check(&[]).0, 1);
    one.repo.remove("signoffs/acme-cmmc-l2/1.0/junk.json").commit("Tidy");
    assert_eq!(one.check(&["--since", &before]).0, 0);
}

#[test]
fn a_roster_and_its_signatures_must_still_be_there() {
    let mut one = Project::in_force();
    one.signed.rotate(2, &[(&[BOB], 1), (&[ANN, AL], 1)], &[BOB, ANN, AL]);
    let before = one.record("Al joins");
    assert_eq!(one.check(&["--since", &before]).0, 0);
    let signature =
        one.signed.tree.keys().find(|path| path.starts_with("trust/2/harbor.al")).unwrap().clone();
    one.repo.remove(&signature).commit("Al never proved his key");
    let (code, report) = one.check(&["--since", &before]);
    assert!(code == 1 && rules(&report).contains(&"record-is-kept"), "{report:#}");
}

#[test]
fn what_cannot_be_looked_at_is_never_clean() {
    let one = Project::in_force();
    let first = one.repo.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let shallow = one.repo.clone_depth(1);
    for words in [["--since", &first], ["--trust-from", &first], ["--since", "no-such"]] {
        let output = shallow.countersign(&[&["check"], &words[..]].concat());
        assert_eq!(output.code, 4, "{words:?}: {}", output.stdout);
        let all = format!("{}{}", output.stdout, output.stderr);
        assert!(all.contains("unshallow"), "{all}");
    }
}

/// A project whose own rule the working text breaks, and the revision before the change.
fn judged() -> (Project, String) {
    let one = Project::in_force();
    one.repo.write("policies/acme.json", policy("error"));
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-01")));
    let base = one.repo.commit("A rule that the draft breaks");
    let (code, report) = one.check(&["--trust-from", &base]);
    assert_eq!((code, weighty(&report)), (1, vec!["acme-is-gold"; 2]), "{report:#}");
    assert_eq!(report["summary"]["error"], 1, "the version in force is only told of");
    (one, base)
}

#[test]
fn a_rule_that_the_change_switches_off_still_judges_it() {
    let (one, base) = judged();
    let off = json!({ "format": "countersign/config/1", "packs": ["core"], "rules": { "acme-is-gold": { "severity": "off" } } });
    one.repo.write("countersign.json", text(&off));
    one.repo.commit("Who needs gold");
    assert_eq!(one.check(&[]).0, 0);
    let (code, report) = one.check(&["--trust-from", &base]);
    assert_eq!(code, 1);
    assert!(
        rules(&report).contains(&"acme-is-gold") && rules(&report).contains(&"gate-is-kept"),
        "{report:#}"
    );
    one.repo.remove("countersign.json").remove("policies/acme.json").commit("No rules at all");
    let (code, report) = one.check(&["--trust-from", &base]);
    assert_eq!(code, 1);
    assert!(
        rules(&report).contains(&"acme-is-gold") && rules(&report).contains(&"gate-is-kept"),
        "{report:#}"
    );
}

#[test]
fn a_waiver_that_the_change_adds_is_told_first_and_does_not_count() {
    let (one, base) = judged();
    let waiver = json!({ "rule": "acme-is-gold", "matrix": "acme-cmmc-l2", "row": "access-reviews", "reason": "silver is nice",
        "owner": "harbor/desk", "approvedBy": "acme/it-manager", "expires": "2027-02-01" });
    one.repo.write("waivers.json", text(&json!({ "format": "countersign/waivers/1", "waivers": [waiver] })));
    one.repo.commit("Silver will do");
    assert_eq!(one.check(&[]).0, 0);
    let (code, report) = one.check(&["--trust-from", &base]);
    assert_eq!(code, 1);
    let first = report["findings"][0]["message"].as_str().unwrap();
    assert!(first.starts_with("waived by this change, which does not count: "), "{report:#}");
    assert!(rules(&report).contains(&"gate-is-kept"));
}

#[test]
fn a_key_that_the_change_slips_in_is_no_key() {
    let (one, base) = judged();
    one.repo.git(&["checkout", "-q", &base]);
    let roster = one.repo.read("trust/1.json").replacen(&keys::public("bob"), &keys::public("mallory"), 1);
    one.repo.write("trust/1.json", roster).commit("A better key for Bob");
    let (code, report) = one.check(&["--trust-from", &base]);
    assert!(code == 1 && rules(&report).contains(&"record-is-kept"), "{report:#}");
}
