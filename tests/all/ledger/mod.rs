//! The ledger, asked about three years: who owned what, when, and who agreed.

#![allow(clippy::unwrap_used, unreachable_pub, dead_code, unused_imports)]

mod asked;
mod formats;
mod graph;
mod laws;
mod packs;
mod recorded;
mod reworked;
mod story;
mod texts;

use serde_json::Value;

use story::Story;

const QUESTIONS: &str = include_str!("questions.json");

fn questions() -> Vec<Value> {
    serde_json::from_str(QUESTIONS).unwrap()
}

#[test]
fn every_question_has_an_answer_and_a_reason() {
    let questions = questions();
    assert!(questions.len() >= 30, "{}", questions.len());
    for (at, one) in questions.iter().enumerate() {
        assert_eq!(one["n"], at + 1);
        assert!(one["because"].as_str().is_some_and(|why| why.len() > 20), "{one}");
        assert!(one["exit"].is_u64() && one["ask"].is_array(), "{one}");
    }
}

#[test]
fn the_story_is_thirteen_versions_under_two_rosters() {
    let story = Story::new();
    let standing = story.signed.judge_on("2029-06-01");
    let versions: usize = standing.matrices.values().map(|matrix| matrix.versions.len()).sum();
    assert_eq!((versions, standing.roster().unwrap().roster.number), (13, 2));
    let errors = story.repo.countersign(&["check", "--as-of", "2029-06-01", "--format", "json"]);
    let report: Value = serde_json::from_str(&errors.stdout).unwrap();
    let refused = report["findings"].as_array().unwrap().iter().filter(|one| {
        ["statement-accepted", "roster-chain", "roster-signature", "signoff-path", "schema-missing-field"]
            .iter()
            .any(|rule| one["rule"] == *rule && one["severity"] == "error")
    });
    assert_eq!(refused.collect::<Vec<_>>(), Vec::<&Value>::new());
}
