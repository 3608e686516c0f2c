//! Benches compare runs of weeks apart: what they measure must be the same bytes each time.

#[path = "../../benches/generate/mod.rs"]
#[allow(
    clippy::duplicate_mod,
    clippy::module_inception,
    reason = "the benchmarks generate these matrices; the test looks at what they get"
)]
mod generate;

use std::path::Path;

use countersign::matrix::Matrix;
use serde_json::Value;
use sha2::{Digest, Sha256};

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn git(folder: &Path, words: &[&str]) -> String {
    let output = generate::git(folder).args(words).output().expect("git runs");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("git prints UTF-8 here").trim().to_owned()
}

fn small() -> &'static generate::Size {
    generate::SIZES.iter().find(|size| size.name == "S").expect("S is a size")
}

#[test]
fn a_seed_gives_the_same_matrix_on_every_machine() {
    assert_eq!(
        digest(&generate::matrix(110, 1)),
        "9137a59490c83d6751e8436336daad2920681f213f73294078f740448630c674",
        "the generator changed: figures of earlier runs are not comparable"
    );
    assert_ne!(generate::matrix(110, 1), generate::matrix(110, 2));
}

#[test]
fn a_matrix_has_the_rows_it_was_asked_for_each_with_its_own_id() {
    for rows in [1, 110, 320, 1280] {
        let value: Value = serde_json::from_str(&generate::matrix(rows, 1)).expect("a matrix is JSON");
        let matrix = Matrix::of(&value).expect("a matrix has the shape of one");
        let mut ids: Vec<&str> = matrix.rows.iter().map(|row| row.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), rows);
    }
}

#[test]
fn a_matrix_is_written_as_the_format_wants_it() {
    let text = generate::matrix(3, 1);
    assert!(text.starts_with("{\n  \"format\": \"countersign/matrix/1\",\n  \"id\": "));
    assert!(text.ends_with("\n    }\n  ]\n}\n"));
    assert!(!text.contains('\r') && !text.contains('\t'));
}

#[test]
fn rows_give_work_to_the_sides_that_their_allocation_names() {
    let value: Value = serde_json::from_str(&generate::matrix(320, 1)).expect("a matrix is JSON");
    let matrix = Matrix::of(&value).expect("a matrix has the shape of one");
    for row in &matrix.rows {
        let performing: Vec<_> = row
            .duties
            .iter()
            .filter(|duty| duty.deed.word() == "perform")
            .map(|duty| duty.party.as_str())
            .collect();
        let expected: &[&str] = match row.allocation.word() {
            "provider" => &["harbor"],
            "client" => &["acme"],
            "shared" => &["harbor", "acme"],
            _ => &[],
        };
        assert_eq!(performing, expected, "row {}", row.id);
    }
}

#[test]
fn a_folder_of_matrices_has_as_many_as_it_was_asked_for_all_different() {
    let folder = tempfile::tempdir().expect("a folder");
    generate::matrices(4, 5, 1, folder.path()).expect("matrices are written");
    assert!(folder.path().join("countersign.json").is_file());
    let mut texts: Vec<String> = (0..4)
        .map(|number| folder.path().join(format!("matrices/matrix-{number:04}.json")))
        .map(|path| std::fs::read_to_string(path).expect("a matrix is there"))
        .collect();
    texts.sort();
    texts.dedup();
    assert_eq!(texts.len(), 4);
}

#[test]
fn a_seed_gives_the_same_commits() {
    let folder = tempfile::tempdir().expect("a folder");
    let [first, again] = ["first", "again"].map(|name| folder.path().join(name));
    let made = generate::repository(small(), 1, &first).expect("git makes it");
    assert_eq!(made, generate::repository(small(), 1, &again).expect("git makes it again"));
    assert_eq!(git(&first, &["rev-parse", "HEAD"]), git(&again, &["rev-parse", "HEAD"]));

    assert_eq!(made.commits, 200);
    assert_eq!(git(&first, &["rev-list", "--count", "--all"]), "200");
    assert_eq!(git(&first, &["ls-files", "matrices/"]).lines().count(), 5);
    assert_eq!(git(&first, &["branch", "--format=%(refname)"]), "refs/heads/main");
    assert_eq!(git(&first, &["status", "--porcelain"]), "");
    assert_ne!(git(&first, &["rev-list", "--merges", "HEAD"]), "");
    let signoffs = git(&first, &["log", "--grep=^Countersign-Matrix: ", "--format=%h"]);
    assert_eq!(signoffs.lines().count(), made.signoffs);
    git(&first, &["fsck", "--strict"]);
}

#[test]
fn every_state_of_the_hot_matrix_has_320_rows_that_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let repository = folder.path().join("small");
    generate::repository(small(), 2, &repository).expect("git makes it");
    let versions = git(&repository, &["log", "--format=%h", "--", generate::HOT]);
    assert!(versions.lines().count() > 30, "{versions}");
    for version in versions.lines().step_by(7) {
        let text = git(&repository, &["show", &format!("{version}:{}", generate::HOT)]);
        let value: Value = serde_json::from_str(&text).expect("a matrix is JSON");
        assert_eq!(Matrix::of(&value).expect("a matrix has the shape of one").rows.len(), 320);
    }
}

#[test]
fn sizes_are_those_that_figures_are_quoted_for() {
    let sizes: Vec<_> = generate::SIZES.iter().map(|size| (size.name, size.commits, size.matrices)).collect();
    assert_eq!(sizes, [("S", 200, 5), ("M", 5_000, 50), ("L", 50_000, 200)]);
}
