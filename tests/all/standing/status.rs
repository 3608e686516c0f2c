//! `status`: what is in force, what is proposed, who has still to sign, what to type next.

use serde_json::{Value, json};

use crate::standing::project::{DAY, Project};
use crate::support::Output;
use crate::support::engagement::{ANN, BOB, ID};

fn status(one: &Project, words: &[&str]) -> Output {
    one.repo.countersign(&[&["status", "--as-of", DAY], words].concat())
}

fn as_json(one: &Project) -> Value {
    let value = serde_json::from_str(&status(one, &["--format", "json"]).stdout).unwrap();
    let schema = serde_json::from_str(include_str!("../../../schema/status.schema.json")).unwrap();
    let validator = jsonschema::draft202012::options().offline().build(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(faults, Vec::<String>::new());
    value
}

#[test]
fn it_says_who_has_still_to_sign_and_what_to_type() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-12-01");
    one.signed.approve(ANN, "1.1");
    one.record("Ann signs 1.1");
    as_json(&one);
    let text = status(&one, &[]).stdout;
    for line in [
        "in force: 1.0, since 2026-11-15, marked",
        "proposed: 1.1, offered for signature; Acme Defense has still to sign",
        "note: version 1.1 is to hold from 2026-12-01, in 11 days",
        "countersign sign acme-cmmc-l2@1.1 --as acme/bob",
        "Harbor MSP has 1 key only",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    one.signed.approve(BOB, "1.1");
    one.record("Bob signs 1.1");
    as_json(&one);
    let text = status(&one, &[]).stdout;
    for line in [
        "in force: 1.0, since 2026-11-15, marked",
        "approved: 1.1, it waits for the last word of Harbor MSP; Acme Defense is bound once that is",
        "Harbor MSP gives its last word on 1.1, which closes it",
        "countersign mark acme-cmmc-l2@1.1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    one.signed.acknowledge(ANN, "1.1");
    one.record("Ann closes 1.1");
    let text = status(&one, &[]).stdout;
    for line in [
        "in force: 1.0, since 2026-11-15, until 1.1 takes its place on 2026-12-01, marked",
        "agreed: 1.1, comes into force on 2026-12-01, not marked",
        "countersign mark acme-cmmc-l2@1.1",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn past_versions_are_told_with_the_days_on_which_they_were_in_force() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-11-18");
    one.signed.approve(ANN, "1.1");
    one.signed.approve(BOB, "1.1");
    one.signed.acknowledge(ANN, "1.1");
    one.record("Both sign 1.1");
    let (text, page) = (status(&one, &[]).stdout, status(&one, &["--format", "markdown"]).stdout);
    for line in [
        "in force: 1.1, since 2026-11-18, not marked",
        "before: 1.0, in force from 2026-11-15, until 1.1 took its place on 2026-11-18",
    ] {
        assert!(text.contains(&format!("\n  {line}\n")), "{line}\n{text}");
        assert!(page.contains(&format!("\n- {line}\n")), "{line}\n{page}");
    }
    let past = &as_json(&one)["matrices"][0]["past"][0];
    assert_eq!(past["inForce"], json!([{ "from": "2026-11-15", "until": "2026-11-18" }]));
    assert_eq!((&past["from"], &past["until"]), (&json!("2026-11-15"), &Value::Null));
}

#[test]
fn every_format_tells_the_same() {
    let one = Project::in_force();
    let json = as_json(&one);
    assert_eq!(json["matrices"][0]["inForce"]["version"], "1.0");
    assert_eq!(json["matrices"][0]["inForce"]["mark"], "holds");
    assert_eq!(json["roster"]["parties"][0]["keys"], 1);
    let page = status(&one, &["--format", "markdown", ID]);
    assert_eq!(page.code, 0);
    assert!(page.stdout.contains("in force: 1.0"), "{}", page.stdout);
    let page = status(&one, &["--format", "html", ID]).stdout;
    assert!(page.contains("<dt>in force</dt><dd>1.0, since 2026-11-15, marked</dd>"), "{page}");
    assert_eq!(status(&one, &["nothing-of-that-name"]).code, 3);
}

#[test]
fn a_fingerprint_of_somebody_else_is_no_status_to_believe() {
    let one = Project::in_force();
    let output = status(&one, &["--anchor", &"0".repeat(64)]);
    assert_eq!(output.code, 4);
    assert!(output.stdout.contains("IS OF NO ROSTER HERE"), "{}", output.stdout);
    assert!(output.stdout.contains("not in force"), "{}", output.stdout);
    let again = format!("countersign check --anchor {}", "0".repeat(64));
    assert!(output.stdout.contains(&again), "{}", output.stdout);
    assert!(!output.stdout.contains("nobody may sign yet"), "{}", output.stdout);
}
