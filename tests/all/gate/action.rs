//! The action, the reusable workflows and the component that lie in this repository: their steps, run as a runner runs them, and
//! what second readers say of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::place::{in_force, pull_request};
use super::runner::{Runner, Step, audited, program, shell, steps, tool, valid};
use crate::standing::project::{WORKING, matrix, text};

fn own(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn action() -> Vec<Step> {
    steps(&fs::read_to_string(own("action.yml")).unwrap(), 4)
}

#[test]
fn inputs_reach_the_scripts_through_the_environment_alone() {
    let text = fs::read_to_string(own("action.yml")).unwrap();
    let description = text.lines().find_map(|line| line.strip_prefix("description: ")).unwrap();
    assert!(description.len() < 125, "{description}");
    for step in action() {
        assert!(!step.run.unwrap().contains("${{"), "{}", step.name);
    }
    for file in ["gate.yml", "release-gate.yml", "release.yml"] {
        let text = fs::read_to_string(own(".github/workflows").join(file)).unwrap();
        for step in steps(&text, 6) {
            assert!(step.run.is_none_or(|run| !run.contains("${{")), "{file}: {}", step.name);
        }
        for used in text.lines().filter_map(|line| line.trim().strip_prefix("uses: ")) {
            let pin = used.split(" # v").next().unwrap().split_once('@').unwrap().1;
            assert!(pin.len() == 40 && pin.bytes().all(|byte| byte.is_ascii_hexdigit()), "{file}: {used}");
        }
    }
}

#[test]
fn the_action_judges_a_pull_request_and_says_so_in_its_outputs() {
    let (one, base) = in_force();
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-24")));
    let head = one.repo.commit("A draft");
    let (path, digest) = program();
    let runner = Runner::new(&one.repo, &pull_request(&base, &head));
    let inputs =
        [("from", path.as_str()), ("sha256", digest.as_str()), ("directory", "."), ("reports", "../reports")];
    let [bring, judge] = &action()[..] else { panic!("two steps") };
    let output = runner.run(bring, &inputs);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    let output = runner.run(judge, &inputs);
    assert_eq!(output.code, 0, "{}{}", output.stdout, output.stderr);
    let outputs = runner.outputs();
    assert!(outputs.contains("exit-code=0\nverdict=passes\nreports=/"), "{outputs}");
    for report in ["gate.json", "gate.sarif", "junit.xml", "comment.md"] {
        assert!(one.repo.path(&format!("../reports/{report}")).is_file(), "{report}");
    }
    assert!(runner.summary().contains("The gate lets this pass"), "{}", runner.summary());
    one.repo.remove("signoffs");
    let head = one.repo.commit("Nothing was signed");
    let runner = Runner::new(&one.repo, &pull_request(&base, &head));
    assert_eq!(runner.run(judge, &inputs).code, 1);
    assert!(runner.outputs().contains("verdict=refused"));
    let shallow = one.repo.clone_depth(1);
    let runner = Runner::new(&shallow, &pull_request(&base, &head));
    assert_eq!(runner.run(judge, &inputs).code, 4);
    assert!(runner.outputs().contains("exit-code=4\nverdict=cannot-judge"));
}

/// Every event that a runner knows, over a whole clone and over one of depth 1: outputs, exit code, annotations and summary.
#[test]
fn the_action_answers_every_event_in_whole_and_in_shallow_clones() {
    let (one, base) = in_force();
    one.repo.write("docs/note.md", "harmless");
    let harmless = one.repo.commit("A note");
    one.repo.remove("signoffs");
    let grave = one.repo.commit("Nothing was signed");
    let anchor = one.anchor();
    let zero = "0".repeat(40);
    let fork = |head: &str| {
        let mut event = pull_request(&base, head);
        event["pull_request"]["head"]["repo"]["full_name"] = json!("mallory/srm");
        event
    };
    let events = |head: &str| {
        let main = json!({ "ref": "refs/heads/main", "before": base, "after": head });
        [
            ("pull request", pull_request(&base, head)),
            ("fork", fork(head)),
            ("queue", json!({ "merge_group": { "base_sha": base, "head_sha": head } })),
            ("push", main),
            ("tag", json!({ "ref": "refs/tags/v1", "before": zero, "after": head })),
        ]
    };
    let judge = &action()[1];
    let inputs = [("anchor", anchor.as_str()), ("directory", "."), ("reports", "../reports")];
    let (path, _) = program();
    for (head, verdict) in [(&harmless, (0, "passes")), (&grave, (1, "refused"))] {
        one.repo.git(&["checkout", "-q", head]);
        one.repo.git(&["update-ref", "refs/heads/judged", head]);
        let whole = one.repo.clone_whole();
        let shallow = one.repo.clone_depth(1);
        for (clone, is_whole) in [(&whole, true), (&shallow, false)] {
            clone.git(&["fetch", "-q", if is_whole { "--tags" } else { "--depth=1" }, "origin", "judged"]);
            clone.git(&["checkout", "-q", "FETCH_HEAD"]);
            for (name, event) in events(head) {
                let runner = Runner::new(clone, &event);
                runner.on_path(Path::new(&path).parent().unwrap());
                let said = runner.run(judge, &inputs);
                let what = format!("{name}, {}, {verdict:?}", if is_whole { "whole" } else { "depth 1" });
                let all = format!("{what}\n{}{}", said.stdout, said.stderr);
                // A tag has nothing before it: what it holds is judged by the fingerprint, also in a clone of depth 1.
                let expected = match (is_whole || name == "tag", name, verdict) {
                    (false, _, _) => (4, "cannot-judge"),
                    (true, "tag", (1, _)) => (0, "passes"),
                    (true, _, verdict) => verdict,
                };
                assert_eq!(said.code, expected.0, "{all}");
                let outputs = runner.outputs();
                assert!(
                    outputs.contains(&format!("exit-code={}\nverdict={}\n", expected.0, expected.1)),
                    "{all}{outputs}"
                );
                let heading = match expected.0 {
                    0 => "The gate lets this pass",
                    1 => "The gate refuses this",
                    _ => "The gate cannot judge this",
                };
                assert!(runner.summary().contains(heading), "{all}\n{}", runner.summary());
                let annotations = said.stdout.lines().filter(|line| line.starts_with("::error ")).count();
                assert_eq!(annotations > 0, expected.0 != 0, "{all}");
                let foreign = said.stdout.lines().find(|line| line.contains("::") && !line.starts_with("::"));
                assert_eq!(foreign, None, "{all}");
                if expected.0 == 4 {
                    assert!(said.stderr.contains("git fetch --unshallow"), "{all}");
                }
                for report in ["gate.json", "gate.sarif", "junit.xml", "comment.md"] {
                    let report = clone.path(&format!("../reports/{report}"));
                    assert!(report.is_file(), "{report:?}: {all}");
                    std::fs::remove_file(report).unwrap();
                }
            }
        }
    }
}

#[test]
fn the_action_runs_nothing_that_it_did_not_verify() {
    let (one, base) = in_force();
    let runner = Runner::new(&one.repo, &pull_request(&base, &base));
    let (path, digest) = program();
    let bring = &action()[0];
    for inputs in [
        &[][..],
        &[("from", path.as_str())],
        &[("from", path.as_str()), ("sha256", "00")],
        &[("from", path.as_str()), ("sha256", &"0".repeat(64))],
        &[("from", "http://x.example/c"), ("sha256", &digest)],
        &[("from", "file:///bin/sh"), ("sha256", &digest)],
        &[("version", "9.9.9")],
        &[("version", "1; touch pwned")],
        &[("version", "$(touch pwned)")],
        &[("from", "/nowhere/`touch pwned`"), ("sha256", &digest)],
    ] {
        let output = runner.run(bring, inputs);
        assert_eq!(output.code, 4, "{inputs:?}: {}{}", output.stdout, output.stderr);
        assert!(output.stdout.starts_with("::error title=countersign::"), "{inputs:?}: {}", output.stdout);
    }
    assert!(!one.repo.path("pwned").exists());
}

#[test]
fn a_release_whose_digest_stands_in_the_tree_is_the_only_one_by_version() {
    let (one, _) = in_force();
    let place = one.repo.root().parent().unwrap().join("action");
    fs::create_dir_all(place.join("action")).unwrap();
    fs::copy(own("action/install.sh"), place.join("action/install.sh")).unwrap();
    fs::write(place.join("action/checksums.txt"), "1.2.3 no-such-target countersign.tar.gz aa\n").unwrap();
    let script = format!("bash {}/action/install.sh", place.display());
    let output = shell(&one.repo, &script, &[("INPUT_VERSION", "1.2.3")]);
    assert_eq!(output.code, 4, "{}", output.stdout);
    let target = format!("{}-unknown-linux-musl", std::env::consts::ARCH);
    fs::write(place.join("action/checksums.txt"), format!("1.2.3 {target} countersign.tar.gz aa\n")).unwrap();
    let output = shell(&one.repo, &script, &[("INPUT_VERSION", "1.2.3")]);
    assert!(output.code == 4 && output.stdout.contains("damaged"), "{}", output.stdout);
}

#[test]
fn second_readers_have_nothing_to_say() {
    let workflows: Vec<PathBuf> = ["ci.yml", "gate.yml", "release-gate.yml", "release.yml"]
        .iter()
        .map(|file| own(".github/workflows").join(file))
        .collect();
    let action = own("action.yml");
    let all: Vec<&Path> = workflows.iter().chain([&action]).map(PathBuf::as_path).collect();
    audited(&all);
    workflows.iter().for_each(|file| valid("vendor.github-workflows", file));
    valid("vendor.github-actions", &action);
    let component = fs::read_to_string(own("templates/countersign.yml")).unwrap();
    let job = component.split_once("\n---\n").unwrap().1;
    let (one, _) = in_force();
    one.repo.write("../component.yml", job);
    valid("vendor.gitlab-ci", &one.repo.path("../component.yml"));
    if let Some(shellcheck) = tool("shellcheck") {
        let scripts =
            ["action/install.sh", "action/gate.sh", "ci/package.sh", "ci/sbom.sh", "hooks/pre-receive"]
                .map(own);
        let output = Command::new(shellcheck).args(scripts).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    } else {
        println!("ABSENT: shellcheck is not installed; the scripts were not read by it");
    }
}

/// What platforms read is read by others than us: the limits of code scanning, JUnit, code quality.
#[test]
fn reports_are_taken_by_second_readers() {
    let (one, base) = in_force();
    let mut value = matrix("1.1", "2026-12-24");
    value["rows"][0]["duties"][0]["party"] = json!("nobody-known");
    one.repo.write(WORKING, text(&value)).commit("Broken");
    let words = [
        "--base",
        &base,
        "--output",
        "sarif=../g.sarif",
        "--output",
        "junit=../g.xml",
        "--output",
        "gitlab=../g.json",
    ];
    let output = super::place::gate(&one.repo, &words, &[]);
    assert_eq!(output.code, 1, "{}", output.stdout);
    let read = |name: &str| fs::read_to_string(one.repo.path(name)).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&read("../g.sarif")).unwrap();
    let runs = sarif["runs"].as_array().unwrap();
    assert!(runs.len() <= 10 && runs[0]["results"].as_array().unwrap().len() <= 25_000);
    for result in runs[0]["results"].as_array().unwrap() {
        assert!(result["partialFingerprints"]["primaryLocationLineHash"].is_string(), "{result}");
        assert!(!result["locations"].as_array().unwrap().is_empty(), "{result}");
    }
    for issue in serde_json::from_str::<Vec<serde_json::Value>>(&read("../g.json")).unwrap() {
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        for field in ["description", "check_name", "fingerprint"] {
            assert!(issue[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {issue}");
        }
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(!path.starts_with('/') && issue["location"]["lines"]["begin"].as_u64() >= Some(1), "{issue}");
    }
    if let Some(sarif) = tool("sarif") {
        let output = Command::new(sarif).arg("summary").arg(one.repo.path("../g.sarif")).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("party-exists"), "{said}");
    } else {
        println!("ABSENT: sarif-tools is not installed");
    }
    match tool("junitparser") {
        Some(junit) => {
            let output = Command::new(junit).arg("verify").arg(one.repo.path("../g.xml")).output().unwrap();
            assert_eq!(
                output.status.code(),
                Some(1),
                "it reads the failures: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        None => println!("ABSENT: junitparser is not installed"),
    }
}
