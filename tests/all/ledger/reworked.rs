//! Texts that change in every way at once: what is found by looking only at what differs is what comparing all finds.

use std::collections::BTreeMap;

use countersign::diff::{self, Class, Diff};
use countersign::matrix::Matrix;
use serde_json::{Value, json};

use crate::ledger::story::Story;

const ID: &str = "acme-msp";
const PATH: &str = "matrices/acme-msp.json";

/// The story, and then a matrix that is written anew, sorted, renamed, broken and mended.
fn reworked() -> Story {
    let story = Story::new();
    let mut matrix: Value = serde_json::from_str(&story.repo.read(PATH)).unwrap();
    let mut day = 0;
    let mut commit = |text: &str, words: &str| {
        day += 1;
        story.repo.write(PATH, text).on_day(&format!("2028-10-{day:02}")).commit(words);
    };
    let rows = |matrix: &mut Value, change: &dyn Fn(&mut Vec<Value>)| {
        change(matrix["rows"].as_array_mut().unwrap());
    };
    commit(&matrix.to_string(), "Write it on one line");
    rows(&mut matrix, &|rows| rows.reverse());
    commit(&matrix.to_string(), "Turn the order round");
    let pretty = |matrix: &Value| serde_json::to_string_pretty(matrix).unwrap();
    commit(&pretty(&matrix), "Write it on many lines");
    rows(&mut matrix, &|rows| rows[1]["id"] = json!("another-name"));
    commit(&pretty(&matrix), "Rename a row");
    let party = matrix["parties"][0]["id"].clone();
    matrix["defaults"] = json!({ "cadence": "weekly", "duties": [{ "do": "verify", "party": party }] });
    commit(&pretty(&matrix), "Let another verify everything");
    commit("{", "Break it");
    commit(r#"{"id": "acme-msp", "rows": [{}]}"#, "Break it in another way");
    rows(&mut matrix, &|rows| {
        rows.remove(0);
        rows[2]["allocation"] = json!("unassigned");
    });
    commit(&pretty(&matrix), "Mend it with a row less");
    rows(&mut matrix, &|rows| {
        let (one, other) = (rows[0]["id"].clone(), rows[3]["id"].clone());
        (rows[0]["id"], rows[3]["id"]) = (other, one);
    });
    commit(&pretty(&matrix), "Exchange two ids");
    matrix["title"] = json!("Another title");
    rows(&mut matrix, &|rows| rows[1]["title"] = json!("Other words"));
    commit(&matrix.to_string(), "Say it in other words on one line");
    matrix["version"] = json!("9.0");
    rows(&mut matrix, &|rows| rows[2]["allocation"] = json!("provider"));
    commit(&matrix.to_string(), "Give a row to the provider");
    story
}

fn json(story: &Story, words: &[&str]) -> Value {
    let output = story.repo.countersign(&[words, &["--format", "json"]].concat());
    assert_eq!(output.code, 0, "{words:?}: {}", output.stderr);
    serde_json::from_str(&output.stdout).unwrap()
}

/// Each commit of the file by stock git, oldest first, with the matrix that it held and what changed, all rows compared.
fn compared(story: &Story) -> Vec<(String, Option<(Matrix, Diff)>)> {
    let log = story.repo.git(&["log", "--first-parent", "--reverse", "--format=%H", "--", PATH]);
    let mut last: Option<Matrix> = None;
    let held = log.lines().map(|commit| {
        let text = story.repo.git(&["show", &format!("{commit}:{PATH}")]);
        let Ok(is) = serde_json::from_str::<Matrix>(&text) else { return (commit.to_owned(), None) };
        let was = last.replace(is.clone()).unwrap_or_else(|| is.without_rows());
        let diff = diff::compare(&was, &is);
        (commit.to_owned(), Some((is, diff)))
    });
    held.collect()
}

#[test]
fn blame_is_what_comparing_whole_texts_gives() {
    let story = reworked();
    let mut changed: BTreeMap<String, String> = BTreeMap::new();
    let mut held = 0;
    for (commit, found) in compared(&story) {
        let Some((matrix, diff)) = found else { continue };
        held += 1;
        let rows = matrix.rows.iter().map(|row| {
            let is_it = |id: &Option<String>| id.as_ref() == Some(&row.id);
            let facts = diff.rows.iter().find(|facts| is_it(&facts.row.after));
            let old = facts.and_then(|facts| facts.row.before.as_ref()).unwrap_or(&row.id);
            let mut touching = diff.changes.iter().filter(|change| {
                change.material || change.class != Class::TermsChanged && change.field != "id"
            });
            let touched = touching.any(|change| change.row.as_ref().is_some_and(|of| is_it(&of.after)));
            let known = changed.get(old).filter(|_| !touched).unwrap_or(&commit);
            (row.id.clone(), known.clone())
        });
        changed = rows.collect();
    }
    assert!(held >= 10, "{held}");
    let blame = json(&story, &["blame", ID]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = blame["rows"].as_array().unwrap().iter();
    let blamed: BTreeMap<String, String> =
        rows.map(|row| (text(&row["row"]), text(&row["commit"]))).collect();
    assert_eq!(blamed, changed);
    assert!(changed.values().collect::<std::collections::BTreeSet<_>>().len() >= 2, "{changed:?}");
}

#[test]
fn the_changes_of_each_commit_are_those_of_whole_texts() {
    let story = reworked();
    let history = json(&story, &["history", ID, "--commits"]);
    let list = history["commits"]["list"].as_array().unwrap();
    let compared = compared(&story);
    assert_eq!(list.len(), compared.len());
    for (told, (commit, found)) in list.iter().zip(&compared) {
        assert_eq!(told["commit"], **commit);
        let Some((_, diff)) = found else {
            let note = told["note"].as_str().unwrap();
            assert!(note.starts_with("what it holds cannot be read as a matrix: "), "{note}");
            continue;
        };
        let of_dates = ["version", "effectiveFrom"];
        let changes = diff.changes.iter().filter(|change| !of_dates.contains(&change.field.as_str()));
        let whole: Vec<Value> = changes
            .map(|change| {
                json!([change.row.as_ref().map(|row| row.id()), diff.says(change), change.takes_on])
            })
            .collect();
        let changes = told["changes"].as_array().unwrap().iter();
        let ours: Vec<Value> =
            changes.map(|change| json!([change["row"], change["says"], change["takesOn"]])).collect();
        assert_eq!(ours, whole, "{}", told["summary"]);
    }
    let forms = list.iter().filter(|one| one["note"] == "it changes nothing but the form").count();
    assert_eq!(forms, 3, "one line, another order, many lines");
}

#[test]
fn a_row_is_followed_through_another_name_and_what_cannot_be_read() {
    let story = reworked();
    let history = json(&story, &["history", "another-name", "--commits"]);
    let list = history["commits"]["list"].as_array().unwrap();
    let told: Vec<&str> = list.iter().map(|one| one["summary"].as_str().unwrap()).collect();
    for summary in ["Rename a row", "Let another verify everything", "Break it", "Break it in another way"] {
        assert!(told.contains(&summary), "{summary}: {told:?}");
    }
    assert!(!told.contains(&"Turn the order round") && !told.contains(&"Write it on one line"), "{told:?}");
}
