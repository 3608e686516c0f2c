//! `check` on what is offered, signed and marked.

use serde_json::json;

use crate::engagement::{ANN, BOB};
use crate::project::{DAY, Project, WORKING, check, matrix, policy, rules, text, weighty};

#[test]
fn a_version_goes_from_draft_to_in_force() {
    let mut one = Project::offered();
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, rules(&report)), (5, vec!["offer-in-time"]), "{report:#}");
    assert_eq!(report["matrices"][0]["standing"], "offered");
    let why = report["notInForce"][0]["why"].as_str().unwrap();
    assert!(why.contains("Acme Defense and Harbor MSP have still to sign"), "{why}");
    one.signed.approve(ANN, "1.0");
    one.record("Ann signs");
    let why = one.check(&["--effective"]).1["notInForce"][0]["why"].to_string();
    assert!(why.contains("Acme Defense has still to sign"), "{why}");
    one.signed.approve(BOB, "1.0");
    one.record("Bob signs");
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, rules(&report)), (1, vec!["mark-present", "version-closed"]), "{report:#}");
    assert_eq!(one.check(&[]).0, 0);
    one.signed.mark("1.0", |_| ());
    one.record("Mark");
    one.prove();
}

#[test]
fn verdicts_survive_clones_archives_and_squashes() {
    let one = Project::in_force();
    let anchor = one.anchor();
    let words = ["--effective", "--anchor", &anchor];
    let (_, report) = one.check(&words);
    let same = |(code, other): (i32, serde_json::Value)| {
        assert_eq!(code, 0, "{other:#}");
        assert_eq!(other["matrices"], report["matrices"]);
        assert_eq!(other["findings"], report["findings"]);
    };
    same(check(&one.repo.clone_depth(1), &words));
    same(check(&one.repo.archive(), &words));
    let squashed = one.repo.clone_whole();
    squashed.git(&["checkout", "-q", "--orphan", "squashed"]);
    squashed.commit("Everything at once");
    same(check(&squashed, &words));
}

#[test]
fn a_working_text_stays_what_was_offered() {
    let one = Project::in_force();
    let mut other = matrix("1.0", "2026-11-15");
    other["title"] = json!("Another title");
    one.repo.write(WORKING, text(&other));
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, weighty(&report)), (1, vec!["offered-text-is-kept"]), "{report:#}");
    assert_eq!(report["matrices"][0]["standing"], "draft");
    assert_eq!(report["matrices"][0]["inForce"]["version"], "1.0");
    other["version"] = json!("1.1");
    one.repo.write(WORKING, text(&other));
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, weighty(&report)), (0, vec![]), "a new draft beside the version in force");
    assert_eq!(report["matrices"][0]["inForce"]["since"], "2026-11-15");
}

#[test]
fn a_mark_says_what_is_so_and_changes_nothing() {
    let mut one = Project::in_force();
    let path = "signoffs/acme-cmmc-l2/1.0/effective.json";
    let mark = one.signed.tree.remove(path).unwrap();
    one.repo.remove(path).commit("Unmark");
    assert_eq!((one.check(&[]).0, one.check(&["--effective"]).0), (0, 1));
    let forged = String::from_utf8(mark.bytes.to_vec()).unwrap().replace("2026-11-15", "2026-11-14");
    one.repo.write(path, forged).commit("Forge");
    let (code, report) = one.check(&[]);
    assert_eq!((code, weighty(&report)), (1, vec!["mark-holds"]));
    assert_eq!(report["matrices"][0]["standing"], "in-force");
}

/// What two parties agreed to stays in force when a rule comes later; that something is wrong with it is told.
#[test]
fn a_later_rule_takes_nothing_out_of_force() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-11-16");
    one.signed.approve(ANN, "1.1");
    one.signed.approve(BOB, "1.1");
    one.signed.acknowledge(ANN, "1.1");
    one.signed.mark("1.1", |_| ());
    one.record("1.1 is agreed");
    one.prove();
    one.repo.write("policies/acme.json", policy("error"));
    let (code, report) = one.check(&["--effective"]);
    assert_eq!(code, 1);
    assert_eq!(report["matrices"][0]["standing"], "in-force");
    assert_eq!(report["notInForce"], json!(null));
    let files = report["findings"].as_array().unwrap().iter().map(|one| one["file"].as_str().unwrap());
    assert!(files.into_iter().all(|file| file == WORKING), "superseded versions are history: {report:#}");
    one.repo.remove(WORKING);
    let (code, report) = one.check(&["--effective"]);
    assert_eq!(
        (code, weighty(&report)),
        (0, vec!["acme-is-gold"]),
        "told, and only the next version can mend it"
    );
    assert_eq!(report["matrices"][0]["file"], "signoffs/acme-cmmc-l2/1.1/matrix.json", "{report:#}");
}

#[test]
fn an_offered_version_is_judged_beside_the_next_draft() {
    let mut one = Project::in_force();
    let mut vague = matrix("1.1", "2026-12-01");
    vague["rows"][0].as_object_mut().unwrap().remove("reviewed");
    one.signed.offer_json("1.1", &vague);
    one.record("Offer 1.1");
    let (code, report) = one.check(&[]);
    assert_eq!(code, 1, "what a draft may lack is an error once offered");
    assert_eq!(report["findings"][0]["file"], "signoffs/acme-cmmc-l2/1.1/matrix.json");
    let standing = &report["matrices"][0]["standing"];
    assert_eq!((standing.as_str(), report["matrices"].as_array().unwrap().len()), (Some("in-force"), 1));
}

#[test]
fn how_it_was_recorded_is_told_and_changes_nothing() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-11-20");
    one.signed.approve(ANN, "1.1");
    one.repo.write("notes.txt", "something else");
    one.record("Sign\n\nCountersign-Party: acme\n");
    let (code, report) = one.check(&[]);
    let mut told = weighty(&report);
    told.sort_unstable();
    assert_eq!((code, told), (0, vec!["record-stands-alone", "record-trailers-agree"]));
    assert_eq!(weighty(&check(&one.repo.archive(), &[]).1), Vec::<&str>::new());
}

#[test]
fn no_configuration_has_a_say() {
    let mut one = Project::offered();
    one.signed.approve(ANN, "1.0");
    one.record("Ann signs");
    let off = json!({ "format": "countersign/config/1", "packs": ["core"], "rules": { "mark-holds": { "severity": "off" } } });
    one.repo.write("countersign.json", text(&off));
    let (code, report) = one.check(&[]);
    assert_eq!((code, rules(&report)[0]), (2, "policy-is-valid"), "{report:#}");
}

#[test]
fn a_check_of_some_paths_leaves_the_others_alone() {
    let one = Project::in_force();
    let mut other = matrix("1.0", "2026-11-15");
    other["id"] = json!("other");
    one.repo.write("matrices/other.json", text(&other));
    one.repo.write("signoffs/other/1.0/matrix.json", "{}");
    one.record("Junk");
    assert_eq!(one.check(&[]).0, 1);
    assert_eq!(one.check(&["--effective", WORKING]).0, 0, "{:#}", one.check(&["--effective", WORKING]).1);
    assert_eq!(one.check(&["matrices/other.json"]).0, 1);
}

#[test]
fn a_version_is_shown_with_how_it_stands() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-12-01");
    let show = |words: &[&str]| {
        let all: Vec<&str> = ["show"].iter().chain(words).copied().collect();
        let output = one.repo.countersign(&all);
        assert_eq!(output.code, 0, "{}", output.stderr);
        output.stdout
    };
    let as_of = |words: &[&str]| show(&[words, &["--as-of", DAY]].concat());
    assert!(as_of(&["acme-cmmc-l2"]).contains("acme-cmmc-l2 1.0, in force on 2026-11-20: from 2026-11-15"));
    assert!(as_of(&["acme-cmmc-l2@1.1"]).contains("offered for signature"));
    assert!(show(&["acme-cmmc-l2"]).contains("offered for signature"));
    assert!(as_of(&["acme-cmmc-l2", "--version", "1.0"]).contains("in force since 2026-11-15"));
    assert!(as_of(&[WORKING, "--version", "1.0"]).contains("in force since 2026-11-15"));
    assert_eq!(one.repo.countersign(&["show", "acme-cmmc-l2", "--version", "3.0"]).code, 3);
}

#[test]
fn a_runner_gets_annotations_and_a_summary() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-12-01");
    one.repo.write("signoffs/acme-cmmc-l2/1.0/effective.json", "{}").commit("Break the mark");
    let summary = one.repo.path("summary.md");
    let (anchor, file) = (one.anchor(), summary.display().to_string());
    let settings =
        [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", file.as_str()), ("COUNTERSIGN_ANCHOR", &anchor)];
    let output = one.repo.countersign_with(&["check", "--ci", "--as-of", DAY], &settings);
    assert_eq!(output.code, 1);
    assert!(output.stdout.starts_with("::error file=signoffs/"), "{}", output.stdout);
    assert!(one.repo.read("summary.md").contains("mark-holds"));
}

/// Several at once: what could not be judged goes before what is wrong, and that before what is not in force.
#[test]
fn the_exit_code_is_that_of_the_gravest() {
    let one = Project::offered();
    assert_eq!(one.check(&["--effective"]).0, 5);
    one.repo.write("trust/junk.json", "{}").commit("Junk");
    assert_eq!(one.check(&["--effective"]).0, 1);
    one.repo.remove(WORKING).remove("signoffs").commit("Nothing left");
    assert_eq!(one.check(&["--effective"]).0, 3);
    assert_eq!(one.check(&["--effective", "--ci"]).0, 4);
    one.repo.write("countersign.json", "{").commit("No configuration");
    let (code, report) = one.check(&["--effective", "--ci"]);
    assert_eq!(code, 2);
    assert!(rules(&report).contains(&"trust-is-tidy"), "sign-offs are judged all the same: {report:#}");
    let status = one.repo.countersign(&["status", "--as-of", DAY]);
    assert_eq!(status.code, 2, "{}", status.stdout);
}

#[test]
fn a_project_may_lie_in_a_folder_of_the_repository() {
    let one = Project::in_force();
    let moved = crate::support::Repo::new();
    for path in one.signed.tree.keys().map(String::as_str).chain([WORKING]) {
        moved.write(&format!("clients/acme/{path}"), one.repo.read(path));
    }
    let config = json!({ "format": "countersign/config/1", "packs": ["core"] });
    moved.write("clients/acme/countersign.json", text(&config)).commit("One of many clients");
    let anchor = one.anchor();
    let words = ["-C", "clients/acme", "check", "--as-of", DAY, "--effective", "--anchor", &anchor];
    let output = moved.countersign(&words);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    let again = [&words[..], &["--at", "HEAD", "--since", "HEAD"]].concat();
    assert_eq!(moved.countersign(&again).code, 0);
}

#[test]
fn verdicts_survive_every_way_of_merging() {
    let mut one = Project::in_force();
    one.repo.branch("proposal");
    one.offer("1.1", "2026-11-16");
    one.signed.approve(ANN, "1.1");
    one.record("Ann signs");
    one.signed.approve(BOB, "1.1");
    one.signed.acknowledge(ANN, "1.1");
    one.signed.mark("1.1", |_| ());
    one.record("Bob signs, and it is marked");
    one.prove();
    for way in ["squash", "rebase", "merge"] {
        one.repo.switch("main").git(&["checkout", "-q", "-b", way]);
        one.repo.write(&format!("{way}.txt"), "main went on").commit("Main went on");
        match way {
            "squash" => drop(one.repo.squash("proposal")),
            "rebase" => {
                one.repo.git(&["checkout", "-q", "-b", "rebased", "proposal"]);
                one.repo.rebase(way);
            }
            _ => drop(one.repo.merge("proposal")),
        }
        one.prove();
        assert_eq!(one.check(&[]).1["matrices"][0]["version"], "1.1", "{way}");
    }
}
