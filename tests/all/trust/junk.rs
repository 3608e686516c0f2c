//! Marks, and files that belong nowhere: told, and without effect.

use countersign::error::Kind;
use countersign::trust::force::Force;
use countersign::trust::mark::Mark;
use countersign::trust::name::Digest;
use countersign::trust::standing::MarkState;
use countersign::trust::{Blob, Tree, judge};

use crate::support::engagement::{ANN, BOB, Engagement, TODAY, day, version};

fn mark(change: impl FnOnce(&mut Mark)) -> String {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    one.mark("1.0", change);
    assert_eq!(one.force(TODAY), Force::Version(version("1.0")));
    match one.standing("1.0").mark {
        MarkState::Fails(reason) => {
            assert_eq!(one.rules(), ["mark-holds"]);
            reason.code().to_owned()
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn a_mark_that_is_edited_does_not_hold_and_changes_nothing() {
    assert_eq!(mark(|_| ()), "Holds");
    assert_eq!(mark(|one| one.statements.truncate(1)), "mark-insufficient");
    assert_eq!(mark(|one| one.statements.reverse()), "mark-unsorted");
    let one_too_many = |one: &mut Mark| {
        one.statements.push(Digest::of(b"never signed"));
        one.statements.sort_unstable();
    };
    assert_eq!(mark(one_too_many), "mark-insufficient");
    assert_eq!(mark(|one| one.effective_from = day("2026-11-16")), "mark-differs");
    assert_eq!(mark(|one| one.roster.sha256 = Digest::of(b"")), "mark-differs");
    assert_eq!(mark(|one| one.matrix.sha256 = Digest::of(b"")), "mark-differs");
    assert_eq!(mark(|one| one.matrix.version = version("1.1")), "mark-differs");
    assert_eq!(mark(|one| one.format = "countersign/mark/2".into()), "other-format");
    assert_eq!(mark(|one| one.statements = vec![Digest::of(b"12")]), "mark-insufficient");
}

#[test]
fn later_statements_do_not_break_a_mark() {
    let mut one = Engagement::in_force();
    one.mark("1.0", |_| ());
    one.acknowledge(ANN, "1.0");
    one.contest(BOB, "1.0");
    let ann = one.approve_of(ANN, "1.0");
    one.withdraw(ANN, "1.0", &ann);
    one.prove("1.0");
    assert_eq!(one.standing("1.0").mark, MarkState::Holds);
}

#[test]
fn a_mark_does_not_bring_an_open_version_into_force() {
    let mut one = Engagement::twice();
    one.mark("1.1", |_| ());
    one.prove("1.1");
    let bob = one.approve_of(BOB, "1.1");
    one.remove(&bob);
    one.remove(&format!("{bob}.sig"));
    assert_eq!(one.rules(), ["mark-holds", "statement-accepted"]);
    assert_eq!(one.force(TODAY), Force::Version(version("1.0")));
}

#[test]
fn a_complete_version_without_a_mark_is_a_warning() {
    let one = Engagement::in_force();
    let rules: Vec<String> = one.judge().faults.iter().map(|one| one.rule.to_string()).collect();
    assert!(rules.contains(&"mark-present".to_owned()));
}

#[test]
fn files_that_belong_nowhere_change_nothing() {
    for path in [
        "signoffs/README.md",
        "signoffs/acme-cmmc-l2/README.md",
        "signoffs/acme-cmmc-l2/1.0/Matrix.json",
        "signoffs/acme-cmmc-l2/1.0/acme.bob.json",
        "signoffs/acme-cmmc-l2/1.0/acme.bob.0000000000000000.json.sig",
        "signoffs/acme-cmmc-l2/1.0/acme.bob.000000000000000g.json",
        "signoffs/acme-cmmc-l2/1.0/acme.BOB.0000000000000000.json",
        "signoffs/acme-cmmc-l2/1.0/acme.con.0000000000000000.json",
        "signoffs/acme-cmmc-l2/01.0/matrix.json",
        "signoffs/acme-cmmc-l2/1.00/matrix.json",
        "signoffs/Acme/1.0/matrix.json",
        "signoffs/\u{430}cme/1.0/matrix.json",
        "signoffs/acme-cmmc-l2/1.0/deep/matrix.json",
        "signoffs//1.0/matrix.json",
        "signoffs/../1.0/matrix.json",
    ] {
        let mut one = Engagement::in_force();
        one.prove("1.0");
        one.put(path, b"{}".to_vec());
        assert_eq!(one.rules(), ["signoff-path"], "{path}");
        assert_eq!(one.force(TODAY), Force::Version(version("1.0")), "{path}");
    }
}

#[test]
fn a_statement_of_garbage_changes_nothing() {
    for bytes in [&b""[..], b"{}", b"\xff", b"null\n", b"[[[[", b"\0"] {
        let mut one = Engagement::in_force();
        one.prove("1.0");
        one.put(format!("{}/acme.bob.0123456789abcdef.json", Engagement::folder("1.0")), bytes);
        assert_eq!(one.rules(), ["statement-accepted"]);
        assert_eq!(one.force(TODAY), Force::Version(version("1.0")));
    }
}

#[test]
fn only_plain_files_count() {
    for mode in [0o120_000, 0o100_755, 0o160_000, 0o040_000, 0o100_664] {
        for path in Engagement::in_force().tree.keys() {
            let mut one = Engagement::in_force();
            let (path, blob) = one.tree.iter().find(|(other, _)| shape(other) == shape(path)).unwrap();
            let blob = Blob { mode, ..blob.clone() };
            one.tree.insert(path.clone(), blob);
            assert_ne!(one.force(TODAY), Force::Version(version("1.0")));
            assert!(!one.errors().is_empty());
        }
    }
}

fn shape(path: &str) -> String {
    path.chars().filter(|c| !c.is_ascii_hexdigit()).collect()
}

#[test]
fn too_many_files_in_a_folder_cannot_be_judged() {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    for number in 0..4097 {
        one.put(format!("{}/x{number}", Engagement::folder("1.1")), b"".to_vec());
    }
    let error = judge(&one.tree, None, TODAY.parse().unwrap()).unwrap_err();
    assert_eq!(countersign::error::Error::from(error.clone()).kind, Kind::CannotJudge);
    assert!(error.folder.contains(&Engagement::folder("1.1")));
}

#[test]
fn other_folders_are_not_looked_at() {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    let before = format!("{:?}", one.judge());
    for path in
        ["countersign.json", "waivers.json", "matrices/acme-cmmc-l2.json", "policies/x.json", "trusty/1.json"]
    {
        one.put(path, b"\xff\0garbage".to_vec());
    }
    assert_eq!(format!("{:?}", one.judge()), before);
}

#[test]
fn an_empty_tree_is_empty() {
    let standing = judge(&Tree::new(), None, TODAY.parse().unwrap()).unwrap();
    assert!(standing.faults.is_empty() && standing.matrices.is_empty() && standing.roster().is_none());
}

#[test]
fn deleting_trust_leaves_nothing_in_force() {
    let mut one = Engagement::in_force();
    one.prove("1.0");
    one.tree.retain(|path, _| !path.starts_with("trust"));
    assert_eq!(one.force(TODAY), Force::Nothing);
    assert_eq!(one.rules(), ["statement-accepted"; 3]);
}
