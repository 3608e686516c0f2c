//! git and keys as people have them: what works, and the one command that helps where it cannot.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::standing::project::{DAY, Project, WORKING, matrix, policy, rules, text};
use crate::support::Repo;

/// Paths in reports for platforms start at the root of the repository, wherever the project lies and one stands.
#[test]
fn paths_in_reports_start_at_the_root_of_the_repository() {
    let repo = Repo::new();
    repo.write(
        "clients/acme/countersign.json",
        "{ \"format\": \"countersign/config/1\", \"packs\": [\"core\"] }\n",
    );
    repo.write("clients/acme/policies/acme.json", policy("error"));
    repo.write("clients/acme/matrices/m.json", text(&matrix("1.0", "2026-12-01")))
        .commit("A project in a folder");
    for (format, wanted) in [
        ("github", "file=clients/acme/matrices/m.json,"),
        ("sarif", "\"uri\": \"clients/acme/matrices/m.json\""),
        ("gitlab", "\"path\": \"clients/acme/matrices/m.json\""),
        ("junit", "classname=\"clients/acme/matrices/m.json\""),
    ] {
        for folder in ["clients/acme", "clients/acme/matrices"] {
            for at in [&[][..], &["--at", "HEAD"]] {
                let said = repo.countersign(&[&["-C", folder, "check", "--format", format], at].concat());
                assert_eq!(said.code, 1, "{format} {folder}: {}", said.stderr);
                assert!(said.stdout.contains(wanted), "{format} {folder} {at:?}: {}", said.stdout);
            }
        }
    }
}

#[test]
fn what_is_staged_is_judged_as_the_next_commit_will_hold_it() {
    let one = Project::in_force();
    one.repo.write("policies/acme.json", policy("error"));
    assert_eq!(one.check(&["--staged"]).0, 0, "it is not staged");
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-01")));
    one.repo.git(&["add", "--all"]);
    one.repo.remove("policies/acme.json").write(WORKING, "{");
    let (code, report) = one.check(&["--staged"]);
    assert_eq!((code, rules(&report).contains(&"acme-is-gold")), (1, true), "{report:#}");
    assert!(!rules(&report).contains(&"strict-json"), "{report:#}");
    assert_eq!(report["at"], "what is staged");
    let outside = one.repo.archive();
    assert_eq!(outside.countersign(&["check", "--staged"]).code, 4);
}

/// A server judges a push before any branch has it: the objects lie apart until the hook agrees.
#[test]
fn a_hook_of_a_server_sees_what_is_pushed() {
    let one = Project::in_force();
    let server = one.repo.bare_remote();
    let program = env!("CARGO_BIN_EXE_countersign");
    let hook = format!(
        "#!/bin/sh\nwhile read old new name; do {program} check --at $new --as-of {DAY}; echo \"rc=$?\"; done\nexit 1\n"
    );
    server.write("hooks/pre-receive", hook);
    fs::set_permissions(server.path("hooks/pre-receive"), fs::Permissions::from_mode(0o755)).unwrap();
    one.repo.write("README.md", "new").commit("Something new");
    let said = one.repo.git_fails(&["push", "origin", "HEAD"]);
    assert!(said.contains("rc=0"), "{said}");
}

/// A file that was named is shown and judged as a file where its repository cannot be read; that is no pass.
#[test]
fn a_plain_file_needs_no_repository_that_can_be_read() {
    let one = Project::in_force();
    let from = format!("file://{}", one.repo.root().display());
    let place = |name: &str| one.repo.root().with_file_name(name).display().to_string();
    let (tables, sha256, headless) = (place("tables"), place("sha"), place("headless"));
    one.repo.git(&["clone", "-q", "--template=", "--ref-format=reftable", &from, &tables]);
    one.repo.git(&["init", "-q", "--object-format=sha256", "--template=", &sha256]);
    one.repo.git(&["clone", "-q", "--template=", &from, &headless]);
    fs::remove_file(format!("{headless}/.git/HEAD")).unwrap();
    for folder in [&tables, &sha256, &headless] {
        let mut broken = matrix("1.1", "2026-12-01");
        broken["rows"][0]["controls"] = serde_json::json!(["cmmc-l2:AC.L2-3.1.99"]);
        fs::create_dir_all(format!("{folder}/matrices")).unwrap();
        fs::write(format!("{folder}/{WORKING}"), text(&broken)).unwrap();
        let run = |words: &[&str]| one.repo.countersign(&[&["-C", folder], words].concat());
        let judged = run(&["check", WORKING, "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&judged.stdout).unwrap();
        let rules: Vec<&str> =
            report["findings"].as_array().unwrap().iter().filter_map(|one| one["rule"].as_str()).collect();
        assert_eq!((judged.code, report["exitCode"].as_i64()), (4, Some(4)), "{}", judged.stderr);
        assert!(rules.contains(&"control-exists"), "{rules:?}");
        assert_eq!(report["matrices"][0]["standing"], "unknown");
        assert!(judged.stderr.contains("the file was judged by itself"), "{}", judged.stderr);
        for gate in
            [&["check", WORKING, "--exit-zero"][..], &["check", WORKING, "--ci"], &["check"], &["status"]]
        {
            assert_eq!(run(gate).code, 4, "{gate:?}");
        }
        for words in [
            &["show", WORKING][..],
            &["facts", WORKING],
            &["diff", WORKING, WORKING],
            &["explain", "control-exists"],
            &["explain", "AC.L2-3.1.1"],
            &["rules"],
        ] {
            let said = run(words);
            assert_eq!(said.code, 0, "{words:?}: {}", said.stderr);
        }
        let doctor = run(&["doctor"]);
        assert_eq!(doctor.code, 4);
        assert!(doctor.stdout.contains("ok     ssh-keygen") && doctor.stdout.contains("error  repository"));
    }
}

/// Where libgit2 cannot read a repository, the error names the command that helps, and the command helps.
#[test]
fn what_cannot_be_read_names_the_command_that_helps() {
    let one = Project::in_force();
    let sparse = one.repo.clone_whole();
    sparse.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "matrices", "signoffs", "trust"]);
    sparse.write("elsewhere/x", "x");
    let split = one.repo.clone_whole();
    split.git(&["update-index", "--split-index"]);
    for (name, repo) in [("sparse", &sparse), ("split", &split)] {
        let said = repo.countersign(&["check", "--as-of", DAY]);
        if said.code == 0 {
            continue; // This git wrote an index that can be read.
        }
        assert_eq!(said.code, 4, "{name}: {}", said.stdout);
        let all = format!("{}{}", said.stdout, said.stderr);
        let help = all.split('`').find(|part| part.starts_with("git ") && *part != "git status");
        let help = help.unwrap_or_else(|| panic!("{name}: {all}")).replace("\n    ", " ");
        let helped = repo.run("sh", &["-c", &help]);
        assert_eq!(helped.code, 0, "{name}: {help}: {}", helped.stderr);
        assert_eq!(repo.countersign(&["check", "--as-of", DAY]).code, 0, "{name}: {help}");
    }
    let tables = one.repo.root().with_file_name("reftable").display().to_string();
    let from = format!("file://{}", one.repo.root().display());
    one.repo.git(&["clone", "-q", "--template=", "--ref-format=reftable", &from, &tables]);
    let said = one.repo.countersign(&["-C", &tables, "check", "--as-of", DAY]);
    assert_eq!(said.code, 4);
    assert!(said.stderr.contains("`git clone --ref-format=files . ../copy`"), "{}", said.stderr);
    let facts = one.repo.countersign(&["-C", &tables, "facts", WORKING]);
    assert_eq!(facts.code, 0, "a plain file needs no repository: {}", facts.stderr);
    one.repo.git(&["-C", &tables, "clone", "-q", "--ref-format=files", ".", "../copy"]);
    assert_eq!(one.repo.countersign(&["-C", "../copy", "check", "--as-of", DAY]).code, 0);
    let sha256 = one.repo.root().with_file_name("sha256").display().to_string();
    one.repo.git(&["init", "-q", "--object-format=sha256", "--template=", &sha256]);
    let said = one.repo.countersign(&["-C", &sha256, "check"]);
    assert_eq!(said.code, 4, "{}", said.stdout);
    assert!(said.stderr.contains("git archive HEAD"), "{}", said.stderr);
}

#[test]
fn a_message_in_another_encoding_is_read_in_it() {
    let one = Project::in_force();
    let message = one.repo.path("../message");
    fs::write(&message, b"caf\xe9 f\xfcr alle\n").unwrap();
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-01")));
    one.repo.git(&["add", "--all"]);
    one.repo.git(&["-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "-F", "../message"]);
    let said = one.repo.countersign(&["history", "--commits", "acme-cmmc-l2"]);
    assert!(said.stdout.contains("caf\u{e9} f\u{fc}r alle"), "{}{}", said.stdout, said.stderr);
}

/// One meaning of a day everywhere: what holds on it by what is signed so far; one to come says that it may change.
#[test]
fn a_day_means_one_thing_in_every_command() {
    let one = Project::in_force();
    let asked: [&[&str]; 4] =
        [&["check", "--effective"], &["who", "access-reviews"], &["show", "acme-cmmc-l2"], &["status"]];
    for words in asked {
        let on = |day: &str| one.repo.countersign(&[words, &["--as-of", day]].concat());
        let (before, after, far) = (on("2026-11-14"), on("2026-11-15"), on("2199-01-01"));
        let is_status = words[0] == "status";
        assert_eq!(
            before.code,
            if is_status { 0 } else { 5 },
            "{words:?}: {}{}",
            before.stdout,
            before.stderr
        );
        assert_eq!(after.code, 0, "{words:?}: {}{}", after.stdout, after.stderr);
        assert!(!before.stderr.contains("is to come"), "{words:?}: {}", before.stderr);
        assert!(far.stderr.contains("2199-01-01 is to come"), "{words:?}: {}", far.stderr);
    }
}
