//! `countersign demo`: the tour is true, and leaves a repository that works.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

mod support;

use std::process::Command;

use countersign::demo;
use support::Folder;

fn played() -> (Folder, String) {
    let folder = Folder::new();
    let output = folder.countersign(&["demo"]);
    assert_eq!(output.code, 0, "{}", output.stderr);
    (folder, output.stdout)
}

#[test]
fn every_act_is_played_and_says_what_happened() {
    let (_, told) = played();
    let mut rest = told.as_str();
    for (at, act) in demo::acts().iter().enumerate() {
        let title = format!("{}. {} ", at + 1, act.title);
        let start = rest.find(&title).unwrap_or_else(|| panic!("{title} is missing: {told}"));
        rest = &rest[start..];
        let lesson = act.lesson.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
        assert!(rest.contains(&lesson), "{lesson}");
    }
    assert!(rest.contains("Now it is yours to play on:"));
}

/// The narrator claims figures; the outputs beside them have to say the same.
#[test]
fn what_the_narrator_says_is_what_the_commands_say() {
    let (_, told) = played();
    for fact in [
        "wrote  matrices/acme-defense-cmmc-l2.json",
        "all 110 requirements and all 320 objectives have a",
        "nobody has walked through the 166 rows yet",
        "warning[cmmc-l2-is-covered]: `IA.L2-3.5.3` (Multifactor Authentication) has no row (5 points)",
        "1 may not be on a POA&M",
        "says \"as needed\" and not when",
        "walked through and agreed: all 166 rows; nothing stands before a signature",
        "no findings in 166 rows",
        "Authority to contain without asking first",
        "warning[review-follows-change]: row `log-review`",
        "Acme Defense takes on 1, Harbor MSP has another or a smaller part in 1",
    ] {
        assert!(told.contains(fact), "{fact} is not in: {told}");
    }
    assert!(!told.contains("error[") && !told.contains("error:"), "{told}");
}

#[test]
fn the_repository_passes_and_has_its_history() {
    let (folder, told) = played();
    let git = |words: &[&str]| folder.run("git", &[&["-C", "countersign-demo"], words].concat());
    assert_eq!(git(&["status", "--porcelain"]).stdout, "");
    assert_eq!(git(&["branch", "--show-current"]).stdout.trim(), "main");
    assert_eq!(
        git(&["log", "--format=%an", "--reverse", "acme-reviews-its-logs"]).stdout,
        "Ann Archer\nAnn Archer\nBob Baker\n"
    );
    assert_eq!(git(&["fsck", "--strict"]).code, 0);
    let tail = told.split("Now it is yours to play on:").nth(1).unwrap();
    let mut tried = 0;
    for line in tail.lines().map(str::trim).filter(|line| line.starts_with("countersign ")) {
        let words: Vec<&str> = line.split("  ").next().unwrap().split(' ').skip(1).collect();
        let output = folder.countersign(&[&["-C", "countersign-demo"], &words[..]].concat());
        assert_eq!(output.code, 0, "{line}: {}", output.stderr);
        tried += 1;
    }
    assert!(tried >= 5);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = Folder::new();
    folder.write("countersign-demo/mine.txt", "mine");
    let output = folder.countersign(&["demo"]);
    assert_eq!(output.code, 2);
    assert!(
        output.stderr.contains("`countersign-demo` is not empty; nothing was written"),
        "{}",
        output.stderr
    );
    assert!(!folder.path("countersign-demo/.git").exists());
    assert_eq!(folder.countersign(&["demo", "elsewhere"]).code, 0);
}

/// Nothing but the binary is needed: no git, no home, no configuration, no path.
#[test]
fn it_needs_nothing_around_it() {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let output = command.current_dir(folder.root()).env_clear().arg("demo").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
