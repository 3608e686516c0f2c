//! The command line as people meet it: the help of every command, and how it ends.
//!
//! `UPDATE_GOLDEN=1 cargo test --test all cli` writes the files in `tests/golden/help/` anew.

#![allow(clippy::unwrap_used, reason = "a test stops where its fixture is wrong")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::support::Folder;
use countersign::cli;

fn commands() -> BTreeSet<String> {
    cli::definition().get_subcommands().map(|command| command.get_name().to_owned()).collect()
}

fn golden() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/help")
}

fn help(words: &[&str]) -> String {
    let output = Folder::new().countersign(&[words, &["--help"]].concat());
    assert_eq!((output.code, &*output.stderr), (0, ""), "{words:?}");
    output.stdout
}

#[track_caller]
fn compare(name: &str, actual: &str) {
    let path = golden().join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(golden()).unwrap();
        std::fs::write(&path, actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(expected == actual, "the help of {name} has changed; UPDATE_GOLDEN=1 writes it anew:\n{actual}");
}

#[test]
fn the_help_of_every_command_is_as_it_was_read() {
    compare("countersign", &help(&[]));
    for name in commands() {
        compare(&name, &help(&[&name]));
    }
}

/// One sentence a command, written here by hand: what a person has to find in its help.
#[test]
fn every_help_says_what_the_command_is_for() {
    let facts = [
        ("add", "A framework is consolidated into the rows that are there"),
        ("bump", "as far as the changes since the version in force ask for"),
        ("move", "the service ends"),
        ("remove", "a row without scopes holds everywhere"),
        ("rename", "Reviews of a text that differs in the id alone go on holding"),
        ("renew", "for the text of now alone"),
        ("review", "a row that changes has to be read again"),
        ("set", "Only the bytes of what changes are written anew"),
        ("blame", "white space do not"),
        ("check", "still fails"),
        ("completions", "bash-completion"),
        ("contest", "changes nothing that is in force"),
        ("demo", "needs no network, no key of yours and no git"),
        ("diff", "countersign diff main...HEAD"),
        ("doctor", "then your key has to be at hand"),
        ("evidence", "sh, sed, sha256sum and ssh-keygen"),
        ("explain", "countersign explain AC.L2-3.1.5"),
        ("export", "brings back what was changed in it and nothing else"),
        ("facts", "OPA"),
        ("gate", "no change weakens its own gate"),
        ("history", "days on which nothing was in force are named"),
        ("import", "nobody is given work by a guess"),
        ("init", "Nothing that is there already is overwritten"),
        ("man", "man -l -"),
        ("mark", "anyone may write it"),
        ("pack", "a pack made of an OSCAL catalogue"),
        ("record", "countersign sign --out"),
        ("roster", "Its fingerprint belongs into the contract"),
        ("rules", "--pack <PACK>"),
        ("show", "what it may expect"),
        ("sign", "every party signs those same bytes"),
        ("status", "who has still to sign"),
        ("test-rules", "examples that fail"),
        ("verify", "every other file is made from them again"),
        ("who", "whom to call first, the proof last"),
        ("withdraw", "who has given the last word stays bound"),
    ];
    assert_eq!(facts.iter().map(|(name, _)| (*name).to_owned()).collect::<BTreeSet<_>>(), commands());
    for (name, fact) in facts {
        let said = help(&[name]).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(fact), "{name}: {said}");
    }
}

#[test]
fn every_command_has_a_first_line_that_asks_for_something() {
    for command in cli::definition().get_subcommands() {
        let about = command.get_about().unwrap().to_string();
        assert!(
            about.starts_with(char::is_uppercase) && !about.ends_with('.'),
            "{}: {about}",
            command.get_name()
        );
    }
}

#[test]
fn no_golden_file_is_left_over() {
    let known: BTreeSet<String> =
        commands().into_iter().chain(["countersign".to_owned()]).map(|name| format!("{name}.txt")).collect();
    for entry in std::fs::read_dir(golden()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(known.contains(&name), "{name} is the help of no command");
    }
}

#[test]
fn without_words_the_help_comes_and_the_run_fails() {
    let output = Folder::new().countersign(&[]);
    assert_eq!(output.code, 2);
    assert!(output.stderr.contains("Usage: countersign"), "{}", output.stderr);
    let unknown = Folder::new().countersign(&["chekc"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("'check'"), "{}", unknown.stderr);
}

/// Whatever kind of thing a name was to be of: that nothing has it is no fault of the command line.
#[test]
fn a_name_that_nothing_has_ends_every_command_alike() {
    let folder = Folder::new();
    folder.write("matrices/minimal.json", include_str!("../../policies/core/minimal.json"));
    for words in [
        &["diff", "matrices/minimal.json", "matrices/minimal.json", "--matrix", "nope"][..],
        &["explain", "nope"],
        &["facts", "nope"],
        &["history", "nope"],
        &["rules", "--pack", "nope"],
        &["show", "minimal", "--party", "nope"],
        &["show", "minimal@7.0"],
        &["show", "nope"],
        &["status", "nope"],
        &["test-rules", "nope"],
        &["who", "nope"],
        &["who", "log-review", "--matrix", "nope"],
    ] {
        let output = folder.countersign(words);
        assert_eq!(output.code, 3, "{words:?}: {}{}", output.stdout, output.stderr);
        assert!(output.stderr.starts_with("error: "), "{words:?}: {}", output.stderr);
    }
}

#[test]
fn the_list_of_rules_fits_the_width_and_has_one_line_each_in_a_pipe() {
    let folder = Folder::new();
    let piped = folder.countersign(&["rules"]).stdout;
    let line =
        piped.lines().find(|line| line.starts_with("  row-is-reviewed ")).expect("the rule has a line");
    assert!(line.ends_with("Everybody with a duty has walked through each row"), "{line}");
    let narrow = folder.countersign_with(&["rules"], &[("COLUMNS", "60")]).stdout;
    let is_title = |line: &&str| line.starts_with("    ");
    assert!(narrow.lines().filter(is_title).all(|line| line.chars().count() <= 60), "{narrow}");
    assert!(narrow.lines().count() > piped.lines().count());
}
