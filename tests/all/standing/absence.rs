//! What is not there is never clean: a working text, a submodule's files, a pattern's matrices, a rule that does nothing.

use std::os::unix::fs::symlink;

use crate::standing::project::{Project, WORKING, check, matrix, policy, rules, text};
use crate::support::Repo;
use crate::support::engagement::BOB;

type Act = fn(&Repo);

fn config(matrices: &str) -> String {
    format!("{{ \"format\": \"countersign/config/1\", \"packs\": [\"core\"], \"matrices\": [{matrices}] }}\n")
}

/// Five ways in which a signed matrix leaves the sight of the check.
#[test]
fn a_signed_matrix_without_a_working_text_is_an_error() {
    let ways: [(&str, Act); 5] = [
        ("deleted", |repo| {
            repo.remove(WORKING);
        }),
        ("renamed out of the pattern", |repo| drop(repo.git(&["mv", WORKING, "matrices/acme.txt"]))),
        ("no pattern", |repo| {
            repo.write("countersign.json", config(""));
        }),
        ("another pattern", |repo| {
            repo.write("countersign.json", config("\"others/*.json\""));
        }),
        ("another id", |repo| {
            let other = repo.read(WORKING).replace("\"acme-cmmc-l2\"", "\"other\"");
            repo.write(WORKING, other);
        }),
    ];
    for (way, leave) in ways {
        let one = Project::in_force();
        leave(&one.repo);
        for words in [&[][..], &["--at", "HEAD"]] {
            if !words.is_empty() {
                one.repo.commit(way);
            }
            let (code, report) = one.check(words);
            assert_eq!(
                (code, rules(&report).contains(&"working-text-is-there")),
                (1, true),
                "{way} {words:?}: {report:#}"
            );
        }
    }
}

/// Whoever reviews a change sees first that signed files go, in every format.
#[test]
fn diff_tells_what_became_of_the_records_before_all_else() {
    let mut one = Project::in_force();
    let contest = one.signed.contest(BOB, "1.0");
    one.record("Bob disputes");
    let before = one.repo.head();
    one.repo.remove("signoffs/acme-cmmc-l2").commit("Tidy");
    let said = one.repo.countersign(&["diff", &before, "HEAD"]).stdout;
    assert!(
        said.contains("removed: version 1.0 of acme-cmmc-l2, signed by both: Acme Defense and Harbor MSP"),
        "{said}"
    );
    let first = said.lines().position(|line| line.contains("removed:")).unwrap();
    assert!(first <= 3, "{said}");
    for format in ["json", "markdown", "html", "github", "sarif"] {
        let said = one.repo.countersign(&["diff", &before, "HEAD", "--format", format]).stdout;
        assert!(said.contains("version 1.0 of acme-cmmc-l2, signed by both"), "{format}: {said}");
    }
    assert_eq!(one.repo.countersign(&["diff", &before, "HEAD", "--fail-on", "any"]).code, 1);
    one.repo.git(&["revert", "--no-edit", "HEAD"]);
    one.repo.remove(&contest).remove(&format!("{contest}.sig")).write("trust/1.json", "{}").commit("Forget");
    let said = one.repo.countersign(&["diff", &before, "HEAD"]).stdout;
    assert!(said.contains("removed: the dispute by acme/bob of version 1.0"), "{said}");
    assert!(said.contains("changed: list 1 of those who may sign"), "{said}");
}

/// A submodule below a pattern holds matrices that this repository does not: at a commit, on disk and where it is empty.
#[test]
fn a_submodule_or_a_link_below_a_pattern_is_not_passed_over() {
    let standard = Repo::new();
    standard.write("std.json", text(&matrix("1.0", "2026-12-01"))).commit("A standard");
    let repo = Repo::new();
    repo.write(WORKING, text(&matrix("1.0", "2026-12-01"))).commit("A matrix");
    assert_eq!(check(&repo, &[]).0, 0);
    let from = format!("file://{}", standard.root().display());
    repo.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        &from,
        "matrices/standard",
    ]);
    repo.commit("The standard as a submodule");
    let clone = repo.clone_whole();
    for (name, folder, words) in [
        ("disk", &repo, &[][..]),
        ("commit", &repo, &["--at", "HEAD"]),
        ("clone", &clone, &[]),
        ("path", &repo, &["matrices"]),
    ] {
        let said = folder.countersign(&[&["check"], words].concat());
        assert_eq!(said.code, 4, "{name}: {}", said.stdout);
        assert!(said.stdout.contains("`matrices/standard` is a"), "{name}: {}", said.stdout);
    }
    let links: [(&str, &str, &str); 3] = [
        ("a linked folder", "../elsewhere", "matrices/more"),
        ("a link to nowhere", "gone", "matrices/more"),
        ("matrices itself", "elsewhere", "matrices"),
    ];
    for (name, target, place) in links {
        let repo = Repo::new();
        repo.write("elsewhere/a.json", text(&matrix("1.0", "2026-12-01")));
        if place != "matrices" {
            repo.write(WORKING, text(&matrix("1.0", "2026-12-01")));
        }
        symlink(target, repo.path(place)).unwrap();
        repo.commit(name);
        for words in [&[][..], &["--at", "HEAD"]] {
            let said = repo.countersign(&[&["check"], words].concat());
            assert_eq!(said.code, 4, "{name} {words:?}: {}{}", said.stdout, said.stderr);
        }
    }
    let repo = Repo::new();
    repo.write(WORKING, text(&matrix("1.0", "2026-12-01"))).write("README.md", "read");
    symlink("../README.md", repo.path("matrices/README.md")).unwrap();
    repo.commit("A linked page");
    assert_eq!(
        (check(&repo, &[]).0, check(&repo, &["--at", "HEAD"]).0),
        (0, 0),
        "a link to a file hides nothing"
    );
}

#[test]
fn what_is_not_checked_out_is_not_passed_over() {
    let repo = Repo::new();
    repo.write(WORKING, text(&matrix("1.0", "2026-12-01")))
        .write("matrices/b/b.json", text(&matrix("1.0", "2026-12-01")).replace("acme-cmmc-l2", "b"));
    repo.commit("Two");
    repo.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/matrices/b/"]);
    assert!(!repo.path("matrices/b/b.json").exists());
    let said = repo.countersign(&["check"]);
    assert_eq!(said.code, 4, "{}", said.stdout);
    assert!(said.stdout.contains("`matrices/b/b.json` is a matrix of this project"), "{}", said.stdout);
    assert_ne!(repo.countersign(&["check", "--at", "HEAD"]).code, 4);
}

#[test]
fn a_pattern_that_names_nothing_beside_one_that_does_is_told() {
    let repo = Repo::new();
    repo.write("countersign.json", config("\"matrices/*.json\", \"clients/**/*.json\""));
    repo.write(WORKING, text(&matrix("1.0", "2026-12-01")))
        .write("clients/b.json", text(&matrix("1.0", "2026-12-01")).replace("acme-cmmc-l2", "b"));
    repo.commit("Two");
    assert!(!rules(&check(&repo, &[]).1).contains(&"pattern-names-a-matrix"));
    repo.remove("clients").commit("One");
    for words in [&[][..], &["--at", "HEAD"]] {
        let (code, report) = check(&repo, words);
        assert_eq!((code, rules(&report).contains(&"pattern-names-a-matrix")), (1, true), "{report:#}");
    }
}

#[test]
fn a_pointer_of_lfs_is_told_as_one() {
    let repo = Repo::new();
    repo.write(WORKING, "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n");
    repo.commit("LFS");
    let (code, report) = check(&repo, &[]);
    assert_eq!(code, 1);
    let said = report["findings"][0]["message"].as_str().unwrap();
    assert!(said.contains("only a pointer of Git LFS"), "{said}");
}

/// A commit whose text is broken holds a matrix that cannot be read: it was not deleted, and `init` is no advice.
#[test]
fn a_broken_commit_is_unreadable_and_no_deletion() {
    let one = Project::in_force();
    one.repo
        .write(WORKING, text(&matrix("1.0", "2026-11-15")).replacen("\"title\"", "\"title", 1))
        .commit("Breaks it");
    one.repo.write(WORKING, text(&matrix("1.1", "2026-12-01")));
    for words in
        [&["sign", "--yes"][..], &["blame", "acme-cmmc-l2"], &["history", "--commits", "acme-cmmc-l2"]]
    {
        let said = one.repo.countersign(words);
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(all.contains("cannot be read as a matrix"), "{words:?}: {all}");
        assert!(!all.contains("countersign init") && !all.contains("removed"), "{words:?}: {all}");
        assert_ne!(said.code, 3, "{words:?}: {all}");
    }
}

/// A rule whose own examples fail, or that asks for a field that the format does not know, stops the check at its place.
#[test]
fn a_rule_that_does_nothing_stops_the_check() {
    let repo = Repo::new();
    repo.write(WORKING, text(&matrix("1.0", "2026-12-01")));
    let good = policy("warning");
    let broken = [
        good.replace("\"pattern\": \"gold\"", "\"pattern\": \"tin\""),
        good.replace("\"properties\": {\n            \"title\"", "\"properties\": {\n            \"titel\""),
        good.replace("\"title\": \"tin\"", "\"title\": \"gold\""),
        good.replace("\"properties\": {", "\"required\": [\"titel\"], \"properties\": {"),
        good.replace("\"must\": {", "\"must\": { \"anyOf\": [{ \"properties\": { \"duties\": { \"items\": { \"properties\": { \"verbs\": {} } } } } }],"),
    ];
    repo.write("policies/acme.json", &good);
    assert_ne!(check(&repo, &[]).0, 2);
    for (at, rule) in broken.iter().enumerate() {
        assert_ne!(*rule, good, "{at}");
        repo.write("policies/acme.json", rule);
        let (code, report) = check(&repo, &[]);
        assert_eq!(code, 2, "{at}: {report:#}");
        let told = report["findings"].as_array().unwrap().iter().find(|it| it["rule"] == "policy-is-valid");
        let told = told.unwrap_or_else(|| panic!("{at}: {report:#}"));
        assert_eq!(told["file"], "policies/acme.json");
        assert!(told["pointer"].as_str().unwrap().starts_with("/rules/0/"), "{told:#}");
    }
}
