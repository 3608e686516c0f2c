//! `check` on what is offered, signed and marked.

use serde_json::{Value, json};

use crate::standing::project::{DAY, Project, WORKING, check, matrix, policy, rules, text, weighty};
use crate::support::engagement::{ANN, BOB};

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
    assert_eq!((code, rules(&report)), (5, vec!["version-closed"]), "{report:#}");
    let why = report["notInForce"][0]["why"].as_str().unwrap();
    assert!(why.contains("it waits for the last word of Harbor MSP"), "{why}");
    one.signed.acknowledge(ANN, "1.0");
    one.record("Ann closes");
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, rules(&report)), (1, vec!["mark-present"]), "{report:#}");
    assert_eq!(report["next"], "countersign mark acme-cmmc-l2@1.0");
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
    let message = |report: &serde_json::Value| report["findings"][0]["message"].as_str().unwrap().to_owned();
    assert!(message(&report).ends_with("this text differs from it"), "{report:#}");
    one.repo.write(WORKING, text(&matrix("1.0", "2026-11-15")).replace('\n', "\r\n"));
    let (_, report) = one.check(&["--effective"]);
    assert!(message(&report).ends_with("only the line ends of this text differ: CRLF"), "{report:#}");
    other["version"] = json!("1.1");
    one.repo.write(WORKING, text(&other));
    let (code, report) = one.check(&["--effective"]);
    let left = vec!["version-can-be-signed"];
    assert_eq!(
        (code, weighty(&report)),
        (0, left),
        "a new draft whose day has passed, beside the version in force"
    );
    other["effectiveFrom"] = json!("2027-01-15");
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

/// What `sign` refuses a draft for, `check` has said before, committed or not.
#[test]
fn a_draft_is_measured_against_what_both_approved() {
    let one = Project::in_force();
    let mut next = matrix("2.0", "2026-12-01");
    next["rows"][0]["cadence"] = json!("monthly");
    one.repo.write(WORKING, text(&next));
    for _ in 0..2 {
        let (code, report) = one.check(&[]);
        assert_eq!((code, weighty(&report)), (0, vec!["review-follows-change"]), "{report:#}");
        assert_eq!(report["matrices"][0]["blocking"], 1);
        one.repo.commit("Monthly");
    }
    crate::support::reviews::read(&mut next, 0, DAY);
    one.repo.write(WORKING, text(&next)).commit("Walk through it again");
    assert_eq!(weighty(&one.check(&[]).1), Vec::<&str>::new());
}

/// Findings come before what is not in force, and neither hides the other.
#[test]
fn before_its_day_an_unmarked_version_fails_and_is_not_in_force() {
    let mut one = Project::in_force();
    one.repo.remove("signoffs/acme-cmmc-l2/1.0/effective.json");
    one.signed.tree.remove("signoffs/acme-cmmc-l2/1.0/effective.json");
    one.record("Unmark");
    let words = ["check", "--effective", "--as-of", "2026-11-10"];
    let output = one.repo.countersign(&words);
    assert_eq!(output.code, 1, "{}", output.stdout);
    for line in ["error[mark-present]", "not in force:", "failed, and not in force: 1 matrix; 1 error"] {
        assert!(output.stdout.contains(line), "{line}\n{}", output.stdout);
    }
    one.signed.mark("1.0", |_| ());
    one.record("Mark");
    let output = one.repo.countersign(&words);
    assert_eq!(output.code, 5, "{}", output.stdout);
    assert!(output.stdout.contains("comes into force on 2026-11-15"), "{}", output.stdout);
}

/// What two parties agreed to stays in force when a rule comes later; that something is wrong with it is told.
#[test]
fn a_later_rule_takes_nothing_out_of_force() {
    let mut one = Project::in_force();
    one.offer("1.1", "2026-11-16");
    one.signed.approve(ANN, "1.1");
    one.signed.approve(BOB, "1.1");
    one.signed.acknowledge(ANN, "1.1");
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
        (1, vec!["working-text-is-there", "acme-is-gold"]),
        "only the next version can mend the one, and a text that is gone is an error"
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

/// Returns the working text of the next version, in which something material changed and was walked through again.
fn monthly(version: &str) -> Value {
    let mut next = matrix(version, "2026-12-01");
    next["rows"][0]["cadence"] = json!("monthly");
    crate::support::reviews::read(&mut next, 0, "2026-11-19");
    next
}

#[test]
fn a_version_has_to_rise_as_much_as_it_changed() {
    let mut one = Project::in_force();
    one.repo.write(WORKING, text(&monthly("1.0")));
    let (_, report) = one.check(&[]);
    assert_eq!(weighty(&report), ["offered-text-is-kept"], "a number that nobody touched is told once");
    let help = report["findings"][0]["help"].as_str().unwrap();
    assert!(help.starts_with("raise `version` to 2.0"), "{help}");
    one.repo.write(WORKING, text(&monthly("1.1"))).commit("Review every month");
    let (code, report) = one.check(&[]);
    assert_eq!((code, weighty(&report)), (0, vec!["version-says-how-much-changed"]));
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains("since version 1.0") && message.contains("has to be 2.0 at least"), "{message}");
    one.signed.offer_json("1.1", &monthly("1.1"));
    one.record("Offer 1.1");
    let (code, report) = one.check(&[]);
    assert_eq!((code, weighty(&report)), (1, vec!["version-says-how-much-changed"]), "once it is offered");
    one.signed.tree.retain(|path, _| !path.contains("/1.1/"));
    one.repo.remove("signoffs/acme-cmmc-l2/1.1").write(WORKING, text(&monthly("2.0"))).commit("As 2.0");
    assert_eq!(weighty(&one.check(&[]).1), [""; 0]);
}

#[test]
fn what_changed_since_the_agreed_version_is_found_commits_later() {
    let one = Project::in_force();
    let mut next = matrix("2.0", "2026-12-01");
    next["rows"][0]["cadence"] = json!("monthly");
    one.repo.write(WORKING, text(&next)).commit("Review every month");
    one.repo.write("README.md", "later").commit("Something else");
    assert_eq!(weighty(&one.check(&[]).1), ["review-follows-change"], "as `sign` would say");
}

#[test]
fn without_an_agreed_version_a_revision_is_measured_against() {
    let repo = crate::support::Repo::new();
    repo.write(WORKING, text(&matrix("1.0", "2026-12-01"))).commit("Draft");
    let found = |words: &[&str]| weighty(&check(&repo, words).1).join(" ");
    repo.write(WORKING, text(&monthly("1.0"))).commit("Review every month");
    assert_eq!(found(&["--since", "HEAD~1"]), "", "a draft that was never agreed need not rise");
    repo.write(WORKING, text(&monthly("1.1"))).commit("As 1.1");
    assert_eq!(found(&["--since", "HEAD~2"]), "version-says-how-much-changed");
    assert_eq!(found(&[]), "");
}

/// Returns the next version in which the client has alone what both shared.
fn handed_back() -> Value {
    let mut next = matrix("2.0", "2026-12-01");
    let row = &mut next["rows"][0];
    row.as_object_mut().unwrap().remove("shared");
    row["allocation"] = json!("client");
    for duty in [0, 2] {
        row["duties"][duty]["party"] = json!("acme");
    }
    crate::support::reviews::read(&mut next, 0, "2026-11-19");
    next
}

#[test]
fn work_that_goes_back_to_the_client_needs_a_reason() {
    let one = Project::in_force();
    let mut next = handed_back();
    one.repo.write(WORKING, text(&next)).commit("Acme reviews access itself");
    let (code, report) = one.check(&[]);
    assert_eq!((code, weighty(&report)), (0, vec!["move-to-client-is-justified"]));
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("Harbor MSP no longer performs") && message.contains("version 1.0"),
        "{message}"
    );
    next["rows"][0]["justification"] = json!("Acme hired an administrator");
    crate::support::reviews::read(&mut next, 0, "2026-11-20");
    one.repo.write(WORKING, text(&next));
    assert_eq!(weighty(&one.check(&[]).1), [""; 0]);
}

#[test]
fn a_row_that_somebody_had_is_left_to_nobody_by_no_draft() {
    let one = Project::in_force();
    let mut next = matrix("2.0", "2026-12-01");
    next["rows"][0]["allocation"] = json!("unassigned");
    next["rows"][0]["evidence"] = json!([]);
    next["rows"][0].as_object_mut().unwrap().remove("shared");
    crate::support::reviews::read(&mut next, 0, "2026-11-19");
    one.repo.write(WORKING, text(&next)).commit("Leave it");
    let (code, report) = one.check(&[]);
    let found = weighty(&report);
    assert_eq!((code, found[0]), (1, "row-keeps-an-owner"));
    assert!(found.contains(&"agreed-row-keeps-its-evidence"), "{found:?}");
}

#[test]
fn an_engagement_writes_rules_about_changes() {
    let rule = |check: Value| {
        text(
            &json!({ "format": "countersign/policy/1", "id": "acme", "title": "Acme's own rules", "rules": [{
            "id": "acme-deadlines-stay", "title": "Deadlines do not loosen", "why": "Acme plans with them.",
            "fix": "Keep the deadline.", "severity": "error", "stage": "always", "references": [],
            "check": check, "message": "row `{row}`: {said} since {base}",
            "examples": { "pass": [{}], "fail": [{ "rows": [{ "duties": [{ "within": { "time": "P9D" } }] }] }] }
        }] }),
        )
    };
    let one = Project::in_force();
    let check_of = |check: Value| {
        one.repo.write("policies/acme.json", rule(check));
        one.check(&[])
    };
    let mut next = matrix("2.0", "2026-12-01");
    next["rows"][0]["duties"][0]["within"]["time"] = json!("P9D");
    crate::support::reviews::read(&mut next, 0, "2026-11-19");
    one.repo.write(WORKING, text(&next)).commit("More time");
    let (code, report) = check_of(json!({ "kind": "change", "class": ["deadline-loosened"], "must": false }));
    assert_eq!((code, weighty(&report)), (1, vec!["acme-deadlines-stay"]));
    let wrong = [
        json!({ "kind": "change", "class": ["no-such"], "must": false }),
        json!({ "kind": "change", "must": { "type": 7 } }),
        json!({ "kind": "change" }),
        json!({ "kind": "coverage", "catalog": "c", "must": false }),
    ];
    for check in wrong {
        assert_eq!(check_of(check.clone()).0, 2, "{check}");
    }
}
