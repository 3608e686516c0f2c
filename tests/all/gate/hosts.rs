//! Where the gate runs: events, forks, queues, pushes, tags, cut-off history; what it prints and writes.

use serde_json::json;

use super::place::{errors, gate, github, in_force, judged, pull_request, write_json};
use crate::standing::project::{DAY, Project, WORKING, matrix, text};
use crate::support::Repo;

/// A pull request in which the work of a row goes to the client; returns the base and the head.
fn moved() -> (Project, String, String) {
    let (one, base) = in_force();
    let mut value = matrix("2.0", "2026-12-24");
    let row = &mut value["rows"][0];
    row["allocation"] = json!("client");
    row.as_object_mut().unwrap().remove("shared");
    row.as_object_mut().unwrap().remove("services");
    for duty in row["duties"].as_array_mut().unwrap() {
        duty["party"] = json!("acme");
    }
    one.repo.write(WORKING, text(&value));
    let head = one.repo.commit("Move the work");
    (one, base, head)
}

#[test]
fn a_pull_request_says_what_moves_what_was_found_and_who_signs() {
    let (one, base, head) = moved();
    let environment = github(&one.repo, &pull_request(&base, &head));
    let words =
        ["--format", "text", "--output", "comment=../comment.md", "--output", "summary=../summary.md"];
    let output = gate(&one.repo, &words, &environment);
    assert!(output.stdout.contains("is now alone with"), "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("a proposed change on GitHub Actions"), "{}", output.stdout);
    let read = |name: &str| std::fs::read_to_string(one.repo.path(name)).unwrap();
    let (comment, summary) = (read("../comment.md"), read("../summary.md"));
    assert!(comment.starts_with("<!-- countersign-gate -->\n"), "{comment}");
    let place = |word: &str| summary.find(word).unwrap_or_else(|| panic!("{word}: {summary}"));
    assert!(place("is now alone with") < place("Who has still to do what"), "{summary}");
}

#[test]
fn a_fork_is_named_and_needs_no_setting_of_the_repository() {
    let (one, base, head) = moved();
    let mut event = pull_request(&base, &head);
    event["pull_request"]["head"]["repo"]["full_name"] = json!("mallory/srm");
    let output = gate(&one.repo, &["--format", "json"], &github(&one.repo, &event));
    let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(value["fork"], true);
    assert!(value["notes"][0].as_str().unwrap().contains("fork"), "{value:#}");
    assert_ne!(output.code, 4, "the list of the base is believed: {}", output.stderr);
}

#[test]
fn the_merge_of_both_sides_is_judged_where_it_is_checked_out() {
    let (one, _, head) = moved();
    one.repo.switch("main");
    one.repo.write("docs/note.md", "elsewhere").commit("The base goes on");
    let base = one.repo.head();
    let merged = one.repo.merge("change");
    let output = gate(&one.repo, &["--format", "json"], &github(&one.repo, &pull_request(&base, &head)));
    let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert!(value["head"].as_str().unwrap().starts_with(&merged[..7]), "{value:#}");
    one.repo.git(&["checkout", "-q", &head]);
    let output = gate(&one.repo, &["--format", "json"], &github(&one.repo, &pull_request(&base, &head)));
    let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
    assert!(value["head"].as_str().unwrap().starts_with(&head[..7]), "{value:#}");
    assert!(value["notes"][0].as_str().unwrap().contains("went on"), "{value:#}");
}

#[test]
fn a_queue_a_push_and_a_tag_are_told_apart() {
    let (one, base, head) = moved();
    let run = |event: &serde_json::Value| {
        let output = gate(&one.repo, &["--format", "json"], &github(&one.repo, event));
        (output.code, serde_json::from_str::<serde_json::Value>(&output.stdout).unwrap())
    };
    let (_, queue) = run(&json!({ "merge_group": { "base_sha": base, "head_sha": head } }));
    let (_, push) = run(&json!({ "ref": "refs/heads/main", "before": base, "after": head }));
    for (value, word) in [(&queue, "a change in the merge queue"), (&push, "a push")] {
        assert_eq!(value["occasion"], word);
        assert!(value["from"].as_str().unwrap().starts_with(&base[..7]), "{value:#}");
        assert_eq!(value["diffs"][0]["diff"]["matrices"].as_array().unwrap().len(), 1);
    }
    let (code, tag) = run(&json!({ "ref": "refs/tags/v1", "before": "0".repeat(40), "after": head }));
    assert_eq!((code, tag["occasion"].as_str()), (4, Some("a tag")), "nobody said whose signers count");
    let zero = json!({ "ref": "refs/heads/new", "before": "0".repeat(40), "after": head, "repository": { "default_branch": "main" } });
    assert_eq!(run(&zero).0, 4, "the default branch was not fetched");
}

/// What programs read is of the published form: the whole, what moves, and what was found.
#[test]
fn the_outcome_for_programs_has_the_published_form() {
    let form = |text: &str| {
        let schema: serde_json::Value = serde_json::from_str(text).unwrap();
        jsonschema::draft202012::options().offline().build(&schema).unwrap()
    };
    let gate_form = form(include_str!("../../../schema/gate.schema.json"));
    let report_form = form(include_str!("../../../schema/report.schema.json"));
    let diff_form = form(include_str!("../../../schema/diff.schema.json"));
    let (one, base, head) = moved();
    one.repo.remove("signoffs");
    let grave = one.repo.commit("Nothing was signed");
    let shallow = one.repo.clone_depth(1);
    let event = pull_request(&base, &head);
    let outcomes = [
        gate(&one.repo, &["--format", "json"], &github(&one.repo, &event)),
        gate(&one.repo, &["--base", &base, "--head", &grave, "--format", "json"], &[]),
        gate(&shallow, &["--format", "json"], &github(&shallow, &event)),
        gate(&one.repo, &["--format", "json", "--release", "--anchor", &one.anchor()], &[]),
    ];
    for output in outcomes {
        let value: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let faults: Vec<String> = gate_form.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}\n{value:#}");
        assert!(report_form.is_valid(&value["report"]), "{value:#}");
        assert!(
            value["diffs"].as_array().unwrap().iter().all(|one| diff_form.is_valid(&one["diff"])),
            "{value:#}"
        );
        assert_eq!(value["exitCode"].as_i64(), Some(output.code.into()), "one code in every form");
    }
}

#[test]
fn history_that_is_cut_off_is_said_with_what_to_type_and_every_report_is_written() {
    let (one, base, head) = moved();
    let shallow = one.repo.clone_depth(1);
    let kinds = ["summary", "comment", "sarif", "gitlab", "junit", "json"];
    let outputs: Vec<String> = kinds.iter().map(|kind| format!("{kind}=../{kind}.out")).collect();
    let words: Vec<&str> = outputs.iter().flat_map(|one| ["--output", one]).collect();
    let output = gate(&shallow, &words, &github(&shallow, &pull_request(&base, &head)));
    assert_eq!(output.code, 4, "{}", output.stdout);
    assert!(output.stdout.starts_with("::error "), "{}", output.stdout);
    assert!(output.stderr.contains("git fetch --unshallow"), "{}", output.stderr);
    for kind in kinds {
        let said = std::fs::read_to_string(shallow.path(&format!("../{kind}.out"))).unwrap();
        assert!(said.contains("not in this clone"), "{kind}: {said}");
    }
    // A merge base that shallow history would falsify.
    let two = one.repo.clone_depth(1);
    two.git(&["fetch", "-q", "--depth=1", "origin", &base]);
    let output = gate(&two, &["--base", &base], &[]);
    assert_eq!(output.code, 4, "{}", output.stdout);
    assert!(output.stdout.contains("git fetch --unshallow"), "{}", output.stdout);
}

#[test]
fn gitlab_is_read_by_its_variables() {
    let (one, _, head) = moved();
    let clone = one.repo.clone_whole();
    let environment = |sha: &str| {
        let pairs = [
            ("GITLAB_CI", "true"),
            ("CI_MERGE_REQUEST_IID", "7"),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", ""),
            ("CI_COMMIT_SHA", sha),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()
    };
    let output = gate(&clone, &["--output", "gitlab=../quality.json"], &environment(&head));
    assert!(
        output.stdout.contains("a proposed change on GitLab CI/CD"),
        "{}{}",
        output.stdout,
        output.stderr
    );
    let issues = std::fs::read_to_string(clone.path("../quality.json")).unwrap();
    assert!(serde_json::from_str::<Vec<serde_json::Value>>(&issues).is_ok(), "{issues}");
    clone.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let output = gate(&clone, &[], &environment(&head));
    assert_eq!(output.code, 4);
    assert!(output.stdout.contains("refs/heads/main:refs/remotes/origin/main"), "{}", output.stdout);
}

#[test]
fn an_event_that_names_no_commit_judges_nothing() {
    let (one, base, head) = moved();
    for event in [
        json!({ "pull_request": { "base": {}, "head": { "sha": head } } }),
        json!({ "pull_request": { "base": { "sha": "main" }, "head": { "sha": head } } }),
        json!({ "pull_request": { "base": { "sha": base }, "head": { "sha": "HEAD^{/x}" } } }),
        json!({ "merge_group": {} }),
    ] {
        assert_eq!(gate(&one.repo, &[], &github(&one.repo, &event)).code, 4, "{event}");
    }
    let nothing = [("GITHUB_ACTIONS".to_owned(), "true".to_owned())];
    assert_eq!(gate(&one.repo, &[], &nothing).code, 4);
}

#[test]
fn a_release_needs_the_fingerprint_and_everything_in_force() {
    let one = Project::in_force();
    let anchor = one.anchor();
    let run =
        |words: &[&str]| one.repo.countersign(&[&["gate", "--release", "--as-of", DAY], words].concat());
    assert_eq!(run(&[]).code, 4);
    assert_eq!(run(&["--anchor", &anchor]).code, 0, "{}", run(&["--anchor", &anchor]).stdout);
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-01"))).commit("A draft");
    let output = run(&["--anchor", &anchor]);
    assert_eq!(output.code, 5, "the released text is not the signed one: {}", output.stdout);
}

#[test]
fn what_did_not_change_is_not_judged() {
    let repo = Repo::new();
    for at in 0..20 {
        let mut value = matrix("1.0", "2026-12-24");
        value["id"] = json!(format!("m{at}"));
        write_json(&repo, &format!("matrices/m{at}.json"), &value);
    }
    let base = repo.commit("Twenty");
    let mut value = matrix("1.0", "2026-12-24");
    value["id"] = json!("m3");
    value["title"] = json!("Another title");
    write_json(&repo, "matrices/m3.json", &value);
    repo.commit("One changes");
    let (_, outcome) = judged(&repo, &base, &[]);
    assert_eq!(outcome["report"]["matrices"].as_array().unwrap().len(), 1, "{outcome:#}");
    let (_, outcome) = judged(&repo, &base, &["--all"]);
    assert_eq!(outcome["report"]["matrices"].as_array().unwrap().len(), 20);
    // A copy of a matrix that was left out is seen all the same.
    write_json(&repo, "matrices/copy.json", &serde_json::from_str(&repo.read("matrices/m5.json")).unwrap());
    repo.commit("Copy");
    let (code, outcome) = judged(&repo, &base, &[]);
    assert_eq!((code, errors(&outcome)), (1, vec!["matrix-id-is-unique"]));
    // Rules that change are tried on everything.
    write_json(&repo, "countersign.json", &json!({ "format": "countersign/config/1", "packs": ["core"] }));
    repo.commit("Settings");
    let (_, outcome) = judged(&repo, &base, &[]);
    assert_eq!(outcome["report"]["matrices"].as_array().unwrap().len(), 21);
}

/// A matrix that a change signs and that has no working text is told, though the others are not read for it.
#[test]
fn what_a_change_signs_has_a_working_text() {
    let (mut one, base) = in_force();
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert_eq!((code, errors(&outcome)), (0, vec![]), "{outcome:#}");
    let folder = "signoffs/other-matrix/1.0";
    let other = matrix("1.0", "2026-12-24").to_string().replace("acme-cmmc-l2", "other-matrix");
    one.signed.put(format!("{folder}/matrix.json"), other.clone());
    one.record("Offer another");
    let (code, outcome) = judged(&one.repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"working-text-is-there"), "{outcome:#}");
    one.repo.write("matrices/other.json", other).commit("And its text");
    let (_, outcome) = judged(&one.repo, &base, &[]);
    assert!(!errors(&outcome).contains(&"working-text-is-there"), "{outcome:#}");
}

#[test]
fn many_projects_are_judged_in_one_run_with_paths_from_the_top() {
    let repo = Repo::new();
    let config = json!({ "format": "countersign/config/1", "packs": ["core"], "projects": ["clients/*"] });
    write_json(&repo, "countersign.json", &config);
    for client in ["acme", "blue"] {
        let own = json!({ "format": "countersign/config/1", "packs": ["core"] });
        write_json(&repo, &format!("clients/{client}/countersign.json"), &own);
        write_json(&repo, &format!("clients/{client}/matrices/m.json"), &matrix("1.0", "2026-12-24"));
    }
    let base = repo.commit("Two clients");
    let mut value = matrix("1.0", "2026-12-24");
    value["rows"][0]["duties"][0]["party"] = json!("harbour");
    write_json(&repo, "clients/blue/matrices/m.json", &value);
    repo.commit("One client changes");
    let (code, outcome) = judged(&repo, &base, &[]);
    assert_eq!((code, errors(&outcome)), (1, vec!["party-exists"]), "{outcome:#}");
    assert_eq!(outcome["report"]["matrices"].as_array().unwrap().len(), 1);
    assert_eq!(outcome["report"]["findings"][0]["file"], "clients/blue/matrices/m.json");
    // The change cannot take its project off the list.
    let other = json!({ "format": "countersign/config/1", "packs": ["core"], "projects": ["clients/acme"] });
    write_json(&repo, "countersign.json", &other);
    repo.commit("Who is blue");
    let (code, outcome) = judged(&repo, &base, &[]);
    assert!(code == 1 && errors(&outcome).contains(&"party-exists"), "{outcome:#}");
}

#[test]
fn a_release_hands_out_evidence_and_a_badge_says_how_it_stands() {
    let one = Project::in_force();
    let anchor = one.anchor();
    let words = ["gate", "--release", "--as-of", DAY, "--anchor", &anchor, "--evidence", "../evidence"];
    let output = one.repo.countersign(&words);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    let folder = one.repo.path("../evidence/acme-cmmc-l2-1.0").display().to_string();
    assert_eq!(one.repo.countersign(&["verify", &folder, "--anchor", &anchor]).code, 0);
    assert_eq!(one.repo.countersign(&words).code, 2, "evidence is never written over");
    let badge = |kind: &str| {
        one.repo.countersign(&["status", "--badge", kind, "--as-of", DAY, "--anchor", &anchor]).stdout
    };
    let json: serde_json::Value = serde_json::from_str(&badge("json")).unwrap();
    assert_eq!(
        (&json["schemaVersion"], &json["message"], &json["color"]),
        (&json!(1), &json!("1 matrix in force"), &json!("brightgreen"))
    );
    assert!(badge("svg").starts_with("<svg ") && badge("svg").contains("1 matrix in force"));
}

#[test]
fn a_server_refuses_a_push_that_the_gate_refuses() {
    let one = Project::in_force();
    let server = one.repo.bare_remote();
    let hook = concat!(env!("CARGO_MANIFEST_DIR"), "/hooks/pre-receive");
    let text = std::fs::read_to_string(hook).unwrap();
    let text = text.replace("${COUNTERSIGN:-countersign}", env!("CARGO_BIN_EXE_countersign"));
    server.write("hooks/pre-receive", text);
    assert_eq!(server.run("chmod", &["+x", "hooks/pre-receive"]).code, 0);
    let base = one.repo.head();
    one.repo.write("docs/note.md", "harmless").commit("Harmless");
    one.repo.push();
    one.repo.remove("signoffs").commit("Nothing was signed");
    let said = one.repo.git_fails(&["push", "-q", "origin", "HEAD"]);
    assert!(said.contains("record-is-kept") && said.contains("pre-receive hook declined"), "{said}");
    let said = one.repo.git_fails(&["push", "-q", "origin", ":main"]);
    assert!(said.contains("is not deleted"), "{said}");
    one.repo.git(&["push", "-q", "origin", "HEAD:refs/heads/draft"]);
    assert_ne!(server.git(&["rev-parse", "main"]), base);
}
