//! Names of yesterday: a row that was renamed, or whose matrix took another one's place, answers to its old name.

use serde_json::{Value, json};

use super::story::Story;
use crate::support::Repo;
use crate::support::engagement::{ANN, BOB, Engagement};

fn text(id: &str, version: &str, from: &str, row: &str) -> Value {
    json!({
        "format": "countersign/matrix/1", "id": id, "kind": "engagement", "version": version,
        "title": format!("Work of {id}"), "effectiveFrom": from,
        "parties": [
            { "id": "acme", "side": "client", "name": "Acme" },
            { "id": "harbor", "side": "provider", "name": "Harbor" },
        ],
        "scopes": [{ "id": "cloud", "title": "Cloud" }, { "id": "plant", "title": "Plant floor" }],
        "rows": [
            {
                "id": row, "title": "Review of the audit logs", "controls": [], "references": ["SOW 4.2"], "allocation": "shared",
                "shared": { "mode": "split-scope" },
                "duties": [
                    { "do": "perform", "party": "harbor", "text": "Read the alerts of the portal every morning", "scope": ["cloud"] },
                    { "do": "perform", "party": "acme", "text": "Read the prints of the presses every Friday", "scope": ["plant"] },
                ],
            },
            { "id": "other", "title": "Another row", "controls": [], "references": ["SOW 9"], "allocation": "client",
              "duties": [{ "do": "perform", "party": "acme" }] },
        ],
    })
}

/// Two versions of a matrix, the second of which renames a row, and a matrix that takes its place.
fn story() -> Story {
    let mut story = Story { repo: Repo::new(), signed: Engagement::new() };
    let by = [("2026-01-05", ANN), ("2026-01-06", BOB)];
    story.agree(&text("acme", "1.0", "2026-01-10", "log-review"), by);
    story.agree(
        &text("acme", "2.0", "2026-03-01", "log-event-review"),
        [("2026-02-05", ANN), ("2026-02-06", BOB)],
    );
    story
}

fn who(story: &Story, words: &[&str]) -> Value {
    let output = story.repo.countersign(&[&["who", "--format", "json"], words].concat());
    serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}{}", output.stdout, output.stderr))
}

fn rows(answer: &Value) -> Vec<&str> {
    let answers = answer["answers"].as_array().unwrap().iter();
    let readings = answers.flat_map(|one| one["readings"].as_array().unwrap());
    readings.flat_map(|one| one["rows"].as_array().unwrap()).map(|row| row["id"].as_str().unwrap()).collect()
}

#[test]
fn a_row_answers_to_its_old_name_and_to_the_next_one() {
    let mut story = story();
    let today = who(&story, &["log-review", "--as-of", "2026-06-01"]);
    assert_eq!((rows(&today), &today["exitCode"]), (vec!["log-event-review"], &json!(0)), "{today}");
    let note = today["answers"][0]["notes"][0].as_str().unwrap();
    assert_eq!(
        note,
        "`log-review` is the name that acme 1.0 has for it; version 2.0 calls it `log-event-review`"
    );
    // Asked by the name of today, the day before answers too.
    let then = who(&story, &["log-event-review", "--as-of", "2026-02-01"]);
    assert_eq!(rows(&then), ["log-review"], "{then}");
    assert_eq!(rows(&who(&story, &["log-review", "--as-of", "2026-02-01"])), ["log-review"]);

    let mut heir = text("acme-2", "1.0", "2026-05-01", "log-watch");
    heir["replaces"] = json!([{ "id": "acme", "version": "2.0" }]);
    story.agree(&heir, [("2026-04-05", ANN), ("2026-04-06", BOB)]);
    let heir = who(&story, &["log-review", "--as-of", "2026-06-01"]);
    assert_eq!(rows(&heir), ["log-watch"], "{heir}");
    let unknown = story.repo.countersign(&["who", "log-revue", "--as-of", "2026-06-01"]);
    assert_eq!(unknown.code, 3, "{}", unknown.stdout);
}

#[test]
fn a_scope_is_asked_by_its_id_or_its_title() {
    let story = story();
    let does = |words: &[&str]| -> Vec<String> {
        let answer = who(&story, words);
        let row = &answer["answers"][0]["readings"][0]["rows"][0];
        row["duties"]
            .as_array()
            .unwrap()
            .iter()
            .map(|duty| duty["party"].as_str().unwrap().to_owned())
            .collect()
    };
    let on = ["log-event-review", "--as-of", "2026-06-01"];
    assert_eq!(does(&on), ["harbor", "acme"]);
    assert_eq!(does(&[&on[..], &["--scope", "cloud"]].concat()), ["harbor"]);
    assert_eq!(does(&[&on[..], &["--scope", "Plant floor"]].concat()), ["acme"]);
    let unknown = story.repo.countersign(&[&["who"], &on[..], &["--scope", "moon"]].concat());
    assert_eq!(unknown.code, 2, "{}{}", unknown.stdout, unknown.stderr);
    assert!(unknown.stderr.contains("cloud") && unknown.stderr.contains("plant"), "{}", unknown.stderr);
}

#[test]
fn a_standard_is_told_as_one_by_every_command() {
    let repo = Repo::new();
    let mut standard = text("usual", "1.0", "2026-01-01", "log-review");
    standard["kind"] = json!("standard");
    let fields = standard.as_object_mut().unwrap();
    fields.remove("effectiveFrom");
    repo.write("matrices/usual.json", standard.to_string()).commit("A standard");
    let said = |words: &[&str]| {
        let output = repo.countersign(words);
        format!("{}{}", output.stdout, output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let who = said(&["who", "log-review"]);
    assert!(who.contains("The standard, version 1.0, which nobody signs, says:"), "{who}");
    assert!(who.contains("Read the alerts of the portal every morning"), "{who}");
    let status = said(&["status"]);
    assert!(status.contains("a standard, which nobody signs"), "{status}");
    let check = said(&["check"]);
    assert!(check.contains("nobody reviews or signs it"), "{check}");
    let show = said(&["show", "usual"]);
    for (command, said) in [("who", &who), ("status", &status), ("check", &check), ("show", &show)] {
        for word in
            ["walked through", "a draft", ", draft", "can be signed", "before a signature", "may sign yet"]
        {
            assert!(!said.contains(word), "{command} says {word}: {said}");
        }
    }
}
