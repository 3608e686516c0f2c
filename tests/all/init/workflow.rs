//! The workflow that `init` writes: safe by its looks, and its steps do what they say.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{matrix, start_in, started};
use crate::support::{Output, Repo};

const PATH: &str = ".github/workflows/countersign.yml";

/// One step of a job.
#[derive(Debug, Default)]
struct Step {
    name: String,
    condition: Option<String>,
    env: Vec<(String, String)>,
    run: Option<String>,
}

/// Reads the steps of the one job; just enough YAML for the file that we write.
fn steps(text: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut lines = text.lines().skip_while(|line| *line != "    steps:").skip(1).peekable();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("      - name: ") {
            steps.push(Step { name: name.to_owned(), ..Step::default() });
        }
        let Some(step) = steps.last_mut() else { continue };
        if let Some(condition) = line.strip_prefix("        if: ") {
            step.condition = Some(condition.to_owned());
        }
        if line == "        env:" {
            while let Some(entry) = lines.next_if(|line| line.starts_with("          ")) {
                let (name, value) = entry.trim().split_once(": ").unwrap();
                step.env.push((name.to_owned(), value.to_owned()));
            }
        }
        if line == "        run: |" {
            let block = std::iter::from_fn(|| lines.next_if(|line| line.starts_with("          ")));
            step.run = Some(block.map(|line| format!("{}\n", line.trim())).collect());
        } else if let Some(run) = line.strip_prefix("        run: ") {
            step.run = Some(run.to_owned());
        }
    }
    steps
}

/// Runs a step as the runner does, with the built program in front of the path.
fn run(step: &Step, clone: &Repo, event: &Path, summary: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_countersign")).parent().unwrap();
    let mut script = format!("export PATH={}:\"$PATH\"\n", program.display());
    let summary = ("GITHUB_STEP_SUMMARY".to_owned(), summary.display().to_string());
    let event = ("GITHUB_EVENT_PATH".to_owned(), event.display().to_string());
    for (name, value) in step.env.iter().chain([&summary, &event]) {
        let value = if value.starts_with("${{ vars.") { "" } else { value }; // a variable that nobody has set
        script.push_str(&format!("export {name}={value}\n"));
    }
    script.push_str(step.run.as_deref().unwrap());
    clone.run("bash", &["--noprofile", "--norc", "-e", "-c", &script])
}

/// A pull request in which log review moves to the client, with its event file and summary outside the tree.
fn pull_request() -> (Repo, PathBuf, PathBuf) {
    let repo = Repo::new();
    let path = start_in(&repo, &["cmmc-l2"]);
    let base = repo.commit("Start");
    repo.branch("move");
    let mut value = matrix(&repo, &path);
    let row = value["rows"].as_array_mut().unwrap().iter_mut().find(|row| row["id"] == "log-review").unwrap();
    row["duties"][0]["party"] = "acme-defense".into();
    repo.write(&path, countersign::matrix::write::text(&value));
    let head = repo.commit("Move log review");
    let beside = repo.root().parent().unwrap().to_path_buf();
    let event = serde_json::json!({ "pull_request": { "base": { "sha": base }, "head": { "sha": head } } });
    std::fs::write(beside.join("event.json"), event.to_string()).unwrap();
    std::fs::write(beside.join("summary.md"), "").unwrap();
    let (event, summary) = (beside.join("event.json"), beside.join("summary.md"));
    (repo, event, summary)
}

#[test]
fn it_looks_as_a_required_check_must() {
    let (folder, _) = started(&["soc2"]);
    let text = folder.read(PATH);
    for line in
        ["  pull_request:", "  merge_group:", "  push:", "  contents: read", "          fetch-depth: 0"]
    {
        assert!(text.lines().any(|one| one == line), "{line}");
    }
    assert!(!text.lines().any(|line| line.trim_start().starts_with("paths")));
    assert!(!text.contains("pull_request_target") && !text.contains("write"));
    let used: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("uses: ")).collect();
    assert!(!used.is_empty());
    for action in used {
        let (action, version) = action.split_once(" # v").unwrap();
        let pin = action.split_once('@').unwrap().1;
        assert!(
            pin.len() == 40 && pin.chars().all(|c| c.is_ascii_hexdigit()) && !version.is_empty(),
            "{action}"
        );
    }
    let steps = steps(&text);
    assert_eq!(steps.len(), 4);
    assert!(steps.iter().all(|step| step.run.as_ref().is_none_or(|run| !run.contains("${{"))));
    assert!(text.contains(concat!("Version ", env!("CARGO_PKG_VERSION"), " ")));
    assert!(!text.contains("cargo install"), "nobody owns that name yet");
}

#[test]
fn in_a_full_clone_every_step_does_what_it_says() {
    let (repo, event, summary) = pull_request();
    let clone = repo.clone_whole();
    for step in steps(&clone.read(PATH)).iter().filter(|step| step.run.is_some()) {
        let output = run(step, &clone, &event, &summary);
        assert_eq!(output.code, 0, "{}: {}{}", step.name, output.stdout, output.stderr);
    }
    let said = std::fs::read_to_string(summary).unwrap();
    let (change, check) = said.find("Acme Defense takes on 1").zip(said.find("172 rows")).unwrap();
    assert!(change < check, "{said}");
}

#[test]
fn in_a_shallow_clone_nothing_is_guessed_and_the_gate_is_red() {
    let (repo, event, summary) = pull_request();
    let clone = repo.clone_depth(1);
    let steps = steps(&clone.read(PATH));
    let by_name = |word: &str| steps.iter().find(|step| step.name.contains(word)).unwrap();
    let change = run(by_name("moves to whom"), &clone, &event, &summary);
    assert_eq!(change.code, 4, "{}{}", change.stdout, change.stderr);
    assert!(change.stderr.contains("git fetch"), "{}", change.stderr);
    let gate = by_name("Check");
    assert_eq!(gate.condition.as_deref(), Some("${{ !cancelled() }}"));
    assert_eq!(run(gate, &clone, &event, &summary).code, 4, "the base, whose rules judge, is not there");
}

#[test]
fn with_the_fingerprint_of_the_contract_the_gate_demands_signers() {
    let (repo, event, summary) = pull_request();
    let steps = steps(&repo.read(PATH));
    let mut gate = Step { run: steps.last().unwrap().run.clone(), ..Step::default() };
    gate.env.push(("COUNTERSIGN_ANCHOR".to_owned(), "0".repeat(64)));
    let output = run(&gate, &repo, &event, &summary);
    assert_ne!(output.code, 0, "{}", output.stdout);
    let doctor = repo.countersign(&["doctor"]);
    let about = doctor.stdout.lines().find(|line| line.contains("workflow")).unwrap();
    assert!(about.starts_with("ok"), "{about}");
}

#[test]
fn a_broken_matrix_fails_the_gate() {
    let (repo, event, summary) = pull_request();
    let path = "matrices/acme-defense-cmmc-l2.json";
    repo.write(path, repo.read(path).replacen("\"party\": \"harbor-msp\"", "\"party\": \"harbour\"", 1));
    let steps = steps(&repo.read(PATH));
    let output = run(steps.last().unwrap(), &repo, &event, &summary);
    assert_eq!(output.code, 1);
    assert!(output.stdout.contains("::error file=matrices/acme-defense-cmmc-l2.json"), "{}", output.stdout);
}

#[test]
fn a_change_is_judged_by_the_rules_that_were_there_before_it() {
    let (repo, event, summary) = pull_request();
    let path = "matrices/acme-defense-cmmc-l2.json";
    repo.write(path, repo.read(path).replacen("\"party\": \"harbor-msp\"", "\"party\": \"harbour\"", 1));
    repo.write(
        "countersign.json",
        repo.read("countersign.json").replacen(
            '{',
            "{ \"rules\": { \"party-exists\": { \"severity\": \"off\" } },",
            1,
        ),
    );
    repo.commit("Switch off what would say no");
    let steps = steps(&repo.read(PATH));
    let output = run(steps.last().unwrap(), &repo, &event, &summary);
    assert_eq!(output.code, 1, "{}{}", output.stdout, output.stderr);
    assert!(output.stdout.contains("party-exists"), "{}", output.stdout);
}

#[test]
fn the_merge_queue_names_its_commits_otherwise() {
    let (repo, event, summary) = pull_request();
    let before = std::fs::read_to_string(&event).unwrap();
    let value: serde_json::Value = serde_json::from_str(&before).unwrap();
    let sha = |side: &str| value["pull_request"][side]["sha"].clone();
    let queue = serde_json::json!({ "merge_group": { "base_sha": sha("base"), "head_sha": sha("head") } });
    std::fs::write(&event, queue.to_string()).unwrap();
    let steps = steps(&repo.read(PATH));
    let change = steps.iter().find(|step| step.name.contains("moves to whom")).unwrap();
    assert_eq!(change.condition.as_deref(), Some("github.event_name != 'push'"));
    assert_eq!(run(change, &repo, &event, &summary).code, 0);
}

#[test]
fn zizmor_has_nothing_to_say() {
    let local = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/zizmor/bin/zizmor");
    let program = if local.exists() { local } else { PathBuf::from("zizmor") };
    let (folder, _) = started(&["soc2"]);
    let audit = Command::new(program)
        .args(["--offline", "--no-progress", "--color", "never"])
        .arg(folder.path(PATH))
        .output();
    let Ok(audit) = audit else {
        println!("ABSENT: zizmor is not installed; the workflow was not audited");
        return;
    };
    let said = String::from_utf8_lossy(&audit.stdout);
    assert!(audit.status.success(), "{said}{}", String::from_utf8_lossy(&audit.stderr));
}
