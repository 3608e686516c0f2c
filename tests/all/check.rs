//! `countersign check` on projects: what it finds, what it refuses, how it ends.

use crate::support::{Folder, Repo};
use serde_json::{Value, json};

/// The shipped minimal matrix, on which no rule has anything to say on this day.
const CLEAN: &str = include_str!("../../policies/core/minimal.json");
const DAY: &str = "2026-11-20";

fn clean() -> Value {
    serde_json::from_str(CLEAN).expect("the minimal matrix is JSON")
}

fn text(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).expect("a value has a text"))
}

fn report(folder: &Folder, words: &[&str]) -> (i32, Value) {
    let all: Vec<&str> = ["check", "--format", "json", "--as-of", DAY].iter().chain(words).copied().collect();
    let output = folder.countersign(&all);
    let report = serde_json::from_str(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", output.stdout, output.stderr));
    (output.code, report)
}

fn rules(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings are a list");
    findings.iter().filter_map(|finding| finding["rule"].as_str()).collect()
}

fn folder_with(matrix: &Value) -> Folder {
    let folder = Folder::new();
    folder.write("matrices/acme.json", text(matrix));
    folder
}

#[test]
fn a_clean_matrix_is_clean() {
    let (code, report) = report(&folder_with(&clean()), &[]);
    assert_eq!((code, rules(&report)), (0, vec![]));
    assert_eq!(report["matrices"][0]["standing"], "draft");
}

#[test]
fn more_matrices_than_are_judged_at_once_are_all_told_in_order() {
    let folder = Folder::new();
    for number in 100..170 {
        let mut matrix = clean();
        matrix["id"] = json!(format!("acme-{number}"));
        matrix["version"] = json!("no version");
        folder.write(&format!("matrices/{number}.json"), text(&matrix));
    }
    let outputs = ["1", "2", "3"].map(|threads| {
        let words = ["check", "--format", "json", "--as-of", DAY];
        folder.countersign_with(&words, &[("RAYON_NUM_THREADS", threads)]).stdout
    });
    assert!(outputs.iter().all(|output| *output == outputs[0]));
    let report: Value = serde_json::from_str(&outputs[0]).expect("the report is JSON");
    let files = report["findings"].as_array().expect("findings are a list").iter();
    let files: Vec<&str> = files.filter_map(|finding| finding["file"].as_str()).collect();
    let expected: Vec<String> = (100..170).map(|number| format!("matrices/{number}.json")).collect();
    assert_eq!(files, expected);
}

#[test]
fn an_empty_folder_is_not_clean() {
    let output = Folder::new().countersign(&["check"]);
    assert_eq!(output.code, 3);
    assert!(output.stdout.contains("countersign init"), "{}", output.stdout);
}

#[test]
fn a_path_that_is_not_there_is_a_usage_error() {
    let output = folder_with(&clean()).countersign(&["check", "matrices/other.json"]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("matrices/other.json"), "{}", output.stderr);
}

#[test]
fn unfinished_work_warns_and_counts_what_stands_before_a_signature() {
    let mut matrix = clean();
    matrix["rows"][0]["duties"] = json!([]);
    let (code, report) = report(&folder_with(&matrix), &[]);
    assert_eq!(code, 0);
    assert!(rules(&report).contains(&"row-has-performer"));
    assert!(report["matrices"][0]["blocking"].as_u64() > Some(0));
    let (code, _) = self::report(&folder_with(&matrix), &["--fail-on", "warning"]);
    assert_eq!(code, 1);
    let (code, _) = self::report(&folder_with(&matrix), &["--fail-on", "warning", "--exit-zero"]);
    assert_eq!(code, 0);
}

#[test]
fn a_dangling_party_is_an_error_with_its_line() {
    let mut matrix = clean();
    matrix["rows"][0]["duties"][0]["party"] = json!("harbour");
    let (code, report) = report(&folder_with(&matrix), &[]);
    assert_eq!(code, 1);
    let finding =
        report["findings"].as_array().and_then(|all| all.iter().find(|one| one["rule"] == "party-exists"));
    let finding = finding.expect("the party is named");
    assert_eq!(finding["pointer"], "/rows/0/duties/0/party");
    let line = usize::try_from(finding["line"].as_u64().expect("a line")).expect("a small number");
    assert!(text(&matrix).lines().nth(line - 1).is_some_and(|line| line.contains("harbour")));
    assert!(finding["message"].as_str().is_some_and(|message| message.contains("did you mean `harbor`?")));
}

#[test]
fn a_pack_that_is_not_shipped_is_named_and_the_rest_is_judged() {
    let mut matrix = clean();
    matrix["frameworks"] = json!([{ "pack": "pci-dss" }]);
    matrix["rows"][0]["duties"] = json!([]);
    let (code, report) = report(&folder_with(&matrix), &[]);
    assert_eq!(code, 1);
    let rules = rules(&report);
    assert!(rules.contains(&"pack-is-known") && rules.contains(&"row-has-performer"), "{rules:?}");
}

#[test]
fn two_matrices_of_one_id_are_an_error() {
    let folder = folder_with(&clean());
    folder.write("matrices/copy.json", text(&clean()));
    let (code, report) = report(&folder, &[]);
    assert_eq!((code, rules(&report)), (1, vec!["matrix-id-is-unique"]));
}

#[test]
fn a_waiver_accepts_one_finding_until_its_day() {
    let mut matrix = clean();
    matrix["rows"][0]["duties"][0]["party"] = json!("harbour");
    let id = matrix["id"].clone();
    let row = matrix["rows"][0]["id"].clone();
    let party = |at: usize| matrix["parties"][at]["id"].as_str().expect("an id").to_owned();
    let contact =
        |at: usize| matrix["parties"][at]["contacts"][0]["id"].as_str().expect("a contact").to_owned();
    let waiver = |expires: &str| {
        json!({ "format": "countersign/waivers/1", "waivers": [{
            "rule": "party-exists", "matrix": id, "row": row, "reason": "renamed on Monday",
            "owner": format!("{}/{}", party(1), contact(1)), "approvedBy": format!("{}/{}", party(0), contact(0)),
            "expires": expires }] })
    };
    let folder = folder_with(&matrix);
    folder.write("waivers.json", text(&waiver("2027-03-01")));
    let (_, accepted) = report(&folder, &[]);
    let finding =
        accepted["findings"].as_array().and_then(|all| all.iter().find(|one| one["rule"] == "party-exists"));
    assert_eq!(finding.map(|one| &one["waived"]["reason"]), Some(&json!("renamed on Monday")));
    let (code, without) = report(&folder, &["--no-waivers"]);
    assert_eq!((code, rules(&without).contains(&"party-exists")), (1, true));

    folder.write("waivers.json", text(&waiver("2026-11-01")));
    let (code, expired) = report(&folder, &[]);
    assert_eq!(code, 1);
    assert!(rules(&expired).contains(&"waiver-is-current"));
}

#[test]
fn a_waiver_for_nothing_and_one_for_a_stranger_are_reported() {
    let matrix = clean();
    let folder = folder_with(&matrix);
    let waiver = |matrix: &Value| {
        json!({ "rule": "party-exists", "matrix": matrix, "row": "nobody", "reason": "none",
            "owner": "x/y", "approvedBy": "x/y", "expires": "2027-03-01" })
    };
    let waivers = [waiver(&matrix["id"]), waiver(&json!("elsewhere"))];
    folder.write("waivers.json", text(&json!({ "format": "countersign/waivers/1", "waivers": waivers })));
    let (_, whole) = report(&folder, &[]);
    assert_eq!(rules(&whole).iter().filter(|rule| **rule == "waiver-is-used").count(), 2);
    assert!(rules(&whole).contains(&"waiver-is-complete"));
    let (_, part) = report(&folder, &["matrices/acme.json"]);
    assert_eq!(
        rules(&part).iter().filter(|rule| **rule == "waiver-is-used").count(),
        1,
        "others are not its business"
    );
}

#[test]
fn a_setting_can_switch_a_rule_off_and_a_mistyped_one_ends_the_run() {
    let mut matrix = clean();
    matrix["rows"][0]["duties"][0]["party"] = json!("harbour");
    let folder = folder_with(&matrix);
    let config = |rule: &str| json!({ "format": "countersign/config/1", "packs": ["core"], "rules": { rule: { "severity": "off" } } });
    folder.write("countersign.json", text(&config("party-exists")));
    assert!(!rules(&report(&folder, &[]).1).contains(&"party-exists"));
    folder.write("countersign.json", text(&config("party-exist")));
    let (code, refused) = report(&folder, &[]);
    assert_eq!(code, 2);
    let message = refused["findings"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("did you mean `party-exists`?"), "{message}");
}

#[test]
fn a_malformed_configuration_is_no_verdict() {
    let folder = folder_with(&clean());
    folder.write("countersign.json", "{ \"format\": \"countersign/config/1\", \"pakcs\": [] }");
    let output = folder.countersign(&["check"]);
    assert_eq!(output.code, 2);
    assert!(output.stdout.contains("did you mean `packs`?"), "{}", output.stdout);
}

#[test]
fn an_engagement_has_rules_of_its_own() {
    let folder = folder_with(&clean());
    let rule = json!({ "id": "acme-evidence-in-vault", "title": "Evidence lies in the vault", "why": "Assessors look there first.",
        "fix": "Give a location that begins with 'GRC vault'.", "severity": "error", "references": [],
        "check": { "given": "$.rows[*].evidence[*]", "must": { "properties": { "location": { "pattern": "^Safe" } } } },
        "stage": "always", "message": "evidence `{artifact}` of row `{row}` is not in the vault",
        "examples": { "pass": [{ "rows": [{ "evidence": [{ "artifact": "x", "location": "Safe, y" }] }] }],
                      "fail": [{ "rows": [{ "evidence": [{ "artifact": "x", "location": "a shared drive" }] }] }] } });
    let policy = |rule: &Value| json!({ "format": "countersign/policy/1", "id": "acme", "title": "Acme", "rules": [rule] });
    folder.write("policies/acme.json", text(&policy(&rule)));
    let (code, found) = report(&folder, &[]);
    assert_eq!(code, 1);
    assert!(rules(&found).contains(&"acme-evidence-in-vault"));
    let message = found["findings"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("is not in the vault"), "{message}");
    let tested = folder.countersign(&["test-rules", "acme-evidence-in-vault"]);
    assert_eq!(tested.code, 0, "{}", tested.stdout);
    let explained = folder.countersign(&["explain", "acme-evidence-in-vault"]);
    assert!(explained.stdout.contains("Assessors look there first."));

    let mut typo = rule.clone();
    typo["check"]["given"] = json!("$.rows[*].evidense[*]");
    folder.write("policies/acme.json", text(&policy(&typo)));
    let (code, refused) = report(&folder, &[]);
    assert_eq!(code, 2);
    assert_eq!(refused["findings"][0]["pointer"], "/rules/0/check/given");
}

#[test]
fn an_obligation_is_explained_with_its_status_and_who_looked_it_up_when() {
    let folder = Folder::new();
    for (name, says) in [
        (
            "32 CFR 170.22",
            &["Owner: client", "Status: in force, not looked up", "Source: 32 CFR 170.22(a)"][..],
        ),
        ("32 CFR 170.17(a)(1)", &["Status: in force, looked up on 2026-11-29", "Note: Unsure: "]),
        ("45 CFR 164.306(d)(3)", &["looked up on 2026-11-29", "Note: A proposal (90 FR 898"]),
    ] {
        let explained = folder.countersign(&["explain", name]);
        assert_eq!(explained.code, 0, "{name}: {}", explained.stderr);
        for text in says {
            assert!(explained.stdout.contains(text), "{text} is not in {}", explained.stdout);
        }
    }
}

#[test]
fn a_commit_is_judged_as_it_was() {
    let repo = Repo::new();
    repo.write("matrices/acme.json", text(&clean()));
    repo.commit("start");
    let mut matrix = clean();
    matrix["rows"][0]["duties"][0]["party"] = json!("harbour");
    repo.write("matrices/acme.json", text(&matrix));
    repo.commit("break it");
    let (code, _) = report(&repo, &["--at", "HEAD~1"]);
    assert_eq!(code, 0);
    let (code, broken) = report(&repo, &["--at", "HEAD"]);
    assert_eq!((code, &broken["at"]), (1, &json!("HEAD")));
    let output = repo.countersign(&["check", "--at", "nowhere"]);
    assert_eq!(output.code, 4);
    assert!(output.stderr.contains("git log --oneline --all"), "{}", output.stderr);
}

#[test]
fn a_bare_repository_is_judged_by_its_commits() {
    let repo = Repo::new();
    repo.write("matrices/acme.json", text(&clean()));
    repo.commit("start");
    let bare = repo.bare_remote();
    repo.push();
    let (code, judged) = report(&bare, &["--at", "main"]);
    assert_eq!((code, judged["matrices"].as_array().map(Vec::len)), (0, Some(1)));
}

#[test]
fn a_row_that_changed_after_its_review_is_named() {
    let repo = Repo::new();
    repo.write("matrices/acme.json", text(&clean()));
    repo.commit("start");
    let mut matrix = clean();
    matrix["rows"][0]["duties"][0]["role"] = json!("Head of identity");
    repo.write("matrices/acme.json", text(&matrix));
    let (_, changed) = report(&repo, &[]);
    assert_eq!(rules(&changed), ["review-follows-change"]);
    crate::support::reviews::read(&mut matrix, 0, "2026-11-20");
    repo.write("matrices/acme.json", text(&matrix));
    assert_eq!(rules(&report(&repo, &[]).1), Vec::<&str>::new());
}

#[test]
fn matrices_that_cover_a_catalogue_together_are_judged_together() {
    let folder = Folder::new();
    let part = |id: &str, controls: Value| {
        let mut matrix = clean();
        matrix["id"] = json!(id);
        matrix["frameworks"] = json!([{ "pack": "soc2", "coverage": "complete" }]);
        matrix["rows"][0]["controls"] = controls;
        matrix
    };
    let catalogue: Value =
        serde_json::from_str(include_str!("../../policies/soc2/catalogue.json")).expect("JSON");
    let ids = catalogue["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| format!("soc2:{}", item["id"].as_str().expect("an id")));
    let (ours, theirs): (Vec<String>, Vec<String>) = ids.partition(|id| id.contains("CC"));
    folder.write("matrices/a.json", text(&part("acme-msp", json!(ours))));
    folder.write("matrices/b.json", text(&part("acme-mssp", json!(theirs[1..]))));
    let alone = rules(&report(&folder, &[]).1).iter().filter(|rule| **rule == "soc2-is-covered").count();
    assert_eq!(alone, 61 + 1, "each alone lacks what the other has, and one criterion is nobody's");
    let together = json!([{ "catalog": "soc2", "matrices": ["acme-msp", "acme-mssp"] }]);
    folder.write(
        "countersign.json",
        text(&json!({ "format": "countersign/config/1", "packs": ["core"], "coverage": together })),
    );
    let (_, both) = report(&folder, &[]);
    assert_eq!(rules(&both).iter().filter(|rule| **rule == "soc2-is-covered").count(), 1);
}

#[test]
fn several_reports_come_out_of_one_run() {
    let folder = folder_with(&clean());
    let output = folder.countersign(&[
        "check",
        "-o",
        "sarif=out.sarif",
        "--output",
        "markdown=summary.md",
        "--as-of",
        DAY,
    ]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    let sarif: Value = serde_json::from_str(&folder.read("out.sarif")).expect("SARIF is JSON");
    assert_eq!(sarif["version"], "2.1.0");
    assert!(folder.read("summary.md").contains("Acme"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let mut matrix = clean();
    matrix["rows"][0]["duties"] = json!([]);
    let folder = folder_with(&matrix);
    for number in 0..20 {
        let mut other = matrix.clone();
        other["id"] = json!(format!("acme-{number}"));
        folder.write(&format!("matrices/{number}.json"), text(&other));
    }
    let first = folder.countersign(&["check", "--as-of", DAY]);
    let second = folder.countersign_with(&["check", "--as-of", DAY], &[("RAYON_NUM_THREADS", "1")]);
    assert_eq!(first, second);
}

#[test]
fn where_the_rows_stand_makes_no_difference() {
    let mut matrix = clean();
    matrix["rows"][0]["duties"] = json!([]);
    let mut turned = matrix.clone();
    turned["rows"].as_array_mut().expect("a list").reverse();
    let of = |matrix: &Value| {
        let (_, report) = report(&folder_with(matrix), &[]);
        let findings = report["findings"].as_array().expect("a list").clone();
        let mut found: Vec<String> =
            findings.iter().map(|one| format!("{} {} {}", one["rule"], one["row"], one["message"])).collect();
        found.sort();
        found
    };
    assert_eq!(of(&matrix), of(&turned));
}

#[test]
fn a_matrix_that_cannot_be_read_is_neither_without_standing_nor_gone() {
    let repo = Repo::new();
    repo.write("matrices/acme.json", text(&clean()));
    repo.commit("start");
    let broken = text(&clean()).replacen(',', "", 1);
    repo.write("matrices/acme.json", broken);
    let status = repo.countersign(&["status"]);
    assert_eq!(status.code, 4, "{}", status.stdout);
    assert!(status.stderr.contains("matrices/acme.json"), "{}", status.stderr);
    let diff = repo.countersign(&["diff"]);
    assert_eq!(diff.code, 4);
    assert!(!diff.stdout.contains("gives up"), "{}", diff.stdout);
}

#[test]
fn a_file_that_is_no_matrix_is_told_to_be_none() {
    let folder = folder_with(&clean());
    folder.write("README.md", "# Us\n");
    let output = folder.countersign(&["check", "README.md"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert!(output.stderr.contains("`README.md` is not a matrix: "), "{}", output.stderr);
}

#[test]
fn two_files_of_one_matrix_are_counted_once() {
    let mut draft = clean();
    draft["rows"][0].as_object_mut().expect("a row").remove("reviewed");
    let folder = Folder::new();
    folder.write("matrices/a.json", draft.to_string()).write("matrices/b.json", draft.to_string());
    let output = folder.countersign(&["check", "--as-of", "2026-11-20"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    let verdict = output.stdout.lines().rev().find(|line| line.starts_with("failed:")).expect("a verdict");
    assert!(verdict.contains("2 of these to settle"), "{verdict}");
}

#[test]
fn a_matrix_that_no_rule_could_judge_is_named() {
    let mut broken = clean();
    broken["rows"][0]["allocation"] = "everyone".into();
    let folder = Folder::new();
    folder.write("matrices/a.json", broken.to_string());
    let output = folder.countersign(&["check", "--as-of", "2026-11-20"]);
    assert_eq!(output.code, 1, "{}", output.stderr);
    assert!(output.stdout.contains("no rule has judged matrices/a.json yet"), "{}", output.stdout);
    folder.write("matrices/a.json", clean().to_string());
    let output = folder.countersign(&["check", "--as-of", "2026-11-20"]);
    assert!(!output.stdout.contains("no rule has judged"), "{}", output.stdout);
}
