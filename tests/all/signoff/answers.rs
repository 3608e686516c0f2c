//! The law of one answer: every command that says what is in force on a day says the same, in one tree.

use serde_json::Value;

use crate::signoff::scene::{ID, day};
use crate::support::Repo;

/// Says what each command names as in force: one version, or several if it cannot be said which.
fn readings(place: &Repo, on: &str) -> Vec<(&'static str, Vec<String>)> {
    let json = |words: &[&str]| -> Value {
        let output = place.countersign(words);
        serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{words:?} {output:?}"))
    };
    let texts = |list: &Value, field: &str| -> Vec<String> {
        let each = list.as_array().unwrap().iter();
        each.map(|one| one[field].as_str().unwrap_or("nothing").to_owned()).collect()
    };
    let who = json(&["who", "access-reviews", "--matrix", ID, "--as-of", on, "--format", "json"]);
    let history = json(&["history", ID, "--as-of", on, "--format", "json"]);
    let last = history["stretches"].as_array().unwrap().iter().rev();
    let last = last.clone().find(|one| one["from"].as_str().is_none_or(|from| from <= on)).unwrap();
    let status = json(&["status", ID, "--format", "json"]);
    let matrix = &status["matrices"][0];
    let open = ["open", "past"].iter().flat_map(|list| matrix[list].as_array().unwrap());
    let is_held = |one: &&Value| {
        let periods = one["inForce"].as_array().unwrap().iter();
        periods.clone().any(|days| {
            let until = days["until"].as_str();
            days["from"].as_str().unwrap() <= on && until.is_none_or(|until| on < until)
        })
    };
    let held = open.chain([&matrix["inForce"]].into_iter().filter(|one| !one.is_null())).filter(is_held);
    let held: Vec<String> = held.map(|one| one["version"].as_str().unwrap().to_owned()).collect();
    let blame = json(&["blame", ID, "--format", "json"]);
    let certain = texts(&who["answers"][0]["readings"], "version");
    assert_eq!(held, if certain.len() == 1 { certain } else { Vec::new() }, "status on {on}");
    // Of every row, who agreed to it and in which version; the days of that version are those of `status`.
    for row in blame["rows"].as_array().unwrap().iter().filter(|row| !row["agreed"].is_null()) {
        let versions = ["open", "past"].iter().flat_map(|list| matrix[list].as_array().unwrap());
        let mut versions = versions.chain([&matrix["inForce"]].into_iter().filter(|one| !one.is_null()));
        assert!(versions.any(|one| one["version"] == row["agreed"]["version"]), "blame: {row}");
    }
    vec![
        ("who", texts(&who["answers"][0]["readings"], "version")),
        ("history", texts(&last["versions"], "version")),
    ]
}

/// Checks that every command names these versions, the highest first, as what may be in force this many days from now.
pub fn all_say(place: &Repo, from_now: i64, expected: &[&str]) {
    let on = day(from_now);
    for (command, said) in readings(place, &on) {
        assert_eq!(said, expected, "{command} on {on}");
    }
    let code = if expected.len() == 1 { 0 } else { 5 };
    let evidence = tempfile::tempdir().unwrap();
    let evidence = evidence.path().join("folder").display().to_string();
    for words in [
        &["check", "--effective", "--as-of", &on][..],
        &["who", "access-reviews", "--as-of", &on],
        &["history", "access-reviews", "--as-of", &on],
        &["show", ID, "--as-of", &on],
        &["evidence", &format!("{ID}@{}", expected[0]), "--as-of", &on, "--out", &evidence],
    ] {
        let output = place.countersign(words);
        // A mark that no longer holds is an error, whatever is in force.
        let is_marked_wrongly = output.code == 1 && output.stdout.contains("[mark-holds]");
        assert!(output.code == code || is_marked_wrongly, "{words:?}\n{}{}", output.stdout, output.stderr);
    }
}
