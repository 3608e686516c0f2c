//! A review is of a text: what changed after it is found from the matrix alone.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use serde_json::{Value, json};

use crate::support::reviews::{read, read_all};
use crate::support::{Folder, Repo};

const CLEAN: &str = include_str!("../../policies/core/minimal.json");
const DAY: &str = "2026-11-20";

fn clean() -> Value {
    serde_json::from_str(CLEAN).unwrap()
}

fn text(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap())
}

/// Checks a matrix that lies in a folder alone, without any history.
fn check(matrix: &Value) -> (Vec<String>, Value) {
    let folder = Folder::new();
    folder.write("matrices/acme.json", text(matrix));
    let output = folder.countersign(&["check", "--format", "json", "--as-of", DAY]);
    let report: Value = serde_json::from_str(&output.stdout).unwrap();
    let rules =
        report["findings"].as_array().unwrap().iter().map(|one| one["rule"].as_str().unwrap().to_owned());
    (rules.collect(), report)
}

#[test]
fn a_row_that_changed_after_its_review_is_found_without_history() {
    let (rules, report) = check(&clean());
    assert_eq!((rules.len(), &report["matrices"][0]["reviewed"]), (0, &json!(1)));
    for (pointer, value) in [
        ("/rows/0/duties/0/party", json!("acme")),
        ("/rows/0/duties/0/within/time", json!("P9D")),
        ("/rows/0/activity", json!("Review every quarter who left and remove the account")),
        ("/defaults/duties/1/party", json!("harbor")),
        ("/defaults/retention", json!("P7Y")),
    ] {
        let mut moved = clean();
        *moved.pointer_mut(pointer).unwrap() = value;
        let (rules, report) = check(&moved);
        assert!(rules.contains(&"review-follows-change".to_owned()), "{pointer}: {rules:?}");
        assert_eq!(report["matrices"][0]["reviewed"], 0, "{pointer}: not counted as walked through");
    }
}

#[test]
fn what_is_no_part_of_the_text_leaves_a_review_standing() {
    for (name, value) in [
        ("status", json!({ "implementation": "planned" })),
        ("native", json!([{ "vocabulary": "x", "field": "y", "value": "z" }])),
    ] {
        let mut other = clean();
        other["rows"][0][name] = value;
        assert_eq!(check(&other).1["matrices"][0]["reviewed"], 1, "{name}");
    }
    let mut sorted = clean();
    sorted["title"] = json!("Another title of the whole");
    assert_eq!(check(&sorted).1["matrices"][0]["reviewed"], 1);
}

#[test]
fn a_silent_move_is_found_in_a_clone_of_one_commit() {
    let repo = Repo::new();
    repo.write("matrices/acme.json", text(&clean())).commit("Draft");
    let mut moved = clean();
    moved["rows"][0]["duties"][0]["party"] = json!("acme");
    repo.write("matrices/acme.json", text(&moved)).commit("typo");
    let folder = Folder::new();
    let from = format!("file://{}", repo.root().display());
    let into = folder.root().join("clone");
    repo.git(&["clone", "-q", "--depth", "1", &from, into.to_str().unwrap()]);
    let output = folder.countersign(&["-C", "clone", "check", "--as-of", DAY]);
    assert!(output.stdout.contains("[review-follows-change]"), "{}{}", output.stdout, output.stderr);
    assert!(!output.stdout.contains("walked through and agreed"), "{}", output.stdout);
}

#[test]
fn reviews_of_the_older_form_load_and_are_told_once() {
    let mut older = clean();
    let row = older["rows"][0].clone();
    let reviewed = json!({ "on": "2026-11-03", "by": ["acme", "harbor"], "outcome": "agreed" });
    for number in 0..5 {
        let mut next = row.clone();
        next["id"] = json!(format!("review-{number}"));
        next["title"] = json!(format!("Review {number}"));
        next["activity"] = json!(format!("Review every quarter who may enter building {number}"));
        older["rows"].as_array_mut().unwrap().push(next);
    }
    for row in older["rows"].as_array_mut().unwrap() {
        row["reviewed"] = reviewed.clone();
    }
    let (rules, report) = check(&older);
    assert_eq!(rules, ["review-names-its-text"]);
    assert_eq!(report["matrices"][0]["reviewed"], 6);
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("6 rows") && message.contains("access-reviews"), "{message}");
    older["rows"][2]["reviewed"] = json!({ "outcome": "disputed" });
    let (rules, report) = check(&older);
    for rule in ["review-is-agreed", "dispute-says-why", "row-is-reviewed"] {
        assert!(rules.iter().any(|one| one == rule), "{rule}: {rules:?}");
    }
    let dispute = report["findings"].as_array().unwrap().iter().find(|one| one["rule"] == "dispute-says-why");
    assert_eq!(dispute.unwrap()["pointer"], "/rows/2/reviewed");
}

#[test]
fn everybody_with_a_duty_was_there() {
    let mut three = clean();
    three["parties"].as_array_mut().unwrap().push(
        json!({ "id": "watch", "side": "provider", "name": "Night Watch, LLC", "kind": "esp-mssp", "handles": ["spd"] }),
    );
    three["rows"][0]["duties"].as_array_mut().unwrap().push(
        json!({ "do": "support", "party": "watch", "role": "Analyst", "text": "Answer questions at night" }),
    );
    read(&mut three, 0, "2026-11-03");
    assert_eq!(check(&three).1["matrices"][0]["reviewed"], 1, "all three");
    three["rows"][0]["reviewed"].as_array_mut().unwrap().retain(|entry| entry["party"] != "watch");
    let (rules, report) = check(&three);
    assert_eq!(report["matrices"][0]["reviewed"], 0);
    let at = rules.iter().position(|rule| rule == "row-is-reviewed").unwrap();
    let message = report["findings"][at]["message"].as_str().unwrap();
    assert!(message.contains("nobody of Night Watch has walked through row `access-reviews`"), "{message}");
    let watch = three["parties"].as_array_mut().unwrap().last_mut().unwrap();
    watch["side"] = json!("subprovider");
    watch["boundBy"] = json!("harbor");
    assert_eq!(check(&three).1["matrices"][0]["reviewed"], 1, "harbor speaks for the party that it binds");
}

#[test]
fn nobody_reviews_on_a_day_to_come_and_each_has_its_own_outcome() {
    let mut matrix = clean();
    read_all(&mut matrix, "2026-11-21");
    assert!(check(&matrix).0.contains(&"row-is-reviewed".to_owned()));
    read_all(&mut matrix, DAY);
    assert_eq!(check(&matrix).0, [""; 0]);
    matrix["rows"][0]["reviewed"][1]["outcome"] = json!("disputed");
    matrix["rows"][0]["reviewed"][1]["note"] = json!("Five days are too few");
    let (rules, report) = check(&matrix);
    assert_eq!(rules, ["review-is-agreed"]);
    assert_eq!(report["matrices"][0]["reviewed"], 0);
    let folder = Folder::new();
    folder.write("matrices/acme.json", text(&matrix));
    let shown = folder.countersign(&["show", "minimal"]).stdout;
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains("disputed on 2026-11-20 by Harbor MSP: Five days are too few"), "{shown}");
}
