//! `doctor`: every fault is told with what mends it, and what is well is told to be well.

use serde_json::Value;

use crate::standing::project::Project;
use crate::support::Folder;
use crate::support::keys;

fn doctor(folder: &Folder, words: &[&str]) -> (i32, Vec<(String, String, String)>) {
    let output = folder.countersign(&[&["doctor", "--format", "json"], words].concat());
    let answers: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|_| panic!("{}", output.stderr));
    let schema = serde_json::from_str(include_str!("../../../schema/doctor.schema.json")).unwrap();
    let validator = jsonschema::draft202012::options().offline().build(&schema).unwrap();
    assert!(validator.is_valid(&answers), "{answers:#}");
    let word = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let lines = answers["lines"].as_array().unwrap().iter();
    let lines = lines.map(|line| {
        if line["level"] != "ok" {
            assert!(line["help"].is_string(), "{line}");
        }
        (word(line, "about"), word(line, "level"), word(line, "found"))
    });
    (output.code, lines.collect())
}

fn level<'a>(lines: &'a [(String, String, String)], about: &str) -> &'a str {
    &lines.iter().find(|line| line.0 == about).unwrap_or_else(|| panic!("{about}: {lines:?}")).1
}

#[test]
fn all_is_well_where_all_is_well() {
    let one = Project::in_force();
    let key = keys::private("bob").display().to_string();
    let workflow = "on:\n  pull_request:\n  merge_group:\njobs:\n  - run: countersign check --ci\n";
    one.repo.write(".github/workflows/countersign.yml", workflow).commit("A gate");
    let (code, lines) = doctor(&one.repo, &["--as", "acme/bob", "--key", &key, "--anchor", &one.anchor()]);
    let about = |level: &str| {
        lines.iter().filter(|line| line.1 == level).map(|line| line.0.as_str()).collect::<Vec<_>>()
    };
    assert_eq!((code, about("error")), (0, vec![]), "{lines:?}");
    assert_eq!(about("warn"), ["keys", "keys"], "{lines:?}");
    assert!(lines.iter().any(|line| line.2.contains("may sign as acme/bob")), "{lines:?}");
}

#[test]
fn every_fault_is_told() {
    let one = Project::in_force();
    let (code, lines) =
        doctor(&one.repo, &["--as", "acme/bob", "--key", "/nowhere", "--anchor", &"0".repeat(64)]);
    assert_eq!((code, level(&lines, "fingerprint"), level(&lines, "workflow")), (4, "error", "warn"));
    let ann = keys::private("ann").display().to_string();
    let (code, lines) = doctor(&one.repo, &["--as", "acme/bob", "--key", &ann]);
    assert_eq!((code, level(&lines, "key"), level(&lines, "fingerprint")), (1, "error", "warn"), "{lines:?}");
    let (_, lines) = doctor(&one.repo.clone_depth(1), &[]);
    assert_eq!(level(&lines, "history"), "warn");
    one.repo.write(".gitattributes", "* text=auto\n").commit("Windows");
    one.repo.write("trust/1.json", "tampered");
    let workflow = "on:\n  pull_request_target:\n    paths: ['matrices/**']\n- run: countersign check\n";
    one.repo.write(".github/workflows/countersign.yml", workflow);
    let (code, lines) = doctor(&one.repo, &[]);
    for about in ["line endings", "sign-off files", "workflow"] {
        assert_eq!(level(&lines, about), "warn", "{lines:?}");
    }
    assert_eq!(code, 0, "{lines:?}");
    one.repo.write(".git/info/grafts", format!("{}\n", one.repo.head()));
    let (code, lines) = doctor(&one.repo, &[]);
    assert_eq!((code, level(&lines, "history")), (4, "error"));
}

#[test]
fn a_folder_without_anything_is_no_error() {
    let (code, lines) = doctor(&Folder::new(), &[]);
    assert_eq!((code, level(&lines, "repository"), level(&lines, "who may sign")), (0, "warn", "warn"));
}
