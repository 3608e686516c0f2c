//! `diff` of versions that were offered, and what its sides are called.

use serde_json::{Value, json};

use crate::standing::project::{Project, WORKING, matrix, text};
use crate::support::Output;

fn diff(one: &Project, words: &[&str]) -> Output {
    one.repo.countersign(&[&["diff"], words].concat())
}

#[test]
fn a_version_is_compared_with_another_and_with_the_working_text() {
    let mut one = Project::in_force();
    let mut next = matrix("1.1", "2027-12-01");
    next["title"] = json!("Acme and Harbor");
    one.signed.offer_json("1.1", &next);
    next["rows"][0]["cadence"] = json!("monthly");
    one.repo.write(WORKING, text(&next));
    one.record("Offer 1.1");
    let said = diff(&one, &["acme-cmmc-l2@1.0", "acme-cmmc-l2@1.1"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let first = said.stdout.split("\n\n").next().unwrap().replace("\n ", "");
    let (before, after) = first.split_once(" to ").unwrap();
    assert_eq!(before, "from acme-cmmc-l2@1.0 (in force since 2026-11-15)");
    assert!(after.starts_with("acme-cmmc-l2@1.1 (offered for signature; "), "{after}");
    assert!(
        said.stdout.contains("the title changed") && !said.stdout.contains("more often"),
        "{}",
        said.stdout
    );
    let said = diff(&one, &["acme-cmmc-l2@1.1"]);
    let flat = said.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains(" to work tree ") && said.stdout.contains("more often"), "{}", said.stdout);
    assert!(!said.stdout.contains("the title changed"), "{}", said.stdout);
}

#[test]
fn other_matrices_are_no_part_of_it() {
    let one = Project::in_force();
    let mut other = matrix("1.0", "2026-11-15");
    other["id"] = json!("other");
    one.repo.write("matrices/other.json", text(&other));
    let said = diff(&one, &["acme-cmmc-l2@1.0"]);
    assert!(said.stdout.ends_with("no matrix changed\n"), "{}", said.stdout);
}

#[test]
fn an_unknown_version_names_those_there_are() {
    let one = Project::in_force();
    let said = diff(&one, &["acme-cmmc-l2@9.9"]);
    assert_eq!(said.code, 3);
    assert!(said.stderr.contains("there are acme-cmmc-l2@1.0"), "{}", said.stderr);
    let said = diff(&one, &["no-such@1.0"]);
    assert_eq!(said.code, 3);
    assert!(said.stderr.contains("no version of `no-such` was ever offered"), "{}", said.stderr);
}

/// Nothing was compared under such a name, so no answer may look like "nothing changed".
#[test]
fn a_name_that_no_side_has_is_told_and_one_that_did_not_change_is_silent() {
    let one = Project::in_force();
    for words in [&["--matrix", "no-such"][..], &["acme-cmmc-l2@1.0", "--matrix", "no-such"]] {
        let said = diff(&one, words);
        assert_eq!(said.code, 3, "{words:?}: {}", said.stdout);
        assert!(said.stderr.contains("there is no matrix `no-such` on either side"), "{}", said.stderr);
    }
    for words in [
        &["--matrix", "acme-cmmc-l2"][..],
        &["--matrix", WORKING],
        &["HEAD", "HEAD", "--matrix", "acme-cmmc-l2"],
        &["acme-cmmc-l2@1.0", "--matrix", "acme-cmmc-l2"],
    ] {
        let said = diff(&one, words);
        assert_eq!(said.code, 0, "{words:?}: {}", said.stderr);
        assert!(said.stdout.ends_with("no matrix changed\n"), "{words:?}: {}", said.stdout);
    }
}

/// Returns what a diff says of the version due, on one line, and the bump in its JSON.
fn bump(one: &Project) -> (String, String) {
    let said = diff(one, &[]).stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let json: Value = serde_json::from_str(&diff(one, &["--format", "json"]).stdout).unwrap();
    assert_eq!(json["summary"]["bump"], json["matrices"][0]["bump"]);
    (said, json["matrices"][0]["bump"].as_str().unwrap().to_owned())
}

#[test]
fn only_the_number_of_a_version_that_was_offered_has_to_grow() {
    let one = Project::in_force();
    let mut next = matrix("1.0", "2027-12-01");
    next["rows"][0]["cadence"] = json!("monthly");
    one.repo.write(WORKING, text(&next));
    let (said, word) = bump(&one);
    assert!(said.contains("This has to be version 2.0 at least") && word == "major", "{said}");
    next["version"] = json!("1.1");
    one.repo.write(WORKING, text(&next));
    one.record("Draft 1.1");
    next["rows"][0]["cadence"] = json!("weekly");
    one.repo.write(WORKING, text(&next));
    let (said, word) = bump(&one);
    let free = "No number has to grow since version 1.1, a draft that was not offered for signature. \
                What is due since version 1.0: countersign diff acme-cmmc-l2@1.0. Day in force: 2027-12-01.";
    assert!(said.contains(free) && word == "none", "{said}");
    assert!(said.contains("both sign version 1.1"), "{said}");
    let since = diff(&one, &["acme-cmmc-l2@1.0"]).stdout;
    assert!(since.contains("This has to be version 2.0 at least"), "{since}");
}

#[test]
fn a_matrix_that_nobody_was_asked_to_sign_is_free_to_change() {
    let one = Project::in_force();
    let mut fresh = matrix("1.0", "2027-12-01");
    fresh["id"] = json!("fresh");
    one.repo.write("matrices/fresh.json", text(&fresh));
    let (said, word) = bump(&one);
    assert!(said.contains("No number has to grow: the matrix is new.") && word == "none", "{said}");
    one.record("A second matrix");
    fresh["rows"][0]["cadence"] = json!("monthly");
    one.repo.write("matrices/fresh.json", text(&fresh));
    let (said, word) = bump(&one);
    assert!(said.contains("No number has to grow: no version was offered for signature before."), "{said}");
    assert!(said.contains("both sign version 1.0") && word == "none", "{said}");
    std::fs::remove_file(one.repo.path("matrices/fresh.json")).unwrap();
    let (said, word) = bump(&one);
    assert!(said.contains("No version is due: the matrix is gone.") && word == "none", "{said}");
}

#[test]
fn a_revision_is_named_with_its_commit_and_day() {
    let one = Project::in_force();
    let id = one.repo.head();
    one.repo.write("README.md", "later").commit("Later");
    let said = diff(&one, &["HEAD~1", "HEAD"]).stdout;
    let first = said.lines().next().unwrap();
    assert!(first.starts_with(&format!("from HEAD~1 ({}, 20", &id[..7])), "{first}");
    let said = diff(&one, &["HEAD~1...HEAD"]).stdout;
    assert!(said.starts_with(&format!("from where HEAD left HEAD~1 ({}, 20", &id[..7])), "{said}");
}

#[test]
fn rules_that_cannot_be_read_are_an_error_and_not_weaker() {
    let one = Project::in_force();
    one.repo.write("countersign.json", "{ \"format\": \"countersign/config/1\", \"packs\": 7 }");
    let mut next = matrix("1.1", "2026-12-01");
    next["title"] = json!("Acme and Harbor");
    one.repo.write(WORKING, text(&next));
    let said = diff(&one, &[]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stderr.contains("`countersign.json` cannot be used (work tree)"), "{}", said.stderr);
    assert!(said.stderr.contains("`countersign check` shows every fault"), "{}", said.stderr);
    assert!(!said.stdout.contains("no longer used"), "{}", said.stdout);
    assert!(said.stdout.contains("the title changed"), "what can be compared is: {}", said.stdout);
}

#[test]
fn what_was_said_in_the_commits_is_told() {
    let one = Project::in_force();
    let mut next = matrix("1.1", "2026-12-01");
    next["title"] = json!("Acme and Harbor");
    one.repo.write(WORKING, text(&next)).commit("Say it \u{1b}[31mshorter\n\nand more");
    one.repo.write("README.md", "later").commit("Something else");
    let said = diff(&one, &["HEAD~2", "HEAD"]).stdout;
    let commits: Vec<&str> = said.lines().skip_while(|line| !line.starts_with("Commits")).skip(1).collect();
    assert!(commits[0].starts_with("  Say it") && commits[0].contains("shorter ("), "{said}");
    assert!(
        !said.contains('\u{1b}') && !said.contains("Something else") && !said.contains("and more"),
        "{said}"
    );
    assert!(!diff(&one, &[]).stdout.contains("Commits"), "nothing lies between HEAD and the work tree");
}

#[test]
fn fewer_matrices_and_less_shared_coverage_are_weaker_checks() {
    let one = Project::in_force();
    let config = |matrices: &[&str], coverage: &[&[&str]]| {
        let groups = coverage.iter().map(|ids| json!({ "catalog": "cmmc-l2", "matrices": ids }));
        let groups: Vec<_> = groups.collect();
        let all = json!({ "format": "countersign/config/1", "packs": ["core"], "matrices": matrices, "coverage": groups });
        one.repo.write("countersign.json", text(&all));
        one.repo.commit("Set it");
        diff(&one, &["HEAD~1", "HEAD"]).stdout
    };
    config(&["matrices/**/*.json", "drafts/*.json"], &[&["acme-msp", "acme-mssp"]]);
    let fewer = config(&["matrices/**/*.json"], &[]);
    for told in [
        "pattern no longer says which files are matrices: drafts/*.json, from matrices/**/*.json and drafts/*.json to \
         matrices/**/*.json",
        "other matrices cover a catalogue together: cmmc-l2, from acme-msp + acme-mssp to each by itself",
    ] {
        let said = fewer.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(told), "{said}");
    }
    let more = config(&["matrices/**/*.json", "drafts/*.json"], &[]);
    assert!(!more.contains("Weaker"), "a pattern more is stricter: {more}");
    let hidden = config(&["matrices/**/*.json", "drafts/*.json"], &[&["acme-msp", "acme-mssp"]]);
    assert!(hidden.contains("other matrices cover a catalogue together"), "{hidden}");
}
