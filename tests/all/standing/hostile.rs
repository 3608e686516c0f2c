//! A repository that wants to be believed, or to have something run.

use std::fs;

use crate::standing::project::{DAY, Project, WORKING, check_with, weighty};

const CONFIG: &str = "\
[core]
	fsmonitor = touch PWNED
	sshCommand = touch PWNED
	hooksPath = hooks
	pager = touch PWNED
	editor = touch PWNED
	attributesFile = attributes
[gpg]
	program = touch PWNED
[gpg \"ssh\"]
	program = touch PWNED
	allowedSignersFile = signers
[diff]
	external = touch PWNED
[filter \"evil\"]
	smudge = touch PWNED
	clean = touch PWNED
	required = true
[include]
	path = ../more
[alias]
	check = !touch PWNED
";

#[test]
fn nothing_is_run_whatever_the_configuration_says() {
    let one = Project::in_force();
    let config = one.repo.path(".git/config");
    let before = fs::read_to_string(&config).unwrap();
    fs::write(&config, format!("{before}{CONFIG}")).unwrap();
    one.repo.write("more", "[core]\n\tfsmonitor = touch PWNED\n");
    one.repo.write(".git/info/attributes", "* filter=evil diff=evil\n");
    one.repo.write("hooks/post-checkout", "#!/bin/sh\ntouch PWNED\n");
    one.prove();
    for words in [
        &["status"][..],
        &["show", "acme-cmmc-l2", "--version", "1.0"],
        &["evidence", "acme-cmmc-l2@1.0"],
        &["check", "--at", "HEAD", "--since", "HEAD~1", "--trust-from", "HEAD~1"],
    ] {
        let output = one.repo.countersign(&[words, &["--as-of", DAY]].concat());
        assert_eq!(output.code, 0, "{words:?}: {}{}", output.stdout, output.stderr);
    }
    assert!(!one.repo.path("PWNED").exists() && !one.repo.path(".git/PWNED").exists());
}

#[test]
fn the_environment_of_git_has_no_say() {
    let (one, other) = (Project::in_force(), Project::offered());
    let anchor = one.anchor();
    let git = other.repo.path(".git").display().to_string();
    let objects = other.repo.path(".git/objects").display().to_string();
    let index = other.repo.path(".git/index").display().to_string();
    let settings = [
        ("GIT_DIR", git.as_str()),
        ("GIT_WORK_TREE", "/"),
        ("GIT_INDEX_FILE", &index),
        ("GIT_OBJECT_DIRECTORY", &objects),
        ("GIT_NAMESPACE", "other"),
        ("GIT_REPLACE_REF_BASE", "refs/heads/"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "core.worktree"),
        ("GIT_CONFIG_VALUE_0", "/"),
    ];
    let (code, report) = check_with(&one.repo, &["--effective", "--anchor", &anchor], &settings);
    assert_eq!((code, weighty(&report)), (0, vec![]), "{report:#}");
}

#[test]
fn copies_in_the_work_tree_have_no_say() {
    let one = Project::in_force();
    let text = one.repo.read(WORKING);
    for path in
        ["trust/1.json", "signoffs/acme-cmmc-l2/1.0/matrix.json", "signoffs/acme-cmmc-l2/1.0/judged.json"]
    {
        one.repo.write(path, "tampered");
    }
    one.repo.write("signoffs/acme-cmmc-l2/1.0/junk.json", "{}");
    one.prove();
    one.repo.git(&["add", "signoffs"]);
    assert_eq!(one.check(&["--effective"]).0, 1, "what is staged is the next commit");
    one.repo.git(&["reset", "-q", "--hard"]);
    one.repo.write(WORKING, text);
    one.prove();
}

#[test]
fn replaced_objects_are_not_followed() {
    let one = Project::in_force();
    let before = one.repo.head();
    one.repo.remove("signoffs").commit("Nothing was signed");
    let after = one.repo.head();
    assert_eq!(one.check(&["--effective", "--at", &before]).0, 0);
    let blob = one.repo.git(&["rev-parse", &format!("{before}:signoffs/acme-cmmc-l2/1.0/matrix.json")]);
    let evil = one.repo.git(&["rev-parse", &format!("{before}:trust/1.json")]);
    one.repo.git(&["replace", &before, &after]);
    one.repo.git(&["replace", &blob, &evil]);
    assert_eq!(one.check(&["--effective", "--at", &before]).0, 0);
    assert_eq!(one.check(&["--effective", "--at", &after]).0, 5);
}

#[test]
fn grafts_are_refused() {
    let one = Project::in_force();
    let head = one.repo.head();
    one.repo.write(".git/info/grafts", format!("{head}\n"));
    assert_eq!(one.check(&["--effective"]).0, 4);
}

#[test]
fn a_clone_that_changes_line_ends_changes_no_verdict() {
    let one = Project::in_force();
    let clone = one.repo.clone_whole();
    clone.git(&["config", "core.autocrlf", "true"]);
    clone.remove("signoffs").remove("trust").remove("matrices");
    clone.git(&["checkout", "-q", "--", "."]);
    let anchor = one.anchor();
    assert_eq!(crate::standing::project::check(&clone, &["--effective", "--anchor", &anchor]).0, 0);
}

#[test]
fn links_and_submodules_are_no_sign_offs() {
    let one = Project::in_force();
    let path = "signoffs/acme-cmmc-l2/1.0/matrix.json";
    let bytes = one.repo.read(path);
    one.repo.write("elsewhere.json", bytes).remove(path);
    std::os::unix::fs::symlink("../../../elsewhere.json", one.repo.path(path)).unwrap();
    one.repo.commit("A link");
    let (code, report) = one.check(&["--effective"]);
    assert_eq!(code, 1);
    assert!(weighty(&report).contains(&"signoff-path"), "{report:#}");
}

/// A reviewer has to see what changes.
#[test]
fn attributes_that_hide_a_change_are_told() {
    for line in ["*.json -diff", "/matrices/** linguist-generated", "signoffs/** filter=evil", "* binary"] {
        let one = Project::in_force();
        one.repo.write(".gitattributes", format!("/trust/** -text\n{line}\n")).commit("Hide");
        let (code, report) = one.check(&["--effective"]);
        assert_eq!((code, weighty(&report)), (1, vec!["changes-are-shown"]), "{line}");
        assert_eq!(report["matrices"][0]["standing"], "in-force");
    }
}

#[test]
fn a_file_that_git_does_not_hold_is_told_of() {
    let one = Project::in_force();
    one.repo.write("signoffs/acme-cmmc-l2/1.0/acme.bob.0123456789abcdef.json", "{}");
    let (code, report) = one.check(&["--effective"]);
    assert_eq!((code, crate::standing::project::rules(&report)), (0, vec!["sign-off-is-staged"]));
}
