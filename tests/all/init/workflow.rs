//! The gate that `init --ci` writes: safe by its looks, and its steps do what they say where a runner would run them.

use super::{PARTIES, matrix, words};
use crate::gate::runner::{self, Runner, steps};
use crate::support::{Folder, Repo};

const GITHUB: &str = ".github/workflows/countersign.yml";

/// Returns the words that write the gate of a system with the program that was built here.
fn ci(system: &str) -> Vec<String> {
    let (path, digest) = runner::program();
    ["--ci", system, "--from", &path, "--sha256", &digest].map(str::to_owned).to_vec()
}

fn start(folder: &Folder, system: &str) -> String {
    let ci = ci(system);
    let ci: Vec<&str> = ci.iter().map(String::as_str).collect();
    let output = folder.countersign(&[&words(&["cmmc-l2"])[..], &ci].concat());
    assert_eq!(output.code, 0, "{}", output.stderr);
    "matrices/acme-defense-cmmc-l2.json".to_owned()
}

/// A pull request in which log review moves to the client.
fn pull_request() -> (Repo, String, String) {
    let repo = Repo::new();
    let path = start(&repo, "github");
    let base = repo.commit("Start");
    repo.branch("move");
    let mut value = matrix(&repo, &path);
    let row = value["rows"].as_array_mut().unwrap().iter_mut().find(|row| row["id"] == "log-review").unwrap();
    row["duties"][0]["party"] = "acme-defense".into();
    repo.write(&path, countersign::matrix::write::text(&value));
    let head = repo.commit("Move log review");
    (repo, base, head)
}

fn event(base: &str, head: &str) -> serde_json::Value {
    serde_json::json!({ "pull_request": { "base": { "sha": base }, "head": { "sha": head } } })
}

#[test]
fn it_looks_as_a_required_check_must() {
    let repo = Repo::new();
    start(&repo, "github");
    let text = repo.read(GITHUB);
    for line in
        ["  pull_request:", "  merge_group:", "  push:", "permissions: {}", "          fetch-depth: 0"]
    {
        assert!(text.lines().any(|one| one == line), "{line}");
    }
    assert!(!text.lines().any(|line| line.trim_start().starts_with("paths")));
    assert!(!text.contains("pull_request_target") && !text.contains("write"));
    assert!(steps(&text, 6).iter().all(|step| step.run.as_ref().is_none_or(|run| !run.contains("${{"))));
    let doctor = repo.countersign(&["doctor", "--ci"]);
    assert_eq!(doctor.code, 0, "{}", doctor.stdout);
    assert!(
        !doctor.stdout.contains("error") && doctor.stdout.matches("warn").count() == 1,
        "{}",
        doctor.stdout
    );
}

#[test]
fn every_step_does_what_it_says_on_a_pull_request() {
    let (repo, base, head) = pull_request();
    let clone = repo.clone_whole();
    let runner = Runner::new(&clone, &event(&base, &head));
    for step in steps(&clone.read(GITHUB), 6).iter().filter(|step| step.run.is_some()) {
        let output = runner.run(step, &[]);
        assert_eq!(output.code, 0, "{}: {}{}", step.name, output.stdout, output.stderr);
    }
    let said = runner.summary();
    let (change, check) = said.find("Acme Defense takes on 1").zip(said.find("173 rows")).unwrap();
    assert!(change < check, "{said}");
}

#[test]
fn a_program_that_is_another_than_was_named_is_not_run() {
    let (repo, base, head) = pull_request();
    let text = repo.read(GITHUB);
    let (_, digest) = runner::program();
    let steps = steps(&text.replace(&digest, &"0".repeat(64)), 6);
    let bring = steps.iter().find(|step| step.name.starts_with("Bring")).unwrap();
    let runner = Runner::new(&repo, &event(&base, &head));
    let output = runner.run(bring, &[]);
    assert_ne!(output.code, 0, "{}", output.stdout);
}

#[test]
fn a_rule_that_the_change_switches_off_still_says_no() {
    let (repo, base, _) = pull_request();
    let path = "matrices/acme-defense-cmmc-l2.json";
    repo.write(path, repo.read(path).replacen("\"party\": \"harbor-msp\"", "\"party\": \"harbour\"", 1));
    let off = "{ \"rules\": { \"party-exists\": { \"severity\": \"off\" } },";
    repo.write("countersign.json", repo.read("countersign.json").replacen('{', off, 1));
    let head = repo.commit("Switch off what would say no");
    let runner = Runner::new(&repo, &event(&base, &head));
    let steps = steps(&repo.read(GITHUB), 6);
    assert_eq!(runner.run(&steps[1], &[]).code, 0);
    let output = runner.run(&steps[2], &[]);
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("::error file=matrices/acme-defense-cmmc-l2.json"), "{}", output.stdout);
    assert!(output.stdout.contains("party-exists"), "{}", output.stdout);
}

#[test]
fn gitlab_runs_its_script_with_its_variables() {
    let repo = Repo::new();
    let path = start(&repo, "gitlab");
    repo.commit("Start");
    repo.bare_remote();
    repo.branch("change");
    repo.write(&path, repo.read(&path).replacen("\"version\": \"1.0\"", "\"version\": \"1.1\"", 1));
    let head = repo.commit("Raise the version");
    let (from, digest) = runner::program();
    let script = runner::gitlab_script(&repo.read(".gitlab-ci.yml"));
    let variables = [
        ("GITLAB_CI", "true"),
        ("CI_MERGE_REQUEST_IID", "1"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_COMMIT_SHA", &head),
        ("FROM", &from),
        ("SHA256", &digest),
        ("TMPDIR", repo.root().parent().unwrap().to_str().unwrap()),
    ];
    let output = runner::shell(&repo, &script, &variables);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("a proposed change on GitLab CI/CD"), "{}", output.stdout);
    for file in ["gl-code-quality-report.json", "countersign-junit.xml", "countersign-comment.md"] {
        assert!(repo.path(file).is_file(), "{file}");
    }
}

#[test]
fn without_a_place_and_a_digest_nothing_is_written() {
    let digest = "a".repeat(64);
    for (words, says) in [
        (&["--ci", "github"][..], "no release of the program has an address yet"),
        (&["--ci", "github", "--from", "https://x.example/c"], "64 hex digits"),
        (&["--ci", "github", "--from", "http://x.example/c", "--sha256", &digest], "https address"),
        (&["--ci", "github", "--from", "x y", "--sha256", &digest], "cannot stand in a workflow"),
        (&["--ci", "github", "--from", "a\"b", "--sha256", &digest], "cannot stand in a workflow"),
        (&["--ci", "github", "--from", "acme/gate@main"], "64 hex digits"),
        (
            &["--ci", "gitlab", "--from", "acme/gate@8e8c483db84b4bee98b60c0593521ed34d9990e8"],
            "GitLab cannot use an action",
        ),
    ] {
        let folder = Folder::new();
        let output = folder.countersign(&[&["init", "--framework", "soc2"], &PARTIES[..], words].concat());
        assert_eq!(output.code, 2, "{words:?}: {}", output.stdout);
        assert!(output.stderr.contains(says), "{words:?}: {}", output.stderr);
        assert!(!folder.path("countersign.json").exists(), "{words:?}");
    }
}

#[test]
fn the_gate_is_added_to_an_engagement_that_was_begun() {
    let (folder, _) = super::started(&["soc2"]);
    assert!(!folder.path(GITHUB).exists(), "no workflow is written that cannot run");
    let commit = "acme/gate@8e8c483db84b4bee98b60c0593521ed34d9990e8";
    let output = folder.countersign(&["init", "--ci", "github", "--from", commit]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    assert!(folder.read(GITHUB).contains(&format!("uses: {commit}")));
    assert!(folder.read(".github/CODEOWNERS").contains("@your-org/acme-defense @your-org/harbor-msp"));
    assert!(folder.path(".pre-commit-config.yaml").is_file());
    let again = folder.countersign(&["init", "--ci", "github", "--from", commit]);
    assert!(again.stdout.contains("there  .github/workflows/countersign.yml"), "{}", again.stdout);
}

#[test]
fn second_readers_have_nothing_to_say() {
    let folder = Folder::new();
    start(&folder, "github");
    runner::audited(&[&folder.path(GITHUB)]);
    runner::valid("vendor.github-workflows", &folder.path(GITHUB));
    let folder = Folder::new();
    start(&folder, "gitlab");
    runner::valid("vendor.gitlab-ci", &folder.path(".gitlab-ci.yml"));
    let with_action = Folder::new();
    let commit = "acme/gate@8e8c483db84b4bee98b60c0593521ed34d9990e8";
    let words =
        [&["init", "--framework", "soc2"], &PARTIES[..], &["--ci", "github", "--from", commit]].concat();
    assert_eq!(with_action.countersign(&words).code, 0);
    runner::audited(&[&with_action.path(GITHUB)]);
}
