//! What was recorded: the same commits as stock git finds, and never fewer because some are missing.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::ledger::story::Story;
use crate::ledger::texts::SOC;

const PATHS: [&str; 2] = ["matrices/acme-soc.json", "matrices/soc/acme-soc.json"];

/// The story, and then drafts: a merge, other white space, a file that moves, one that breaks and is mended.
pub fn drafted() -> Story {
    let story = Story::new();
    let repo = &story.repo;
    let text = repo.read(PATHS[0]);
    repo.branch("draft").write(PATHS[0], text.replace("Correlate the alerts", "Correlate all alerts"));
    repo.on_day("2028-09-01").commit("Say all");
    repo.write(PATHS[0], text.replace("PT24H", "PT12H"));
    repo.on_day("2028-09-02").commit("Half the time");
    repo.switch("main").write("README.md", "Something else\n");
    repo.on_day("2028-09-03").commit("Say something else");
    repo.on_day("2028-09-04").merge("draft");
    let text = repo.read(PATHS[0]);
    repo.write(PATHS[0], text.replace("  ", "    ")).on_day("2028-09-05").commit("Indent by four");
    let text = repo.read(PATHS[0]);
    repo.remove(PATHS[0]).write(PATHS[1], &text).on_day("2028-09-06").commit("Move the file");
    repo.write(PATHS[1], "{").on_day("2028-09-07").commit("Break it");
    repo.write(PATHS[1], text.replace("PT12H", "PT8H")).on_day("2028-09-08").commit("Mend it");
    story
}

fn json(story: &Story, words: &[&str]) -> Value {
    let output = story.repo.countersign(&[words, &["--format", "json"]].concat());
    assert_eq!(output.code, 0, "{words:?}: {}", output.stderr);
    serde_json::from_str(&output.stdout).unwrap()
}

fn log(story: &Story) -> Vec<String> {
    let words = ["log", "--first-parent", "--reverse", "--format=%H", "--", PATHS[0], PATHS[1]];
    story.repo.git(&words).lines().map(str::to_owned).collect()
}

fn commits(history: &Value) -> Vec<String> {
    let list = history["commits"]["list"].as_array().unwrap();
    list.iter().map(|one| one["commit"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn commits_of_a_matrix_are_those_of_git_log() {
    let story = drafted();
    assert_eq!(log(&story).len(), 8);
    assert_eq!(commits(&json(&story, &["history", SOC, "--commits"])), log(&story));
}

#[test]
fn commits_of_a_row_are_those_that_changed_its_meaning() {
    let story = drafted();
    let history = json(&story, &["history", "soc-log-review", "--commits"]);
    let list = history["commits"]["list"].as_array().unwrap();
    let told: Vec<&Value> = list.iter().map(|one| &one["summary"]).collect();
    // Its words never changed with other white space, nor when the file moved; a text that cannot be read is told.
    let expected =
        ["Offer acme-soc 1.1", "Offer acme-soc 2.0", "Merge branch 'draft'", "Break it", "Mend it"];
    assert_eq!(told, expected.iter().collect::<Vec<_>>());
    assert_eq!(list[2]["merge"], true);
    assert_eq!(list[2]["recorded"], "2028-09-04T09:00:00Z");
    assert!(history["commits"]["rule"].as_str().unwrap().contains("--first-parent"));
}

/// What a row of the story says, by hand: all words, no order of keys, and no terms around it.
fn sayings(row: &Value) -> Value {
    let mut row = row.clone();
    let members = row.as_object_mut().unwrap();
    ["id", "reviewed", "status", "accepts", "justification", "tools"].into_iter().for_each(|name| {
        members.remove(name);
    });
    row
}

/// What makes out responsibility in a row of the story, by hand: no words, no order of keys.
fn responsibility(row: &Value) -> Value {
    let duty = |duty: &Value| {
        json!([duty["do"], duty["party"], duty["within"], duty["cadence"], duty["controls"], duty["to"]])
    };
    let duties: Vec<Value> = row["duties"].as_array().unwrap().iter().map(duty).collect();
    let evidence: Vec<Value> =
        row["evidence"].as_array().into_iter().flatten().map(|one| one["collector"].clone()).collect();
    json!([row["allocation"], row["controls"], row["shared"]["mode"], duties, evidence])
}

/// Reads every commit with stock git, oldest first, and keeps for each row the last that changed it.
fn slow_blame(
    story: &Story,
    commits: &[String],
    paths: &[&str],
    of: fn(&Value) -> Value,
) -> BTreeMap<String, String> {
    let mut last: BTreeMap<String, (Value, String)> = BTreeMap::new();
    for commit in commits {
        let listed = story.repo.git(&["ls-tree", "-r", "--name-only", commit]);
        let path = paths.iter().find(|path| listed.lines().any(|one| one == **path)).unwrap();
        let text = story.repo.git(&["show", &format!("{commit}:{path}")]);
        let Ok(matrix) = serde_json::from_str::<Value>(&text) else { continue };
        let rows = matrix["rows"].as_array().unwrap().iter().map(|row| {
            let (id, is) = (row["id"].as_str().unwrap().to_owned(), of(row));
            let known = last.get(&id).filter(|(was, _)| *was == is).map(|(_, at)| at.clone());
            (id, (is, known.unwrap_or_else(|| commit.clone())))
        });
        last = rows.collect();
    }
    last.into_iter().map(|(row, (_, commit))| (row, commit)).collect()
}

fn blamed(story: &Story, id: &str) -> BTreeMap<String, String> {
    let blame = json(story, &["blame", id]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    blame["rows"].as_array().unwrap().iter().map(|row| (text(&row["row"]), text(&row["commit"]))).collect()
}

/// Returns the commits that last changed who does what, by row.
fn materially(story: &Story, id: &str) -> BTreeMap<String, String> {
    let blame = json(story, &["blame", id]);
    let commit = |row: &Value| {
        let last = if row["material"].is_null() { row } else { &row["material"] };
        (row["row"].as_str().unwrap().to_owned(), last["commit"].as_str().unwrap().to_owned())
    };
    blame["rows"].as_array().unwrap().iter().map(commit).collect()
}

#[test]
fn blame_agrees_with_a_slow_oracle() {
    let story = drafted();
    assert_eq!(blamed(&story, SOC), slow_blame(&story, &log(&story), &PATHS, sayings));
    assert_eq!(materially(&story, SOC), slow_blame(&story, &log(&story), &PATHS, responsibility));
    let path = "matrices/acme-msp.json";
    let all = story.repo.git(&["log", "--first-parent", "--reverse", "--format=%H", "--", path]);
    let all: Vec<String> = all.lines().map(str::to_owned).collect();
    let mut slow = slow_blame(&story, &all, &[path], sayings);
    // The oracle knows no renamed rows: what is left of `backup` was last changed by 3.1 anyway.
    assert_eq!(slow.len(), 6);
    assert_eq!(blamed(&story, "acme-msp"), std::mem::take(&mut slow));
}

#[test]
fn blame_says_who_agreed_and_what_nobody_has_agreed_to() {
    let story = drafted();
    let blame = json(&story, &["blame", "acme-msp"]);
    let agreed: Vec<(&Value, &Value)> = blame["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (&row["row"], &row["agreed"]["version"]))
        .collect();
    let expected = json!([
        ["access-control", "1.0"],
        ["access-system-limits", "2.2"],
        ["least-privilege", "2.2"],
        ["backup-run", "2.0"],
        ["backup-restore-test", "3.1"],
        ["incident-report", "4.0"]
    ]);
    assert_eq!(json!(agreed), expected);
    let blame = json(&story, &["blame", SOC]);
    let review = blame["rows"].as_array().unwrap().iter().find(|row| row["row"] == "soc-log-review").unwrap();
    assert_eq!(review["agreed"], Value::Null, "the draft is not what was agreed");
    assert_eq!(story.repo.countersign(&["blame", "nothing-of-that-name"]).code, 3);
}

#[test]
fn a_shallow_clone_says_who_and_refuses_what_was_recorded() {
    let story = Story::new();
    let clone = story.repo.clone_depth(1);
    let ask = ["who", "3.3.3", "--as-of", "2027-01-31", "--format", "json"];
    assert_eq!(clone.countersign(&ask), story.repo.countersign(&ask));
    let history = ["history", "3.3.3", "--as-of", "2029-01-01"];
    assert_eq!(clone.countersign(&history), story.repo.countersign(&history));
    for words in [&["blame", "acme-msp"][..], &["history", "3.3.3", "--commits"]] {
        let output = clone.countersign(words);
        assert_eq!((output.code, &*output.stdout), (4, ""), "{words:?}");
        assert!(output.stderr.contains("git fetch --unshallow"), "{}", output.stderr);
    }
    let then = clone.countersign(&["who", "3.3.3", "--known-at", "HEAD~1"]);
    assert_eq!((then.code, &*then.stdout), (4, ""));
    assert!(then.stderr.contains("git fetch --unshallow"), "{}", then.stderr);
    clone.git(&["fetch", "-q", "--unshallow"]);
    assert_eq!(clone.countersign(&["blame", "acme-msp"]), story.repo.countersign(&["blame", "acme-msp"]));
}

/// A clone of depth 1 has no history to walk, so an answer from it shows that none was walked.
#[test]
fn a_matrix_that_is_not_there_is_told_without_its_history() {
    let story = Story::new();
    let clone = story.repo.clone_depth(1);
    let output = clone.countersign(&["blame", "nothing-of-that-name"]);
    assert_eq!((output.code, &*output.stdout), (3, ""), "{}", output.stderr);
    assert!(output.stderr.contains("no matrix `nothing-of-that-name` lies in this commit"));
}

#[test]
fn grafts_and_missing_objects_are_refused() {
    let story = drafted();
    let place = story.repo.path("../partial").display().to_string();
    story.repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let from = format!("file://{}", story.repo.root().display());
    story.repo.git(&["clone", "-q", "--template=", "--filter=blob:none", &from, &place]);
    let output = story.repo.countersign(&["-C", &place, "blame", SOC]);
    assert_eq!((output.code, &*output.stdout), (4, ""), "{}", output.stderr);
    assert!(output.stderr.contains("git fetch --refetch --no-filter"), "{}", output.stderr);
    let head = story.repo.head();
    story.repo.write(".git/info/grafts", format!("{head}\n"));
    let output = story.repo.countersign(&["blame", "acme-msp"]);
    assert_eq!((output.code, &*output.stdout), (4, ""), "{}", output.stderr);
    assert!(output.stderr.contains("grafts"), "{}", output.stderr);
    assert_eq!(story.repo.countersign(&["who", "3.3.3", "--as-of", "2027-01-31"]).code, 0);
}
