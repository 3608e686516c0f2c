//! A repository with a change, and the gate run on it as a CI system would.

use serde_json::{Value, json};

use crate::standing::project::{DAY, Project};
use crate::support::{Folder, Output, Repo};

/// Returns the environment of GitHub Actions for an event, which is written beside the repository.
pub fn github(repo: &Folder, event: &Value) -> Vec<(String, String)> {
    let beside = repo.root().parent().unwrap().join("event.json");
    std::fs::write(&beside, event.to_string()).unwrap();
    let pairs = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", beside.to_str().unwrap())];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
}

/// Returns the event of a pull request from the same repository.
pub fn pull_request(base: &str, head: &str) -> Value {
    let side = |sha: &str| json!({ "sha": sha, "ref": "main", "repo": { "full_name": "acme/srm" } });
    json!({ "pull_request": { "base": side(base), "head": side(head) } })
}

pub fn gate(repo: &Folder, words: &[&str], environment: &[(String, String)]) -> Output {
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let day = ["--as-of", DAY];
    repo.countersign_with(&[&["gate"], words, &day[..]].concat(), &environment)
}

/// Judges a branch against a base and returns the exit code and the outcome.
pub fn judged(repo: &Folder, base: &str, words: &[&str]) -> (i32, Value) {
    let output = gate(repo, &[&["--base", base, "--format", "json"], words].concat(), &[]);
    let value = serde_json::from_str(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", output.stdout, output.stderr));
    (output.code, value)
}

/// Returns the rules of the findings that count as errors.
pub fn errors(outcome: &Value) -> Vec<&str> {
    let findings = outcome["report"]["findings"].as_array().into_iter().flatten();
    let errors = findings.filter(|one| one["severity"] == "error" && one["waived"].is_null());
    errors.map(|one| one["rule"].as_str().unwrap()).collect()
}

/// Returns what is said of guarding files, one line each.
pub fn guards(outcome: &Value) -> Vec<String> {
    let guards = outcome["guards"].as_array().into_iter().flatten();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    guards
        .map(|one| format!("{} {} {}", text(&one["guards"]), text(&one["verb"]), text(&one["file"])))
        .collect()
}

/// A version in force, and the commit from which a branch begins.
pub fn in_force() -> (Project, String) {
    let one = Project::in_force();
    let base = one.repo.head();
    one.repo.branch("change");
    (one, base)
}

pub fn write_json(repo: &Repo, path: &str, value: &Value) {
    repo.write(path, format!("{}\n", serde_json::to_string_pretty(value).unwrap()));
}
