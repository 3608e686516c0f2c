//! The questions asked at the command line, and the answers compared with those worked out by hand.

use std::collections::{BTreeMap, BTreeSet};

use countersign::trust::name::Digest;
use countersign::trust::statement::Decision;
use serde_json::{Value, json};

use crate::ledger::formats::{HISTORY, WHO, assert_valid};
use crate::ledger::questions;
use crate::ledger::story::Story;
use crate::ledger::texts;
use crate::support::Output;
use crate::support::engagement::{AL, ANN, BEA};

fn words(one: &Value) -> Vec<&str> {
    one["ask"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

fn asks(one: &Value, command: &str) -> bool {
    one["ask"][0] == command
}

/// Brings rows of an answer to the shape of the expected ones: id, then the parties of each deed that is asked for.
fn rows(answer: &Value, wanted: &Value) -> Value {
    let rows = answer["rows"].as_array().unwrap().iter();
    let shape = rows.map(|row| {
        let id = row["id"].as_str().unwrap();
        let deeds =
            wanted[id].as_object().map(|deeds| deeds.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
        let parties = deeds.into_iter().map(|deed| {
            let duties = row["duties"].as_array().unwrap().iter().filter(|duty| duty["do"] == *deed);
            let parties: BTreeSet<&str> = duties.map(|duty| duty["party"].as_str().unwrap()).collect();
            (deed, json!(parties))
        });
        (id.to_owned(), Value::Object(parties.collect()))
    });
    Value::Object(shape.collect())
}

fn signed(agreed: &Value) -> Value {
    let one = |signature: &Value| {
        let text = |name: &str| signature[name].as_str().unwrap();
        format!("{}/{} {}", text("party"), text("signer"), &text("signedAt")[..10])
    };
    let all: BTreeSet<String> = agreed["signatures"].as_array().unwrap().iter().map(one).collect();
    json!(all)
}

fn check_reading(got: &Value, wanted: &Value, n: &Value) {
    for (name, value) in wanted.as_object().unwrap() {
        let found = match name.as_str() {
            "rows" => rows(got, value),
            "signed" => signed(&got["agreed"]),
            "roster" => got["agreed"]["roster"].clone(),
            plain => got[plain].clone(),
        };
        assert_eq!(&found, value, "question {n}: {name} in {got:#}");
    }
}

fn check_answers(got: &Value, wanted: &Value, n: &Value) {
    let list = |value: &Value| -> BTreeMap<String, Value> {
        let answers = value.as_array().unwrap().iter();
        answers.map(|one| (one["matrix"].as_str().unwrap().to_owned(), one.clone())).collect()
    };
    let (got, wanted) = (list(got), list(wanted));
    assert_eq!(got.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "question {n}: {got:#?}");
    for (matrix, wanted) in &wanted {
        let got = &got[matrix];
        for name in ["standing", "last", "since"] {
            assert!(wanted[name].is_null() || got[name] == wanted[name], "question {n}: {name} in {got:#}");
        }
        if let Some(coming) = wanted["coming"].as_array() {
            let found: Vec<&Value> =
                got["coming"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
            assert_eq!(found, coming.iter().collect::<Vec<_>>(), "question {n}");
        }
        let (found, wanted) = (got["readings"].as_array().unwrap(), wanted["readings"].as_array().unwrap());
        assert_eq!(found.len(), wanted.len(), "question {n}: {found:#?}");
        found.iter().zip(wanted).for_each(|(found, wanted)| check_reading(found, wanted, n));
    }
}

fn ask(story: &Story, one: &Value, more: &[&str]) -> Output {
    story.repo.countersign(&[&words(one), more].concat())
}

/// Asks in words: the exit code, and what a reader has to find.
fn check_words(story: &Story, one: &Value) {
    let output = ask(story, one, &[]);
    assert_eq!(output.code, one["exit"], "question {}: {}{}", one["n"], output.stdout, output.stderr);
    let said = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    for wanted in one["says"].as_array().into_iter().flatten() {
        let wanted = wanted.as_str().unwrap().to_lowercase();
        assert!(said.contains(&wanted), "question {}: no `{wanted}` in {}", one["n"], output.stdout);
    }
}

#[test]
fn who_answers_as_worked_out_by_hand() {
    let story = Story::new();
    for one in questions().iter().filter(|one| asks(one, "who")) {
        check_words(&story, one);
        let Some(wanted) = one.get("answers") else { continue };
        let output = ask(&story, one, &["--format", "json"]);
        let got: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_valid(WHO, &output.stdout);
        assert_eq!(got["exitCode"], one["exit"]);
        check_answers(&got["answers"], wanted, &one["n"]);
    }
}

#[test]
fn a_matrix_is_shown_as_it_was_in_force() {
    let story = Story::new();
    let questions = questions();
    for one in questions.iter().filter(|one| asks(one, "show")) {
        check_words(&story, one);
    }
    for format in ["text", "markdown", "html", "csv"] {
        let page = story.repo.countersign(&["show", "acme-msp", "--as-of", "2027-01-31", "--format", format]);
        assert_eq!(page.code, 0);
        for wanted in ["2027-01-31", "signoffs/acme-msp/2.1/matrix.json", "2027-02-22"] {
            assert!(page.stdout.contains(wanted), "{wanted}: {}", page.stdout);
        }
    }
}

fn check_stretches(got: &Value, wanted: &Value, n: &Value) {
    let (got, wanted) = (got.as_array().unwrap(), wanted.as_array().unwrap());
    let name = |one: &Value| {
        let text = |name: &str| one[name].as_str().unwrap_or("-").to_owned();
        format!("{} {} to {}: {}", text("matrix"), text("from"), text("until"), text("standing"))
    };
    let names = |all: &[Value]| all.iter().map(name).collect::<Vec<_>>();
    assert_eq!(names(got), names(wanted), "question {n}");
    for (got, wanted) in got.iter().zip(wanted) {
        let versions: Vec<&Value> =
            got["versions"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
        assert_eq!(json!(versions), wanted["versions"], "question {n}: {}", name(got));
        if let Some(expected) = wanted.get("rows") {
            assert_eq!(&rows(got, expected), expected, "question {n}: {}", name(got));
        }
    }
}

#[test]
fn history_is_as_worked_out_by_hand() {
    let story = Story::new();
    for one in questions().iter().filter(|one| asks(one, "history")) {
        check_words(&story, one);
        let Some(wanted) = one.get("stretches") else { continue };
        let output = ask(&story, one, &["--format", "json"]);
        let got: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_valid(HISTORY, &output.stdout);
        check_stretches(&got["stretches"], wanted, &one["n"]);
    }
}

/// A matrix that names the last version of another one as the one that it ends.
pub fn successor(story: &Story) -> Value {
    let mut one = texts::matrix("acme-all", "Everything in one", "1.0", "2028-10-01", json!([]));
    let text = story.repo.read("signoffs/acme-msp/4.0/matrix.json");
    let sha256 = Digest::of(text.as_bytes()).to_string();
    one["replaces"] = json!([{ "id": "acme-msp", "version": "4.0", "sha256": sha256 }]);
    one["rows"] = serde_json::from_str::<Value>(&text).unwrap()["rows"].clone();
    one
}

fn asked(story: &Story, words: &[&str]) -> Value {
    let output = story.repo.countersign(&[words, &["--format", "json"]].concat());
    serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr))
}

#[test]
fn a_matrix_that_another_one_replaces_has_ended() {
    let mut story = Story::new();
    let next = successor(&story);
    story.agree(&next, [("2028-09-20", ANN), ("2028-09-21", BEA)]);
    let who = asked(&story, &["who", "backup-run", "--as-of", "2028-10-01"]);
    assert_eq!(
        (&who["answers"][0]["matrix"], &who["answers"][0]["standing"]),
        (&json!("acme-all"), &json!("in-force"))
    );
    let ended = &who["answers"][1];
    assert_eq!(
        (&ended["standing"], &ended["last"], &ended["since"]),
        (&json!("ended"), &json!("4.0"), &json!("2028-10-01"))
    );
    assert!(ended["says"].as_str().unwrap().contains("acme-all 1.0 took its place"), "{ended}");
    let status = asked(&story, &["status", "acme-msp", "--as-of", "2028-10-01"]);
    assert_eq!(
        status["matrices"][0]["why"],
        "version 4.0: was in force from 2028-09-01, until acme-all 1.0 took its place on 2028-10-01"
    );
}

#[test]
fn a_replacement_that_nobody_can_be_sure_of_leaves_two_readings() {
    let mut story = Story::new();
    let next = successor(&story);
    story.offer("2028-09-19", &next);
    story.approve(AL, "acme-all", "1.0", "2028-09-20");
    story.approve(BEA, "acme-all", "1.0", "2028-09-21");
    story.close(AL, "acme-all", "1.0", "2028-09-22");
    let who = asked(&story, &["who", "backup-run", "--as-of", "2028-10-01"]);
    let own = who["answers"].as_array().unwrap().iter().find(|one| one["matrix"] == "acme-msp").unwrap();
    assert_eq!(own["standing"], "in-doubt");
    let versions: Vec<&Value> =
        own["readings"].as_array().unwrap().iter().map(|one| &one["version"]).collect();
    assert_eq!(versions, [&json!("4.0"), &Value::Null]);
    let text = story.repo.countersign(&["who", "backup-run", "--as-of", "2028-10-01"]);
    assert_eq!(text.code, 5);
    assert!(
        text.stdout.contains("if acme-all 1.0 stands, which takes the place of this matrix"),
        "{}",
        text.stdout
    );
    let status = asked(&story, &["status", "acme-msp", "--as-of", "2028-09-30"]);
    let words = status["matrices"][0]["inForce"]["words"].as_str().unwrap();
    assert!(words.ends_with("in doubt from 2028-10-01, when acme-all 1.0 may take its place"), "{words}");
    let history = asked(&story, &["history", "backup-run", "--as-of", "2029-06-01"]);
    let doubt = history["stretches"].as_array().unwrap().iter().any(|one| one["standing"] == "in-doubt");
    assert!(doubt, "{history:#}");
}

/// In doubt is which version holds; the row in question is the same in both.
#[test]
fn a_doubt_that_changes_nothing_for_a_row_says_so() {
    let story = Story::new();
    let who = asked(&story, &["who", "AU.L2-3.3.5", "--as-of", "2028-06-01"]);
    let answer = &who["answers"][0];
    assert_eq!((&answer["standing"], &who["exitCode"]), (&json!("in-doubt"), &json!(5)));
    assert!(
        answer["notes"][0].as_str().unwrap().contains("by every reading the rows say the same"),
        "{who:#}"
    );
}

/// It is three in the morning: whom to call comes first, the proof last.
#[test]
fn an_answer_begins_with_whom_to_call_and_ends_with_the_proof() {
    let story = Story::new();
    let said = story.repo.countersign(&["who", "3.3.3", "--as-of", "2027-01-31"]).stdout;
    let order = [
        "Log review [log-review]: Harbor MSP",
        "Call:",
        "By when:",
        "Who does what:",
        "What is done:",
        "Evidence:",
        "Kept by:",
        "In force: version 2.1",
        "Agreed by:",
        "Proof: signoffs/acme-msp/2.1/matrix.json",
        "countersign evidence acme-msp@2.1",
    ];
    let mut rest = said.as_str();
    for wanted in order {
        let at = rest.find(wanted).unwrap_or_else(|| panic!("{wanted} is missing, or too early: {said}"));
        rest = &rest[at..];
    }
    let first = said.find("+1 555 0100").unwrap();
    assert!(first < said.find("+1 555 0300").unwrap(), "who acts is called before who approves: {said}");
}
