//! `countersign demo`: the tour is true, and leaves a repository that works.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use std::process::Command;

use crate::support::Folder;
use countersign::demo;

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
        "nobody has walked through the 173 rows yet",
        "warning[cmmc-l2-is-covered]: `IA.L2-3.5.3` (Multifactor Authentication) has no row (5 points)",
        "1 may not be on a POA&M",
        "says \"as needed\" and not when",
        "walked through and agreed: all 173 rows; nothing stands before a signature",
        "no findings in 173 rows",
        "Authority to contain without asking first",
        "warning[review-follows-change]: row `log-review`",
        "Acme Defense takes on 1, Harbor MSP gives up or",
        "List 1 is complete.",
        "what falls to Harbor MSP",
        "what falls to Acme Defense",
        "All parties have given their last word on version 1.0 of acme-defense-cmmc-l2. It is in force",
        "no findings in 173 rows",
        "the statement of `ann` for `harbor-msp` does not count: it is about",
        "failed, and not in force: 1 matrix",
        "The gate refuses this",
        "rules, waivers and settings: alters countersign.json",
        "! rule switched off: review-follows-change, from error to off",
        "takes on 1 row:",
        "error[review-follows-change]: this change switches off the rule `review-follows-change`",
    ] {
        assert!(told.contains(fact), "{fact} is not in: {told}");
    }
    for fact in [
        "Harbor MSP, Security desk: +1 555 0100 (24x7)",
        "In force: version 1.0, from",
        "Agreed by: Bob Baker",
    ] {
        let (_, night) = told.split_once("10. 3 a.m., and somebody has to be called").unwrap();
        assert!(night.contains(fact), "{fact} is not in: {night}");
    }
    let (told, tampered) = told.split_once("8. Somebody edits what was signed").unwrap();
    assert!(!told.contains("error[") && !told.contains("error:"), "{told}");
    assert!(!tampered.contains("error:"), "{tampered}");
}

/// What is left to play on is in force; the keys and the other clone lie where git does not look.
#[test]
fn both_have_signed_and_an_edit_is_caught() {
    let (folder, _) = played();
    let check = |words: &[&str]| {
        let output =
            folder.countersign(&[&["-C", "countersign-demo", "check", "--effective"], words].concat());
        (output.code, output.stdout)
    };
    assert_eq!(check(&[]).0, 0, "{}", check(&[]).1);
    let (code, told) = check(&["--at", "tampered"]);
    assert_eq!(code, 1, "{told}");
    assert_eq!(told.matches("error[statement-accepted]").count(), 3, "{told}");
    let gate = folder.countersign(&["-C", "countersign-demo", "gate", "--base", "main", "--head", "tidy-up"]);
    assert_eq!(gate.code, 1, "{}{}", gate.stdout, gate.stderr);
    for file in ["ann", "ann.pub", "bob", "bob.pub", "bobs-clone/.git"] {
        assert!(folder.path(&format!("countersign-demo/.git/countersign-demo/{file}")).exists(), "{file}");
    }
    let tracked = folder.run("git", &["-C", "countersign-demo", "ls-files"]).stdout;
    assert!(!tracked.contains("countersign-demo/"), "{tracked}");
    let marked = folder.countersign_with(
        &[
            "-C",
            "countersign-demo",
            "mark",
            "acme-defense-cmmc-l2",
            "--key",
            ".git/countersign-demo/ann",
            "--yes",
        ],
        &[("GIT_AUTHOR_NAME", "Ann Archer"), ("GIT_AUTHOR_EMAIL", "ann@harbor.example")],
    );
    assert_eq!(marked.code, 0, "{}", marked.stderr);
}

/// Without the program that signs, the acts that sign are left out, and it is said.
#[test]
fn it_goes_on_without_the_program_that_signs() {
    let folder = Folder::new();
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign"));
    let empty = folder.path("empty");
    std::fs::create_dir(&empty).unwrap();
    let output =
        command.current_dir(folder.root()).env_clear().env("PATH", empty).arg("demo").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(told.contains("There is no `ssh-keygen` on this machine"), "{told}");
    assert!(told.contains("5. What the change means") && !told.contains("Who may sign ━"), "{told}");
    assert!(!folder.path("countersign-demo/.git/countersign-demo").exists());
}

#[test]
fn the_repository_passes_and_has_its_history() {
    let (folder, told) = played();
    let git = |words: &[&str]| folder.run("git", &[&["-C", "countersign-demo"], words].concat());
    assert_eq!(git(&["status", "--porcelain"]).stdout, "");
    assert_eq!(git(&["branch", "--show-current"]).stdout.trim(), "main");
    let subject = git(&["log", "-1", "--format=%s"]).stdout;
    let day = subject.trim().rsplit(' ').next().unwrap().to_owned();
    assert_eq!(
        git(&["log", "--format=%an: %s", "--reverse", "acme-reviews-its-logs"]).stdout,
        "Ann Archer: Start the matrix for Acme Defense\n\
         Ann Archer: Walk through all rows with Acme\n\
         Ann Archer: roster: propose who may sign, list 1\n\
         Ann Archer: roster: harbor-msp/ann signs list 1\n\
         Bob Baker: roster: acme-defense/bob signs list 1\n\
         Ann Archer: signoff: offer acme-defense-cmmc-l2 1.0 for signature\n\
         Ann Archer: signoff: harbor-msp/ann approves acme-defense-cmmc-l2 1.0\n\
         Bob Baker: signoff: acme-defense/bob approves acme-defense-cmmc-l2 1.0\n\
         Ann Archer: signoff: harbor-msp/ann closes acme-defense-cmmc-l2 1.0\n\
         Ann Archer: signoff: mark acme-defense-cmmc-l2 1.0 as in force from DAY\n\
         Bob Baker: Take over log review from Harbor\n"
            .replace("DAY", &day)
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

#[test]
fn an_interrupted_demo_is_told_with_the_way_to_start_over() {
    let folder = Folder::new();
    folder.write("tour/.git/countersign-demo-unfinished", "");
    let output = folder.countersign(&["demo", "tour"]);
    assert_eq!(output.code, 2, "{}", output.stdout);
    assert!(
        output.stderr.contains("interrupted") && output.stderr.contains("rm -r tour"),
        "{}",
        output.stderr
    );
}
